"""Reports as staff look after them: the queue, one report, those alike. Opens no words.

Pages of the queue are found by the last id of the page before; what is open is in an index of its
own, so a queue costs what is open and not what was ever reported.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from gateway.core.delivery.status import Status
from gateway.store import bulk, tables
from gateway.store.database import Transaction

NOBODY: Final = 0  # no account has this id
_R = tables.reports
_MOST_ALIKE: Final = 1000  # from which on it does not matter how many more say the same
_LATEST: Final = 200  # messages and notes shown of one report


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reports to list. None: any.

    `places` are codes; whoever is held to some sees no report without a place. `assigned` is an
    account, or `NOBODY`.
    """

    open: bool = True
    states: tuple[str, ...] | None = None
    category: str | None = None
    places: Collection[str] | None = None
    filed_before: int | None = None
    assigned: int | None = None
    danger: bool | None = None
    heard: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One report as it is stored, without its words. Times are milliseconds."""

    id: int
    code: str
    phone: bytes
    category: str
    place: str | None
    channel: str
    status: str
    filed_at: int
    changed_at: int | None
    closed_at: int | None
    assigned: int | None
    duplicate_of: int | None
    verified_at: int | None
    verified_by: int | None
    published_at: int | None
    danger_at: int | None
    updates: int | None
    heard_at: int | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The words of a report, and what opens them. `salt` None: whoever wrote them was erased.

    `phone_salt` opens the notes and the messages.
    """

    words: bytes | None
    salt: bytes | None
    phone_salt: bytes | None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note of staff; sealed under the key of the reporter's phone."""

    staff: int | None
    note_sealed: bytes
    written_at: int


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A message about a report: from the reporter, or to him or her."""

    to_person: bool
    text_sealed: bytes | None
    status: Status
    created_at: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many open reports there are of a kind in a place."""

    place: str | None
    category: str
    status: str
    danger: bool
    late: bool  # waits for longer than it should
    heard: bool  # the reporter wrote, and nobody answered yet
    reports: int


_COLUMNS = tuple(_R.c[name] for name in CaseRow.__slots__)


def page(connection: Connection, wanted: Filter, after: int | None, limit: int) -> list[CaseRow]:
    """Return the reports after an id: those that are open the oldest first, others the newest."""
    # From their index alone, which holds all that is asked for; then the rows of one page.
    ids = select(_R.c.id).limit(limit)
    for condition in _conditions(wanted):
        ids = ids.where(condition)
    if after is not None:
        ids = ids.where(_R.c.id > after if wanted.open else _R.c.id < after)
    found = ids.order_by(_R.c.id if wanted.open else _R.c.id.desc()).subquery()
    query = select(*_COLUMNS).where(_R.c.id.in_(select(found.c.id)))
    query = query.order_by(_R.c.id if wanted.open else _R.c.id.desc())
    return [_row(row) for row in connection.execute(query)]


def find(connection: Connection, code: str) -> CaseRow | None:
    """Return one report by its code, or None."""
    return _first(connection, select(*_COLUMNS).where(_R.c.code == code))


def locked(tx: Transaction, code: str) -> CaseRow | None:
    """Return one report that nobody else changes until this transaction ends, or None."""
    return _first(tx.connection, select(*_COLUMNS).where(_R.c.code == code).with_for_update())


def by_id(connection: Connection, number: int) -> CaseRow | None:
    """Return one report by its id, or None."""
    return _first(connection, select(*_COLUMNS).where(_R.c.id == number))


def duplicates(connection: Connection, number: int) -> list[CaseRow]:
    """Return the reports that were found to be about the same as this one, the oldest first."""
    query = select(*_COLUMNS).where(_R.c.duplicate_of == number).order_by(_R.c.id)
    return [_row(row) for row in connection.execute(query)]


def sealed(connection: Connection, number: int) -> Sealed:
    """Return the sealed words of a report with what opens them."""
    phones, people = tables.phones, tables.participants
    query = (
        select(_R.c.words_sealed, _R.c.participant, phones.c.salt, people.c.salt)
        .join_from(_R, phones, phones.c.id == _R.c.phone, isouter=True)
        .join(people, people.c.id == _R.c.participant, isouter=True)
        .where(_R.c.id == number)
    )
    words, participant, phone_salt, salt = connection.execute(query).one()
    return Sealed(words, phone_salt if participant is None else salt, phone_salt)


def notes(connection: Connection, number: int) -> list[NoteRow]:
    """Return the last notes about a report, the oldest first."""
    n = tables.report_notes
    query = (
        select(n.c.staff, n.c.note_sealed, n.c.written_at)
        .where(n.c.report == number)
        .order_by(n.c.id.desc())
        .limit(_LATEST)
    )
    return [NoteRow(*row) for row in reversed(connection.execute(query).all())]


def written(connection: Connection, row: CaseRow) -> list[WrittenRow]:
    """Return the last messages about a report, the oldest first, without the one that filed it."""
    m = tables.messages
    query = (
        select(m.c.direction, m.c.text_sealed, m.c.status, m.c.created_at)
        .where(m.c.report == row.id, m.c.created_at > row.filed_at)
        .order_by(m.c.id.desc())
        .limit(_LATEST)
    )
    rows = connection.execute(query).all()
    return [WrittenRow(one[0] == 1, one[1], Status(one[2]), one[3]) for one in reversed(rows)]


def alike(connection: Connection, row: CaseRow, within_ms: int, limit: int) -> list[CaseRow]:
    """Return other reports of the category in the place that were filed near in time."""
    if row.place is None:
        return []
    query = (
        select(*_COLUMNS)
        .where(*_near(row, within_ms), _R.c.id != row.id, _R.c.duplicate_of.is_(None))
        .order_by(_R.c.filed_at.desc())
        .limit(limit)
    )
    return [_row(one) for one in connection.execute(query)]


def numbers(connection: Connection, row: CaseRow, within_ms: int) -> int:
    """Return how many phones report the category in the place near in time, this one among them."""
    if row.place is None:
        return 1
    some = select(_R.c.phone).where(*_near(row, within_ms)).limit(_MOST_ALIKE).subquery()
    query = select(func.count(some.c.phone.distinct()))
    return max(1, int(connection.execute(query).scalar_one()))


def counts(connection: Connection, late: int) -> list[Count]:
    """Count the open reports; those filed up to `late` (milliseconds) are late.

    Looks at each of them, so the result is worth keeping.
    """
    held = (_R.c.danger_at.is_not(None)).label("held")
    # Written out: PostgreSQL does not see that two bound values are the same.
    old = (_R.c.filed_at <= literal_column(str(late))).label("late")
    heard = (_R.c.heard_at.is_not(None)).label("heard")
    keys = (_R.c.place, _R.c.category, _R.c.status, held, old, heard)
    query = select(*keys, func.count()).where(_R.c.closed_at.is_(None)).group_by(*keys)
    return [
        Count(row[0], row[1], row[2], bool(row[3]), bool(row[4]), bool(row[5]), row[6])
        for row in connection.execute(query)
    ]


def cancel_messages(tx: Transaction, report: int) -> None:
    """Let nothing leave any more that is queued about a report."""
    m = tables.messages
    query = select(m.c.id).where(m.c.report == report, m.c.status == int(Status.QUEUED))
    rows = [(row[0], int(Status.CANCELLED), tx.now) for row in tx.connection.execute(query)]
    bulk.update(tx, m, ("id",), ("status", "changed_at"), rows)


def by_codes(tx: Transaction, codes: Iterable[str]) -> Mapping[str, CaseRow]:
    """Return reports by their codes, locked until this transaction ends."""
    rows = bulk.select_in(tx, _R, tuple(CaseRow.__slots__), "code", codes, lock=True)
    return {row[1]: _row(row) for row in rows}


def named(tx: Transaction, codes: Collection[str]) -> Mapping[str, CaseRow]:
    """Return reports by their codes and those that lead them, locked, if any code is given."""
    if not codes:
        return {}
    found = dict(by_codes(tx, codes))
    leading = {row.duplicate_of for row in found.values() if row.duplicate_of is not None}
    if leading:
        rows = bulk.select_in(tx, _R, tuple(CaseRow.__slots__), "id", leading, lock=True)
        found |= {row[1]: _row(row) for row in rows}
    return found


def _conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    closed = _R.c.closed_at
    found: list[ColumnElement[bool]] = [closed.is_(None) if wanted.open else closed.is_not(None)]
    if wanted.states is not None:
        found.append(_R.c.status.in_(wanted.states))
    if wanted.category is not None:
        # Not by the index of what is alike: all those of a category would have to be sorted.
        found.append((_R.c.category + "") == wanted.category)
    if wanted.places is not None:
        found.append(_R.c.place.in_(sorted(wanted.places)))
    if wanted.filed_before is not None:
        found.append(_R.c.filed_at < wanted.filed_before)
    if wanted.assigned is not None:
        nobody = wanted.assigned == NOBODY
        found.append(_R.c.assigned.is_(None) if nobody else _R.c.assigned == wanted.assigned)
    if wanted.danger is not None:
        held = _R.c.danger_at
        found.append(held.is_not(None) if wanted.danger else held.is_(None))
    if wanted.heard:
        found.append(_R.c.heard_at.is_not(None))
    return found


def _near(row: CaseRow, within_ms: int) -> Sequence[ColumnElement[bool]]:
    return (
        _R.c.category == row.category,
        _R.c.place == row.place,
        _R.c.filed_at >= row.filed_at - within_ms,
        _R.c.filed_at <= row.filed_at + within_ms,
    )


def _first(connection: Connection, query: Select[Any]) -> CaseRow | None:
    row = connection.execute(query).first()
    return None if row is None else _row(row)


def _row(row: Sequence[Any]) -> CaseRow:
    return CaseRow(row[0], row[1], bytes(row[2]), *row[3:])
