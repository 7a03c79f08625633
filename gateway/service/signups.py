"""Counts who joined, by where, when, how and in which language. Shows counts and never a person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from gateway.core.movement.moments import offsets
from gateway.core.movement.places import Places
from gateway.service.export import Write
from gateway.service.spreadsheets import Cell
from gateway.store import exports
from gateway.store.database import Database

# What sign-ups can be counted by.
DIMENSIONS = ("channel", "medium", "place", "day", "week", "month", "language", "gender")
PARTICIPANTS = "participants"

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """What to count by, in the order of the columns.

    `place_level` puts people into the place of that level which holds theirs, such as their
    province; without it they count where they said they live. `zone` decides where a day begins.
    """

    by: tuple[str, ...]
    zone: tzinfo
    place_level: str | None = None
    include_left: bool = False


def count_signups(database: Database, places: Places, question: Question, write: Write) -> int:
    """Count in SQL, write the table through `write` (see `spreadsheets`), return how many rows.

    A person who did not say where he or she lives, or not so exactly, counts under an empty place,
    so every table of the same people has the same sum.
    """
    counted: Counter[tuple[Cell, ...]] = Counter()
    with database.read() as view:
        span = exports.signup_span(view) or (0, 0)
        zone = offsets(question.zone, *span)
        for values, people in exports.signups(
            view, question.by, zone, include_left=question.include_left
        ):
            key: tuple[Cell, ...] = ()
            for name, value in zip(question.by, values, strict=True):
                key += _CELLS[name](value, places, question.place_level)
            counted[key] += people
    rows = sorted(counted.items(), key=lambda row: [str(cell or "") for cell in row[0]])
    return write(_header(question.by), ((*key, people) for key, people in rows))


def _header(by: Iterable[str]) -> Sequence[str]:
    names: list[str] = []
    for name in by:
        names += ["place", "place_code"] if name == "place" else [name]
    return [*names, PARTICIPANTS]


def _plain(value: Cell, _places: Places, _level: str | None) -> tuple[Cell, ...]:
    return (value,)


def _place(value: Cell, places: Places, level: str | None) -> tuple[Cell, ...]:
    code = "" if value is None else str(value)
    place = places.get(code) if level is None else places.at_level(code, level)
    if place is None:
        return ("", code if level is None else "")
    return place.name, place.code


def _day(value: Cell, _places: Places, _level: str | None) -> tuple[Cell, ...]:
    return (_date(value).isoformat(),)


def _week(value: Cell, _places: Places, _level: str | None) -> tuple[Cell, ...]:
    year, week, _ = _date(int(value or 0) * 7).isocalendar()
    return (f"{year}-W{week:02}",)


def _date(days: Cell) -> date:
    return _EPOCH + timedelta(days=int(days or 0))


_CELLS: dict[str, Callable[[Cell, Places, str | None], tuple[Cell, ...]]] = {
    "channel": _plain,
    "medium": _plain,
    "place": _place,
    "day": _day,
    "week": _week,
    "month": _plain,
    "language": _plain,
    "gender": _plain,
}
