"""Opens the rows of phones: who somebody is, and where their conversation stands. Reads no table.

What is opened lives as long as a batch. A name stays sealed until something asks for it.
"""

from functools import partial

import orjson

from gateway.core.flow.saved import Later
from gateway.service.erased import again, present
from gateway.service.thread import Thread
from gateway.service.world import FIELD, NAME, STATE, Caller, Member
from gateway.store.outbox import NUMBER
from gateway.store.people import ParticipantRow, People
from gateway.store.vault import Vault


def opened(vault: Vault, phone: bytes, number: str, known: People) -> Caller:
    """Return a phone of a batch, from its rows or as one that nobody knows yet."""
    row = known.phones.get(phone)
    if row is None or row.salt is None:
        salt = vault.new_salt()
        return again(Caller(phone, number, salt, vault.person(salt), new=True), row, known)
    sealer = vault.person(row.salt)
    stored = known.conversations.get(phone)
    thread = None
    if stored is not None and stored.state_sealed is not None:
        state = sealer.open(STATE, stored.state_sealed)
        thread = Thread.from_bytes(state, stored.updated_at)
    caller = Caller(
        phone,
        number,
        row.salt,
        sealer,
        new=False,
        language=row.language,
        opted_out=row.opted_out_at is not None,
        thread=thread or Thread(),
        since=row.created_at,
    )
    for key, value in known.fields.get(phone, {}).items():
        caller.fields[key] = orjson.loads(sealer.open(FIELD, value))
    if not number:
        caller.number = sealer.open(NUMBER, row.number_sealed).decode()
    members = present(caller, known)
    if members:
        caller.member = _member(vault, members[0])
    return caller


def _member(vault: Vault, row: ParticipantRow) -> Member:
    salt = row.salt or vault.new_salt()
    return Member(
        row.id,
        row.slot,
        row.number,
        Later(partial(_name, vault, salt, row.name_sealed)) if row.name_sealed else "",
        row.place,
        row.language,
        row.status,
        row.consent,
        salt,
    )


def _name(vault: Vault, salt: bytes, sealed: bytes) -> str:
    return vault.person(salt).open(NAME, sealed).decode()
