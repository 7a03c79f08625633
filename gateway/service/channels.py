"""Whether channels send: shows it, and lets an operator pause and resume one."""

from collections.abc import Sequence

from gateway.store import channels, claims
from gateway.store.channels import ChannelRow
from gateway.store.database import Database

OPERATOR = "operator"


class UnknownChannel(Exception):
    """No channel of that name has ever been opened. Says which ones have."""


def states(database: Database) -> Sequence[ChannelRow]:
    """Return every channel that the database knows, with what has paused it."""
    with database.read() as connection:
        return channels.read_all(connection)


def pause(database: Database, name: str, why: str) -> None:
    """Send nothing more through a channel; what waits keeps waiting. Raises `UnknownChannel`."""
    with database.write() as tx:
        claims.pause(tx, _number(channels.read_all(tx.connection), name), OPERATOR, why)


def resume(database: Database, name: str) -> None:
    """Send again, whoever paused it and why. Raises `UnknownChannel`."""
    with database.write() as tx:
        claims.resume(tx, _number(channels.read_all(tx.connection), name))


def _number(known: Sequence[ChannelRow], name: str) -> int:
    for row in known:
        if row.name == name:
            return row.id
    names = ", ".join(row.name for row in known) or "none yet"
    raise UnknownChannel(f"There is no channel '{name}'. Known: {names}.")
