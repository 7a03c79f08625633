"""Messages on their way out: queued, claimed under a lease, settled. Opens nothing that is sealed.

The outbox is the set of messages not yet final. Whoever delivers claims some of them in one short
transaction, sends without any transaction open, and settles in another. The number of messages that
may leave is kept in the channel's row, so several deliverers and their restarts share one rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, literal_column

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.fast_init import fast_init
from gateway.store import bulk, tables
from gateway.store.database import Transaction
from gateway.store.streams import STREAM_BITS

TEXT = b"text"  # the use under which a message's text is sealed, with its phone's key
NUMBER = b"number"  # the use under which a phone's E.164 is sealed

_IN, _OUT = 0, 1
_SECOND_MS = 1000


@fast_init
@dataclass(frozen=True, slots=True)
class Queued:
    """One SMS to be sent. Times are milliseconds; `valid_until` None never expires.

    `text_sealed` is sealed for the use ``text`` under the phone's salt. `link_id` answers an
    on-demand premium request. `handover` is what staff write it for, `report` the id of the report
    that it is about.
    """

    phone: bytes
    channel: int
    purpose: Purpose
    text_sealed: bytes
    valid_until: int | None
    not_before: int | None = None
    link_id: str | None = None
    handover: int | None = None
    report: int | None = None


@fast_init
@dataclass(frozen=True, slots=True)
class Incoming:
    """One SMS that came in. `text_sealed` is as in `Queued`; it belongs to a handover, a report.

    `reply_to` is the number of the call to action that it answers.
    """

    phone: bytes
    channel: int
    text_sealed: bytes
    link_id: str | None = None
    handover: int | None = None
    report: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What an aggregator says became of a message. `status` None: a word we do not know."""

    provider_ref: str
    status: Status | None
    error: str | None = None


_COLUMNS = (
    "id",
    "direction",
    "purpose",
    "channel",
    "phone",
    "status",
    "priority",
    "text_sealed",
    "link_id",
    "attempts",
    "created_at",
    "not_before",
    "valid_until",
    "handover",
    "report",
)


def enqueue(tx: Transaction, rows: Sequence[Queued]) -> tuple[int, ...]:
    """Put messages into the outbox and return their ids, in order."""
    ids = _ids(tx, len(rows))
    now = tx.now
    # An answer does not wait until a clock that was set back shows again what it showed before.
    soon = min(now, tx.clock + _SECOND_MS)
    bulk.insert(
        tx,
        tables.messages,
        _COLUMNS,
        [
            (
                number,
                _OUT,
                int(row.purpose),
                row.channel,
                row.phone,
                int(Status.QUEUED),
                row.purpose.priority,
                row.text_sealed,
                row.link_id,
                0,
                now,
                soon if row.not_before is None else row.not_before,
                row.valid_until,
                row.handover,
                row.report,
            )
            for number, row in zip(ids, rows, strict=True)
        ],
    )
    return ids


def keep_incoming(tx: Transaction, rows: Sequence[Incoming]) -> tuple[int, ...]:
    """Keep messages that came in and return their ids, in order."""
    ids = _ids(tx, len(rows))
    now = tx.now
    bulk.insert(
        tx,
        tables.messages,
        (*_COLUMNS, "reply_to"),
        [
            (
                number,
                _IN,
                int(Purpose.RECEIVED),
                row.channel,
                row.phone,
                int(Status.RECEIVED),
                Purpose.RECEIVED.priority,
                row.text_sealed,
                row.link_id,
                0,
                now,
                now,
                None,
                row.handover,
                row.report,
                row.reply_to,
            )
            for number, row in zip(ids, rows, strict=True)
        ],
    )
    return ids


def apply_reports(
    tx: Transaction, channel: int, reports: Sequence[Reported]
) -> Mapping[str, bytes]:
    """Move messages to what an aggregator reports; return reference to phone for those known.

    A report never takes a message back, so one that comes twice or late changes nothing. One whose
    reference is not known yet is kept, and applied by `settle` in the transaction that records the
    reference. A status that we do not know leaves its error and nothing else.
    """
    rows = bulk.select_in(
        tx,
        tables.messages,
        ("provider_ref", "id", "channel", "phone", "status"),
        "provider_ref",
        {report.provider_ref for report in reports},
        lock=True,
    )
    known = {row[0]: row for row in rows if row[2] == channel}
    reached: dict[str, Reported] = {}
    orphans = []
    noted = []
    for report in reports:
        if report.provider_ref not in known:
            if report.status is not None:
                orphans.append(report)
        elif report.status is None:
            noted.append((known[report.provider_ref][1], report.error))
        elif _is_news(report, reached, known[report.provider_ref][4]):
            reached[report.provider_ref] = report
    bulk.update(tx, tables.messages, ("id",), ("error",), noted)
    bulk.update(
        tx,
        tables.messages,
        ("id",),
        ("status", "error", "changed_at"),
        [
            (known[report.provider_ref][1], int(report.status), report.error, tx.now)
            for report in reached.values()
            if report.status is not None
        ],
    )
    _keep_orphans(tx, channel, orphans)
    return {reference: bytes(row[3]) for reference, row in known.items()}


def waiting(channel: int, status: Status, priority: int) -> ColumnElement[bool]:
    """Messages of a channel in one of the statuses of the outbox's index, of one priority.

    One value each, as literals, with the index's own condition and a bound on every column: only
    so does SQLite go straight to them, instead of through everything else that waits.
    """
    messages = tables.messages
    return and_(
        messages.c.channel == literal_column(str(channel)),
        messages.c.status == literal_column(str(int(status))),
        messages.c.status < literal_column(str(int(Status.UNKNOWN))),
        messages.c.priority == literal_column(str(priority)),
        messages.c.not_before >= literal_column("0"),
    )


def _is_news(report: Reported, reached: Mapping[str, Reported], current: int) -> bool:
    earlier = reached.get(report.provider_ref)
    highest = current if earlier is None or earlier.status is None else int(earlier.status)
    return report.status is not None and report.status > highest


def _keep_orphans(tx: Transaction, channel: int, orphans: Iterable[Reported]) -> None:
    bulk.insert(
        tx,
        tables.orphan_reports,
        ("id", "channel", "provider_ref", "status", "error", "received_at"),
        [
            (tx.head.take_id(), channel, one.provider_ref, int(one.status), one.error, tx.now)
            for one in orphans
            if one.status is not None
        ],
    )


def _ids(tx: Transaction, count: int) -> tuple[int, ...]:
    first = tx.head.take_ids(count)
    stream = tx.head.stream
    return tuple(number << STREAM_BITS | stream for number in range(first, first + count))
