"""A telephone exchange for tests: phones that text and dial the real receiver with real flows.

What goes in are bodies as the aggregator posts them; what comes out is read from the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import select

from gateway.channels.africastalking_callbacks import read_callback
from gateway.channels.base import CallbackKind, Unreadable
from gateway.core.flow.assets import Assets
from gateway.core.flow.graph import Flow
from gateway.core.flow.release import Release
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.flowfiles.releases import Source, compile_release, read_source
from gateway.servers.allowed import Allowed
from gateway.service.ground import Ground, Limits, Line
from gateway.service.receive import Receiver
from gateway.service.releases import Compile, Releases
from gateway.service.requests import Answer, Callback
from gateway.service.thread import Thread
from gateway.store import channels, journal, tables
from gateway.store.database import Database
from gateway.store.vault import Vault

FLOWS = Path(__file__).resolve().parents[1] / "flows"
CHANNEL = "demo"
SHORT_CODE = "20200"
DIALLED = "*384*20200#"
HOUR_MS = 3_600_000
NOTHING = Assets()
CHIPATA = "ZM-03"  # the province of Eastern

AMINA, BWALYA, CHANDA, DALITSO = (f"+26097000000{digit}" for digit in (1, 2, 3, 4))


@dataclass(slots=True)
class Exchange:
    """A receiver over a test's database, and the phones that talk to it."""

    database: Database
    vault: Vault
    places: Places
    source: Source = field(default_factory=lambda: read_source(FLOWS))
    networks: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en", "ny", "bem")
    quiet: QuietHours | None = None
    servers: Allowed = field(default_factory=Allowed)  # that webhooks may ask
    poisoned: bool = False  # the test makes callbacks fail
    ground: Ground = field(init=False)
    receiver: Receiver = field(init=False)
    names: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.restart(self.source)

    def restart(self, source: Source, compiled: Compile = compile_release) -> None:
        """Start again, as a process does, perhaps with other flow files."""
        releases = Releases(source, compiled)
        releases.keep(self.database)
        with self.database.write() as tx:
            number = channels.number(tx, [CHANNEL])[CHANNEL]
        self.ground = Ground(
            movement="Mashinani",
            country="ZM",
            language="en",
            languages=self.languages,
            timezone=ZoneInfo("Africa/Lusaka"),
            vault=self.vault,
            places=self.places,
            releases=releases,
            lines={CHANNEL: Line(number, CHANNEL, number, DIALLED)},
            limits=Limits(160, 140, self.networks, 24 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS),
            chance=Random(7).randrange,
            quiet=self.quiet,
            servers=self.servers,
        )
        self.receiver = Receiver(self.database, self.ground)

    def add(self, *flows: str | Flow, assets: Assets = NOTHING, **triggers: Any) -> None:
        """Start again with more flows, and with more that begins flows (see `Triggers`)."""
        written = [one for one in flows if isinstance(one, str)]
        more = {f"more{number}.yaml": flow.encode() for number, flow in enumerate(written)}
        made = {one.name: one for one in flows if isinstance(one, Flow)}

        def compiled(source: Source) -> Release:
            release = compile_release(source)
            return replace(
                release,
                flows={**release.flows, **made},
                triggers=replace(release.triggers, **triggers),
                imports=any(one.runs for one in made.values()),
                assets=assets,
            )

        self.restart(Source({**self.source.files, **more}), compiled)

    def callback(self, kind: CallbackKind, form: Mapping[str, str]) -> Callback:
        """Return a callback as the edge would hand it over."""
        body = urlencode(form).encode()
        now = self.database.clock()
        try:
            event, problem = read_callback(kind, body), None
        except Unreadable as unreadable:
            event, problem = None, str(unreadable)
        return Callback(CHANNEL, kind, event, body, now, problem)

    def sms_form(self, sender: str, text: str, **more: str) -> dict[str, str]:
        """Return the form of one incoming SMS with an id of its own."""
        at = datetime.fromtimestamp(self.database.clock() / 1000, UTC)
        form = {
            "id": f"sms-{next(self.names)}",
            "from": sender,
            "to": SHORT_CODE,
            "text": text,
            "date": at.strftime("%Y-%m-%d %H:%M:%S"),
        }
        return form | more

    def post(self, kind: CallbackKind, form: Mapping[str, str]) -> Answer:
        """Let one callback come and return its answer."""
        return self.receiver.receive([self.callback(kind, form)])[0]

    def sms(self, sender: str, text: str, **more: str) -> list[str]:
        """Send an SMS and return the texts that were queued in answer to it."""
        before = len(self.queued(sender))
        answer = self.post(CallbackKind.SMS, self.sms_form(sender, text, **more))
        assert answer == Answer(200)
        return self.queued(sender)[before:]

    def dial(
        self, phone: str, text: str = "", *, network: str = "64501", code: str = DIALLED
    ) -> "Session":
        """Dial the code, or the code with more behind it."""
        session = Session(self, phone, f"session-{next(self.names)}", network, code)
        session.send(text)
        return session

    def queued(self, phone: str) -> list[str]:
        """Return the texts of all messages to a phone, in the order in which they were queued."""
        owner = self.vault.phone_id(phone)
        query = (
            select(tables.messages.c.text_sealed, tables.phones.c.salt)
            .join(tables.phones, tables.phones.c.id == tables.messages.c.phone)
            .where(
                tables.messages.c.phone == owner,
                tables.messages.c.direction == 1,
                tables.messages.c.text_sealed.is_not(None),  # calls keep theirs elsewhere
            )
            .order_by(tables.messages.c.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            self.vault.person(bytes(salt)).open(b"text", bytes(text)).decode()
            for text, salt in rows
        ]

    def rows(self, table: str) -> list[Mapping[str, Any]]:
        """Return every row of a table, in the order of its key."""
        found = tables.metadata.tables[table]
        with self.database.read() as connection:
            rows = connection.execute(found.select().order_by(*found.primary_key))
            return [dict(row) for row in rows.mappings()]

    def member(self, phone: str) -> Mapping[str, Any] | None:
        """Return the row of the first participant of a phone."""
        owner = self.vault.phone_id(phone)
        return next((row for row in self.rows("participants") if row["phone"] == owner), None)

    def name_of(self, phone: str) -> str:
        """Return the name of a phone's member."""
        row = self.member(phone)
        assert row is not None
        if row["name_sealed"] is None:
            return ""
        return self.vault.person(row["salt"]).open(b"name", row["name_sealed"]).decode()

    def name_of_waiting(self, phone: str) -> object:
        """Return the name that an unfinished conversation has learned."""
        owner = self.vault.phone_id(phone)
        salt = next(row["salt"] for row in self.rows("phones") if row["id"] == owner)
        (row,) = [row for row in self.rows("conversations") if row["phone"] == owner]
        stored = self.vault.person(salt).open(b"state", row["state_sealed"])
        state = Thread.from_bytes(stored, row["updated_at"]).state
        assert state is not None
        return state.values["participant.name"]

    def facts(self, kind: str) -> list[Mapping[str, Any]]:
        """Return the journal's rows of one kind."""
        return [row for row in self.rows("journal") if row["kind"] == kind]

    def join(self, phone: str, name: str = "Amina", place: str = "Chipata") -> None:
        """Make a member with one message that answers every question."""
        assert "member" in self.sms(phone, f"JOIN {name}, {place}, 1")[-1]

    def open_motions(self, *, place: str | None = None, hours: int = 48, first: int = 12) -> None:
        """Open an assembly with two motions: `first`, with yes and no, and the next, with three."""
        yes = {"number": 1, "label": {"en": "Yes", "ny": "Inde", "bem": "Ee"}}
        no = {"number": 2, "label": {"en": "No", "ny": "Ayi", "bem": "Awe"}}
        unsure = {"number": 3, "label": {"en": "Not sure"}}
        now = self.database.clock()
        body = {
            "number": first,
            "title": "On water",
            "place": place,
            "opens_at": now,
            "closes_at": now + hours * HOUR_MS,
            "definition_hash": "0" * 64,
            "motions": [
                {"number": first, "question": {"en": "More boreholes?"}, "options": [yes, no]},
                {
                    "number": first + 1,
                    "question": {"en": "A second clinic?"},
                    "options": [yes, no, unsure],
                },
            ],
        }
        self.record(Fact(kinds.ASSEMBLY_OPENED, b"", body))

    def record(self, *facts: Fact) -> None:
        """Record facts that somebody at the command line made."""
        with self.database.write() as tx:
            journal.record(tx, facts)

    def votes(self, motion: int) -> dict[str, int]:
        """Return the option that each phone's member voted for."""
        phones = {row["id"]: row["phone"] for row in self.rows("participants")}
        numbers = {
            row["id"]: self.vault.person(row["salt"]).open(b"number", row["number_sealed"]).decode()
            for row in self.rows("phones")
        }
        return {
            numbers[phones[row["participant"]]]: row["option"]
            for row in self.rows("ballots")
            if row["motion"] == motion
        }


@dataclass(slots=True)
class Session:
    """One USSD session of one phone. `screen` is the last answer, `typed` all that was typed."""

    exchange: Exchange
    phone: str
    name: str
    network: str
    code: str = DIALLED
    typed: str = ""
    screen: str = ""

    def type(self, text: str) -> str:
        """Answer the screen: the network adds it to what was typed before."""
        return self.send(f"{self.typed}*{text}" if self.typed else text)

    def send(self, typed: str) -> str:
        """Post a turn with this cumulative text and return the screen."""
        self.typed = typed
        self.screen = self.post(typed)
        return self.screen

    def post(self, typed: str) -> str:
        """Post a turn and change nothing here: a repeat, or one that comes late."""
        answer = self.exchange.post(CallbackKind.USSD, self.form(typed))
        assert answer.status == 200
        return answer.screen

    def form(self, typed: str) -> dict[str, str]:
        """Return the form of a turn."""
        return {
            "sessionId": self.name,
            "phoneNumber": self.phone,
            "serviceCode": self.code,
            "networkCode": self.network,
            "text": typed,
        }
