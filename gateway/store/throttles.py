"""How often attempts failed of late, by account and address. Knows only hashes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from gateway.store import bulk, tables
from gateway.store.database import Transaction

_T = tables.throttles
_COLUMNS = ("key", "failures", "failed_at", "free_at")


@dataclass(frozen=True, slots=True)
class Throttle:
    """What is known of one account or address. `free_at`: when it may try again."""

    failures: int
    failed_at: int
    free_at: int


def lock(tx: Transaction, keys: Sequence[bytes]) -> Mapping[bytes, Throttle]:
    """Return what is known of these, and let no other process count them meanwhile."""
    fresh = [(key, 0, tx.now, 0) for key in sorted(keys)]
    # One that is there already is written over with its own key: that takes its lock.
    bulk.insert(tx, _T, _COLUMNS, fresh, conflict=("key",), update=("key",))
    query = select(_T).where(_T.c.key.in_(keys))
    return {
        bytes(row.key): Throttle(row.failures, row.failed_at, row.free_at)
        for row in tx.connection.execute(query)
    }


def count(tx: Transaction, key: bytes, failures: int, free_at: int) -> None:
    """Write down one more failure."""
    values = {"failures": failures, "failed_at": tx.now, "free_at": free_at}
    tx.connection.execute(update(_T).where(_T.c.key == key).values(values))


def forgive(tx: Transaction, key: bytes) -> None:
    """Take one failure back: the attempt that was counted before it was looked at was none."""
    statement = update(_T).where(_T.c.key == key, _T.c.failures > 0)
    tx.connection.execute(statement.values(failures=_T.c.failures - 1, free_at=0))


def clear(tx: Transaction, key: bytes) -> None:
    """Forget all failures of one account."""
    tx.connection.execute(delete(_T).where(_T.c.key == key))


def forget(tx: Transaction, before: int) -> None:
    """Forget those that have been quiet since a time."""
    tx.connection.execute(delete(_T).where(_T.c.failed_at < before))
