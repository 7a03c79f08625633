"""The first page: how the movement grows, what waits, and what needs somebody today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fastapi.responses import Response
from markupsafe import Markup

from gateway.core.movement.disclosure import LEAST
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission
from gateway.service import census, channels
from gateway.service.board import Board
from gateway.service.cases import Cases
from gateway.service.census import Census, Counts
from gateway.service.halls import Halls
from gateway.web.charts import Point, Tile, columns, tiles
from gateway.web.house import House
from gateway.web.people.words import GENDER_NAMES
from gateway.web.today.matters import Attention, matters
from gateway.web.visits import NotHere, StaffRoutes, Visit

_WEEK: Final = 7
_ROWS: Final = 8


def add(
    routes: StaffRoutes, house: House, counts: Counts, board: Board, cases: Cases, halls: Halls
) -> Attention:
    """Add the first page, and return what finds who is needed."""
    attention = Attention(house, board, cases, halls)

    @routes.get("/", needs=None)
    def today(visit: Visit) -> Response:
        if not visit.viewer.permissions:
            return visit.render("today/nobody")
        return visit.render(
            "today/page", **_values(visit, house, counts), **_live(visit, house, board, attention)
        )

    @routes.get("/today/live", needs=Permission.COUNTS)
    def live(visit: Visit) -> Response:
        return visit.part("today/live", **_live(visit, house, board, attention))

    return attention


def _values(visit: Visit, house: House, counts: Counts) -> dict[str, Any]:
    kept = counts.look(visit.scope(Permission.COUNTS))
    chosen = visit.query.get("place", "")
    seen = kept.value
    if chosen:
        if visit.stand.places.get(chosen) is None:
            raise NotHere
        visit.must(Permission.COUNTS, chosen)
        seen = seen.within(_inside(chosen, house.places))
    week, before = seen.joined(_WEEK), seen.joined(_WEEK, before=_WEEK)
    days = seen.per_day()
    by_place = _by_place(seen, house.places, chosen)
    return {
        "seen": seen,
        "at": kept.at,
        "chosen": house.places.get(chosen) if chosen else None,
        "day": seen.joined(1),
        "week": week,
        "change": _change(visit, week, before),
        "left": seen.left(_WEEK),
        "days": days,
        "chart": columns(
            [Point(visit.writing.date(day), people) for day, people in days],
            visit.gettext("Sign-ups a day in the last four weeks"),
            words=_highest(visit, days),
            write=visit.writing.number,
            labels=[visit.writing.date(days[i][0]) for i in (0, len(days) // 2, -1)],
        ),
        "by_place": by_place,
        "map": _map(visit, house, seen) if not chosen else None,
        "by_channel": census.largest(
            seen.by(lambda one: one.channel), _ROWS, others=visit.gettext("others")
        ),
        "by_medium": _mediums(visit, seen),
        "by_gender": _genders(visit, seen),
        "by_language": [
            (visit.writing.language_name(code) if code else "", people)
            for code, people in seen.by(lambda one: one.language).most_common(_ROWS)
        ],
    }


def _live(visit: Visit, house: House, board: Board, attention: Attention) -> dict[str, Any]:
    waiting = board.waiting() if visit.may(Permission.CHANNELS) else ()
    return {
        "waiting": waiting,
        "matters": matters(visit, attention),
        "channels": channels.states(house.database) if visit.may(Permission.CHANNELS) else (),
    }


def _change(visit: Visit, week: int, before: int) -> str:
    if week == before:
        return visit.gettext("as many as the week before")
    if week > before:
        return visit.gettext("%(num)s more than the week before", num=week - before)
    return visit.gettext("%(num)s fewer than the week before", num=before - week)


def _highest(visit: Visit, days: Sequence[tuple[date, int]]) -> str:
    """Say in words what the chart shows at a glance."""
    day, people = max(days, key=lambda one: one[1])
    return visit.gettext(
        "The most on one day: %(people)s, on %(day)s. On the last day: %(last)s.",
        people=visit.writing.number(people),
        day=visit.writing.date(day),
        last=visit.writing.number(days[-1][1]),
    )


def _mediums(visit: Visit, seen: Census) -> list[tuple[str, int]]:
    names = {
        "sms": "SMS",
        "ussd": "USSD",
        "call": visit.gettext("missed call"),
        "": visit.gettext("written down"),
    }
    return [
        (names.get(medium, medium), people)
        for medium, people in seen.by(lambda one: one.medium).most_common()
    ]


def _genders(visit: Visit, seen: Census) -> list[tuple[str, int]]:
    """Return members by gender; nothing where so few are of one that they might be known by it."""
    found = seen.by(lambda one: one.gender).most_common()
    if len(found) < 2 or found[-1][1] < LEAST:
        return []
    return [
        (visit.gettext(GENDER_NAMES.get(gender, gender)) if gender else "", people)
        for gender, people in found
    ]


def _inside(code: str, places: Places) -> frozenset[str]:
    return frozenset(
        one.code for one in places if one.code == code or code in places.ancestors(one.code)
    )


def _by_place(seen: Census, places: Places, chosen: str) -> list[tuple[str, str, int]]:
    """Return (code, name, members) one level below what is shown, the largest first."""
    counted: Counter[str] = Counter()
    for one in seen.people:
        counted[_shown_at(one.place, places, chosen)] += one.people
    named = [
        (code, place.name if (place := places.get(code)) else "", people)
        for code, people in counted.items()
    ]
    return sorted(named, key=lambda row: (-row[2], row[1]))


def _shown_at(code: str | None, places: Places, chosen: str) -> str:
    """Return the place that stands for a person's place: a province, or one right in `chosen`."""
    if code is None or places.get(code) is None:
        return ""
    path = (code, *places.ancestors(code))  # from the inside out
    if chosen:
        at = path.index(chosen) if chosen in path else 0
        return path[max(at - 1, 0)]
    province = places.at_level(code, "province")
    return code if province is None else province.code


def _map(visit: Visit, house: House, seen: Census) -> Markup | None:
    squares: Mapping[str, tuple[int, int]] = house.tiles
    if not squares:
        return None
    counted = {code: people for code, _, people in _by_place(seen, house.places, "")}
    drawn = []
    for code, (column, row) in squares.items():
        place = house.places.get(code)
        if place is None or not visit.may(Permission.COUNTS, code):
            continue
        people = counted.get(code, 0)
        words = visit.ngettext(
            "%(place)s: %(num)s member", "%(place)s: %(num)s members", people, place=place.name
        )
        drawn.append(Tile(column, row, place.name, people, words, f"/?place={code}"))
    if len(drawn) < 2:
        return None
    return tiles(drawn, visit.gettext("Members by province"), write=visit.writing.number)
