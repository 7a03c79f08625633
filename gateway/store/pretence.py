"""What a made-up movement needs of the database: that it is empty, and what was sent.

Whether one was made up is kept among the counters, with how many people it was to have.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, case, literal, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.types import Text

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.store import bulk, tables
from gateway.store.claims import Claimed
from gateway.store.database import Transaction
from gateway.store.streams import STREAM_BITS

_BEGUN, _DONE = "pretence_begun", "pretence_done"
_LOTS = 256
_PART_COLUMNS = ("id", "number_sealed", "salt", "language", "created_at")
# Of a thousand messages of a call, how many came to which end, in order.
_ENDS = (
    (905, Status.DELIVERED, None),
    (940, Status.FAILED, "AbsentSubscriber"),
    (955, Status.FAILED, "InvalidPhoneNumber"),
    (985, Status.BUFFERED, None),
)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made up in a database: for how many people, and whether to the end."""

    people: int
    finished: bool


def made(view: Connection) -> Made | None:
    """Return what was made up here, or None."""
    counters = tables.counters
    query = select(counters.c.name, counters.c.value).where(counters.c.name.in_((_BEGUN, _DONE)))
    found = {row.name: int(row.value) for row in view.execute(query)}
    return Made(found[_BEGUN], _DONE in found) if _BEGUN in found else None


def is_empty(view: Connection) -> bool:
    """Whether nothing has ever happened here: no fact, no phone, no account."""
    return not any(
        view.execute(select(literal(1)).select_from(table).limit(1)).scalar()
        for table in (tables.journal, tables.phones, tables.staff)
    )


def begin(tx: Transaction, people: int) -> None:
    """Keep that what is here is made up, before the first of it is."""
    bulk.insert(tx, tables.counters, ("name", "value"), [(_BEGUN, people)])


def finish(tx: Transaction, people: int) -> None:
    """Keep that all of it is there."""
    bulk.insert(tx, tables.counters, ("name", "value"), [(_DONE, people)])


def add_phones(tx: Transaction, rows: list[tuple[bytes, bytes, bytes, str | None, int]]) -> None:
    """Write phones: id, sealed number, salt, language and since when."""
    bulk.insert(tx, tables.phones, _PART_COLUMNS, sorted(rows))


def sent(
    view: Connection, channel: int, when: tuple[int, int], after: int, limit: int
) -> list[Claimed]:
    """Return the next messages after an id that left between two moments, as deliverers see them.

    Those of people who were erased since are left out.
    """
    m, f = tables.messages, tables.phones
    columns = (
        m.c.id, m.c.purpose, m.c.phone, f.c.number_sealed, f.c.salt, m.c.text_sealed,
        m.c.broadcast, m.c.language,
    )  # fmt: skip
    query = (
        select(*columns)
        .join_from(m, f, f.c.id == m.c.phone)
        .where(
            m.c.id > after,
            m.c.channel == channel,
            m.c.created_at >= when[0],
            m.c.created_at < when[1],
            m.c.provider_ref.is_not(None),
            f.c.salt.is_not(None),
        )
        .order_by(m.c.id)
        .limit(limit)
    )
    return [
        Claimed(
            row.id, 0, Purpose(row.purpose), row.phone, row.number_sealed, row.salt,
            row.text_sealed, row.broadcast, row.language, None, 1,
        )
        for row in view.execute(query)
    ]  # fmt: skip


def deliver(tx: Transaction, call: int, first: int, end: int) -> None:
    """Let a part of a call's messages have come to their ends.

    It is that of the phones whose ids begin with a byte from `first` on and below `end`, up to 256.
    Ids are hashes, so one part is as large as another.
    """
    m = tables.messages
    turn = m.c.id / (1 << STREAM_BITS)
    lot = turn * 7919 % 1000
    within = [m.c.broadcast == call, m.c.phone >= bytes([first])]
    if end < _LOTS:
        within.append(m.c.phone < bytes([end]))
    tx.connection.execute(
        update(m)
        .where(*within, m.c.status < int(Status.UNKNOWN))
        .values(
            status=case(
                *((lot < most, int(end)) for most, end, _ in _ENDS), else_=int(Status.SENT)
            ),
            error=case(*((lot < most, error) for most, _, error in _ENDS), else_=None),
            attempts=1,
            provider_ref=literal("made-up-") + as_type(m.c.id, Text),
            changed_at=m.c.created_at + turn * 31 % 7200 * 1000,
        )
    )
