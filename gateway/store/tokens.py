"""Tokens of programs. Holds hashes of them, never one."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from gateway.store import tables
from gateway.store.database import Transaction

_T = tables.tokens


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as it is stored; `scopes` are permissions, separated by spaces."""

    id: int
    name: str
    staff: int
    scopes: str
    place: str | None
    created_at: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None


_COLUMNS = (
    _T.c.id,
    _T.c.name,
    _T.c.staff,
    _T.c.scopes,
    _T.c.place,
    _T.c.created_at,
    _T.c.expires_at,
    _T.c.used_at,
    _T.c.revoked_at,
)


def add(
    tx: Transaction,
    key: bytes,
    *,
    name: str,
    staff: int,
    scopes: str,
    place: str | None,
    expires_at: int,
) -> int:
    """Keep a token's hash and return its id."""
    number = tx.head.take_id()
    values = {
        "id": number,
        "key": key,
        "name": name,
        "staff": staff,
        "scopes": scopes,
        "place": place,
        "created_at": tx.now,
        "expires_at": expires_at,
    }
    tx.connection.execute(insert(_T).values(values))
    return number


def by_key(connection: Connection, key: bytes) -> TokenRow | None:
    """Return the token of a hash, whether or not it is good."""
    row = connection.execute(select(*_COLUMNS).where(_T.c.key == key)).first()
    return None if row is None else TokenRow(*row)


def everyone(connection: Connection) -> list[TokenRow]:
    """Return every token, the newest first."""
    query = select(*_COLUMNS).order_by(_T.c.id.desc())
    return [TokenRow(*row) for row in connection.execute(query)]


def page(
    connection: Connection, staff: int | None, before: int | None, limit: int
) -> list[TokenRow]:
    """Return tokens before an id, the newest first: those of somebody, or with None of all."""
    query = select(*_COLUMNS).order_by(_T.c.id.desc()).limit(limit)
    if staff is not None:
        query = query.where(_T.c.staff == staff)
    if before is not None:
        query = query.where(_T.c.id < before)
    return [TokenRow(*row) for row in connection.execute(query)]


def find(connection: Connection, token: int) -> TokenRow | None:
    """Return one token, or None."""
    row = connection.execute(select(*_COLUMNS).where(_T.c.id == token)).first()
    return None if row is None else TokenRow(*row)


def touch(tx: Transaction, token: int) -> None:
    """Note that a token was used now."""
    tx.connection.execute(update(_T).where(_T.c.id == token).values(used_at=tx.now))


def revoke(tx: Transaction, token: int) -> bool:
    """Revoke a token; False if there is none, or it was revoked."""
    statement = update(_T).where(_T.c.id == token, _T.c.revoked_at.is_(None))
    return tx.connection.execute(statement.values(revoked_at=tx.now)).rowcount == 1
