"""What waits for somebody: failed callbacks and questions, conversations, files, minutes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal_column, not_, select

from gateway.store import tables
from gateway.store.imports import CHECKED, UPLOADED
from gateway.store.webhooks import DONE, LOST

MOST = 1000  # from which on a count is "more than"; nobody's day depends on how many more
_FEW = 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """A folder of flow files whose last change was not put in force, with why and since when."""

    folder: str
    why: str
    at: int


def failed_callbacks(connection: Connection) -> int:
    """Return how many callbacks could not be handled, at most `MOST`."""
    return _count(connection, select(tables.inbox.c.id).where(literal_column("status > 0")))


def open_handovers(connection: Connection, places: Collection[str] | None) -> int:
    """Return how many conversations of people in some places wait for staff, at most `MOST`.

    `places` None is everybody.
    """
    h, p = tables.handovers, tables.participants
    # As the index says it, so that only what is open is looked at.
    some = select(h.c.id).where(literal_column("handovers.status = 'open'"))
    if places is not None:
        within = select(p.c.id).where(p.c.id == h.c.participant, p.c.place.in_(sorted(places)))
        some = some.where(within.exists())
    return _count(connection, some)


def failed_webhooks(connection: Connection, since: int) -> int:
    """Return how many questions to servers were not answered well since then, at most `MOST`."""
    w = tables.webhooks
    well = and_(w.c.status == DONE, w.c.code.between(200, 299), w.c.error.is_(None))
    ended = and_(w.c.status.in_((DONE, LOST)), w.c.due_at >= since)
    return _count(connection, select(w.c.id).where(ended, not_(well)))


def own_imports(connection: Connection, staff: int) -> Sequence[int]:
    """Return somebody's files of people that wait for his or her word, the newest first."""
    i = tables.imports
    query = select(i.c.id).where(i.c.staff == staff, i.c.status.in_((UPLOADED, CHECKED)))
    return list(connection.execute(query.order_by(i.c.id.desc()).limit(_FEW)).scalars())


def with_minutes(connection: Connection, numbers: Collection[int]) -> frozenset[int]:
    """Return which of some assemblies have minutes."""
    m = tables.minutes
    query = select(m.c.assembly).where(m.c.assembly.in_(list(numbers))).distinct()
    return frozenset(connection.execute(query).scalars())


def _count(connection: Connection, some: Select[Any]) -> int:
    found = some.limit(MOST).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def refusals(connection: Connection) -> Sequence[Refusal]:
    """Return the folders whose flow files are refused as they are now."""
    f = tables.flow_folders
    query = select(f.c.name, f.c.refused_why, f.c.refused_at).where(f.c.refused.is_not(None))
    return [Refusal(row[0], row[1] or "", row[2] or 0) for row in connection.execute(query)]
