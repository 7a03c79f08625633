"""Callbacks that could not be handled: lists them, and tries them again on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.channels.base import Aggregator, CallbackKind, Unreadable
from gateway.service.ground import Ground
from gateway.service.receive import Receiver
from gateway.service.requests import Callback
from gateway.store import inbox
from gateway.store.database import Database
from gateway.store.inbox import Taken, Trouble

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of callbacks that were tried again."""

    handled: int
    failed: int
    unreadable: int


def troubles(database: Database, status: Taken | None = None) -> Sequence[Trouble]:
    """Return the callbacks that could not be handled, oldest first; never what they say."""
    with database.read() as connection:
        return inbox.troubles(connection, status, _MOST)


def retry(
    database: Database, ground: Ground, aggregators: Mapping[str, Aggregator], number: int | None
) -> Retried:
    """Handle kept callbacks again, one at a time and in order; all of them, or the one `number`.

    A person at the other end has long hung up, so what a USSD callback would show is lost; what it
    does, and every SMS it sends, is not.
    """
    receiver = Receiver(database, ground)
    handled = failed = unreadable = 0
    for trouble in troubles(database):
        if number is not None and trouble.id != number:
            continue
        aggregator = aggregators.get(trouble.channel)
        if trouble.payload_sealed is None or aggregator is None:
            unreadable += 1
            continue
        body = inbox.open_payload(ground.vault, trouble.payload_sealed)
        kind = CallbackKind(trouble.kind)
        try:
            event = aggregator.parse(kind, body, {})
        except Unreadable:
            unreadable += 1
            continue
        callback = Callback(trouble.channel, kind, event, body, trouble.received_at)
        if receiver.take_again(callback, trouble.id):
            handled += 1
        else:
            failed += 1
    return Retried(handled, failed, unreadable)
