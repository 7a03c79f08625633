"""Calls to action as rows: made, moved from status to status, counted, withdrawn. Chooses nobody.

Messages are withdrawn a slice of phones at a time, in the order of their ids, with the place
reached kept in the broadcast's row, so a crash goes on where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, exists, func, or_, select, update

from gateway.core.delivery.purpose import BULK, HELD
from gateway.core.delivery.status import Status
from gateway.core.movement.audience import Audience
from gateway.core.movement.calls import (
    DRAFT,
    EXPIRED,
    PAUSED,
    RUNNING,
    STOPPED,
)
from gateway.store import bulk, tables
from gateway.store.counters import BROADCAST, Counter
from gateway.store.database import Transaction
from gateway.store.outbox import waiting

SLICE = 20_000  # phones per transaction: a fraction of a second, during which answers wait

_END = b"\xff" * 16  # the cursor of a broadcast from which everything was withdrawn


@dataclass(frozen=True, slots=True)
class Draft:
    """A call as it is made. `texts` is language to text; times are milliseconds."""

    title: str
    texts: Mapping[str, str]
    audience: Audience
    channel: int
    not_before: int | None
    valid_until: int


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A call as it is stored. `queued` counts the messages that were put into the outbox.

    `version` counts how often what it says was written; `per_week` is the most calls that a phone
    got in a week when this one was released, None for any number.
    """

    number: int
    title: str
    texts: Mapping[str, str]
    audience: Audience
    channel: int
    status: str
    not_before: int | None
    valid_until: int
    queued: int
    created_at: int
    version: int = 1
    released_at: int | None = None
    per_week: int | None = None


def add(tx: Transaction, draft: Draft) -> int:
    """Keep a new call and return its number."""
    counter = Counter(tx, BROADCAST)
    number = counter.take()
    counter.save()
    row = {
        "number": number,
        **_written(draft),
        "status": DRAFT,
        "queued": 0,
        "created_at": tx.now,
        "changed_at": tx.now,
        "version": 1,
    }
    bulk.insert(tx, tables.broadcasts, tuple(row), [tuple(row.values())])
    return number


def rewrite(tx: Transaction, number: int, draft: Draft) -> None:
    """Write a draft anew, as its next version."""
    broadcasts = tables.broadcasts
    tx.connection.execute(
        update(broadcasts)
        .where(broadcasts.c.number == number)
        .values(**_written(draft), version=broadcasts.c.version + 1, changed_at=tx.now)
    )


def release(tx: Transaction, number: int, per_week: int | None) -> None:
    """Note when a call was released, and how many calls a phone may get in a week."""
    broadcasts = tables.broadcasts
    tx.connection.execute(
        update(broadcasts)
        .where(broadcasts.c.number == number)
        .values(released_at=tx.now, per_week=per_week)
    )


def _written(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "texts": orjson.dumps(draft.texts).decode(),
        "audience": orjson.dumps(draft.audience.to_json()).decode(),
        "channel": draft.channel,
        "not_before": draft.not_before,
        "valid_until": draft.valid_until,
    }


def find(connection: Connection, number: int) -> BroadcastRow | None:
    """Return one call, or None."""
    broadcasts = tables.broadcasts
    row = connection.execute(select(broadcasts).where(broadcasts.c.number == number)).first()
    return None if row is None else _row(row)


def newest(
    connection: Connection,
    limit: int,
    before: int | None = None,
    statuses: Sequence[str] = (),
) -> list[BroadcastRow]:
    """Return the newest calls first: those before a number, in some statuses."""
    broadcasts = tables.broadcasts
    query = select(broadcasts).order_by(broadcasts.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(broadcasts.c.number < before)
    if statuses:
        query = query.where(broadcasts.c.status.in_(statuses))
    return [_row(row) for row in connection.execute(query)]


def texts(connection: Connection, numbers: Iterable[int]) -> dict[int, Mapping[str, str]]:
    """Return the texts of calls by number."""
    broadcasts = tables.broadcasts
    query = select(broadcasts.c.number, broadcasts.c.texts).where(
        broadcasts.c.number.in_(list(numbers))
    )
    return {number: orjson.loads(stored) for number, stored in connection.execute(query)}


def in_status(connection: Connection, *statuses: str) -> list[BroadcastRow]:
    """Return the calls that are in one of the statuses, oldest first."""
    broadcasts = tables.broadcasts
    query = select(broadcasts).where(broadcasts.c.status.in_(statuses))
    return [_row(row) for row in connection.execute(query.order_by(broadcasts.c.number))]


def move(
    tx: Transaction, number: int, of: Sequence[str], to: str, *, keep_cursor: bool = False
) -> bool:
    """Take a call from one of the statuses `of` to another; False if it was in none of them.

    Queueing and withdrawing begin with the first phone, so the cursor is cleared; a call that is
    paused and goes on keeps it.
    """
    broadcasts = tables.broadcasts
    values: dict[str, Any] = {"status": to, "changed_at": tx.now}
    if not keep_cursor:
        values["cursor"] = None
    moved = tx.connection.execute(
        update(broadcasts)
        .where(broadcasts.c.number == number, broadcasts.c.status.in_(of))
        .values(**values)
    )
    return bool(moved.rowcount)


def locked(tx: Transaction, number: int) -> BroadcastRow | None:
    """Return a call whatever its status, locked until the end of the transaction; or None."""
    broadcasts = tables.broadcasts
    query = select(broadcasts).where(broadcasts.c.number == number)
    row = tx.connection.execute(query.with_for_update()).first()
    return None if row is None else _row(row)


def half_queued(tx: Transaction, number: int) -> bool:
    """Whether recipients of a call may not have been queued yet."""
    broadcasts = tables.broadcasts
    query = select(broadcasts.c.cursor, broadcasts.c.queued).where(broadcasts.c.number == number)
    cursor, queued = tx.connection.execute(query).one()
    return cursor is not None or queued == 0


def lock(tx: Transaction, number: int, statuses: Sequence[str]) -> Any:
    """Return the row of a call that is in one of the statuses, locked until the end; or None."""
    broadcasts = tables.broadcasts
    query = select(broadcasts).where(
        broadcasts.c.number == number, broadcasts.c.status.in_(statuses)
    )
    return tx.connection.execute(query.with_for_update()).first()


def hold_slice(
    tx: Transaction, number: int, after: bytes, *, slice_size: int = SLICE
) -> bytes | None:
    """Put aside what waits of a paused call on the phones after one; return the last of them.

    None says that there are no more, or that the call is not paused any longer.
    """
    return _reorder(tx, number, after, (PAUSED,), (BULK, HELD), slice_size)


def release_slice(
    tx: Transaction, number: int, after: bytes, *, slice_size: int = SLICE
) -> bytes | None:
    """Let what was put aside of a running call leave, on the phones after one; as `hold_slice`."""
    return _reorder(tx, number, after, RUNNING, (HELD, BULK), slice_size)


def _reorder(
    tx: Transaction,
    number: int,
    after: bytes,
    statuses: Sequence[str],
    priorities: tuple[int, int],
    slice_size: int,
) -> bytes | None:
    if lock(tx, number, statuses) is None:
        return None
    messages = tables.messages
    of_slice = [messages.c.broadcast == number, messages.c.phone > after]
    following = select(messages.c.phone).where(*of_slice).order_by(messages.c.phone)
    last = tx.connection.execute(following.offset(slice_size - 1).limit(1)).scalar()
    if last is not None:
        of_slice.append(messages.c.phone <= last)
    tx.connection.execute(
        update(messages)
        .where(
            *of_slice,
            messages.c.status == int(Status.QUEUED),
            messages.c.priority == priorities[0],
        )
        .values(priority=priorities[1])
    )
    return None if last is None else bytes(last)


def withdraw_slice(tx: Transaction, number: int, *, slice_size: int = SLICE) -> bool:
    """Take what still waits of a stopped or expired call out of the outbox; True if more may be."""
    row = lock(tx, number, (STOPPED, EXPIRED))
    if row is None or row.cursor == _END:
        return False
    messages, broadcasts = tables.messages, tables.broadcasts
    of_slice = [messages.c.broadcast == number]
    if row.cursor is not None:
        of_slice.append(messages.c.phone > bytes(row.cursor))
    following = select(messages.c.phone).where(*of_slice).order_by(messages.c.phone)
    last = tx.connection.execute(following.offset(slice_size - 1).limit(1)).scalar()
    if last is not None:
        of_slice.append(messages.c.phone <= last)
    status = Status.CANCELLED if row.status == STOPPED else Status.EXPIRED
    tx.connection.execute(
        update(messages)
        .where(*of_slice, messages.c.status == int(Status.QUEUED))
        .values(status=int(status), changed_at=tx.now)
    )
    tx.connection.execute(
        update(broadcasts)
        .where(broadcasts.c.number == number)
        .values(cursor=_END if last is None else last)
    )
    return last is not None


def withdrawing(connection: Connection) -> list[int]:
    """Return the calls whose waiting messages are still being withdrawn."""
    broadcasts = tables.broadcasts
    unfinished = or_(broadcasts.c.cursor.is_(None), broadcasts.c.cursor != _END)
    query = select(broadcasts.c.number).where(
        broadcasts.c.status.in_((STOPPED, EXPIRED)), unfinished
    )
    return list(connection.execute(query).scalars())


def has_waiting(connection: Connection, broadcast: BroadcastRow) -> bool:
    """Whether messages of a call wait or are on their way."""
    of_call = tables.messages.c.broadcast == broadcast.number
    queued, leaving = (
        exists().where(waiting(broadcast.channel, status, BULK), of_call)
        for status in (Status.QUEUED, Status.SENDING)
    )
    put_aside = exists().where(waiting(broadcast.channel, Status.QUEUED, HELD), of_call)
    return bool(connection.execute(select(or_(queued, leaving, put_aside))).scalar())


def has_held(connection: Connection, broadcast: BroadcastRow) -> bool:
    """Whether messages of a call are put aside."""
    of_call = tables.messages.c.broadcast == broadcast.number
    held = exists().where(waiting(broadcast.channel, Status.QUEUED, HELD), of_call)
    return bool(connection.execute(select(held)).scalar())


def count_messages(connection: Connection, number: int) -> dict[Status, int]:
    """Count a call's messages by status, in the order of their ranks."""
    messages = tables.messages
    query = (
        select(messages.c.status, func.count())
        .where(messages.c.broadcast == number)
        .group_by(messages.c.status)
        .order_by(messages.c.status)
    )
    return {Status(status): count for status, count in connection.execute(query)}


def _row(row: Any) -> BroadcastRow:
    return BroadcastRow(
        row.number,
        row.title,
        orjson.loads(row.texts),
        Audience.from_json(orjson.loads(row.audience)),
        row.channel,
        row.status,
        row.not_before,
        row.valid_until,
        row.queued,
        row.created_at,
        row.version,
        row.released_at,
        row.per_week,
    )
