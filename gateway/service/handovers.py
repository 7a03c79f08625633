"""Conversations that staff look after: shown, answered and closed. Every reading is recorded."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.events import Json
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.text import plain
from gateway.core.text.phone import mask
from gateway.service import apply
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.service.world import NOTE, VALUES
from gateway.store import handovers, journal, notices
from gateway.store.database import Database, Transaction
from gateway.store.handovers import CLOSED, PARKED, HandoverRow
from gateway.store.outbox import NUMBER, TEXT, Queued
from gateway.store.vault import Person, Sealed, Vault

ERASED: Final = "(erased)"
_DAY_MS: Final = 86_400_000
_VALID_DAYS: Final = 3  # a person's answer is worth having for longer than a machine's


Also: TypeAlias = Callable[[Transaction], None]
"""What is written in the same transaction, as its last statement."""


def nothing(_tx: Transaction) -> None:
    """Write nothing more."""


class HandoverError(Exception):
    """What was asked cannot be done. One sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One handover without its words. `number` is masked; times are milliseconds.

    `flow` and `step` are where the person was; empty where that is not known.
    """

    id: int
    kind: str
    number: str
    flow: str
    step: str
    topic: str
    status: str
    assigned: str | None
    opened_at: int
    heard_at: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it reads. `to_person` is true for those that staff wrote."""

    to_person: bool
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Read:
    """One handover with its words."""

    about: Listed
    note: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a flow told staff. `values` are None in a list, where nothing personal is shown."""

    id: int
    kind: str
    number: str
    flow: str
    at: int
    values: Mapping[str, Json] | None


def listed(
    database: Database, vault: Vault, *, closed: bool = False, kind: str | None = None
) -> list[Listed]:
    """Return open handovers, the oldest first, and closed ones where it is asked for."""
    with database.read() as view:
        return [_listed(vault, row) for row in handovers.listed(view, closed=closed, kind=kind)]


def waiting(
    database: Database, vault: Vault, places: Collection[str] | None, after: int, limit: int
) -> list[Listed]:
    """Return open handovers after a number, of people in some places; None is everywhere."""
    with database.read() as view:
        rows = handovers.waiting(view, places, after, limit)
    return [_listed(vault, row) for row in rows]


def place_of(database: Database, number: int) -> str | None:
    """Return the place of the person of a handover; None where it is not known."""
    with database.read() as view:
        return handovers.place_of(view, number)


def look(database: Database, vault: Vault, number: int) -> Listed | None:
    """Return what a list shows of a handover, without its words; None where there is none."""
    with database.read() as view:
        row = handovers.find(view, number)
    return None if row is None else _listed(vault, row)


def read(database: Database, vault: Vault, number: int, who: str, also: Also = nothing) -> Read:
    """Return a handover with its words, and record that `who` read them. Raises `HandoverError`."""
    with database.write() as tx:
        row = _find(tx, number)
        body = {"handover": number, "who": who}
        journal.record(tx, [Fact(kinds.CONVERSATION_READ, row.phone, body)])
        written = handovers.written(tx.connection, number)
        also(tx)
    sealer = _sealer(vault, row)
    return Read(
        _listed(vault, row),
        _opened(sealer, NOTE, row.note_sealed),
        tuple(
            Message(one.to_person, _opened(sealer, TEXT, one.text_sealed), one.created_at)
            for one in written
        ),
    )


def reply(
    database: Database, ground: Ground, number: int, text: str, who: str, also: Also = nothing
) -> None:
    """Write an SMS to the person, and take the handover on. Raises `HandoverError`."""
    if not text.strip():
        raise HandoverError("There is nothing to send. Write what the person should read.")
    with database.write() as tx:
        row = _find(tx, number)
        if row.status == CLOSED:
            raise HandoverError(f"Handover {number} is closed. Only an open one can be answered.")
        if row.salt is None:
            raise HandoverError("The person was erased and cannot be written to.")
        world = gather(tx, ground, [Wanted(None, row.phone)])
        caller = world.callers[row.phone]
        if caller.opted_out:
            raise HandoverError("The person said STOP and is not written to.")
        line = ground.line(row.channel)
        if line is None or line.answers_by is None:
            raise HandoverError("No channel sends SMS. Add one with a short code in channels.toml.")
        world.leaving.append(
            Queued(
                row.phone,
                line.answers_by,
                Purpose.STAFF,
                caller.sealer.seal(TEXT, plain.normal(text).encode()),
                valid_until=world.now + _VALID_DAYS * _DAY_MS,
                handover=number,
            )
        )
        handovers.assign(tx, number, who)
        apply.write(tx, world)
        also(tx)


def take(database: Database, number: int, who: str, also: Also = nothing) -> None:
    """Say who looks after a handover. Raises `HandoverError`."""
    with database.write() as tx:
        _find(tx, number)
        handovers.assign(tx, number, who)
        also(tx)


def close(database: Database, ground: Ground, number: int, also: Also = nothing) -> None:
    """Close a handover: the gateway answers the person by itself again. Raises `HandoverError`."""
    with database.write() as tx:
        row = _find(tx, number)
        if not handovers.close(tx, number):
            raise HandoverError(f"Handover {number} is closed already.")
        if row.salt is None:
            also(tx)
            return
        # Whoever writes at this moment waits for the lock, or is waited for.
        world = gather(tx, ground, [Wanted(None, row.phone)])
        caller = world.callers[row.phone]
        left = handovers.open_of(tx, row.phone)
        parked = [one for one, kind in left.items() if kind == PARKED]
        others = [one for one, kind in left.items() if kind != PARKED]
        thread = caller.thread
        if thread.parked == number:
            thread.parked = parked[-1] if parked else 0
            thread.said = ()
        if thread.handover == number:
            thread.handover = others[-1] if others else 0
        caller.moved = True
        apply.write(tx, world)
        also(tx)


def noticed(
    database: Database, vault: Vault, kind: str | None, limit: int, *, who: str | None = None
) -> list[Notice]:
    """Return the newest notices first; with their values where `who` reads them is recorded."""
    if who is None:
        with database.read() as view:
            rows = notices.newest(view, kind, limit)
    else:
        with database.write() as tx:
            rows = notices.newest(tx.connection, kind, limit)
            body = {"notices": [row.id for row in rows], "who": who}
            journal.record(tx, [Fact(kinds.CONVERSATION_READ, b"", body)])
    return [_notice(vault, row, shown=who is not None) for row in rows]


def _notice(vault: Vault, row: notices.NoticeRow, *, shown: bool) -> Notice:
    sealer = None if row.salt is None else vault.person(row.salt)
    number, values = ERASED, None
    if sealer is not None:
        number, values = _values(sealer, row, shown=shown)
    return Notice(row.id, row.kind, number, row.flow, row.created_at, values)


def _values(
    sealer: Person, row: notices.NoticeRow, *, shown: bool
) -> tuple[str, Mapping[str, Json] | None]:
    """Return whose notice it is, masked, and its values where they are `shown`."""
    try:
        opened = sealer.open(VALUES, row.values_sealed)
    except Sealed:
        return ERASED, None  # it is of whoever had the phone before, and was erased
    number = mask(sealer.open(NUMBER, row.number_sealed).decode())
    return number, orjson.loads(opened) if shown else None


def _find(tx: Transaction, number: int) -> HandoverRow:
    row = handovers.find(tx.connection, number)
    if row is None:
        raise HandoverError(
            f"There is no handover {number}. `gateway handovers list --all` shows them."
        )
    return row


def _listed(vault: Vault, row: HandoverRow) -> Listed:
    number = _opened(_sealer(vault, row), NUMBER, row.number_sealed)
    return Listed(
        row.id,
        row.kind,
        number if number == ERASED else mask(number),
        row.flow,
        row.node or "",
        row.topic,
        row.status,
        row.assigned,
        row.opened_at,
        row.heard_at,
    )


def _sealer(vault: Vault, row: HandoverRow) -> Person | None:
    return None if row.salt is None else vault.person(row.salt)


def _opened(sealer: Person | None, use: bytes, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return ERASED if sealer is None else sealer.open(use, sealed).decode()
    except Sealed:
        return ERASED  # and has come back since
