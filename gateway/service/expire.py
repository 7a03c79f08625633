"""Puts right what time brings: lost leases, late messages, calls half queued, rows kept too long.

Each piece is a short transaction of its own, so that nothing here makes an answer wait.
"""

from datetime import UTC, datetime

from gateway.core.movement.calls import (
    APPROVED,
    DONE,
    EXPIRED,
    PAUSED,
    QUEUEING,
    RUNNING,
    SENDING,
    SUBMITTED,
)
from gateway.core.movement.places import Places
from gateway.store import broadcasts, faults, passages, recipients, upkeep, webhooks
from gateway.store.broadcasts import BroadcastRow
from gateway.store.database import Database

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_OCCASION_MS = 7 * _DAY_MS  # far beyond the time within which a timetable may still begin
_FAULT_MS = 90 * _DAY_MS
_PASSAGE_DAYS = 400  # so that a month can be compared with that of the year before
_CALLBACKS_AT_ONCE = 5_000


class Upkeep:
    """The gateway's caretaker. One thread calls `turn`; several processes may have one each."""

    def __init__(
        self,
        database: Database,
        places: Places,
        language: str,
        *,
        inbox_days: int,
        webhook_days: int,
        orphan_report_days: int,
    ) -> None:
        """Take how long callbacks, questions to servers and unmatched reports are kept."""
        self._database = database
        self._places = places
        self._language = language
        self._inbox_ms = inbox_days * _DAY_MS
        self._webhook_ms = webhook_days * _DAY_MS
        self._orphan_ms = orphan_report_days * _DAY_MS
        self._cleaned_at = 0
        self._cleaned_to: int | None = None

    def turn(self) -> None:
        """Do what there is to do now."""
        with self._database.write() as tx:
            upkeep.recover(tx)
            upkeep.expire_messages(tx)
            upkeep.match_orphans(tx)
        self._carry_on_calls()
        self._forget()

    def _carry_on_calls(self) -> None:
        """Queue, end and withdraw calls to action, wherever each one is."""
        with self._database.read() as connection:
            there = broadcasts.in_status(connection, SUBMITTED, APPROVED, PAUSED, *RUNNING)
            leaving = set(broadcasts.withdrawing(connection))
        for call in there:
            if call.valid_until <= self._database.clock():
                if self._end_late(call):
                    leaving.add(call.number)
            elif call.status == QUEUEING:
                queue_all(self._database, call, self._places, self._language)
            elif call.status == SENDING:
                self._go_on(call)
        for number in sorted(leaving):
            withdraw_all(self._database, number)

    def _end_late(self, call: BroadcastRow) -> bool:
        """End a call whose time is over; True if some of its messages were still waiting."""
        with self._database.read() as connection:
            late = call.status != SENDING or broadcasts.has_waiting(connection, call)
        with self._database.write() as tx:
            return (
                broadcasts.move(tx, call.number, (call.status,), EXPIRED if late else DONE) and late
            )

    def _go_on(self, call: BroadcastRow) -> None:
        """End a call of which everything left; let go what a pause put aside and left behind."""
        with self._database.read() as connection:
            waits = broadcasts.has_waiting(connection, call)
            held = waits and broadcasts.has_held(connection, call)
        if held:
            let_go_all(self._database, call.number)
        if waits:
            return
        with self._database.write() as tx:
            broadcasts.move(tx, call.number, (SENDING,), DONE)

    def _forget(self) -> None:
        """Once an hour walk through the inbox, a part of it each turn."""
        now = self._database.clock()
        if self._cleaned_to is None:
            if now - self._cleaned_at < _HOUR_MS:
                return
            self._cleaned_at, self._cleaned_to = now, -1
            with self._database.write() as tx:
                upkeep.forget_orphans(tx, now - self._orphan_ms)
                webhooks.forget(tx, now - self._webhook_ms)
                upkeep.forget_occasions(tx, now - _OCCASION_MS)
                faults.forget(tx, now - _FAULT_MS)
                passages.forget(tx, _day(now) - _PASSAGE_DAYS)
        with self._database.write() as tx:
            self._cleaned_to = upkeep.forget_callbacks(
                tx, self._cleaned_to, before=now - self._inbox_ms, limit=_CALLBACKS_AT_ONCE
            )


def _day(ms: int) -> int:
    return datetime.fromtimestamp(ms / 1000, UTC).toordinal()


def queue_all(database: Database, call: BroadcastRow, places: Places, language: str) -> None:
    """Queue a call for everybody, or for the rest of them, a slice per transaction."""
    reach = call.audience.reach(places)
    more = True
    while more:
        with database.write() as tx:
            more = recipients.queue(tx, call.number, reach, language)


def hold_all(database: Database, number: int) -> None:
    """Put aside what waits of a paused call, a slice per transaction.

    What this does not come to is put aside when a deliverer comes to it.
    """
    after: bytes | None = b""
    while after is not None:
        with database.write() as tx:
            after = broadcasts.hold_slice(tx, number, after)


def let_go_all(database: Database, number: int) -> None:
    """Let what was put aside of a call leave, a slice per transaction."""
    after: bytes | None = b""
    while after is not None:
        with database.write() as tx:
            after = broadcasts.release_slice(tx, number, after)


def withdraw_all(database: Database, number: int) -> None:
    """Take what waits of a call out of the outbox, a slice per transaction."""
    more = True
    while more:
        with database.write() as tx:
            more = broadcasts.withdraw_slice(tx, number)
