"""What waits for somebody: callbacks that failed, reports nobody has read, conversations parked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal_column, select

from gateway.store import tables

MOST = 1000  # from which on a count is "more than"; nobody's day depends on how many more


@dataclass(frozen=True, slots=True)
class Refusal:
    """A folder of flow files whose last change was not put in force, with why and since when."""

    folder: str
    why: str
    at: int


def failed_callbacks(connection: Connection) -> int:
    """Return how many callbacks could not be handled, at most `MOST`."""
    some = select(tables.inbox.c.id).where(literal_column("status > 0")).limit(MOST).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def open_handovers(connection: Connection) -> dict[str, int]:
    """Return how many conversations wait for staff, by kind."""
    h = tables.handovers
    query = (
        select(h.c.kind, func.count()).where(literal_column("status = 'open'")).group_by(h.c.kind)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def refusals(connection: Connection) -> Sequence[Refusal]:
    """Return the folders whose flow files are refused as they are now."""
    f = tables.flow_folders
    query = select(f.c.name, f.c.refused_why, f.c.refused_at).where(f.c.refused.is_not(None))
    return [Refusal(row[0], row[1] or "", row[2] or 0) for row in connection.execute(query)]
