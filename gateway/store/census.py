"""How many people there are, where, how and since when. Reads every member; shows none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from gateway.core.delivery.purpose import HELD
from gateway.core.delivery.status import Status
from gateway.core.movement.moments import DAY_MS
from gateway.store import tables

_P, _M, _C = tables.participants, tables.messages, tables.channels


@dataclass(frozen=True, slots=True)
class People:
    """How many members have all of these in common. None is what nobody said."""

    place: str | None
    channel: str
    medium: str | None
    language: str | None
    gender: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Joined:
    """How many joined, or left, on one day: its number from 1970 on, in the movement's zone."""

    day: int
    place: str | None
    left: bool
    people: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of a channel wait to leave.

    `later` is for those planned for later, `held` for those of paused calls, which do not leave.
    """

    channel: str
    paused: bool
    later: bool
    held: bool
    messages: int


def members(connection: Connection) -> Iterator[People]:
    """Yield the members, counted by all that a sign-up is counted by."""
    keys = (_P.c.place, _P.c.channel, _P.c.medium, _P.c.language, _P.c.gender)
    query = select(*keys, func.count()).where(_P.c.status == "member").group_by(*keys)
    for row in connection.execute(query):
        yield People(*row)


def joined_since(
    connection: Connection, since: int, offsets: Sequence[tuple[int, int]]
) -> Iterator[Joined]:
    """Yield who joined and who left since a moment (milliseconds), by local day and place.

    `offsets` tells the time zone as in `core.movement.moments`.
    """
    for column, left in ((_P.c.joined_at, False), (_P.c.left_at, True)):
        later: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
            (column >= literal_column(str(start)), literal_column(str(offset)))
            for start, offset in reversed(offsets[1:])
        ]
        first: ColumnElement[int] = literal_column(str(offsets[0][1]))
        offset = case(*later, else_=first) if later else first
        day = (column + offset).self_group().op("/")(literal_column(str(DAY_MS)))
        query = select(day, _P.c.place, func.count()).where(column >= since)
        for row in connection.execute(query.group_by(day, _P.c.place)):
            yield Joined(row[0], row[1], left, row[2])


def waiting(connection: Connection, now: int) -> Iterator[Waiting]:
    """Yield the messages of the outbox by channel, and by whether they may leave now."""
    paused, held = _C.c.paused_by.is_not(None), _M.c.priority == literal_column(str(HELD))
    keys = (_C.c.name, paused, _M.c.not_before > now, held)
    query = (
        select(*keys, func.count())
        .join_from(_M, _C, _C.c.id == _M.c.channel)
        # Said as the index says it, so that only what waits is looked at.
        .where(literal_column(f"messages.status < {int(Status.UNKNOWN)}"))
        .group_by(*keys)
    )
    for name, is_paused, is_later, is_held, messages in connection.execute(query):
        yield Waiting(name, bool(is_paused), bool(is_later), bool(is_held), messages)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages of a channel came to one end since a moment, and with which error."""

    channel: str
    status: Status
    error: str | None
    messages: int


def sent_since(connection: Connection, since: int) -> Iterator[Sent]:
    """Yield the messages that were written out since a moment (milliseconds), by what became."""
    query = (
        select(_C.c.name, _M.c.status, _M.c.error, func.count())
        .join_from(_M, _C, _C.c.id == _M.c.channel)
        .where(_M.c.created_at >= since, _M.c.direction == 1)
        .group_by(_C.c.name, _M.c.status, _M.c.error)
    )
    for name, status, error, messages in connection.execute(query):
        yield Sent(name, Status(status), error, messages)
