"""Writes a made-up movement as the gateway records a real one: facts in their order, rows sealed.

What happens is kept until there is enough of it, and is then written in one transaction, a
statement per kind of row. Every fact has the time at which it is said to have happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service.pretence.clock import Hand
from gateway.service.world import NOTE
from gateway.store import bulk, handovers, journal, pretence, tables
from gateway.store.counters import MEMBER, Counter
from gateway.store.database import Database, Transaction
from gateway.store.handovers import NewHandover
from gateway.store.vault import Vault

_ENOUGH: Final = 6_000  # facts and messages of one transaction
_PHONES, _PARTICIPANTS = "phones", "participants"
_MESSAGE: Final = (
    "id", "direction", "purpose", "channel", "phone", "status", "priority", "text_sealed",
    "provider_ref", "attempts", "created_at", "not_before", "changed_at", "report", "reply_to",
    "handover",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Secret:
    """Words, the use that they are sealed for, and the row whose salt seals them."""

    table: str
    owner: bytes
    use: bytes
    words: bytes


@dataclass(slots=True)
class _Event:
    at: int
    kind: str
    subject: bytes
    body: dict[str, Any]
    secret: Secret | None


@dataclass(frozen=True, slots=True)
class _Message:
    at: int
    phone: bytes
    purpose: Purpose
    words: str
    report: str | None
    reply_to: int | None
    handover: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A conversation that comes to staff: by whom, why, from where, and what was written last.

    `subject` is the person as a participant. `words` came in, in their order.
    """

    phone: bytes
    subject: bytes
    kind: str
    flow: str
    node: str
    topic: str
    note: str
    words: tuple[str, ...]


class Chronicle:
    """What was not written yet."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        hand: Hand,
        channel: int,
        heard: Callable[[int, str, Mapping[str, Any]], None],
    ) -> None:
        """Take the clock's hand, which stands where the last thing written happened.

        `heard` hears of everything that happens: when, what kind, and what is said of it.
        """
        self._database = database
        self._vault = vault
        self._hand = hand
        self._channel = channel
        self._heard = heard
        self._phones: list[tuple[bytes, bytes, bytes, str | None, int]] = []
        self._salts: dict[tuple[str, bytes], bytes] = {}
        self._events: list[_Event] = []
        self._messages: list[_Message] = []
        self._turns: list[tuple[int, Turn]] = []
        self._reports: dict[str, int] = {}  # ids by code, of those that a batch is about

    def add_phone(self, at: int, phone: bytes, number: str, language: str | None) -> None:
        """Let a phone be heard of first."""
        salt = self._vault.new_salt()
        sealed = self._vault.person(salt).seal(b"number", number.encode())
        self._phones.append((phone, sealed, salt, language, at))
        self._salts[_PHONES, phone] = salt

    def tell(
        self, at: int, kind: str, subject: bytes, body: Mapping[str, Any], secret: Secret | None
    ) -> None:
        """Let something happen. Phones and messages are written with what happens, never alone.

        A report is named by its code, also where the fact has its id.
        """
        if kind == kinds.PARTICIPANT_JOINED:
            self._salts[_PARTICIPANTS, subject] = self._vault.new_salt()
        self._events.append(_Event(at, kind, subject, dict(body), secret))
        self._heard(at, kind, body)

    def message(
        self,
        at: int,
        phone: bytes,
        purpose: Purpose,
        words: str,
        *,
        report: str | None = None,
        reply_to: int | None = None,
    ) -> None:
        """Let an SMS come, or one go out and arrive: about a report, or as an answer to a call."""
        self._messages.append(_Message(at, phone, purpose, words, report, reply_to))

    def hand_over(self, at: int, turn: Turn) -> None:
        """Let a conversation wait for staff."""
        self._turns.append((at, turn))

    def rest(self) -> None:
        """Write what there is if that is enough for a transaction."""
        if len(self._events) + len(self._messages) >= _ENOUGH:
            self.write()

    def write(self) -> None:
        """Write all that was told."""
        moments = [one.at for one in self._events] + [one.at for one in self._messages]
        moments += [at for at, _ in self._turns]
        if not moments:
            return
        # What is told by the hour comes from several sides; a journal is in the order of time.
        self._events.sort(key=_moment)
        self._hand.move(max(moments))
        with self._database.write() as tx:
            self._find_salts(tx)
            self._find_reports(tx)
            pretence.add_phones(tx, self._phones)
            self._record(tx)
            self._open(tx)
            self._send(tx)
        self._phones, self._events, self._messages, self._turns = [], [], [], []
        self._salts, self._reports = {}, {}

    def _record(self, tx: Transaction) -> None:
        members = Counter(tx, MEMBER)
        facts = []
        for one in self._events:
            if one.kind == kinds.PARTICIPANT_JOINED:
                one.body["number"] = members.take()
            elif one.kind == kinds.REPORT_FILED:
                self._reports[one.body["code"]] = one.body["id"] = tx.head.take_id()
            elif one.kind == kinds.REPORT_NOTED:
                one.body["id"] = tx.head.take_id()
                one.body["report"] = self._reports[one.body["report"]]
            elif one.kind == kinds.REPORT_CHANGED and "duplicate_of" in one.body["set"]:
                lead = self._reports[one.body["set"]["duplicate_of"]]
                one.body["set"] = {**one.body["set"], "duplicate_of": lead}
            sealed = None if one.secret is None else self._seal(one.secret)
            facts.append((one.at, Fact(one.kind, one.subject, one.body, sealed)))
        members.save()
        joined = {owner: salt for (table, owner), salt in self._salts.items() if table != _PHONES}
        journal.record_at(tx, facts, joined)

    def _open(self, tx: Transaction) -> None:
        """Open what waits for staff, with what was written."""
        rows = []
        for at, turn in self._turns:
            number = tx.head.take_id()
            note = self._seal(Secret(_PHONES, turn.phone, NOTE, turn.note.encode()))
            rows.append(
                NewHandover(
                    number, turn.phone, turn.subject, self._channel, turn.kind, turn.flow,
                    turn.topic, note, turn.node,
                )
            )  # fmt: skip
            self._messages += [
                _Message(at, turn.phone, Purpose.RECEIVED, words, None, None, number)
                for words in turn.words
            ]
        handovers.add(tx, rows)

    def _send(self, tx: Transaction) -> None:
        rows = []
        for one in self._messages:
            came = one.purpose is Purpose.RECEIVED
            number = tx.head.take_id()
            status = Status.RECEIVED if came else Status.DELIVERED
            words = self._seal(Secret(_PHONES, one.phone, b"text", one.words.encode()))
            rows.append(
                (
                    number, 0 if came else 1, int(one.purpose), self._channel, one.phone,
                    int(status), one.purpose.priority, words, None if came else f"made-up-{number}",
                    0 if came else 1, one.at, one.at, None if came else one.at + 4_000,
                    None if one.report is None else self._reports[one.report], one.reply_to,
                    one.handover,
                )
            )  # fmt: skip
        bulk.insert(tx, tables.messages, _MESSAGE, rows)

    def _seal(self, secret: Secret) -> bytes:
        salt = self._salts[secret.table, secret.owner]
        return self._vault.person(salt).seal(secret.use, secret.words)

    def _find_salts(self, tx: Transaction) -> None:
        """Read the salts of those who were known before."""
        secrets = [(one.secret.table, one.secret.owner) for one in self._events if one.secret]
        phones = [one.phone for one in self._messages] + [one.phone for _, one in self._turns]
        wanted = {*secrets, *((_PHONES, phone) for phone in phones)} - self._salts.keys()
        for name in (_PHONES, _PARTICIPANTS):
            table = tables.metadata.tables[name]
            owners = [owner for table_name, owner in wanted if table_name == name]
            for owner, salt in bulk.select_in(tx, table, ("id", "salt"), "id", owners):
                self._salts[name, bytes(owner)] = bytes(salt)

    def _find_reports(self, tx: Transaction) -> None:
        """Read the ids of the reports that came before."""
        wanted = {one.report for one in self._messages if one.report is not None}
        for one in self._events:
            if one.kind == kinds.REPORT_NOTED:
                wanted.add(one.body["report"])
            elif one.kind == kinds.REPORT_CHANGED and "duplicate_of" in one.body["set"]:
                wanted.add(one.body["set"]["duplicate_of"])
        for code, number in bulk.select_in(tx, tables.reports, ("code", "id"), "code", wanted):
            self._reports[code] = number


def _moment(event: _Event) -> int:
    return event.at
