"""Writing a call: what the form holds, what it means, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from gateway.core.movement.audience import Audience, AudienceError, read_audience
from gateway.core.movement.moments import DAY_MS, read_moment
from gateway.core.movement.places import Place
from gateway.core.movement.wording import WordingError, read_wording
from gateway.core.staff.roles import Permission
from gateway.flowfiles.call_files import LONGEST_TITLE, CallPlan
from gateway.store.broadcasts import BroadcastRow
from gateway.web.calls import words
from gateway.web.forms import Form
from gateway.web.house import House
from gateway.web.visits import Visit

_VALID_DAYS: Final = 2
_SECOND_MS: Final = 1000

Entered = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a form comes to: a call, or what is wrong by field."""

    entered: Entered
    errors: Mapping[str, str]
    plan: CallPlan | None
    channel: int


def empty(visit: Visit, house: House) -> Entered:
    """Return the form of a new call: for everybody whom its writer may write to, for two days."""
    mine = visit.viewer.within(Permission.DRAFT)
    names = [] if mine is None else [_name(house, code) for code in mine]
    until = visit.now + _VALID_DAYS * DAY_MS
    return {
        "also": ", ".join(names),
        "valid_until": _local(until, house.ground.timezone),
        "channel": next(iter(sending(house)), ""),
    }


def of_call(call: BroadcastRow, house: House) -> Entered:
    """Return the form of a call that is there."""
    meant, zone = call.audience, house.ground.timezone
    provinces = {one.code for one in tops(house)}
    also = [_name(house, code) for code in meant.places if code not in provinces]
    named = {number: name for name, number in house.channel_ids.items()}
    return {
        "title": call.title,
        "places": tuple(code for code in meant.places if code in provinces),
        "also": ", ".join(also),
        "except_places": ", ".join(_name(house, code) for code in meant.except_places),
        "languages": meant.languages,
        "genders": meant.genders,
        "groups": ", ".join(meant.groups),
        "except_groups": ", ".join(meant.except_groups),
        "answered": ", ".join(meant.answered),
        "except_answered": ", ".join(meant.except_answered),
        "joined_since": "" if meant.joined_since is None else _local(meant.joined_since, zone)[:10],
        "channel": named.get(call.channel, ""),
        "not_before": "" if call.not_before is None else _local(call.not_before, zone),
        "valid_until": _local(call.valid_until, zone),
        **{f"text_{language}": text for language, text in call.texts.items()},
    }


def read(visit: Visit, house: House, form: Form) -> Written:
    """Return what a form says, with everything that is wrong with it."""
    reader = _Reader(visit, house, form)
    title, texts = reader.title(), reader.texts()
    audience = reader.audience()
    not_before, until = reader.moment("not_before"), reader.moment("valid_until")
    if until is None and "valid_until" not in reader.errors:
        reader.errors["valid_until"] = visit.gettext("Say until when it may still be sent.")
    elif until is not None and until <= max(visit.now, not_before or 0):
        reader.errors["valid_until"] = visit.gettext("This time is over before anything leaves.")
    channel = house.channel_ids.get(form.get("channel"))
    if channel is None or form.get("channel") not in sending(house):
        reader.errors["channel"] = visit.gettext("Choose a channel that sends SMS.")
    plan = None
    if not reader.errors and until is not None:
        plan = CallPlan(title, form.get("channel"), texts, audience, not_before, until)
    return Written(_entered(form), reader.errors, plan, channel or 0)


def sending(house: House) -> list[str]:
    """Return the names of the channels that send SMS."""
    return [name for name, one in house.channels.items() if one.short_code is not None]


def tops(house: House) -> list[Place]:
    """Return the places that the form offers to tick: the provinces."""
    return [one for one in house.places if one.level == "province"]


class _Reader:
    """Reads one form, field by field, and collects what is wrong."""

    def __init__(self, visit: Visit, house: House, form: Form) -> None:
        self.errors: dict[str, str] = {}
        self._visit, self._house, self._form = visit, house, form

    def title(self) -> str:
        title = self._form.text("title")
        if not title:
            self.errors["title"] = self._visit.gettext("Say in a few words what it is about.")
        elif len(title) > LONGEST_TITLE:
            self.errors["title"] = self._visit.gettext(
                "Use at most %(most)s characters.", most=LONGEST_TITLE
            )
        return title

    def texts(self) -> dict[str, str]:
        ground = self._house.ground
        written = {
            language: text
            for language in ground.languages
            if (text := self._form.text(f"text_{language}").replace("\r\n", "\n"))
        }
        for language in (ground.language, *(one for one in written if one != ground.language)):
            texts = {language: written[language]} if language in written else {}
            try:
                read_wording(texts, language, ground.languages)
            except WordingError as trouble:
                why = words.wrong(self._visit, trouble.why, language)
                self.errors[f"text_{language}"] = why
        return written

    def audience(self) -> Audience:
        visit, house, form = self._visit, self._house, self._form
        chosen = {
            "places": [*form.all("places"), *self._places("also")],
            "except_places": self._places("except_places"),
            "languages": [one for one in form.all("languages") if one in house.ground.languages],
            "genders": form.all("genders"),
            "groups": _split(form.get("groups")),
            "except_groups": _split(form.get("except_groups")),
            "answered": self._answers("answered"),
            "except_answered": self._answers("except_answered"),
        }
        try:
            found = read_audience(chosen, house.places, house.ground.languages, self._since())
        except AudienceError:
            self.errors["also"] = visit.gettext("One of these places is not known.")
            return Audience()
        if "also" not in self.errors:
            self._check_scope(found)
        return found

    def moment(self, name: str) -> int | None:
        written = self._form.text(name)
        if not written:
            return None
        found = read_moment(written, now=self._visit.now, zone=self._house.ground.timezone)
        if found is None:
            self.errors[name] = self._visit.gettext("Write a date and a time: 2026-12-05 18:00.")
        return found

    def _since(self) -> int | None:
        since = self.moment("joined_since")
        if since is not None and since > self._visit.now:
            self.errors["joined_since"] = self._visit.gettext("This day is still to come.")
        return since

    def _check_scope(self, audience: Audience) -> None:
        visit = self._visit
        if not audience.lies_within(visit.scope(Permission.DRAFT), self._house.places):
            mine = visit.viewer.within(Permission.DRAFT) or ()
            self.errors["also"] = visit.gettext(
                "You may write to people in %(places)s. Name only places in it.",
                places=", ".join(_name(self._house, code) for code in mine),
            )

    def _places(self, field: str) -> list[str]:
        return self._known(field, _split(self._form.get(field)), self._place)

    def _answers(self, field: str) -> list[str]:
        return self._known(field, _split(self._form.get(field)), self._answer)

    def _known(
        self, field: str, written: list[str], check: Callable[[str], str | None]
    ) -> list[str]:
        """Return what is written in a field as far as it is right; the first that is not tells."""
        for one in written:
            trouble = check(one)
            if trouble is not None:
                self.errors.setdefault(field, trouble)
                return []
        return written

    def _place(self, written: str) -> str | None:
        places, visit = self._house.places, self._visit
        if places.get(written.upper()) is not None:
            return None
        match = places.find(written)
        if match.place is not None:
            return None
        if match.candidates:
            near = ", ".join(f"{one.name} ({one.code})" for one in match.candidates)
            return visit.gettext(
                "%(place)s may be one of these: %(near)s. Write the code of the right one.",
                place=written,
                near=near,
            )
        return visit.gettext("There is no place %(place)s.", place=written)

    def _answer(self, written: str) -> str | None:
        try:
            read_audience({"answered": [written]}, self._house.places, ())
        except AudienceError:
            return self._visit.gettext("Write the flow and its result, such as wells:district.")
        return None


def _entered(form: Form) -> Entered:
    several = ("places", "languages", "genders")
    found: dict[str, str | tuple[str, ...]] = {name: form.get(name) for name, _ in form.pairs}
    return found | {name: form.all(name) for name in several}


def _split(written: str) -> list[str]:
    return [part.strip() for part in written.replace("\n", ",").split(",") if part.strip()]


def _name(house: House, code: str) -> str:
    """Return a place as the form writes it: by its name where that names no other."""
    place = house.places.get(code)
    if place is None:
        return code
    found = house.places.find(place.name).place
    return place.name if found is not None and found.code == code else code


def _local(ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(ms / _SECOND_MS, zone).strftime("%Y-%m-%dT%H:%M")
