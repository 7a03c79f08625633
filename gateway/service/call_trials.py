"""Sends a call to one number before anybody else gets it, so that its writer sees it on a phone.

The number is typed for this once: it is kept as every phone's is, sealed, and shown nowhere. A call
is tried a few times only, so that a trial is no way around the approval.
"""

from dataclasses import dataclass
from typing import Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.movement.calls import FROM, Step
from gateway.core.movement.wording import read_wording
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.core.text.phone import normalise
from gateway.service.audit import Audit
from gateway.service.broadcast import NO_CALL, NOT_NOW, BroadcastError
from gateway.service.letters import Letters
from gateway.store import broadcasts, call_steps, people
from gateway.store.database import Database, Transaction
from gateway.store.outbox import NUMBER, TEXT, Queued, enqueue
from gateway.store.people import NewPhone
from gateway.store.vault import Vault

MOST: Final = 10
_HOUR_MS: Final = 60 * 60 * 1000

NO_NUMBER: Final = "This is no phone number. Write it as you would dial it."
SAID_STOP: Final = "This phone said STOP: nothing is sent to it, not even a test."
TOO_MANY: Final = "Call %(number)s was tried %(most)s times. That has to do."


@dataclass(frozen=True, slots=True)
class Trials:
    """Tries calls of one movement. `country` is the one whose way of writing numbers is read."""

    database: Database
    vault: Vault
    letters: Letters
    language: str
    country: str

    def send(self, number: int, language: str, written: str, who: Viewer) -> None:
        """Queue a call as one SMS to a number. Raises `BroadcastError`."""
        e164 = normalise(written, self.country)
        if e164 is None:
            raise BroadcastError(NO_NUMBER)
        with self.database.write() as tx:
            call = broadcasts.locked(tx, number)
            if call is None:
                raise BroadcastError(NO_CALL, number=number)
            if call.status not in FROM[Step.TESTED]:
                raise BroadcastError(NOT_NOW, number=number, status=call.status)
            if call_steps.count(tx, number, Step.TESTED) >= MOST:
                raise BroadcastError(TOO_MANY, number=number, most=MOST)
            phone, salt = self._phone(tx, e164)
            wording = read_wording(call.texts, self.language, call.texts)
            text = wording.render(language, self.letters.roots(None))
            sealed = self.vault.person(salt).seal(TEXT, text.encode())
            until = tx.now + _HOUR_MS
            enqueue(tx, [Queued(phone, call.channel, Purpose.STAFF, sealed, until)])
            call_steps.add(tx, number, Step.TESTED, who.id, call.version)
            detail: dict[str, str | int] = {"version": call.version, "language": language}
            Audit(self.database, self.vault).record(
                tx, who, Act.CALL_TESTED, f"call:{number}", detail=detail
            )

    def _phone(self, tx: Transaction, e164: str) -> tuple[bytes, bytes]:
        """Return the id and the salt of a phone, which we may meet for the first time."""
        phone = self.vault.phone_id(e164)
        known = people.phones(tx, [phone], lock=True).get(phone)
        if known is not None and known.salt is not None:
            if known.opted_out_at is not None:
                raise BroadcastError(SAID_STOP)
            return phone, known.salt
        if known is not None:
            raise BroadcastError(SAID_STOP)  # erased: whoever left is not written to
        salt = self.vault.new_salt()
        sealed = self.vault.person(salt).seal(NUMBER, e164.encode())
        people.add_phones(tx, [NewPhone(phone, sealed, salt, None)])
        return phone, salt
