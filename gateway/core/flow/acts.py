"""What the actions of a node do to the scene. One function an action, found by its class."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from gateway.core.flow.contact import Contact
from gateway.core.flow.contexts import summary
from gateway.core.flow.events import (
    Faulty,
    HandedOver,
    Json,
    Performed,
    Said,
    Scheduled,
    Texted,
    Told,
    Unscheduled,
)
from gateway.core.flow.expressions.moments.zones import find_zone
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import (
    Action,
    Assign,
    ChangeGroups,
    Do,
    HandOver,
    Say,
    Schedule,
    SendSms,
    SetContact,
    SetLocal,
    SetResult,
    Tell,
    Text,
    Unschedule,
    Webhook,
)
from gateway.core.flow.saved import shown
from gateway.core.flow.scene import LANGUAGE, Scene
from gateway.core.flow.state import LOCALS
from gateway.core.flow.webhooks import request
from gateway.core.text.languages import terminological, twin
from gateway.core.text.phone import normalise
from gateway.core.text.quoting import quote

# The longest name that a person has; what is longer is cut.
NAME_LIMIT: Final = 128

# A number that a value of the run is counted up by.
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII).fullmatch

# The longest answer that may be tapped.
REPLY_LIMIT: Final = 64

# Something sent along: what kind of thing it is, and where it is.
_ATTACHMENT: Final = re.compile(r"[a-z]+(?:/[\w.+-]+)?:\S")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
_STATUSES: Final = frozenset({"active", "blocked", "stopped", "archived"})

# Where imported flows look whether somebody of the staff was asked, and what they find there.
NEW_TICKET: Final = "_new_ticket"
_OPENED: Final = "opened"

# The kinds of `Tell` that are for others: a flow that is begun, a message that is written.
STARTED: Final = "start"
WRITTEN: Final = "broadcast"

# What of them is a query for people, in which what is filled in is one value; what goes along.
QUERY: Final = "query"
TEXTS: Final = "texts"
PARENT_RUN: Final = "parent"

_SECOND_MS: Final = 1000


def act(scene: Scene, action: Action) -> None:
    """Do what an action says."""
    _ACTS[action.__class__](scene, action)


def _say(scene: Scene, action: Say) -> None:
    text = scene.write(action.text)
    if not action.attachments and not action.replies and not action.everywhere:
        if text:
            scene.events.append(Said(text))
        return
    attachments = tuple(
        filter(_ATTACHMENT.match, [scene.write(one).strip() for one in action.attachments])
    )
    replies = tuple(_shortened(one) for one in map(scene.write, action.replies) if one)
    if text or attachments:
        scene.events.extend([Said(text, attachments, replies)] * _copies(scene, action))


def _shortened(reply: str) -> str:
    return reply if len(reply) <= REPLY_LIMIT else reply[: REPLY_LIMIT - 3] + "..."


def _copies(scene: Scene, action: Say) -> int:
    """Return how many addresses of the person a text goes to."""
    person = scene.contact
    if not action.everywhere or person is None:
        return 1
    schemes = {one for *_, known in scene.release.assets.channels for one in known}
    return sum(urn.partition(":")[0] in schemes for urn in person.urns) or 1


def _send_sms(scene: Scene, action: SendSms) -> None:
    text = scene.write(action.text) if scene.context.channel == "ussd" else ""
    if text:
        scene.events.append(Texted(text))


def _assign(scene: Scene, action: Assign) -> None:
    scene.save(action.path, scene.fill(action.value))


def _do(scene: Scene, action: Do) -> None:
    """Have the caller carry out an action of the movement, and take in what became of it."""
    arguments = {name: scene.fill(value) for name, value in action.arguments}
    outcome = scene.context.perform(action.action, arguments, scene.values)
    scene.values.update(outcome.values)
    scene.outcome = outcome.category
    scene.trail = ()  # what was done cannot be gone back behind
    scene.events.append(Performed(action.action, outcome.category))
    if LANGUAGE in outcome.values:
        scene.speak(outcome.values[LANGUAGE])


def _set_result(scene: Scene, action: SetResult) -> None:
    """Save a result, unless its value cannot be worked out."""
    given = action.value
    if isinstance(given, Text):
        given = given.translations.get(scene.language, given.original)
    if isinstance(given, Template):
        value, worked = scene.attempt(given)
        if not worked:
            return
    else:
        value = shown(given)
    category = localised = ""
    if action.category is not None:
        category, localised = action.category.original.source, scene.write(action.category)
    scene.save_result(action.name, value, category, localised=localised)


def _set_local(scene: Scene, action: SetLocal) -> None:
    kept = scene.runs[-1].part(LOCALS)
    if isinstance(action.value, Template):
        value: Json
        value, worked = scene.attempt(action.value)
        if not worked:
            return
    else:
        value = action.value
    if action.add:
        more = shown(value)
        if not _WHOLE(more):
            run, why = scene.runs[-1], f"{action.name} is not counted up: no whole number"
            scene.events.append(Faulty(run.flow, run.node, why))
            return
        before = shown(kept.get(action.name))
        value = (int(before) if _WHOLE(before) else 0) + int(more)
    kept[action.name] = shown(value)


def _schedule(scene: Scene, action: Schedule) -> None:
    due = _due(scene, action)
    text = "" if action.text is None else scene.write(action.text)
    if due is not None and (text or action.flow):
        scene.events.append(Scheduled(due, text, action.flow or "", action.name or ""))


def _due(scene: Scene, action: Schedule) -> int | None:
    """Return when something is due; None where its time is none, over, or in no calendar."""
    now = scene.context.now
    due: Any = now
    if action.at is not None:
        due = _moment(action.at.evaluate(scene), now)
        if due is None or due < now:
            return None
    try:
        due += timedelta(seconds=action.after or 0)
    except OverflowError:
        return None
    return int(due.timestamp()) * _SECOND_MS


def _moment(value: object, now: datetime) -> datetime | None:
    """Read a time: a datetime, a date (at nine in the morning), or a text that states either."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=now.tzinfo)
    if isinstance(value, date):
        return datetime.combine(value, time(9), now.tzinfo)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if len(value) <= len("2026-01-01"):
        found = found.replace(hour=9)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _unschedule(scene: Scene, action: Unschedule) -> None:
    scene.events.append(Unscheduled(action.name))


def _hand_over(scene: Scene, action: HandOver) -> None:
    person = scene.contact
    open_ones = None if person is None else person.known.get("tickets")
    asked = not open_ones or action.result is None
    if asked:
        run = scene.runs[-1]
        note = scene.write(action.note).strip()
        scene.events.append(HandedOver(note, action.topic, run.flow, run.node))
    if action.result is not None:
        scene.runs[-1].part(LOCALS)[NEW_TICKET] = _OPENED if asked else ""
    if action.result:
        category = "Success" if asked else "Failure"
        scene.save_result(action.result, _OPENED if asked else "", category)


def _tell(scene: Scene, action: Tell) -> None:
    values: dict[str, Json] = {}
    for name, value in action.arguments:
        if name == QUERY and isinstance(value, Template):
            values[name] = value.render(scene, escape=quote)
        elif isinstance(value, tuple):
            values[name] = [scene.fill(one) for one in value]
        else:
            values[name] = scene.fill(value)
    run = scene.runs[-1]
    more = _taken_along(scene, action)
    scene.events.append(Told(action.kind, values, run.flow, run.node, more))


def _taken_along(scene: Scene, action: Tell) -> dict[str, Json]:
    """Return what others get to see of this conversation, see `Told`."""
    if action.kind == STARTED:
        whose = None if scene.contact is None else dict(scene.contact.known)
        return {PARENT_RUN: {**summary(scene, scene.runs[-1], "active"), "contact": whose}}
    if action.kind != WRITTEN:
        return {}
    given = dict(action.arguments)
    text, replies = cast("Text", given["text"]), cast("tuple[Text, ...]", given["replies"])

    def worded(language: str) -> str:
        said, *answers = [
            scene.render(one.translations.get(language, one.original)) for one in (text, *replies)
        ]
        return Said(said, (), tuple(filter(None, answers))).worded

    return {TEXTS: {language: worded(language) for language in ("", *text.translations)}}


def _set_contact(scene: Scene, action: SetContact) -> None:
    """Change the person. What the caller does not tell us of cannot be changed.

    Nor is anything changed by a value that cannot be worked out; only addresses, such as
    ``me@example.com``, may look like an expression and be none.
    """
    person = scene.contact
    if person is None:
        return
    value, worked = action.value, True
    if isinstance(value, Template):
        text, worked = scene.attempt(value)
    else:
        text = shown(value)
    text = text.strip()
    if action.what == "urn":
        _add_urn(scene, action.key, text)
    elif not worked:
        return
    elif action.what == "field":
        person.set_field(action.key, text)
    elif action.what == "channel":
        person.prefer_channel(text)
    else:
        _set_text(scene, person, action.what, text)


def _set_text(scene: Scene, person: Contact, what: str, text: str) -> None:
    """Change a text of the person, where it is one that they can have."""
    if what == "language":
        text = terminological(text.lower())
        if text and not _LANGUAGE.fullmatch(text):
            return
        person.set(what, twin(text) if len(text) == 2 else text)
        scene.language = scene.context.language
        scene.speak(text)
        if LANGUAGE in scene.values:  # or the next turn goes on in the one that began
            scene.values[LANGUAGE] = scene.language
    elif what == "timezone":
        if not text or find_zone(text) is not None:
            person.set(what, text)
    elif what == "status":
        if text in _STATUSES:
            person.set(what, text)
    else:
        person.set(what, text[:NAME_LIMIT])


def _add_urn(scene: Scene, scheme: str, path: str) -> None:
    """Add an address, if it is one."""
    if scheme in {"tel", "whatsapp"}:
        path = normalise(path, scene.environment.country or "") or ""
    if path and scene.contact is not None:
        scene.contact.add_urn(f"{scheme}:{path.lower()}")


def _change_groups(scene: Scene, action: ChangeGroups) -> None:
    person = scene.contact
    if person is None:
        return None
    if action.everything:
        return person.change_groups(scene.release.assets.groups, joins=False)
    named = (scene.release.assets.group(scene.render(one)) for one in action.groups)
    person.change_groups([group for group in named if group is not None], joins=action.joins)
    return None


_ACTS: Final[Mapping[type, Callable[[Scene, Any], None]]] = {
    Say: _say,
    SendSms: _send_sms,
    Assign: _assign,
    Do: _do,
    SetResult: _set_result,
    SetLocal: _set_local,
    Webhook: request,
    SetContact: _set_contact,
    ChangeGroups: _change_groups,
    Schedule: _schedule,
    Unschedule: _unschedule,
    HandOver: _hand_over,
    Tell: _tell,
}
