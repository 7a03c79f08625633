"""Somebody who was erased and is here again: a new person, to whom STOP still counts.

What is left of the old one cannot be opened by anybody, and is not looked at.
"""

from gateway.service.world import Caller
from gateway.store.people import ParticipantRow, People, PhoneRow


def again(caller: Caller, row: PhoneRow | None, known: People) -> Caller:
    """Return a phone that is new to us, with what outlives its person being erased, if so."""
    if row is not None:
        caller.opted_out = row.opted_out_at is not None
        caller.slot += len(known.participants.get(caller.phone, ()))
        caller.leftover = tuple(known.fields.get(caller.phone, ()))
    return caller


def present(caller: Caller, known: People) -> list[ParticipantRow]:
    """Return a phone's people who were not erased; whoever joins next comes after the others."""
    everybody = known.participants.get(caller.phone, ())
    found = [one for one in everybody if one.salt is not None]
    caller.slot += len(everybody) - len(found)
    return found
