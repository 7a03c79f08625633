"""Reads an aggregator's archive after an outage and takes every SMS that never reached us.

The archive and the callbacks name the same message differently, so what both have in common
decides: channel, sender, recipient, text and the aggregator's time to the second.
"""

from dataclasses import dataclass

from gateway.channels.base import Aggregator, CallbackKind, SmsReceived
from gateway.service.ground import Ground
from gateway.service.receive import Receiver
from gateway.service.requests import OK, Callback, content_key
from gateway.store import channels, inbox
from gateway.store.database import Database

_DAY_MS = 86_400_000
_BATCH = 100


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What a catch-up found: all that was read, what was new, and what was too old to judge."""

    read: int
    taken: int
    known: int
    too_old: int


def catch_up(
    database: Database, ground: Ground, channel: str, aggregator: Aggregator, days: int
) -> CaughtUp:
    """Take the messages of the last `days` days that are not in the inbox yet.

    `days` is how long the inbox is kept: of anything older nobody can tell whether it was handled.
    The place reached is remembered only behind messages that are committed. Raises `SendFailed`.
    """
    line = ground.lines[channel]
    since = database.clock() - days * _DAY_MS
    with database.read() as connection:
        known = set(inbox.contents_since(connection, since))
        cursor = {row.id: row.fetch_cursor for row in channels.read_all(connection)}[line.id]
    receiver = Receiver(database, ground)
    read = taken = repeated = too_old = 0
    batch: list[Callback] = []

    def flush(reached: str) -> int:
        answers = receiver.receive(batch) if batch else []
        done = sum(answer.status == OK for answer in answers)
        batch.clear()
        with database.write() as tx:
            channels.set_cursor(tx, line.id, reached)
        return done

    for reached, event in aggregator.fetch(cursor):
        now = database.clock()
        read += 1
        key = content_key(ground.vault, channel, event)
        if _sent_at(event, now) < since:
            too_old += 1
        elif key in known:
            repeated += 1
        else:
            known.add(key)
            batch.append(Callback(channel, CallbackKind.SMS, event, aggregator.body_of(event), now))
        cursor = reached
        if len(batch) >= _BATCH:
            taken += flush(reached)
    if cursor is not None and read:
        taken += flush(cursor)
    return CaughtUp(read, taken, repeated, too_old)


def _sent_at(event: SmsReceived, now: int) -> int:
    return now if event.provider_time is None else int(event.provider_time.timestamp() * 1000)
