"""The deliverers' side of the outbox: claim under a lease, settle, release. Sends nothing itself.

A claim and its settling are two short transactions with the sending between them, so none is open
while the network is. Several deliverers may work on one channel: its row is locked while messages
are chosen, and holds the allowance that they share.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from gateway.core.delivery.purpose import HELD, PRIORITIES, Purpose
from gateway.core.delivery.rate import MESSAGE, refill, wait_ms
from gateway.core.delivery.status import Status, advance
from gateway.core.movement.calls import PAUSED, RUNNING
from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Transaction

_REASON_STOPPED = "stopped"
_REASON_ERASED = "erased"
_REASON_NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person whom a call to action addresses; the first of a phone's people who agreed."""

    number: int
    name_sealed: bytes | None
    salt: bytes | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message that is ours to send until `lease`, in milliseconds. `attempts` counts this one.

    `text_sealed` is None for a call to action, whose text is the broadcast's in `language`.
    """

    id: int
    lease: int
    purpose: Purpose
    phone: bytes
    number_sealed: bytes
    salt: bytes
    text_sealed: bytes | None
    broadcast: int | None
    language: str | None
    link_id: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What one claim brought: messages to send, and how many it took out of the outbox instead.

    `wait_ms` is how long the channel's rate lets nothing more leave.
    """

    messages: tuple[Claimed, ...] = ()
    dropped: int = 0
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one claimed message.

    `status` QUEUED puts it back until `not_before`. `counted` False says that the attempt was none:
    nothing had been wrong with the message.
    """

    id: int
    lease: int
    status: Status
    provider_ref: str | None = None
    error: str | None = None
    not_before: int | None = None
    counted: bool = True


def claim(
    tx: Transaction,
    channel: int,
    *,
    rate: float,
    limit: int,
    lease_ms: int,
    priorities: Sequence[int] = PRIORITIES,
) -> Claim:
    """Take up to `limit` messages that may leave now, the most urgent first.

    `rate` is messages per second. Whatever may not leave any more is settled on the way: expired,
    withheld from a phone that said STOP or withdrew consent, or cancelled with its broadcast; and
    what waits of a call that is paused is put aside. A paused channel gives nothing.
    """
    row = _lock_channel(tx, channel)
    if row is None or row[0] is not None:
        return Claim()
    allowance, earned_at = refill(row[1], row[2], tx.now, rate)
    limit = min(limit, allowance // MESSAGE)
    if limit == 0:
        if tx.now < row[2]:  # the clock was set back: what is earned counts from now on
            _keep_allowance(tx, channel, allowance, earned_at)
        return Claim(wait_ms=wait_ms(allowance, rate))
    taken: list[Claimed] = []
    dropped: list[tuple[int, int, str | None, int]] = []
    held: list[tuple[int, int]] = []
    for priority in priorities:
        if len(taken) < limit:
            rows = _due(tx, channel, priority, limit - len(taken))
            agreed = _agreed(tx, rows)
            for one in rows:
                status, why = _verdict(one, agreed, tx.now)
                if status is Status.QUEUED:
                    held.append((one[_ID], HELD))
                elif status is None:
                    taken.append(_claimed(one, tx.now + lease_ms))
                else:
                    dropped.append((one[_ID], int(status), why, tx.now))
    bulk.update(tx, tables.messages, ("id",), ("status", "error", "changed_at"), dropped)
    bulk.update(tx, tables.messages, ("id",), ("priority",), held)
    bulk.update(
        tx,
        tables.messages,
        ("id",),
        ("status", "claimed_until", "attempts"),
        [(one.id, int(Status.SENDING), one.lease, one.attempts) for one in taken],
    )
    if taken:
        _keep_allowance(tx, channel, allowance - len(taken) * MESSAGE, earned_at)
    return Claim(tuple(taken), len(dropped) + len(held))


def settle(tx: Transaction, channel: int, outcomes: Sequence[Settled]) -> None:
    """Record what became of claimed messages, and apply the reports that came before.

    What was accepted is recorded even when the lease had run out; anything else only while the
    lease is held, since somebody else may have the message by now.
    """
    columns = ("id", "status", "claimed_until", "attempts", "not_before", "provider_ref", "error")
    found = bulk.select_in(
        tx, tables.messages, columns, "id", (one.id for one in outcomes), lock=True
    )
    current = {row[0]: row for row in found}
    early = _early_reports(tx, channel, outcomes)
    rows = []
    for one in outcomes:
        row = current.get(one.id)
        if row is None:
            continue
        if one.status is Status.ACCEPTED:
            rows.append(_accepted(one, row, early))
        elif row[1] == Status.SENDING and row[2] == one.lease:
            attempts = row[3] if one.counted else max(0, row[3] - 1)
            not_before = row[4] if one.not_before is None else one.not_before
            rows.append((one.id, int(one.status), attempts, not_before, row[5], one.error))
    bulk.update(
        tx,
        tables.messages,
        ("id",),
        (
            "status",
            "attempts",
            "not_before",
            "provider_ref",
            "error",
            "claimed_until",
            "changed_at",
        ),
        [(*row, None, tx.now) for row in rows],
    )


def recipients(connection: Connection, phones: Iterable[bytes]) -> Mapping[bytes, Recipient]:
    """Return the person whom a call to action addresses on each phone."""
    participants = tables.participants
    query = (
        select(
            participants.c.phone,
            participants.c.number,
            participants.c.name_sealed,
            participants.c.salt,
            participants.c.place,
        )
        .where(
            participants.c.phone.in_(list(phones)),
            participants.c.status == "member",
            participants.c.consent == "yes",
        )
        .order_by(participants.c.slot.desc())
    )
    # The first of a phone's people comes last, and stays.
    return {bytes(phone): Recipient(*rest) for phone, *rest in connection.execute(query)}


def pause(tx: Transaction, channel: int, by: str, why: str) -> None:
    """Let nothing leave through a channel. `by` is ``operator`` or the refusal's name."""
    columns = ("paused_by", "paused_why", "paused_at")
    bulk.update(tx, tables.channels, ("id",), columns, [(channel, by, why, tx.now)])


def resume(tx: Transaction, channel: int) -> None:
    """Let messages leave again."""
    columns = ("paused_by", "paused_why", "paused_at")
    bulk.update(tx, tables.channels, ("id",), columns, [(channel, None, None, None)])


# The columns of a row that may leave, in the order of `_due`.
_ID, _PHONE, _PURPOSE, _TEXT, _BROADCAST, _LANGUAGE, _LINK, _ATTEMPTS, _VALID = range(9)
_NUMBER, _SALT, _STOPPED_AT, _BROADCAST_STATUS = range(9, 13)

# `status < 20` repeats the index's own condition, without which SQLite does not consider it.
_DUE = f"""
SELECT m.id, m.phone, m.purpose, m.text_sealed, m.broadcast, m.language, m.link_id, m.attempts,
       m.valid_until, f.number_sealed, f.salt, f.opted_out_at, b.status
FROM messages m
LEFT JOIN phones f ON f.id = m.phone
LEFT JOIN broadcasts b ON b.number = m.broadcast
WHERE m.channel = :channel AND m.status = {int(Status.QUEUED)}
      AND m.status < {int(Status.UNKNOWN)} AND m.priority = :priority AND m.not_before <= :now
ORDER BY m.not_before
LIMIT :limit
"""


def _lock_channel(tx: Transaction, channel: int) -> Sequence[Any] | None:
    columns = ("paused_by", "allowance", "allowance_at")
    rows = bulk.select_in(tx, tables.channels, columns, "id", (channel,), lock=True)
    return rows[0] if rows else None


def _keep_allowance(tx: Transaction, channel: int, allowance: int, earned_at: int) -> None:
    columns = ("allowance", "allowance_at")
    bulk.update(tx, tables.channels, ("id",), columns, [(channel, allowance, earned_at)])


def _due(tx: Transaction, channel: int, priority: int, limit: int) -> Sequence[Sequence[Any]]:
    # One range of the index per priority: what waits for its time is never looked through.
    values = (channel, priority, tx.now, limit)
    if tx.dialect == SQLITE:
        return tx.rows(_DUE_SQLITE, values)
    return tx.rows(_DUE_POSTGRESQL, values)


def _with_marks(statement: str, mark: str) -> str:
    for name in ("channel", "priority", "now", "limit"):
        statement = statement.replace(f":{name}", mark)
    return statement


_DUE_SQLITE = _with_marks(_DUE, "?")
_DUE_POSTGRESQL = _with_marks(_DUE, "%s") + "FOR UPDATE OF m SKIP LOCKED"


def _agreed(tx: Transaction, rows: Sequence[Sequence[Any]]) -> Collection[bytes]:
    """Return the phones of calls to action among the rows on which somebody agrees to get them."""
    phones = {bytes(row[_PHONE]) for row in rows if row[_BROADCAST] is not None}
    columns = ("phone", "status", "consent")
    found = bulk.select_in(tx, tables.participants, columns, "phone", phones)
    return {
        bytes(phone) for phone, status, consent in found if status == "member" and consent == "yes"
    }


def _verdict(
    row: Sequence[Any], agreed: Collection[bytes], now: int
) -> tuple[Status | None, str | None]:
    """Return the final status of a message that may not leave, and why; None if it may.

    One of a call that is paused stays queued, and is put aside.
    """
    calling = row[_BROADCAST] is not None
    if row[_VALID] is not None and row[_VALID] <= now:
        return Status.EXPIRED, None
    if calling and row[_BROADCAST_STATUS] == PAUSED:
        return Status.QUEUED, None
    if calling and row[_BROADCAST_STATUS] not in RUNNING:
        return Status.CANCELLED, None
    if row[_SALT] is None:
        return Status.WITHHELD, _REASON_ERASED
    if row[_STOPPED_AT] is not None and not Purpose(row[_PURPOSE]).reaches_stopped:
        return Status.WITHHELD, _REASON_STOPPED
    if calling and bytes(row[_PHONE]) not in agreed:
        return Status.WITHHELD, _REASON_NO_CONSENT
    return None, None


def _claimed(row: Sequence[Any], lease: int) -> Claimed:
    return Claimed(
        row[_ID],
        lease,
        Purpose(row[_PURPOSE]),
        bytes(row[_PHONE]),
        bytes(row[_NUMBER]),
        bytes(row[_SALT]),
        row[_TEXT],
        row[_BROADCAST],
        row[_LANGUAGE],
        row[_LINK],
        row[_ATTEMPTS] + 1,
    )


_Early = Mapping[str, tuple[Status, str | None]]


def _early_reports(tx: Transaction, channel: int, outcomes: Sequence[Settled]) -> _Early:
    """Take the reports that came before their references were recorded; the highest of each."""
    references = {one.provider_ref for one in outcomes if one.provider_ref is not None}
    columns = ("id", "channel", "provider_ref", "status", "error")
    rows = bulk.select_in(tx, tables.orphan_reports, columns, "provider_ref", references)
    mine = [row for row in rows if row[1] == channel]
    bulk.delete(tx, tables.orphan_reports, ("id",), [(row[0],) for row in mine])
    return dict(_highest(mine))


def _highest(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Status, str | None]]]:
    for _, _, reference, status, error in sorted(rows, key=lambda row: int(row[3])):
        yield reference, (Status(status), error)


def _accepted(one: Settled, row: Sequence[Any], early: _Early) -> tuple[Any, ...]:
    status, error = advance(Status(row[1]), Status.ACCEPTED), None
    if one.provider_ref in early:
        reported, why = early[str(one.provider_ref)]
        if reported > status:
            status, error = reported, why
    return one.id, int(status), row[3], row[4], one.provider_ref or row[5], error
