"""Files that people are written down from: what each is, how far it has come, its lines, sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, and_, delete, or_, select, text, update

from gateway.store import bulk, tables
from gateway.store.database import Transaction

UPLOADED: Final = "uploaded"
CHECKING: Final = "checking"
CHECKED: Final = "checked"
RUNNING: Final = "running"
DONE: Final = "done"
CANCELLED: Final = "cancelled"
# As the index is written, so that SQLite sees that it fits.
_OPEN: Final = text("imports.status IN ('checking', 'running')")
AT_WORK: Final = (CHECKING, RUNNING)
BROKE: Final = "broke"  # why one was given up: a fault of ours
_WAITING: Final = (UPLOADED, CHECKED)

_I, _C = tables.imports, tables.import_chunks

Trouble = tuple[int, str, str, str | int]  # line, field, problem, value


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One file as stored."""

    id: int
    staff: int
    kind: str
    status: str
    choices_sealed: bytes
    lines: int
    chunks: int
    checked: int
    done: int
    good: int
    problems: int
    written: int
    created_at: int
    changed_at: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """Some lines of a file as stored."""

    number: int
    rows_sealed: bytes | None
    phones: bytes | None
    problems: Sequence[Trouble]


def begin(tx: Transaction, staff: int, kind: str, choices_sealed: bytes) -> int:
    """Make a file that is not whole yet and return its number."""
    number = tx.head.take_id()
    columns = tuple(column.name for column in _I.c)
    counts = (0,) * 7
    row = (number, staff, kind, CANCELLED, choices_sealed, *counts, tx.now, tx.now, None)
    bulk.insert(tx, _I, columns, [row])
    return number


def add_chunks(tx: Transaction, number: int, first: int, sealed: Sequence[bytes]) -> None:
    """Add lines to a file."""
    rows = [(number, at, rows_sealed, "[]") for at, rows_sealed in enumerate(sealed, start=first)]
    bulk.insert(tx, _C, ("import", "number", "rows_sealed", "problems"), rows)


def change(tx: Transaction, number: int, **columns: Any) -> None:
    """Set columns of a file."""
    tx.connection.execute(update(_I).where(_I.c.id == number).values(changed_at=tx.now, **columns))


def one(view: Connection, number: int) -> ImportRow | None:
    """Return a file by number."""
    row = view.execute(select(_I).where(_I.c.id == number)).first()
    return None if row is None else ImportRow(*tuple(row))


def lock(tx: Transaction, number: int, status: str) -> ImportRow | None:
    """Return a file that stands so, and let nobody else go on with it in this transaction."""
    query = select(_I).where(_I.c.id == number, _I.c.status == status).with_for_update()
    row = tx.connection.execute(query).first()
    return None if row is None else ImportRow(*tuple(row))


def of_staff(view: Connection, staff: int, limit: int) -> Sequence[ImportRow]:
    """Return the last whole files of somebody of staff."""
    query = (
        select(_I).where(_I.c.staff == staff, _I.c.lines > 0).order_by(_I.c.id.desc()).limit(limit)
    )
    return [ImportRow(*tuple(row)) for row in view.execute(query)]


def next_at_work(view: Connection) -> ImportRow | None:
    """Return the oldest file with which there is something to do."""
    query = select(_I).where(_OPEN).order_by(_I.c.id).limit(1)
    row = view.execute(query).first()
    return None if row is None else ImportRow(*tuple(row))


def forgotten(view: Connection, before: int) -> list[int]:
    """Return files that wait for somebody, or never came whole, since before a time."""
    broken = and_(_I.c.status == CANCELLED, _I.c.lines == 0)
    query = select(_I.c.id).where(or_(_I.c.status.in_(_WAITING), broken), _I.c.changed_at < before)
    return list(view.execute(query).scalars())


def chunk(view: Connection, number: int, at: int) -> ChunkRow | None:
    """Return some lines of a file."""
    query = select(_C.c.number, _C.c.rows_sealed, _C.c.phones, _C.c.problems).where(
        _C.c["import"] == number, _C.c.number == at
    )
    row = view.execute(query).first()
    return None if row is None else _chunk(row)


def phones_before(view: Connection, number: int, at: int) -> Iterator[bytes]:
    """Yield the phones of the good lines before some, each as its line and its id."""
    query = (
        select(_C.c.phones)
        .where(_C.c["import"] == number, _C.c.number < at, _C.c.phones.is_not(None))
        .order_by(_C.c.number)
    )
    for phones in view.execute(query).scalars():
        yield bytes(phones)


def keep_chunk(tx: Transaction, number: int, kept: ChunkRow) -> None:
    """Write what became of some lines."""
    tx.connection.execute(
        update(_C)
        .where(_C.c["import"] == number, _C.c.number == kept.number)
        .values(
            rows_sealed=kept.rows_sealed,
            phones=kept.phones,
            problems=orjson.dumps(kept.problems).decode(),
        )
    )


def forget(tx: Transaction, number: int) -> None:
    """Take away what a file held; what was wrong with it stays."""
    tx.connection.execute(
        update(_C).where(_C.c["import"] == number).values(rows_sealed=None, phones=None)
    )


def drop(tx: Transaction, number: int) -> None:
    """Take a file away altogether."""
    tx.connection.execute(delete(_C).where(_C.c["import"] == number))
    tx.connection.execute(delete(_I).where(_I.c.id == number))


def problems(view: Connection, number: int) -> Iterator[Trouble]:
    """Yield what is wrong with a file, in the order of its lines."""
    query = (
        select(_C.c.problems)
        .where(_C.c["import"] == number, _C.c.problems != "[]")
        .order_by(_C.c.number)
    )
    for written in view.execute(query).scalars():
        yield from (tuple(trouble) for trouble in orjson.loads(written))


def _chunk(row: Any) -> ChunkRow:
    troubles = [tuple(trouble) for trouble in orjson.loads(row[3])]
    return ChunkRow(row[0], row[1], row[2], troubles)
