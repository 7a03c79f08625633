"""Sessions of staff, and the links that begin one. Holds hashes of keys, never a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store import tables
from gateway.store.database import Transaction

_S, _L = tables.sessions, tables.links


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session, as its owner may see it. Times are milliseconds since 1970."""

    id: int
    created_at: int
    seen_at: int
    agent: str


@dataclass(frozen=True, slots=True)
class Held:
    """A session that a key belongs to."""

    id: int
    staff: int
    seen_at: int
    expires_at: int


def add(
    tx: Transaction, key: bytes, staff: int, *, expires_at: int, agent: str, address: bytes
) -> int:
    """Begin a session and forget those that are over; return its id."""
    tx.connection.execute(delete(_S).where(_S.c.expires_at <= tx.now))
    number = tx.head.take_id()
    tx.connection.execute(
        insert(_S).values(
            id=number,
            key=key,
            staff=staff,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=expires_at,
            agent=agent,
            address=address,
        )
    )
    return number


def held(connection: Connection, key: bytes) -> Held | None:
    """Return the session of a hashed key, whether or not it is over."""
    query = select(_S.c.id, _S.c.staff, _S.c.seen_at, _S.c.expires_at).where(_S.c.key == key)
    row = connection.execute(query).first()
    return None if row is None else Held(*row)


def touch(tx: Transaction, session: int) -> None:
    """Note that a session was used now."""
    tx.connection.execute(update(_S).where(_S.c.id == session).values(seen_at=tx.now))


def rekey(tx: Transaction, session: int, key: bytes) -> None:
    """Give a session another key; the one it had opens nothing from now on."""
    tx.connection.execute(update(_S).where(_S.c.id == session).values(key=key))


def of(connection: Connection, staff: int, *, now: int, idle_ms: int) -> Sequence[SessionRow]:
    """Return the sessions of somebody that are not over, the one used last first."""
    query = (
        select(_S.c.id, _S.c.created_at, _S.c.seen_at, _S.c.agent)
        .where(_S.c.staff == staff, _S.c.expires_at > now, _S.c.seen_at > now - idle_ms)
        .order_by(_S.c.seen_at.desc(), _S.c.id.desc())
    )
    return [SessionRow(*row) for row in connection.execute(query)]


def end(tx: Transaction, staff: int, session: int) -> bool:
    """End one session of somebody; False if there is no such one."""
    statement = delete(_S).where(_S.c.staff == staff, _S.c.id == session)
    return tx.connection.execute(statement).rowcount == 1


def end_others(tx: Transaction, staff: int, but: int | None = None) -> int:
    """End every session of somebody but one, and every link; return how many sessions ended."""
    statement = delete(_S).where(_S.c.staff == staff)
    if but is not None:
        statement = statement.where(_S.c.id != but)
    tx.connection.execute(delete(_L).where(_L.c.staff == staff))
    return tx.connection.execute(statement).rowcount


def add_link(tx: Transaction, key: bytes, staff: int, *, expires_at: int) -> None:
    """Make a one-time link; those that somebody has not used yet are void with it."""
    tx.connection.execute(delete(_L).where(_L.c.staff == staff))
    tx.connection.execute(
        insert(_L).values(key=key, staff=staff, created_at=tx.now, expires_at=expires_at)
    )


def use_link(tx: Transaction, key: bytes) -> int | None:
    """Use up a link and return whose it is; None if it was used, is over, or never was."""
    statement = (
        update(_L)
        .where(_L.c.key == key, _L.c.used_at.is_(None), _L.c.expires_at > tx.now)
        .values(used_at=tx.now)
        .returning(_L.c.staff)
    )
    return tx.connection.execute(statement).scalar()
