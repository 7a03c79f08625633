"""The exports that were asked for: who holds one, how far it is, what became of it. Makes none.

One is claimed under a lease and changed only by whoever holds that. A process that dies leaves a
lease that runs out, and the export is begun anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, delete, or_, select, update

from gateway.store import bulk, tables
from gateway.store.database import Transaction

HELD: Final = "held"  # a second person has to decide
WAITING: Final = "waiting"
WORKING: Final = "working"
DONE: Final = "done"
FAILED: Final = "failed"
REFUSED: Final = "refused"
GONE: Final = "gone"  # its file was deleted
UNDER_WAY: Final = (WAITING, WORKING)
ATTEMPTS: Final = 3

# Why one failed.
GAVE_UP: Final = "gave_up"
TOO_FINE: Final = "too_fine"
NO_RESULTS: Final = "no_results"
NOT_WRITTEN: Final = "not_written"
BROKE: Final = "broke"

_E, _S = tables.exports, tables.export_schedules


@dataclass(frozen=True, slots=True)
class Job:
    """One row. `asked`, `places` and `preview` are JSON."""

    id: int
    staff: int
    kind: str
    asked: str
    places: str | None
    reason_sealed: bytes | None
    status: str
    expected: int | None
    rows: int
    size: int | None
    file: str | None
    key_sealed: bytes | None
    preview: str | None
    error: str | None
    attempts: int
    claimed_until: int | None
    created_at: int
    decided_by: int | None
    decided_at: int | None
    done_at: int | None
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Counts that are written out by the day or the week."""

    id: int
    staff: int
    kind: str
    asked: str
    places: str | None
    every: str
    due_at: int
    written_at: int | None
    error: str | None
    created_at: int
    retry_at: int | None
    ended_at: int | None
    ended_why: str | None


def add(tx: Transaction, **columns: Any) -> int:
    """Add one and return its number."""
    row = {
        "id": tx.head.take_id(),
        "rows": 0,
        "attempts": 0,
        "created_at": tx.now,
        **columns,
    }
    bulk.insert(tx, _E, tuple(row), [tuple(row.values())])
    return int(row["id"])


def by_id(connection: Connection, number: int) -> Job | None:
    """Return one, or None."""
    row = connection.execute(select(_E).where(_E.c.id == number)).mappings().one_or_none()
    return None if row is None else Job(**_plain(row))


def of_staff(connection: Connection, staff: int, before: int | None, limit: int) -> Sequence[Job]:
    """Return what somebody asked for, the newest first."""
    query = select(_E).where(_E.c.staff == staff).order_by(_E.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_E.c.id < before)
    return [Job(**_plain(row)) for row in connection.execute(query).mappings()]


def in_status(connection: Connection, status: str, limit: int) -> Sequence[Job]:
    """Return those of a status, the oldest first."""
    query = select(_E).where(_E.c.status == status).order_by(_E.c.id).limit(limit)
    return [Job(**_plain(row)) for row in connection.execute(query).mappings()]


def open_of(connection: Connection, staff: int, limit: int) -> int:
    """Return how many somebody's are not over yet, `limit` at most."""
    query = (
        select(_E.c.id).where(_E.c.staff == staff, _E.c.status.in_((HELD, *UNDER_WAY))).limit(limit)
    )
    return len(connection.execute(query).all())


def waits(connection: Connection) -> bool:
    """Whether there is anything to claim, or soon will be."""
    query = select(_E.c.id).where(_E.c.status.in_(UNDER_WAY)).limit(1)
    return connection.execute(query).one_or_none() is not None


def claim(tx: Transaction, lease_ms: int) -> Job | None:
    """Take the oldest that nobody works on, for so many milliseconds; None if there is none.

    One that was claimed `ATTEMPTS` times has failed: whoever worked on it died of it.
    """
    free = or_(_E.c.status == WAITING, and_(_E.c.status == WORKING, _E.c.claimed_until <= tx.now))
    tx.connection.execute(
        update(_E)
        .where(free, _E.c.attempts >= ATTEMPTS)
        .values(status=FAILED, error=GAVE_UP, claimed_until=None)
    )
    query = select(_E).where(free).order_by(_E.c.id).limit(1).with_for_update(skip_locked=True)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return None
    change(
        tx,
        row.id,
        status=WORKING,
        attempts=row.attempts + 1,
        claimed_until=tx.now + lease_ms,
        rows=0,
    )
    return by_id(tx.connection, row.id)


def hold(tx: Transaction, job: Job, lease_ms: int, rows: int) -> bool:
    """Say how far it is and hold it longer; False where it is no longer ours."""
    return note(tx, job, claimed_until=tx.now + lease_ms, rows=rows)


def settle(tx: Transaction, job: Job, **columns: Any) -> bool:
    """End it, if it is still ours."""
    return note(tx, job, claimed_until=None, **columns)


def give_up(tx: Transaction, job: Job, error: str) -> None:
    """Let one fail that a fault ended, also where the claim itself was rolled back with it."""
    same = and_(_E.c.id == job.id, _E.c.attempts.in_((job.attempts - 1, job.attempts)))
    columns = {"status": FAILED, "error": error, "claimed_until": None, "key_sealed": None}
    query = update(_E).where(same, _E.c.status.in_(UNDER_WAY)).values(**columns, file=None)
    tx.connection.execute(query)


def note(tx: Transaction, job: Job, **columns: Any) -> bool:
    """Set columns of one, if it is still ours."""
    ours = and_(_E.c.id == job.id, _E.c.status == WORKING, _E.c.attempts == job.attempts)
    return bool(tx.connection.execute(update(_E).where(ours).values(**columns)).rowcount)


def change(tx: Transaction, number: int, **columns: Any) -> None:
    """Set columns of one."""
    tx.connection.execute(update(_E).where(_E.c.id == number).values(**columns))


def decide(tx: Transaction, number: int, status: str, by: int) -> bool:
    """Let one that is held go on, or refuse it; False where somebody was faster."""
    return bool(
        tx.connection.execute(
            update(_E)
            .where(_E.c.id == number, _E.c.status == HELD)
            .values(status=status, decided_by=by, decided_at=tx.now)
        ).rowcount
    )


def outdated(connection: Connection, now: int) -> Sequence[Job]:
    """Return those whose file is to be deleted, and those held that nobody decided in time."""
    late = and_(_E.c.status.in_((DONE, HELD)), _E.c.expires_at <= now)
    query = select(_E).where(late).order_by(_E.c.id).limit(100)
    return [Job(**_plain(row)) for row in connection.execute(query).mappings()]


def kept_for(connection: Connection) -> Sequence[tuple[int, int, str, str | None]]:
    """Return (number, staff, asked, places) of all that wait or are kept for somebody."""
    standing = _E.c.status.in_((HELD, WAITING, DONE))
    query = select(_E.c.id, _E.c.staff, _E.c.asked, _E.c.places).where(standing).order_by(_E.c.id)
    return [(row.id, row.staff, row.asked, row.places) for row in connection.execute(query)]


def files(connection: Connection) -> frozenset[str]:
    """Return the names of the files that belong to an export."""
    query = select(_E.c.file).where(_E.c.status.in_((WORKING, DONE)), _E.c.file.is_not(None))
    return frozenset(connection.execute(query).scalars())


def add_schedule(tx: Transaction, **columns: Any) -> int:
    """Add what is to be written out again and again; return its number."""
    row = {"id": tx.head.take_id(), "created_at": tx.now, **columns}
    bulk.insert(tx, _S, tuple(row), [tuple(row.values())])
    return int(row["id"])


def schedules(connection: Connection) -> Sequence[Schedule]:
    """Return all of them, those that have ended too."""
    rows = connection.execute(select(_S).order_by(_S.c.id)).mappings()
    return [Schedule(**_plain(row)) for row in rows]


def due_schedules(connection: Connection, now: int) -> Sequence[Schedule]:
    """Return those that are to be written, or to be tried again."""
    due = or_(_S.c.due_at <= now, _S.c.retry_at <= now)
    rows = connection.execute(select(_S).where(due, _S.c.ended_at.is_(None)).order_by(_S.c.id))
    return [Schedule(**_plain(row)) for row in rows.mappings()]


def schedule(connection: Connection, number: int) -> Schedule | None:
    """Return one, or None."""
    row = connection.execute(select(_S).where(_S.c.id == number)).mappings().one_or_none()
    return None if row is None else Schedule(**_plain(row))


def take_schedule(tx: Transaction, one: Schedule, due_at: int, retry_at: int) -> bool:
    """Take one that is due, by saying when it is due next; False where another process did.

    Who takes it and dies leaves it to be tried again at `retry_at`.
    """
    same = and_(
        _S.c.id == one.id,
        _S.c.due_at == one.due_at,
        _S.c.retry_at.is_not_distinct_from(one.retry_at),
        _S.c.ended_at.is_(None),
    )
    taken = update(_S).where(same).values(due_at=due_at, retry_at=retry_at)
    return bool(tx.connection.execute(taken).rowcount)


def note_schedule(tx: Transaction, number: int, error: str | None, *, again: bool) -> None:
    """Say that one was written, or why not; `again` leaves it to be tried again before its time."""
    columns: dict[str, Any] = {"error": error}
    if not again:
        columns["retry_at"] = None
    if error is None:
        columns["written_at"] = tx.now
    tx.connection.execute(update(_S).where(_S.c.id == number).values(**columns))


def end_schedule(tx: Transaction, number: int, why: str) -> None:
    """Have one written no more, and say why."""
    ended = update(_S).where(_S.c.id == number).values(ended_at=tx.now, ended_why=why)
    tx.connection.execute(ended)


def forget_ended(tx: Transaction, before: int) -> None:
    """Remove those that ended before a time."""
    tx.connection.execute(delete(_S).where(_S.c.ended_at < before))


def remove_schedule(tx: Transaction, number: int) -> None:
    """Remove one."""
    bulk.delete(tx, _S, ("id",), [(number,)])


_BINARY: Final = frozenset(("reason_sealed", "key_sealed"))


def _plain(row: RowMapping) -> Mapping[str, Any]:
    return {
        name: bytes(value) if name in _BINARY and value is not None else value
        for name, value in row.items()
    }
