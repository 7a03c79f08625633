"""What goes wrong in flows while they run, counted by place. Holds nothing of a person."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store import tables
from gateway.store.database import SQLITE, Transaction


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A step of a flow, and what goes wrong there. `reason` holds no value."""

    flow: str
    node: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaultRow:
    """How often something went wrong; times are milliseconds."""

    place: Place
    times: int
    first_at: int
    last_at: int


def count(tx: Transaction, found: Mapping[Place, int]) -> None:
    """Count what went wrong, in one order, so that no two processes wait for each other."""
    f = tables.faults
    dialect = sqlite if tx.dialect == SQLITE else postgresql
    for place in sorted(found):
        row = dialect.insert(f).values(
            flow=place.flow,
            node=place.node,
            reason=place.reason,
            times=found[place],
            first_at=tx.now,
            last_at=tx.now,
        )
        again = {"times": f.c.times + row.excluded.times, "last_at": tx.now}
        keys = [f.c.flow, f.c.node, f.c.reason]
        tx.connection.execute(row.on_conflict_do_update(index_elements=keys, set_=again))


def most(connection: Connection, limit: int) -> list[FaultRow]:
    """Return what goes wrong most often."""
    f = tables.faults
    query = select(f.c.flow, f.c.node, f.c.reason, f.c.times, f.c.first_at, f.c.last_at)
    ordered = query.order_by(f.c.times.desc(), f.c.flow, f.c.node, f.c.reason).limit(limit)
    return [FaultRow(Place(*row[:3]), *row[3:]) for row in connection.execute(ordered)]


def forget(tx: Transaction, before: int) -> int:
    """Forget what did not go wrong any more since a time; return how many places that were."""
    f = tables.faults
    return tx.connection.execute(delete(f).where(f.c.last_at < before)).rowcount
