"""Phones, their participants and their conversations: read and written a batch at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Query, Transaction


class PhoneRow(NamedTuple):
    """One phone as stored. `salt` is None once its owner was erased."""

    id: bytes
    number_sealed: bytes
    salt: bytes | None
    language: str | None
    opted_out_at: int | None
    created_at: int


class ParticipantRow(NamedTuple):
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


class ConversationRow(NamedTuple):
    """Where one phone is. `state_sealed` is None when nothing waits for an answer."""

    phone: bytes
    release: str
    state_sealed: bytes | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A phone that was never seen before, or whose person was erased."""

    id: bytes
    number_sealed: bytes
    salt: bytes
    language: str | None


@dataclass(frozen=True, slots=True)
class People:
    """What is stored of a batch's phones, each by the phone's id."""

    phones: Mapping[bytes, PhoneRow]
    participants: Mapping[bytes, tuple[ParticipantRow, ...]]
    conversations: Mapping[bytes, ConversationRow]
    fields: Mapping[bytes, Mapping[str, bytes]]


_FIELD = ("phone", "key", "value_sealed")


def seek(tx: Transaction, phone_ids: Collection[bytes]) -> list[Query]:
    """Return the queries that `read` reads. On PostgreSQL the first one locks the phones.

    Locked phones are handled by nobody else until this transaction ends; the other queries run
    behind the lock, so they see what its last holder wrote.
    """
    lock = tx.dialect != SQLITE
    return [
        bulk.query_in(tx, tables.phones, PhoneRow._fields, "id", phone_ids, lock=lock),
        bulk.query_in(tx, tables.participants, ParticipantRow._fields, "phone", phone_ids),
        bulk.query_in(tx, tables.conversations, ConversationRow._fields, "phone", phone_ids),
        bulk.query_in(tx, tables.fields, _FIELD, "phone", phone_ids),
    ]


def read(rows: Sequence[Sequence[Any]]) -> People:
    """Return what the queries of `seek` found."""
    phones, participants, conversations, fields = rows
    kept: dict[bytes, dict[str, bytes]] = {}
    for phone, key, value in fields:
        kept.setdefault(bytes(phone), {})[key] = bytes(value)
    return People(
        {bytes(row[0]): PhoneRow(*row) for row in phones},
        _by_phone(participants),
        {bytes(row[0]): ConversationRow(*row) for row in conversations},
        kept,
    )


def phones(tx: Transaction, ids: Iterable[bytes], *, lock: bool) -> Mapping[bytes, PhoneRow]:
    """Return phones by id. With `lock` nobody else handles them until this transaction ends."""
    rows = bulk.select_in(tx, tables.phones, PhoneRow._fields, "id", ids, lock=lock)
    return {bytes(row[0]): PhoneRow(*row) for row in rows}


def participants(
    tx: Transaction, phone_ids: Iterable[bytes]
) -> Mapping[bytes, tuple[ParticipantRow, ...]]:
    """Return each phone's participants in the order of their slots."""
    return _by_phone(
        bulk.select_in(tx, tables.participants, ParticipantRow._fields, "phone", phone_ids)
    )


def _by_phone(rows: Iterable[Sequence[Any]]) -> Mapping[bytes, tuple[ParticipantRow, ...]]:
    found: dict[bytes, tuple[ParticipantRow, ...]] = {}
    for row in sorted((ParticipantRow(*row) for row in rows), key=_slot):
        found[row.phone] = (*found.get(row.phone, ()), row)
    return found


def add_phones(tx: Transaction, new: Sequence[NewPhone]) -> None:
    """Write new phones, in the order of their ids so that two processes cannot deadlock."""
    rows = sorted((one.id, one.number_sealed, one.salt, one.language, tx.now) for one in new)
    columns = ("id", "number_sealed", "salt", "language", "created_at")
    bulk.insert(tx, tables.phones, columns, rows, conflict=("id",), update=columns[1:])


def set_languages(tx: Transaction, languages: Sequence[tuple[bytes, str]]) -> None:
    """Record the language that each phone wants."""
    bulk.update(tx, tables.phones, ("id",), ("language",), languages)


def save_conversations(tx: Transaction, rows: Sequence[ConversationRow]) -> None:
    """Write where phones are; one row each."""
    bulk.insert(
        tx,
        tables.conversations,
        ConversationRow._fields,
        rows,
        conflict=("phone",),
        update=("release", "state_sealed", "updated_at"),
    )


def _slot(row: ParticipantRow) -> int:
    return row.slot
