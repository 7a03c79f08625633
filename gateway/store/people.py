"""Phones, their participants and their conversations: read and written a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.store import bulk, tables
from gateway.store.database import Transaction


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One phone as stored. `salt` is None once its owner was erased."""

    id: bytes
    number_sealed: bytes
    salt: bytes | None
    language: str | None
    opted_out_at: int | None


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One participant as stored."""

    id: bytes
    phone: bytes
    slot: int
    number: int
    name_sealed: bytes | None
    salt: bytes | None
    place: str | None
    language: str | None
    status: str
    consent: str | None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """Where one phone is. `state_sealed` is None when nothing waits for an answer."""

    phone: bytes
    release: str
    state_sealed: bytes | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A phone that was never seen before."""

    id: bytes
    number_sealed: bytes
    salt: bytes
    language: str | None


_PHONE = ("id", "number_sealed", "salt", "language", "opted_out_at")
_PARTICIPANT = (
    "id",
    "phone",
    "slot",
    "number",
    "name_sealed",
    "salt",
    "place",
    "language",
    "status",
    "consent",
)
_CONVERSATION = ("phone", "release", "state_sealed", "updated_at")


def phones(tx: Transaction, ids: Iterable[bytes], *, lock: bool) -> Mapping[bytes, PhoneRow]:
    """Return phones by id. With `lock` nobody else handles them until this transaction ends."""
    rows = bulk.select_in(tx, tables.phones, _PHONE, "id", ids, lock=lock)
    return {bytes(row[0]): PhoneRow(*row) for row in rows}


def participants(
    tx: Transaction, phone_ids: Iterable[bytes]
) -> Mapping[bytes, tuple[ParticipantRow, ...]]:
    """Return each phone's participants in the order of their slots."""
    found: dict[bytes, tuple[ParticipantRow, ...]] = {}
    rows = bulk.select_in(tx, tables.participants, _PARTICIPANT, "phone", phone_ids)
    for row in sorted((ParticipantRow(*row) for row in rows), key=_slot):
        found[row.phone] = (*found.get(row.phone, ()), row)
    return found


def conversations(tx: Transaction, phone_ids: Iterable[bytes]) -> Mapping[bytes, ConversationRow]:
    """Return conversations by phone."""
    rows = bulk.select_in(tx, tables.conversations, _CONVERSATION, "phone", phone_ids)
    return {bytes(row[0]): ConversationRow(*row) for row in rows}


def add_phones(tx: Transaction, new: Sequence[NewPhone]) -> None:
    """Write new phones, in the order of their ids so that two processes cannot deadlock."""
    rows = sorted((one.id, one.number_sealed, one.salt, one.language, tx.now) for one in new)
    columns = ("id", "number_sealed", "salt", "language", "created_at")
    bulk.insert(tx, tables.phones, columns, rows)


def set_languages(tx: Transaction, languages: Sequence[tuple[bytes, str]]) -> None:
    """Record the language that each phone wants."""
    bulk.update(tx, tables.phones, ("id",), ("language",), languages)


def save_conversations(tx: Transaction, rows: Sequence[ConversationRow]) -> None:
    """Write where phones are; one row each."""
    bulk.insert(
        tx,
        tables.conversations,
        _CONVERSATION,
        [(row.phone, row.release, row.state_sealed, row.updated_at) for row in rows],
        conflict=("phone",),
        update=("release", "state_sealed", "updated_at"),
    )


def _slot(row: ParticipantRow) -> int:
    return row.slot
