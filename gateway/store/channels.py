"""Channels as the database knows them: a small number for each name, and whether it is paused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gateway.store import bulk, tables
from gateway.store.database import Transaction


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel's state. `paused_by` is ``operator``, an aggregator's refusal, or None."""

    id: int
    name: str
    paused_by: str | None
    paused_why: str | None
    fetch_cursor: str | None


def number(tx: Transaction, names: Iterable[str]) -> Mapping[str, int]:
    """Return the number of every channel by name, giving new ones the next."""
    known = {row.name: row.id for row in read_all(tx.connection)}
    fresh = [name for name in names if name not in known]
    first = max(known.values(), default=0) + 1
    known |= {name: position for position, name in enumerate(fresh, start=first)}
    bulk.insert(
        tx,
        tables.channels,
        ("id", "name", "allowance", "allowance_at"),
        [(known[name], name, 0, tx.now) for name in fresh],
        conflict=("name",),
    )
    return known


def read_all(connection: Connection) -> list[ChannelRow]:
    """Return every channel that the database has seen."""
    channels = tables.channels
    query = select(
        channels.c.id,
        channels.c.name,
        channels.c.paused_by,
        channels.c.paused_why,
        channels.c.fetch_cursor,
    ).order_by(channels.c.id)
    return [ChannelRow(*row) for row in connection.execute(query)]


def set_cursor(tx: Transaction, channel: int, cursor: str) -> None:
    """Remember how far the aggregator's archive was read."""
    bulk.update(tx, tables.channels, ("id",), ("fetch_cursor",), [(channel, cursor)])
