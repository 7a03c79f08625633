"""What people report: the queue, one report with its words, and what staff do about it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi.responses import Response
from markupsafe import Markup

from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement.cases import Age, State
from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission
from gateway.service import case_moves
from gateway.service.cases import CaseError, Cases, Listed, NoSuchCase, workers
from gateway.store.cases import NOBODY, Count, Filter
from gateway.web.channels import STATUSES
from gateway.web.charts import Tile, tiles
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# The categories of flows/report.yaml. One that is not here is shown by its code.
CATEGORIES: Final = {
    "water": _("Water"),
    "health": _("Health"),
    "school": _("School"),
    "land": _("Land"),
    "food": _("Food and prices"),
    "safety": _("Safety"),
    "other": _("Something else"),
}
_PAGE: Final = 50
_OVER: Final = "over"
_AGES: Final = {"week": 7 * DAY_MS, "month": 30 * DAY_MS}
_NOBODY, _MINE = "nobody", "me"
_KINDS: Final = {Age.FRESH: "good", Age.SLOW: "busy", Age.LATE: "bad"}
# The filters of the queue, by their names in the address.
_FILTERS: Final = ("state", "category", "place", "age", "who", "more")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of reports stand on."""

    house: House
    cases: Cases


def add(routes: StaffRoutes, house: House) -> Cases:
    """Add the pages of reports."""
    desk = Desk(house, Cases(house.database, house.vault, house.ground, house.audit))
    cases = desk.cases

    @routes.get("/reports", needs=Permission.CASES)
    def queue(visit: Visit) -> Response:
        return _queue(visit, desk)

    @routes.get("/reports/{code}", needs=Permission.CASES)
    def one(visit: Visit) -> Response:
        return _one(visit, desk, {})

    @routes.post("/reports/{code}/words", needs=Permission.CASES)
    def words(visit: Visit) -> Response:
        reason = visit.form.text("reason")
        if not reason:
            sentence = visit.gettext("Say why, in a few words. It is written to the audit.")
            return _one(visit, desk, {"reason": sentence})
        return _one(visit, desk, {}, reason=reason)

    @routes.post("/reports/{code}/move", needs=Permission.CASES)
    def move(visit: Visit) -> Response:
        state = visit.form.text("state")
        if state not in set(State):
            raise NotHere
        was = visit.form.text("was")
        return _done(
            visit,
            desk,
            "state",
            lambda scope, code: case_moves.move(
                cases, visit.viewer, scope, code, State(state), was=was
            ),
        )

    @routes.post("/reports/{code}/assign", needs=Permission.CASES)
    def assign(visit: Visit) -> Response:
        about = _about(visit, desk)
        who = visit.form.text("assigned")
        able = {str(one.id): one.id for one in _workers(desk, about)}
        if who and who not in able:
            raise NotHere
        return _done(
            visit,
            desk,
            "assigned",
            lambda scope, code: cases.assign(visit.viewer, scope, code, able.get(who)),
        )

    @routes.post("/reports/{code}/note", needs=Permission.CASES)
    def note(visit: Visit) -> Response:
        text = visit.form.get("note")
        return _done(
            visit, desk, "note", lambda scope, code: cases.note(visit.viewer, scope, code, text)
        )

    @routes.post("/reports/{code}/sort", needs=Permission.CASES)
    def sort(visit: Visit) -> Response:
        category, place = visit.form.text("category"), visit.form.text("place") or None
        if category not in CATEGORIES and category != _about(visit, desk).row.category:
            raise NotHere
        return _done(
            visit,
            desk,
            "place",
            lambda scope, code: cases.sort(visit.viewer, scope, code, category, place),
        )

    @routes.post("/reports/{code}/verify", needs=Permission.CASES)
    def verify(visit: Visit) -> Response:
        return _done(
            visit, desk, "rung", lambda scope, code: cases.verify(visit.viewer, scope, code)
        )

    @routes.post("/reports/{code}/publish", needs=Permission.CASES)
    def publish(visit: Visit) -> Response:
        on = visit.form.text("on") == "yes"
        return _done(
            visit, desk, "rung", lambda scope, code: cases.publish(visit.viewer, scope, code, on=on)
        )

    @routes.post("/reports/{code}/hold", needs=Permission.CASES)
    def hold(visit: Visit) -> Response:
        why = visit.form.text("why")
        return _done(
            visit, desk, "why", lambda scope, code: cases.hold(visit.viewer, scope, code, why)
        )

    @routes.post("/reports/{code}/release", needs=Permission.CASES)
    def release(visit: Visit) -> Response:
        why = visit.form.text("why")
        return _done(
            visit, desk, "why", lambda scope, code: cases.release(visit.viewer, scope, code, why)
        )

    return cases


def _queue(visit: Visit, desk: Desk) -> Response:
    chosen = {name: visit.query.get(name, "") for name in _FILTERS}
    after = visit.query.get("after", "")
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise NotHere
    scope = visit.scope(Permission.CASES)
    wanted = _filter(visit, desk, chosen)
    found = desk.cases.page(wanted, scope, int(after) if after else None, _PAGE + 1)
    listed = found[:_PAGE]
    counted = desk.cases.counts()
    counts = [one for one in counted.value if scope is None or one.place in scope]
    asked = {name: value for name, value in chosen.items() if value}
    return visit.render(
        "reports/queue",
        rows=listed,
        chosen=chosen,
        filtered=bool(asked),
        **_words(visit, desk, listed),
        states=_states(visit),
        categories=_categories(visit, counts),
        places=_places(visit, desk.house.places),
        workers=[(str(one.id), one.name) for one in desk.house.staff.directory()],
        next=_address({**asked, "after": str(listed[-1].row.id)}) if len(found) > _PAGE else "",
        first=_address(asked) if after else "",
        open=sum(one.reports for one in counts),
        new=sum(one.reports for one in counts if one.status == State.NEW),
        held=sum(one.reports for one in counts if one.danger),
        by_place=_by_place(counts, desk.house.places),
        by_category=_by_category(visit, counts),
        map=_map(visit, desk.house, counts),
        at=counted.at,
    )


def _filter(visit: Visit, desk: Desk, chosen: Mapping[str, str]) -> Filter:
    """Return what the address asks for. Raises `NotHere` for what there is not."""
    state, age, who, more = (chosen[name] for name in ("state", "age", "who", "more"))
    if state and state != _OVER and state not in set(State):
        raise NotHere
    if (age and age not in _AGES) or more not in {"", "danger", "heard"}:
        raise NotHere
    places = None
    if chosen["place"]:
        if desk.house.places.get(chosen["place"]) is None:
            raise NotHere
        places = {one.code for one in desk.house.places if _within(one.code, chosen["place"], desk)}
    if who and who not in {_NOBODY, _MINE} and not (who.isascii() and who.isdigit()):
        raise NotHere
    over = state == _OVER or state in rules.OVER
    return Filter(
        open=not over,
        states=(state,) if state and state != _OVER else None,
        category=chosen["category"] or None,
        places=places,
        filed_before=visit.now - _AGES[age] if age else None,
        assigned=_assigned(visit, who),
        danger=True if more == "danger" else None,
        heard=more == "heard",
    )


def _within(code: str, root: str, desk: Desk) -> bool:
    return code == root or root in desk.house.places.ancestors(code)


def _assigned(visit: Visit, who: str) -> int | None:
    if who == _NOBODY:
        return NOBODY
    if who == _MINE:
        return visit.viewer.id
    return int(who[:18]) if who else None


def _one(
    visit: Visit, desk: Desk, errors: Mapping[str, str], *, reason: str | None = None
) -> Response:
    """Show one report. That its words were read is written down."""
    scope = visit.scope(Permission.CASES)
    try:
        read = desk.cases.read(visit.viewer, scope, _code(visit), reason=reason)
    except NoSuchCase:
        raise NotHere from None
    about = read.about
    listed = [about, *read.alike, *read.led, *([read.leads] if read.leads else [])]
    return visit.render(
        "reports/one",
        status=400 if errors else 200,
        read=read,
        about=about,
        case=about.case,
        errors=errors,
        form=visit.form,
        **_words(visit, desk, listed),
        moves=[(str(one), visit.gettext(rules.NAMES[one])) for one in rules.moves(about.case)],
        public=visit.gettext(rules.PUBLIC[about.case.state]),
        rung=visit.gettext(rules.RUNGS[read.rung]),
        may_publish=rules.may_publish(about.case),
        workers=[(str(one.id), one.name) for one in _workers(desk, about)],
        categories=_categories(visit, (), about.row.category),
        places=_places(visit, desk.house.places),
        statuses=STATUSES,
    )


def _done(visit: Visit, desk: Desk, name: str, act: Callable[[Any, str], object]) -> Response:
    """Do something with a report and show it; what cannot be done says why, beside its field."""
    code = _code(visit)
    try:
        act(visit.scope(Permission.CASES), code)
    except NoSuchCase:
        raise NotHere from None
    except CaseError as trouble:
        return _one(visit, desk, {name: visit.gettext(str(trouble))})
    return visit.go(f"/reports/{codes.written(code)}", visit.gettext("Done."))


def _code(visit: Visit) -> str:
    code = codes.read(visit.parts.get("code", ""))
    if code is None:
        raise NotHere
    return code


def _about(visit: Visit, desk: Desk) -> Listed:
    try:
        return desk.cases.about(visit.scope(Permission.CASES), _code(visit))
    except NoSuchCase:
        raise NotHere from None


def _workers(desk: Desk, about: Listed) -> Sequence[Any]:
    return workers(desk.house.staff.directory(), about.row.place, desk.house.places)


def _words(visit: Visit, desk: Desk, listed: Iterable[Listed]) -> dict[str, Any]:
    """Return what says a list of reports in the visitor's language, by the report's id."""
    ages = {}
    for one in listed:
        if one.row.closed_at is None:
            age = rules.age(one.row.filed_at, visit.now)
            ages[one.row.id] = (visit.gettext(rules.AGES[age]), _KINDS[age])
    return {
        "ages": ages,
        "state_names": {state: visit.gettext(words) for state, words in rules.NAMES.items()},
        "category_names": {code: visit.gettext(words) for code, words in CATEGORIES.items()},
        "place_of": desk.house.places.get,
    }


def _states(visit: Visit) -> list[tuple[str, str]]:
    found = [("", visit.gettext("all that are open"))]
    found += [(str(one), visit.gettext(rules.NAMES[one])) for one in rules.OPEN]
    found.append((_OVER, visit.gettext("all that are over")))
    return found + [(str(one), visit.gettext(rules.NAMES[one])) for one in rules.OVER]


def _categories(visit: Visit, counts: Iterable[Count], more: str = "") -> list[tuple[str, str]]:
    found = {code: visit.gettext(words) for code, words in CATEGORIES.items()}
    for code in [one.category for one in counts] + [more] * bool(more):
        found.setdefault(code, code)
    return list(found.items())


def _places(visit: Visit, places: Places) -> list[tuple[str, str]]:
    """Return the provinces and their districts where the visitor works on reports."""
    found = []
    for place in places:
        if place.level != "province":
            continue
        inner = [
            (one.code, f"{place.name}: {one.name}")
            for one in places.children(place.code)
            if visit.may(Permission.CASES, one.code)
        ]
        if visit.may(Permission.CASES, place.code):
            found.append((place.code, place.name))
        found += inner
    return found


def _by_category(visit: Visit, counts: Iterable[Count]) -> list[tuple[str, str, int]]:
    found: Counter[str] = Counter()
    for one in counts:
        found[one.category] += one.reports
    names = CATEGORIES
    return [
        (code, visit.gettext(names[code]) if code in names else code, reports)
        for code, reports in found.most_common()
    ]


def _by_place(counts: Iterable[Count], places: Places) -> list[tuple[str, str, int]]:
    """Return (code, name, open reports) by province, the most first."""
    found: Counter[str] = Counter()
    for one in counts:
        found[_province(one.place, places)] += one.reports
    return [
        (code, place.name if (place := places.get(code)) else "", reports)
        for code, reports in found.most_common()
    ]


def _province(code: str | None, places: Places) -> str:
    if code is None or places.get(code) is None:
        return ""
    province = places.at_level(code, "province")
    return code if province is None else province.code


def _map(visit: Visit, house: House, counts: Sequence[Count]) -> Markup | None:
    counted = {code: reports for code, _, reports in _by_place(counts, house.places)}
    drawn = []
    for code, (column, row) in house.tiles.items():
        place = house.places.get(code)
        if place is None or not visit.may(Permission.CASES, code):
            continue
        reports = counted.get(code, 0)
        words = visit.ngettext(
            "%(place)s: %(num)s open report",
            "%(place)s: %(num)s open reports",
            reports,
            place=place.name,
        )
        href = _address({"place": code})
        drawn.append(Tile(column, row, place.name, reports, words, href))
    return tiles(drawn, visit.gettext("Open reports by province")) if len(drawn) > 1 else None


def _address(asked: Mapping[str, str]) -> str:
    return f"/reports?{urlencode(asked)}" if asked else "/reports"
