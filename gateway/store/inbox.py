"""Every callback once, under its idempotency key, with the reply that it got."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update

from gateway.store import bulk, tables
from gateway.store.database import Query, Transaction
from gateway.store.vault import Vault


class Taken(IntEnum):
    """What became of a callback. Values are stored, so they are never renumbered."""

    DONE = 0
    FAILED = 1  # it broke the code that handles it; `gateway inbox retry` tries again
    UNREADABLE = 2  # a field is missing or mangled; the sender was told which

    @property
    def word(self) -> str:
        """The name used on the command line."""
        return self.name.lower()


class Entry(NamedTuple):
    """One row to be written: its fields are the columns.

    `status` is the number of a `Taken`. `payload_sealed` is kept only where the callback may be
    read again.
    """

    id: int
    key: bytes
    channel: int
    kind: str
    status: int
    received_at: int
    phone: bytes | None = None
    content: bytes | None = None
    payload_sealed: bytes | None = None
    reply_sealed: bytes | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier delivery of the same callback left."""

    phone: bytes | None
    reply_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A callback that was kept because it could not be handled."""

    id: int
    channel: str
    kind: str
    status: Taken
    error: str
    received_at: int
    payload_sealed: bytes | None


def earlier(tx: Transaction, keys: Iterable[bytes]) -> Mapping[bytes, Earlier]:
    """Return what is known of the callbacks with these keys."""
    return read_earlier(tx.rows(*seek_earlier(tx, keys)))


def seek_earlier(tx: Transaction, keys: Iterable[bytes]) -> Query:
    """Return the query that `read_earlier` reads."""
    return bulk.query_in(tx, tables.inbox, ("key", "phone", "reply_sealed"), "key", keys)


def read_earlier(rows: Iterable[Sequence[Any]]) -> Mapping[bytes, Earlier]:
    """Return what is known of callbacks by their keys."""
    return {
        bytes(key): Earlier(
            None if phone is None else bytes(phone), None if reply is None else bytes(reply)
        )
        for key, phone, reply in rows
    }


def keep(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write callbacks. A key that is there already breaks the transaction."""
    bulk.insert(tx, tables.inbox, Entry._fields, entries)


def troubles(connection: Connection, status: Taken | None, limit: int) -> list[Trouble]:
    """Return the callbacks that could not be handled, oldest first."""
    inbox, channels = tables.inbox, tables.channels
    query = (
        select(inbox, channels.c.name)
        .join(channels, channels.c.id == inbox.c.channel)
        .where(inbox.c.status > int(Taken.DONE))
        .order_by(inbox.c.id)
        .limit(limit)
    )
    if status is not None:
        query = query.where(inbox.c.status == int(status))
    return [
        Trouble(
            row.id,
            row.name,
            row.kind,
            Taken(row.status),
            row.error or "",
            row.received_at,
            None if row.payload_sealed is None else bytes(row.payload_sealed),
        )
        for row in connection.execute(query)
    ]


def forget(tx: Transaction, number: int) -> None:
    """Remove one kept callback, because it is about to be handled again."""
    tx.connection.execute(delete(tables.inbox).where(tables.inbox.c.id == number))


def note_error(tx: Transaction, number: int, error: str) -> None:
    """Record why a kept callback failed again."""
    tx.connection.execute(
        update(tables.inbox).where(tables.inbox.c.id == number).values(error=error)
    )


def contents_since(connection: Connection, since: int) -> frozenset[bytes]:
    """Return the content keys of the SMS taken since a time, for a catch-up to compare with."""
    inbox = tables.inbox
    query = select(inbox.c.content).where(
        inbox.c.received_at >= since, inbox.c.content.is_not(None)
    )
    return frozenset(bytes(content) for content in connection.execute(query).scalars())


def open_payload(vault: Vault, sealed: bytes) -> bytes:
    """Return the body of a kept callback."""
    return vault.node.open(PAYLOAD, sealed)


PAYLOAD = b"payload"
REPLY = b"reply"
