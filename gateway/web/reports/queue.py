"""The queue of reports: what is open, by its filters, a page at a time, and where it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response
from markupsafe import Markup

from gateway.core.movement import cases as rules
from gateway.core.movement.cases import State
from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission
from gateway.store.cases import NOBODY, Count, Filter
from gateway.web.charts import Tile, tiles
from gateway.web.house import House
from gateway.web.reports.wording import CATEGORIES, Desk, categories, places_of, words_of
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PAGE: Final = 50
_OVER: Final = "over"
_AGES: Final = {"week": 7 * DAY_MS, "month": 30 * DAY_MS}
_NOBODY, _MINE = "nobody", "me"
# The filters of the queue, by their names in the address.
_FILTERS: Final = ("state", "category", "place", "age", "who", "more")


def add(routes: StaffRoutes, desk: Desk) -> None:
    """Add the queue."""

    @routes.get("/reports", needs=Permission.CASES)
    def queue(visit: Visit) -> Response:
        return _queue(visit, desk)


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
        **words_of(visit, desk, listed),
        states=_states(visit),
        categories=categories(visit, counts),
        places=places_of(visit, desk.house.places),
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


def _states(visit: Visit) -> list[tuple[str, str]]:
    found = [("", visit.gettext("all that are open"))]
    found += [(str(one), visit.gettext(rules.NAMES[one])) for one in rules.OPEN]
    found.append((_OVER, visit.gettext("all that are over")))
    return found + [(str(one), visit.gettext(rules.NAMES[one])) for one in rules.OVER]


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
    if len(drawn) < 2:
        return None
    return tiles(drawn, visit.gettext("Open reports by province"), write=visit.writing.number)


def _address(asked: Mapping[str, str]) -> str:
    return f"/reports?{urlencode(asked)}" if asked else "/reports"
