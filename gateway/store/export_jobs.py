"""The exports that were asked for: who holds one, how far it is, what became of it. Makes none.

One is claimed under a lease and changed only by whoever holds that. A process that dies leaves a
lease that runs out, and the export is begun anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, or_, select, update

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


def files(connection: Connection) -> frozenset[str]:
    """Return the names of the files that belong to an export."""
    query = select(_E.c.file).where(_E.c.status.in_((WORKING, DONE)), _E.c.file.is_not(None))
    return frozenset(connection.execute(query).scalars())


def add_schedule(tx: Transaction, **columns: Any) -> int:
    """Add what is to be written out again and again; return its number."""
    row = {"id": tx.head.take_id(), "created_at": tx.now, **columns}
    bulk.insert(tx, _S, tuple(row), [tuple(row.values())])
    return int(row["id"])


def schedules(connection: Connection, *, due: int | None = None) -> Sequence[Schedule]:
    """Return all of them, or those that were due at a moment."""
    query = select(_S).order_by(_S.c.id)
    if due is not None:
        query = query.where(_S.c.due_at <= due)
    return [Schedule(**_plain(row)) for row in connection.execute(query).mappings()]


def schedule(connection: Connection, number: int) -> Schedule | None:
    """Return one, or None."""
    row = connection.execute(select(_S).where(_S.c.id == number)).mappings().one_or_none()
    return None if row is None else Schedule(**_plain(row))


def move_schedule(tx: Transaction, one: Schedule, due_at: int) -> bool:
    """Take one that is due, by saying when it is due next; False where another process did."""
    return bool(
        tx.connection.execute(
            update(_S).where(_S.c.id == one.id, _S.c.due_at == one.due_at).values(due_at=due_at)
        ).rowcount
    )


def note_schedule(tx: Transaction, number: int, error: str | None) -> None:
    """Say that one was written, or why not."""
    written = {"error": error} if error else {"error": None, "written_at": tx.now}
    tx.connection.execute(update(_S).where(_S.c.id == number).values(**written))


def end_schedule(tx: Transaction, number: int) -> None:
    """Remove one."""
    bulk.delete(tx, _S, ("id",), [(number,)])


_BINARY: Final = frozenset(("reason_sealed", "key_sealed"))


def _plain(row: RowMapping) -> Mapping[str, Any]:
    return {
        name: bytes(value) if name in _BINARY and value is not None else value
        for name, value in row.items()
    }
