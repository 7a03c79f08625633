"""Counts who joined and what was reported, by where, when and how. Shows counts, never a person.

Counts of too few people are held back, see `core.movement.disclosure`, unless `least` is nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from typing import Final

from gateway.core.movement.disclosure import Key, Value, guard
from gateway.core.movement.moments import offsets
from gateway.core.movement.places import Places
from gateway.service.export import Write
from gateway.service.spreadsheets import Cell
from gateway.store import exports
from gateway.store.database import Database, View

# What sign-ups and reports can be counted by.
DIMENSIONS = ("channel", "medium", "place", "day", "week", "month", "language", "gender")
OF_REPORTS: Final = ("category", "status", "place", "day", "week", "month", "channel")
PARTICIPANTS: Final = "participants"
REPORTS: Final = "reports"
SUPPRESSED: Final = "suppressed"  # the column that says of a cell that it is held back
YES: Final = "yes"

_EPOCH = date(1970, 1, 1)
_PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class Question:
    """What to count by, in the order of the columns.

    `place_level` puts people into the place of that level which holds theirs, such as their
    province; without it they count where they said they live. `zone` decides where a day begins.
    `scope` are the places that are counted, None for all; with `least`, counts of fewer are held
    back. `of` is participants or reports.
    """

    by: tuple[str, ...]
    zone: tzinfo
    place_level: str | None = None
    include_left: bool = False
    scope: frozenset[str] | None = None
    least: int = 0
    of: str = PARTICIPANTS


@dataclass(frozen=True, slots=True)
class Table:
    """Counts as they are shown: names of columns and rows, the count before the last one.

    `shown` is the sum of what is shown, `held_back` the number of cells that are not.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shown: int
    held_back: int


def count_signups(database: Database, places: Places, question: Question, write: Write) -> int:
    """Count in SQL, write the table through `write` (see `spreadsheets`), return how many rows.

    A person who did not say where he or she lives, or not so exactly, counts under an empty place,
    so every table of the same people has the same sum.
    """
    table = counted(database, places, question)
    return write(table.columns, table.rows)


def counted(database: Database, places: Places, question: Question) -> Table:
    """Return the table that a question asks for. Raises `TooFineError`."""
    with database.read() as view:
        cells = _count(view, places, question)
    return shown(cells, question.by, question.of, places, question.least)


def shown(
    cells: Mapping[Key, int], by: Sequence[str], of: str, places: Places, least: int
) -> Table:
    """Return counts by key as a table, with what must be held back where `least` is given.

    A value of a place is its name and its code.
    """
    header = _header(by)
    if not least:
        rows = [(*_flat(key), people) for key, people in cells.items()]
        rows.sort(key=_order)
        return Table([*header, of], rows, sum(cells.values()), 0)
    guarded = guard(cells, least=least, kin=_Kin(by, places))
    held: list[Sequence[Cell]] = [
        (*_flat(key), people, YES if people is None else "")
        for key, people in guarded.cells.items()
    ]
    held.sort(key=_order)
    total = sum(people for people in guarded.cells.values() if people is not None)
    return Table([*header, of, SUPPRESSED], held, total, guarded.held_back)


@dataclass(frozen=True, slots=True)
class _Kin:
    """What values belong together: districts of a province, days of a month."""

    by: Sequence[str]
    places: Places

    def __call__(self, index: int, value: Value) -> Value:
        name = self.by[index]
        if name == _PLACE and isinstance(value, tuple):
            return next(iter(self.places.ancestors(str(value[1]))), None)
        return str(value)[:7] if name == "day" else None


def _count(view: View, places: Places, question: Question) -> Counter[Key]:
    """Count by key; where only some places count, by place as well, which is then left out."""
    scope = question.scope
    outside = scope is not None and _PLACE not in question.by
    asked = replace(question, by=(*question.by, _PLACE)) if outside else question
    at = asked.by.index(_PLACE) if scope is not None else -1
    counted: Counter[Key] = Counter()
    for values, people in _rows(view, asked):
        if scope is not None and values[at] not in scope:
            continue
        key = tuple(
            _CELLS[name](value, places, question.place_level)
            for name, value in zip(question.by, values, strict=False)
        )
        counted[key] += people
    return counted


def _rows(view: View, question: Question) -> Iterator[tuple[tuple[Cell, ...], int]]:
    if question.of == REPORTS:
        zone = offsets(question.zone, *(exports.filed_span(view) or (0, 0)))
        return exports.filed(view, question.by, zone)
    zone = offsets(question.zone, *(exports.signup_span(view) or (0, 0)))
    return exports.signups(view, question.by, zone, include_left=question.include_left)


def _header(by: Iterable[str]) -> Sequence[str]:
    names: list[str] = []
    for name in by:
        names += ["place", "place_code"] if name == _PLACE else [name]
    return names


def _flat(key: Key) -> Iterator[Cell]:
    for value in key:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value if value is None or isinstance(value, int) else str(value)


def _order(row: Sequence[Cell]) -> list[str]:
    return [str(cell or "") for cell in row]


def _plain(value: Cell, _places: Places, _level: str | None) -> Value:
    return value


def _place(value: Cell, places: Places, level: str | None) -> Value:
    code = "" if value is None else str(value)
    place = places.get(code) if level is None else places.at_level(code, level)
    if place is None:
        return ("", code if level is None else "")
    return place.name, place.code


def _day(value: Cell, _places: Places, _level: str | None) -> Value:
    return _date(value).isoformat()


def _week(value: Cell, _places: Places, _level: str | None) -> Value:
    year, week, _ = _date(int(value or 0) * 7).isocalendar()
    return f"{year}-W{week:02}"


def _date(days: Cell) -> date:
    return _EPOCH + timedelta(days=int(days or 0))


_CELLS: dict[str, Callable[[Cell, Places, str | None], Value]] = {
    "channel": _plain,
    "medium": _plain,
    "place": _place,
    "day": _day,
    "week": _week,
    "month": _plain,
    "language": _plain,
    "gender": _plain,
    "category": _plain,
    "status": _plain,
}
