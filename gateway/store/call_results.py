"""How a call to action went: by place, and some of its messages to tell networks by. Opens nothing.

Everything here looks through all messages of a call, so pages count behind themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from gateway.core.delivery.status import Status
from gateway.store import tables

_M, _P, _F = tables.messages, tables.participants, tables.phones


@dataclass(frozen=True, slots=True)
class Sampled:
    """One message of a call with the number that it went to, which is sealed."""

    number_sealed: bytes
    salt: bytes
    status: Status


def by_place(view: Connection, number: int) -> Iterator[tuple[str | None, Status, int]]:
    """Yield how many messages of a call are where, by the place of a phone's first person."""
    first = and_(_P.c.phone == _M.c.phone, _P.c.slot == 1)
    query = (
        select(_P.c.place, _M.c.status, func.count())
        .select_from(_M.outerjoin(_P, first))
        .where(_M.c.broadcast == number)
        .group_by(_P.c.place, _M.c.status)
    )
    for place, status, messages in view.execute(query):
        yield place, Status(status), messages


def some(view: Connection, number: int, limit: int) -> Sequence[Sampled]:
    """Return some messages of a call. Ids of phones are keyed hashes, so the first are any."""
    query = (
        select(_F.c.number_sealed, _F.c.salt, _M.c.status)
        .join_from(_M, _F, _F.c.id == _M.c.phone)
        .where(_M.c.broadcast == number, _F.c.salt.is_not(None))
        .order_by(_M.c.phone)
        .limit(limit)
    )
    return [Sampled(bytes(row[0]), bytes(row[1]), Status(row[2])) for row in view.execute(query)]
