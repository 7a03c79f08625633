"""Conversations that staff look after: opened, listed, assigned, closed. Unseals no words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select, update

from gateway.store import bulk, tables
from gateway.store.database import Transaction

HANDED_OVER: Final = "handed_over"  # a flow asked for somebody
PARKED: Final = "parked"  # the conversation went in circles
STUB: Final = "stub"  # a flow came to what could not be imported
KINDS: Final = (HANDED_OVER, PARKED, STUB)

OPEN: Final = "open"
CLOSED: Final = "closed"

_LATEST: Final = 200  # messages shown of one handover


@dataclass(frozen=True, slots=True)
class NewHandover:
    """One to be opened. `note_sealed` is under the phone's key, for the use ``note``."""

    id: int
    phone: bytes
    participant: bytes | None
    channel: int
    kind: str
    flow: str
    topic: str
    note_sealed: bytes | None
    node: str = ""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One as it is stored, with what opens the words of its person. `salt` None: erased."""

    id: int
    phone: bytes
    participant: bytes | None
    channel: int
    kind: str
    flow: str
    topic: str
    note_sealed: bytes | None
    status: str
    assigned: str | None
    opened_at: int
    heard_at: int | None
    closed_at: int | None
    number_sealed: bytes
    salt: bytes | None
    node: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A message that belongs to a handover: from the person, or to them."""

    to_person: bool
    text_sealed: bytes | None
    status: int
    created_at: int


def add(tx: Transaction, rows: Sequence[NewHandover]) -> None:
    """Open handovers."""
    columns = (
        "id", "phone", "participant", "channel", "kind", "flow", "topic", "note_sealed",
        "status", "opened_at", "node",
    )  # fmt: skip
    bulk.insert(
        tx,
        tables.handovers,
        columns,
        [
            (
                one.id, one.phone, one.participant, one.channel, one.kind, one.flow, one.topic,
                one.note_sealed, OPEN, tx.now, one.node or None,
            )
            for one in rows
        ],
    )  # fmt: skip


def note_heard(tx: Transaction, numbers: Iterable[int]) -> None:
    """Note that the people of handovers wrote."""
    bulk.update(tx, tables.handovers, ("id",), ("heard_at",), [(one, tx.now) for one in numbers])


def listed(connection: Connection, *, closed: bool, kind: str | None) -> list[HandoverRow]:
    """Return handovers, the oldest first; those that are closed too where it is asked for."""
    query = _query().order_by(tables.handovers.c.id)
    if not closed:
        query = query.where(tables.handovers.c.status == OPEN)
    if kind is not None:
        query = query.where(tables.handovers.c.kind == kind)
    return [_row(row) for row in connection.execute(query)]


def waiting(
    connection: Connection, places: Collection[str] | None, after: int, limit: int
) -> list[HandoverRow]:
    """Return open handovers after a number, the oldest first, of people in some places.

    `places` None is everybody; else those whose place is not known are in none.
    """
    h, p = tables.handovers, tables.participants
    query = _query().where(h.c.status == OPEN, h.c.id > after).order_by(h.c.id).limit(limit)
    if places is not None:
        within = select(p.c.id).where(p.c.id == h.c.participant, p.c.place.in_(sorted(places)))
        query = query.where(within.exists())
    return [_row(row) for row in connection.execute(query)]


def place_of(connection: Connection, number: int) -> str | None:
    """Return the place of the person of a handover; None where it is not known."""
    h, p = tables.handovers, tables.participants
    query = (
        select(p.c.place).select_from(h).join(p, p.c.id == h.c.participant).where(h.c.id == number)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def find(connection: Connection, number: int) -> HandoverRow | None:
    """Return one handover, or None."""
    row = connection.execute(_query().where(tables.handovers.c.id == number)).first()
    return None if row is None else _row(row)


def written(connection: Connection, number: int) -> list[Written]:
    """Return the last messages that belong to a handover, the oldest first."""
    m = tables.messages
    query = (
        select(m.c.direction, m.c.text_sealed, m.c.status, m.c.created_at)
        .where(m.c.handover == number)
        .order_by(m.c.created_at.desc(), m.c.id.desc())
        .limit(_LATEST)
    )
    rows = connection.execute(query).all()
    return [Written(row[0] == 1, row[1], row[2], row[3]) for row in reversed(rows)]


def assign(tx: Transaction, number: int, who: str) -> None:
    """Say who looks after it."""
    h = tables.handovers
    tx.connection.execute(update(h).where(h.c.id == number).values(assigned=who))


def close(tx: Transaction, number: int) -> bool:
    """Close a handover. False where it was closed before."""
    h = tables.handovers
    closing = (
        update(h)
        .where(h.c.id == number, h.c.status == OPEN)
        .values(status=CLOSED, closed_at=tx.now)
    )
    return bool(tx.connection.execute(closing).rowcount)


def open_of(tx: Transaction, phone: bytes) -> Mapping[int, str]:
    """Return the kinds of a phone's open handovers by their numbers."""
    h = tables.handovers
    query = select(h.c.id, h.c.kind).where(h.c.phone == phone, h.c.status == OPEN).order_by(h.c.id)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _query() -> Any:
    h, phones = tables.handovers, tables.phones
    return select(
        h.c.id, h.c.phone, h.c.participant, h.c.channel, h.c.kind, h.c.flow, h.c.topic,
        h.c.note_sealed, h.c.status, h.c.assigned, h.c.opened_at, h.c.heard_at, h.c.closed_at,
        phones.c.number_sealed, phones.c.salt, h.c.node,
    ).join(phones, phones.c.id == h.c.phone)  # fmt: skip


def _row(row: Any) -> HandoverRow:
    return HandoverRow(row[0], bytes(row[1]), *row[2:])
