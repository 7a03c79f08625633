"""What people answered to a call to action, as rows: a page of them, and how many there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from gateway.store import tables

_M, _P, _F = tables.messages, tables.participants, tables.phones


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One answer as stored. `member` is the number of the phone's first person, if there is one."""

    id: int
    phone: bytes
    at: int
    text_sealed: bytes | None
    number_sealed: bytes
    salt: bytes | None
    member: int | None
    place: str | None


def newest(
    view: Connection, call: int, scope: Collection[str] | None, before: int | None, limit: int
) -> Sequence[ReplyRow]:
    """Return the last answers to a call before one, from people in places; None is anywhere."""
    query = (
        select(
            _M.c.id,
            _M.c.phone,
            _M.c.created_at,
            _M.c.text_sealed,
            _F.c.number_sealed,
            _F.c.salt,
            _P.c.number,
            _P.c.place,
        )
        .join_from(_M, _F, _F.c.id == _M.c.phone)
        .outerjoin(_P, and_(_P.c.phone == _M.c.phone, _P.c.slot == 1))
        .where(_M.c.reply_to == call)
        .order_by(_M.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_M.c.id < before)
    if scope is not None:
        query = query.where(_P.c.place.in_(sorted(scope)))
    return [ReplyRow(*row) for row in view.execute(query)]


def count(view: Connection, call: int) -> tuple[int, int]:
    """Return how many answers there are to a call, and from how many phones."""
    query = select(func.count(), func.count(_M.c.phone.distinct())).where(_M.c.reply_to == call)
    row = view.execute(query).one()
    return int(row[0]), int(row[1])
