"""People of a movement for tests: recorded as the gateway records them, facts and sealed fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service.world import RESULT
from gateway.store import bulk, journal, people, tables
from gateway.store.counters import MEMBER, Counter
from gateway.store.database import Database, Transaction
from gateway.store.people import NewPhone
from gateway.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Somebody:
    """A participant who was made for a test."""

    id: bytes
    phone: bytes
    number: int
    e164: str


class Population:
    """Makes people and lets them act. Every call is a transaction of its own."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault

    def join(
        self,
        e164: str,
        *,
        name: str = "",
        place: str | None = None,
        language: str = "en",
        gender: str | None = None,
        channel: str = "demo",
        medium: str = "sms",
    ) -> Somebody:
        """Make a member on a phone of his or her own."""
        phone = self.vault.phone_id(e164)
        who = self.vault.participant_id(phone, 1)
        salt = self.vault.new_salt()
        with self.database.write() as tx:
            self._add_phone(tx, phone, e164)
            members = Counter(tx, MEMBER)
            number = members.take()
            members.save()
            body = {
                "phone": phone.hex(),
                "slot": 1,
                "number": number,
                "place": place,
                "language": language,
                "gender": gender,
                "channel": channel,
                "medium": medium,
            }
            sealed = self.vault.person(salt).seal(b"name", name.encode()) if name else None
            fact = Fact(kinds.PARTICIPANT_JOINED, who, body, sealed)
            journal.record(tx, [fact], {who: salt})
        return Somebody(who, phone, number, e164)

    def consent(self, one: Somebody, answer: str = "yes") -> None:
        """Let a member answer the consent question."""
        body = {"answer": answer, "text": "May we?", "language": "en", "channel": "demo"}
        self.record(Fact(kinds.CONSENT_RECORDED, one.id, body))

    def leave(self, one: Somebody) -> None:
        """Let a member leave by STOP."""
        body = {"how": "stop", "channel": "demo"}
        self.record(
            Fact(kinds.PHONE_STOPPED, one.phone, body), Fact(kinds.PARTICIPANT_LEFT, one.id, body)
        )

    def vote(self, one: Somebody, motion: int, option: int, *, changes: int = 0) -> None:
        """Let a member vote; what rules say is not asked."""
        body = {"motion": motion, "option": option, "changes": changes, "channel": "demo"}
        self.record(Fact(kinds.BALLOT_CAST, one.id, body))

    def report(self, one: Somebody, code: str, words: str, *, member: bool = True) -> None:
        """Let somebody report an issue, as a member or only from his or her phone."""
        with self.database.write() as tx:
            table, owner = ("participants", one.id) if member else ("phones", one.phone)
            salt = self._salt(tx, table, owner)
            body = {
                "id": tx.head.take_id(),
                "code": code,
                "phone": one.phone.hex(),
                "category": "water",
                "place": "ZM-01-07",
                "channel": "demo",
            }
            sealed = self.vault.person(salt).seal(b"words", words.encode())
            subject = one.id if member else b""
            journal.record(tx, [Fact(kinds.REPORT_FILED, subject, body, sealed)])

    def answer(self, one: Somebody, flow: str, name: str, category: str) -> None:
        """Answer a question of a conversation."""
        with self.database.write() as tx:
            sealer = self.vault.person(self._salt(tx, "phones", one.phone))
            given = {"value": category, "category": category, "input": category}
            sealed = sealer.seal(RESULT, orjson.dumps(given))
            body = {"flow": flow, "name": name, "node": "ask"}
            journal.record(tx, [Fact(kinds.RESULT_SAVED, one.phone, body, sealed)])

    def message(
        self, one: Somebody, text: str | None, *, incoming: bool = False, **columns: Any
    ) -> int:
        """Store one SMS and return its id. Without a text it takes its broadcast's."""
        with self.database.write() as tx:
            sealer = self.vault.person(self._salt(tx, "phones", one.phone))
            purpose = Purpose.RECEIVED if incoming else Purpose.ANSWER
            row: dict[str, Any] = {
                "id": tx.head.take_id(),
                "direction": 0 if incoming else 1,
                "purpose": int(purpose),
                "channel": 1,
                "phone": one.phone,
                "status": int(Status.RECEIVED if incoming else Status.ACCEPTED),
                "priority": purpose.priority,
                "text_sealed": None if text is None else sealer.seal(b"text", text.encode()),
                "attempts": 0 if incoming else 1,
                "created_at": tx.now,
                "not_before": tx.now,
            } | columns
            bulk.insert(tx, tables.messages, tuple(row), [tuple(row.values())])
        return int(row["id"])

    def broadcast(self, number: int, texts: Mapping[str, str]) -> None:
        """Store one call to action that is being sent."""
        with self.database.write() as tx:
            row = {
                "number": number,
                "title": "A call",
                "texts": orjson.dumps(texts).decode(),
                "audience": "{}",
                "channel": 1,
                "status": "sending",
                "valid_until": tx.now + 86_400_000,
                "queued": 0,
                "created_at": tx.now,
                "changed_at": tx.now,
            }
            bulk.insert(tx, tables.broadcasts, tuple(row), [tuple(row.values())])

    def channel(self, number: int, name: str) -> None:
        """Store one channel."""
        with self.database.write() as tx:
            bulk.insert(
                tx,
                tables.channels,
                ("id", "name", "allowance", "allowance_at"),
                [(number, name, 0, 0)],
            )

    def record(self, *facts: Fact) -> None:
        """Record facts."""
        with self.database.write() as tx:
            journal.record(tx, facts)

    def _add_phone(self, tx: Transaction, phone: bytes, e164: str) -> None:
        salt = self.vault.new_salt()
        sealed = self.vault.person(salt).seal(b"number", e164.encode())
        people.add_phones(tx, [NewPhone(phone, sealed, salt, None)])

    def _salt(self, tx: Transaction, table: str, owner: bytes) -> bytes:
        found = bulk.select_in(tx, tables.metadata.tables[table], ("salt",), "id", [owner])
        return bytes(found[0][0])
