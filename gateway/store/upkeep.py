"""What must be put right as time passes: lost leases, expired messages, rows kept too long.

Everything is set-based and bounded per call, so that no call holds up an answer for long. Whoever
calls goes on calling while there is more to do.
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete, exists, select, update

from gateway.core.delivery.purpose import BULK, PRIORITIES
from gateway.core.delivery.status import Status
from gateway.store import bulk, tables
from gateway.store.database import Transaction
from gateway.store.inbox import Taken
from gateway.store.outbox import waiting


def recover(tx: Transaction) -> tuple[int, int]:
    """Take messages whose lease ran out from whoever held them; return (queued again, unknown).

    Nobody knows whether they left. A call to action stays unknown and is not sent a second time;
    anything else is sent again, because a missing answer is worse than a second one.
    """
    messages = tables.messages
    moved = {Status.QUEUED: 0, Status.UNKNOWN: 0}
    for channel in _channels(tx):
        for priority in PRIORITIES:
            becomes = Status.UNKNOWN if priority == BULK else Status.QUEUED
            moved[becomes] += tx.connection.execute(
                update(messages)
                .where(
                    waiting(channel, Status.SENDING, priority),
                    messages.c.claimed_until <= tx.now,
                )
                .values(status=int(becomes), claimed_until=None, changed_at=tx.now)
            ).rowcount
    return moved[Status.QUEUED], moved[Status.UNKNOWN]


def expire_messages(tx: Transaction) -> int:
    """Mark messages that waited past their time, calls to action excepted; return how many.

    Calls are left to their broadcast, which knows when it is over: there may be a million of them
    waiting, and none needs to be looked at.
    """
    messages = tables.messages
    expired = 0
    for channel in _channels(tx):
        for priority in PRIORITIES:
            if priority != BULK:
                expired += tx.connection.execute(
                    update(messages)
                    .where(
                        waiting(channel, Status.QUEUED, priority),
                        messages.c.valid_until <= tx.now,
                    )
                    .values(status=int(Status.EXPIRED), changed_at=tx.now)
                ).rowcount
    return expired


def match_orphans(tx: Transaction) -> int:
    """Apply kept reports whose message became known meanwhile; return how many messages moved.

    `claims.settle` does so for its own references. A report that is kept by another process at the
    very moment of the settling is seen by neither, and is matched here.
    """
    messages, orphans = tables.messages, tables.orphan_reports
    same = and_(
        messages.c.provider_ref == orphans.c.provider_ref,
        messages.c.channel == orphans.c.channel,
    )
    found = tx.connection.execute(
        select(
            orphans.c.id.label("orphan"),
            messages.c.id,
            messages.c.status,
            orphans.c.status.label("reported"),
            orphans.c.error,
        )
        .join(messages, same)
        .order_by(messages.c.id, orphans.c.status)
    ).all()
    moved = {
        row.id: (row.id, row.reported, row.error, tx.now)
        for row in found
        if row.reported > row.status
    }
    bulk.update(
        tx, tables.messages, ("id",), ("status", "error", "changed_at"), list(moved.values())
    )
    bulk.delete(tx, orphans, ("id",), [(row.orphan,) for row in found])
    return len(moved)


def forget_orphans(tx: Transaction, before: int) -> int:
    """Remove reports that nobody's message matched since a time; return how many."""
    orphans = tables.orphan_reports
    return tx.connection.execute(delete(orphans).where(orphans.c.received_at < before)).rowcount


def forget_callbacks(tx: Transaction, after: int, *, before: int, limit: int) -> int | None:
    """Remove handled callbacks received before a time, among the next `limit` after an id.

    Returns the id to go on after, or None at the end. Those that failed or could not be read are
    kept: a person has to look at them.
    """
    inbox = tables.inbox
    following = select(inbox.c.id).where(inbox.c.id > after).order_by(inbox.c.id)
    last = tx.connection.execute(following.offset(limit - 1).limit(1)).scalar()
    old = delete(inbox).where(
        inbox.c.id > after, inbox.c.status == int(Taken.DONE), inbox.c.received_at < before
    )
    tx.connection.execute(old if last is None else old.where(inbox.c.id <= last))
    return last


def forget_occasions(tx: Transaction, before: int) -> int:
    """Remove what is kept of timetables that were due before a time; return how many.

    The newest of each timetable stays: a clock that was set back does not begin it again.
    """
    o, newer = tables.occasions, tables.occasions.alias("newer")
    old = delete(o).where(
        o.c.due_at < before,
        exists().where(newer.c.name == o.c.name, newer.c.due_at > o.c.due_at),
    )
    return tx.connection.execute(old).rowcount


def _channels(tx: Transaction) -> Sequence[int]:
    return tx.connection.execute(select(tables.channels.c.id)).scalars().all()
