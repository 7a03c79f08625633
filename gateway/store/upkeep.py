"""What must be put right as time passes: lost leases, expired messages, rows kept too long.

Everything is set-based and bounded per call, so that no call holds up an answer for long. Whoever
calls goes on calling while there is more to do.
"""

from sqlalchemy import ColumnElement, and_, delete, literal_column, select, update

from gateway.core.delivery.purpose import BULK, PRIORITIES, Purpose
from gateway.core.delivery.status import Status
from gateway.store import bulk, tables
from gateway.store.database import Transaction
from gateway.store.inbox import Taken

_CALL = int(Purpose.BROADCAST)


def recover(tx: Transaction) -> tuple[int, int]:
    """Take messages whose lease ran out from whoever held them; return (queued again, unknown).

    Nobody knows whether they left. A call to action stays unknown and is not sent a second time;
    anything else is sent again, because a missing answer is worse than a second one.
    """
    messages = tables.messages
    lost = and_(_waiting(Status.SENDING), messages.c.claimed_until <= tx.now)
    unknown = tx.connection.execute(
        update(messages)
        .where(lost, messages.c.purpose == _CALL)
        .values(status=int(Status.UNKNOWN), claimed_until=None, changed_at=tx.now)
    ).rowcount
    again = tx.connection.execute(
        update(messages)
        .where(lost, messages.c.purpose != _CALL)
        .values(status=int(Status.QUEUED), claimed_until=None, changed_at=tx.now)
    ).rowcount
    return again, unknown


def expire_messages(tx: Transaction) -> int:
    """Mark messages that waited past their time, calls to action excepted; return how many.

    Calls are left to `broadcasts.expire`, which knows them by their broadcast: there may be a
    million of them waiting, and none needs to be looked at.
    """
    messages = tables.messages
    urgent = messages.c.priority.in_([one for one in PRIORITIES if one != BULK])
    return tx.connection.execute(
        update(messages)
        .where(_waiting(Status.QUEUED), urgent, messages.c.valid_until <= tx.now)
        .values(status=int(Status.EXPIRED), changed_at=tx.now)
    ).rowcount


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


def _waiting(status: Status) -> ColumnElement[bool]:
    """Messages of every channel in one of the statuses that the outbox's index holds.

    The statuses are literals and the index's own condition is repeated: that is how SQLite knows
    that the index serves.
    """
    messages = tables.messages
    return and_(
        messages.c.channel.in_(select(tables.channels.c.id)),
        messages.c.status == literal_column(str(int(status))),
        messages.c.status < literal_column(str(int(Status.UNKNOWN))),
    )
