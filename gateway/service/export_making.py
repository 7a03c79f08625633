"""Makes what an export was asked for: counts, or rows that name nobody. Decides nothing.

In rows a person is a pseudonym under a key of that one export, which is thrown away: the same
person is another in the next. Days stand for moments, weeks in reports, and nobody's words are in
them but the answers that flows saved, in which numbers are masked.
"""

import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from gateway.core.movement.disclosure import LEAST, Key, TooFineError
from gateway.core.movement.moments import iso
from gateway.service import asked as kinds
from gateway.service.asked import Asked
from gateway.service.export import Row, Source, Write, opened
from gateway.service.packages import Description, packaged, tagged
from gateway.service.results import NoResultsError, export_results, results_of
from gateway.service.signups import Question, Table, counted, shown
from gateway.service.spreadsheets import FORMATS, ExportError, Writer
from gateway.store import export_jobs as jobs
from gateway.store import exports
from gateway.store.exports import View

NOTE: Final = (
    "Counts of fewer than 10 are held back, and with them as many others as it takes that they"
    " cannot be worked out from totals (k-anonymity with complementary suppression)."
)
EXACT: Final = "Nothing is held back. People may be recognised: do not pass it on."
PERSONS: Final = "One line for each. Names stand for people in this file only."
REASONS: Final = (TooFineError, NoResultsError, ExportError, OSError)
_PERSON_HEX: Final = 20
Scope = frozenset[str] | None
Seen = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Making:
    """One export that is being made. `zone` decides where a day begins, `scope` which places."""

    source: Source
    zone: tzinfo
    asked: Asked
    scope: Scope


def table_of(making: Making) -> Table:
    """Return the table of an export of counts. Raises `TooFineError` and `NoResultsError`."""
    asked = making.asked
    least = 0 if asked.exact else LEAST
    if asked.kind == kinds.RESULTS:
        return _results(making, least)
    question = Question(
        asked.by,
        making.zone,
        place_level=asked.level or None,
        scope=making.scope,
        least=least,
        of="reports" if asked.kind == kinds.REPORTS else "participants",
    )
    return counted(making.source.database, making.source.places, question)


def write_rows(making: Making, write: Write) -> int:
    """Write an export of rows and return how many. Raises `NoResultsError`."""
    stands_for = Pseudonyms()
    if making.asked.kind == kinds.ANSWERS:
        return export_results(
            making.source,
            making.asked.flow,
            _unnamed(stands_for, write),
            scope=making.scope,
        )
    columns, rows = _SHEETS[making.asked.kind]
    with making.source.database.read() as view:
        return write(columns, rows(making, view, stands_for))


def numbers_in(source: Source, scope: Scope) -> int:
    """Return how many numbers an export of them would hold."""
    with source.database.read() as view:
        return exports.count_reachable(view, scope)


def writer_of(asked: Asked, now: int) -> Writer:
    """Return what writes an export in the format that was asked for."""
    if asked.format == "package":
        note = PERSONS if not asked.counts else EXACT if asked.exact else NOTE
        title = f"{asked.kind}, {iso(now)[:10]}"
        return packaged(Description(asked.kind, title, note, now))
    writer = FORMATS[asked.format]
    return tagged(writer) if asked.tags and asked.counts and asked.format != "jsonl" else writer


def why_not(trouble: Exception) -> str:
    """Return the word for one of `REASONS`: what an export failed of."""
    if isinstance(trouble, TooFineError):
        return jobs.TOO_FINE
    return jobs.NO_RESULTS if isinstance(trouble, NoResultsError) else jobs.NOT_WRITTEN


class Pseudonyms:
    """Names of one export for people and reports. Nobody can join them with those of another."""

    def __init__(self) -> None:
        """Take a key that is kept nowhere."""
        self._key = os.urandom(32)

    def __call__(self, identity: bytes | int | None) -> str | None:
        """Return what stands for a person or a report; nothing for nobody."""
        if identity is None:
            return None
        known = str(identity).encode() if isinstance(identity, int) else bytes(identity)
        return hmac.digest(self._key, known, "sha256").hex()[:_PERSON_HEX]


def _people(making: Making, view: View, stands_for: Pseudonyms) -> Iterator[Row]:
    for page in exports.participants(view):
        for row in page:
            if making.scope is None or row.place in making.scope:
                yield (
                    stands_for(row.id),
                    *_place(making, row.place),
                    row.language,
                    row.gender,
                    row.channel,
                    row.medium,
                    row.status,
                    row.consent,
                    _day(making, row.joined_at),
                    _day(making, row.left_at),
                )


def _cases(making: Making, view: View, stands_for: Pseudonyms) -> Iterator[Row]:
    for page in exports.reports(view):
        for row in page:
            if making.scope is None or row.place in making.scope:
                yield (
                    stands_for(row.id),
                    stands_for(row.participant),
                    row.category,
                    *_place(making, row.place),
                    row.channel,
                    row.status,
                    _week(making, row.filed_at),
                )


def _numbers(making: Making, view: View, stands_for: Pseudonyms) -> Iterator[Row]:
    """Yield those who may be called: members who said neither STOP nor no."""
    for page in exports.participants(view):
        for row in page:
            inside = making.scope is None or row.place in making.scope
            if inside and exports.reachable(row):
                number = opened(making.source, row.phone_salt, b"number", row.number_sealed)
                if number:
                    yield (
                        stands_for(row.id),
                        number,
                        *_place(making, row.place),
                        row.language,
                    )


_Rows = Callable[[Making, View, Pseudonyms], Iterator[Row]]
_SHEETS: Final[dict[str, tuple[Sequence[str], _Rows]]] = {
    kinds.PEOPLE: (
        (
            "person",
            "place",
            "place_code",
            "language",
            "gender",
            "channel",
            "medium",
            "status",
            "consent",
            "joined_on",
            "left_on",
        ),
        _people,
    ),
    kinds.CASES: (
        ("report", "person", "category", "place", "place_code", "channel", "status", "week"),
        _cases,
    ),
    kinds.NUMBERS: (("person", "phone", "place", "place_code", "language"), _numbers),
}


def _unnamed(stands_for: Pseudonyms, write: Write) -> Write:
    """Return what writes the answers of a flow with this export's names, and days for moments."""

    def fresh(columns: Sequence[str], rows: Iterable[Row]) -> int:
        named = ((stands_for(str(row[0]).encode()), str(row[1])[:10], *row[2:]) for row in rows)
        return write(["person", "saved_on", *columns[2:]], named)

    return fresh


def _results(making: Making, least: int) -> Table:
    """Count the people behind each answer of a flow; every question by itself."""
    asked, places = making.asked, making.source.places
    by = ("result", "answer", *asked.by)
    cells: dict[str, Counter[Key]] = {}
    for row in results_of(making.source, asked.flow, making.scope):
        key: Key = (row.name, row.category or "")
        if asked.by:
            found = (
                places.at_level(row.place or "", asked.level)
                if asked.level
                else places.get(row.place or "")
            )
            key = (*key, ("", "") if found is None else (found.name, found.code))
        cells.setdefault(row.name, Counter())[key] += 1
    tables = [shown(one, by, "people", places, least) for _, one in sorted(cells.items())]
    if not tables:
        return shown({}, by, "people", places, least)
    return Table(
        tables[0].columns,
        [row for table in tables for row in table.rows],
        sum(table.shown for table in tables),
        sum(table.held_back for table in tables),
    )


def _place(making: Making, code: str | None) -> tuple[str | None, str | None]:
    place = None if code is None else making.source.places.get(code)
    return (None if place is None else place.name), code


def _day(making: Making, ms: int | None) -> str | None:
    return None if ms is None else _local(making, ms).date().isoformat()


def _week(making: Making, ms: int) -> str:
    year, week, _ = _local(making, ms).isocalendar()
    return f"{year}-W{week:02}"


def _local(making: Making, ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(making.zone)
