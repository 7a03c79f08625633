"""Who is in which group. Writes nothing: facts do that."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select

from gateway.store import bulk, tables
from gateway.store.database import Query, Transaction

_P, _M = tables.participants, tables.memberships


@dataclass(frozen=True, slots=True)
class Whom:
    """Which participants are meant. An empty part does not narrow.

    `numbers` are members' numbers, `places` codes, `languages` language codes.
    """

    numbers: Collection[int] = ()
    places: Collection[str] = ()
    languages: Collection[str] = ()


def groups(connection: Connection) -> list[tuple[str, int]]:
    """Return each group with how many are in it, by name."""
    group = _M.c.group
    query = select(group, func.count()).group_by(group).order_by(group)
    return [(row[0], row[1]) for row in connection.execute(query)]


def outside(
    connection: Connection, group: str, whom: Whom, after: bytes, limit: int
) -> Sequence[bytes]:
    """Return the next ids, after one, of members meant who are not in the group yet."""
    query = select(_P.c.id).where(_P.c.status == "member", ~_in(group), *_meant(whom))
    return _next(connection, query, after, limit)


def inside(
    connection: Connection, group: str, whom: Whom, after: bytes, limit: int
) -> Sequence[bytes]:
    """Return the next ids, after one, of those meant who are in the group."""
    query = select(_P.c.id).where(_in(group), *_meant(whom))
    return _next(connection, query, after, limit)


def seek_of(tx: Transaction, participants: Iterable[bytes]) -> Query:
    """Return the query of the groups of these people: (participant, group, since)."""
    columns = ("participant", "group", "since")
    return bulk.query_in(tx, _M, columns, "participant", participants)


def known(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return those of these numbers that members have."""
    query = select(_P.c.number).where(_P.c.number.in_(numbers), _P.c.status == "member")
    return set(connection.execute(query).scalars())


def _in(group: str) -> ColumnElement[bool]:
    return exists().where(_M.c.group == group, _M.c.participant == _P.c.id)


def _meant(whom: Whom) -> list[ColumnElement[bool]]:
    narrowed = (
        (_P.c.number, whom.numbers),
        (_P.c.place, whom.places),
        (_P.c.language, whom.languages),
    )
    return [column.in_(wanted) for column, wanted in narrowed if wanted]


def _next(connection: Connection, query: Any, after: bytes, limit: int) -> Sequence[bytes]:
    page = query.where(_P.c.id > after).order_by(_P.c.id).limit(limit)
    return [bytes(one) for one in connection.execute(page).scalars()]
