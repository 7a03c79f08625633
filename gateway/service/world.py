"""What one batch knows and what it will write. Filled by gather, changed by decide, read by apply.

Nothing here touches the database: decisions see the effects of earlier callbacks of the same batch
because they are made on the same objects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from gateway.core.flow.state import State
from gateway.core.movement.ballots import Motion
from gateway.core.movement.facts import Fact
from gateway.service.ground import Ground
from gateway.store.counters import Counter
from gateway.store.inbox import Earlier, Entry
from gateway.store.outbox import NUMBER, Incoming, Queued, Reported
from gateway.store.people import ConversationRow, NewPhone
from gateway.store.vault import Person, Vault

NAME = b"name"
WORDS = b"words"
STATE = b"state"


@dataclass(slots=True)
class Thread:
    """Where one phone is: the engine's state, and the USSD session that shows it.

    `typed` is all that was typed in the session so far; `pages` is the screen shown, if it has more
    than one page; `offered` means that the screen asks whether to carry on.
    """

    state: State | None = None
    channel: str = "sms"
    updated_at: int = 0
    session: str | None = None
    typed: str = ""
    pages: tuple[str, ...] = ()
    page: int = 0
    offered: bool = False

    def to_bytes(self) -> bytes:
        """Return the thread as one line of JSON and, after it, the engine's state."""
        head = {
            "c": self.channel,
            "s": self.session,
            "t": self.typed,
            "p": self.pages,
            "n": self.page,
            "o": self.offered,
        }
        small = orjson.dumps({key: value for key, value in head.items() if value})
        return small if self.state is None else small + b"\n" + self.state.to_json()

    @classmethod
    def from_bytes(cls, stored: bytes, updated_at: int) -> "Thread":
        """Return the thread that `to_bytes` wrote."""
        small, _, state = stored.partition(b"\n")
        head = orjson.loads(small)
        return cls(
            State.from_json(state) if state else None,
            head.get("c", "sms"),
            updated_at,
            head.get("s"),
            head.get("t", ""),
            tuple(head.get("p", ())),
            head.get("n", 0),
            head.get("o", False),
        )


@dataclass(slots=True)
class Member:
    """One participant of a phone, as decided so far. `name` is plain and lives in memory only."""

    id: bytes
    slot: int
    number: int
    name: str
    place: str | None
    language: str | None
    status: str
    consent: str | None
    salt: bytes


@dataclass(slots=True)
class Caller:
    """One phone of the batch, as decided so far."""

    phone: bytes
    number: str
    salt: bytes
    sealer: Person
    new: bool
    language: str | None = None
    opted_out: bool = False
    member: Member | None = None
    thread: Thread = field(default_factory=Thread)
    # The thread is written, with the time of this batch: whatever happens to this phone next, in
    # whichever process, then has a later clock than what happened now.
    moved: bool = False

    @property
    def is_member(self) -> bool:
        """Whether the phone's person is a member now."""
        return self.member is not None and self.member.status == "member"


@dataclass(frozen=True, slots=True)
class Via:
    """How something reached us: through which channel, and by ``sms`` or ``ussd``."""

    channel: str
    medium: str

    @property
    def body(self) -> dict[str, str]:
        """The part of a fact's body that says so."""
        return {"channel": self.channel, "medium": self.medium}


@dataclass(frozen=True, slots=True)
class Call:
    """A call to action that waits to be read on a screen."""

    broadcast: int
    texts: Mapping[str, str]


@dataclass(slots=True)
class Ballot:
    """A vote as it stands: the option and how often it was changed."""

    option: int
    changes: int


@dataclass(slots=True)
class World:
    """The batch's view of the database, and what it adds."""

    ground: Ground
    now: int
    ids: Iterator[int]
    members: Counter
    callers: dict[bytes, Caller] = field(default_factory=dict)
    earlier: Mapping[bytes, Earlier] = field(default_factory=dict)
    motions: Mapping[int, Motion] = field(default_factory=dict)
    ballots: dict[tuple[int, bytes], Ballot] = field(default_factory=dict)
    calls: dict[bytes, list[Call]] = field(default_factory=dict)

    facts: list[Fact] = field(default_factory=list)
    salts: dict[bytes, bytes] = field(default_factory=dict)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    arrived: list[Incoming] = field(default_factory=list)
    leaving: list[Queued] = field(default_factory=list)
    reports: dict[int, list[Reported]] = field(default_factory=dict)  # by channel
    languages: dict[bytes, str] = field(default_factory=dict)
    seen: list[tuple[int, bytes]] = field(default_factory=list)  # (broadcast, phone)

    @property
    def vault(self) -> Vault:
        """Shorthand for the ground's vault."""
        return self.ground.vault

    def new_phones(self) -> list[NewPhone]:
        """Return the rows of the phones that the batch met for the first time."""
        return [
            NewPhone(
                caller.phone,
                caller.sealer.seal(NUMBER, caller.number.encode()),
                caller.salt,
                caller.language,
            )
            for caller in self.callers.values()
            if caller.new
        ]

    def moved_threads(self) -> list[ConversationRow]:
        """Return the rows of the conversations that the batch moved on."""
        rows = []
        for caller in self.callers.values():
            if caller.moved:
                state = caller.thread.state
                release = self.ground.releases.current.hash if state is None else state.release
                sealed = caller.sealer.seal(STATE, caller.thread.to_bytes())
                rows.append(ConversationRow(caller.phone, release, sealed, self.now))
        return rows
