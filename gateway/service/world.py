"""What one batch knows and what it will write. Filled by gather, changed by decide, read by apply.

Nothing here touches the database: decisions see the effects of earlier callbacks of the same batch
because they are made on the same objects.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.core.fast_init import fast_init
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.release import Release
from gateway.core.flow.saved import Later
from gateway.core.movement import ballots
from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion
from gateway.core.movement.facts import Fact
from gateway.service.ground import Ground
from gateway.service.thread import Thread
from gateway.store import webhooks
from gateway.store.cases import CaseRow
from gateway.store.counters import Counter
from gateway.store.faults import Place
from gateway.store.handovers import NewHandover
from gateway.store.inbox import Earlier, Entry
from gateway.store.notices import NewNotice
from gateway.store.outbox import NUMBER, Incoming, Queued, Reported
from gateway.store.passages import Tally
from gateway.store.pending import Reached
from gateway.store.people import ConversationRow, NewPhone
from gateway.store.timers import Changes
from gateway.store.vault import Person, Vault
from gateway.store.webhooks import Changes as Questions

NAME = b"name"
WORDS = b"words"
STATE = b"state"
NOTE = b"note"
VALUES = b"values"
FIELD = b"field"
RESULT = b"result"


@dataclass(slots=True)
class Member:
    """One participant of a phone, as decided so far.

    `called` is the name, which is in plain in memory only, and opened only where it is asked for.
    """

    id: bytes
    slot: int
    number: int
    called: str | Later
    place: str | None
    language: str | None
    status: str
    consent: str | None
    salt: bytes

    @property
    def name(self) -> str:
        """The name, empty where the person gave none."""
        return self.called if isinstance(self.called, str) else str(self.called.value)


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
    since: int = 0  # when we first heard of the phone, in milliseconds
    fields: dict[str, Json] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    # The thread is written, with the time of this batch: whatever happens to this phone next, in
    # whichever process, then has a later clock than what happened now.
    moved: bool = False
    unparked: int = 0  # the handover that a keyword of this batch left
    slot: int = 1  # of the phone's person; those before it were erased
    leftover: tuple[str, ...] | None = None  # what fields are left of somebody who was erased

    @property
    def returns(self) -> bool:
        """Whether the person was erased, and has just reached us again."""
        return self.leftover is not None and bool(self.number)

    @property
    def is_member(self) -> bool:
        """Whether the phone's person is a member now."""
        return self.member is not None and self.member.status == "member"


@fast_init
@dataclass(frozen=True, slots=True)
class Via:
    """How something reached us: through which channel, and by ``sms`` or ``ussd``.

    What staff wrote down came by no medium of ours.
    """

    channel: str
    medium: str | None

    @property
    def body(self) -> dict[str, str | None]:
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
    current: Release
    releases: dict[str, Release | None] = field(default_factory=dict)  # those of conversations
    callers: dict[bytes, Caller] = field(default_factory=dict)
    earlier: Mapping[bytes, Earlier] = field(default_factory=dict)
    motions: Mapping[int, Motion] = field(default_factory=dict)
    ballots: dict[tuple[int, bytes], Ballot] = field(default_factory=dict)
    calls: dict[bytes, list[Call]] = field(default_factory=dict)
    cases: dict[str, CaseRow] = field(default_factory=dict)  # reports that messages name
    lately: Reached | None = None  # the phones that a call to action reached

    facts: list[Fact] = field(default_factory=list)
    salts: dict[bytes, bytes] = field(default_factory=dict)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    arrived: list[Incoming] = field(default_factory=list)
    leaving: list[Queued] = field(default_factory=list)
    reports: dict[int, list[Reported]] = field(default_factory=dict)  # by channel
    languages: dict[bytes, str] = field(default_factory=dict)
    seen: list[tuple[int, bytes]] = field(default_factory=list)  # (broadcast, phone)
    handovers: list[NewHandover] = field(default_factory=list)
    notices: list[NewNotice] = field(default_factory=list)
    attended: dict[int, bytes] = field(default_factory=dict)  # handovers whose person wrote
    timers: Changes = field(default_factory=Changes)
    webhooks: Questions = field(default_factory=Questions)
    unsettled: set[bytes] = field(default_factory=set)  # phones that `campaigns` has to look at
    faults: dict[Place, int] = field(default_factory=dict)  # what flows could not work out
    passages: Tally = field(default_factory=Tally)  # how far people came
    _environments: dict[str, Environment] = field(default_factory=dict)
    _open: dict[str | None, Sequence[Motion]] = field(default_factory=dict)
    _questions: dict[tuple[int, str, str], str] = field(default_factory=dict)
    _movement: dict[str, Json] | None = None

    @property
    def vault(self) -> Vault:
        """Shorthand for the ground's vault."""
        return self.ground.vault

    @property
    def movement(self) -> dict[str, Json]:
        """What texts can name of the movement."""
        if self._movement is None:
            languages: dict[str, Json] = dict.fromkeys(self.ground.languages, True)
            self._movement = {"name": self.ground.movement, "languages": languages}
        return self._movement

    def open_for(self, place: str | None) -> Sequence[Motion]:
        """Return the motions on which a member who lives in a place may vote now, oldest first."""
        found = self._open.get(place)
        if found is None:
            motions = tuple(self.motions.values())
            found = ballots.open_for(motions, place, self.ground.places, self.now)
            self._open[place] = found
        return found

    def questions(self, motions: Sequence[Motion], language: str, other: str) -> list[str]:
        """Return what motions ask, in a language or else in another one."""
        known = self._questions
        for one in motions:
            if (one.number, language, other) not in known:
                asked = ballots.in_language(one.question, language, other)
                known[one.number, language, other] = asked
        return [known[one.number, language, other] for one in motions]

    def environment(self, language: str) -> Environment:
        """Return where expressions run in this batch for somebody who speaks a language."""
        found = self._environments.get(language)
        if found is None:
            ground = self.ground
            others = [one for one in ground.environment.languages if one != language]
            now = ground.at(self.now)
            found = self._environments[language] = replace(
                ground.environment, languages=(language, *others), now=lambda: now
            )
        return found

    def reached(self, phone: bytes) -> bool:
        """Whether a call to action reached a phone of this batch lately."""
        return self.lately is not None and phone in self.lately

    def note_reply(self, phone: bytes) -> bool:
        """Let the SMS that came in last be an answer to the call that reached its phone.

        False where no call did.
        """
        call = None if self.lately is None else self.lately.newest(phone)
        if call is not None:
            self.arrived[-1] = replace(self.arrived[-1], reply_to=call)
        return call is not None

    def person_of(self, caller: Caller) -> bytes:
        """Return the id of the phone's person, who need not be a member."""
        if caller.member is not None:
            return caller.member.id
        return self.vault.participant_id(caller.phone, caller.slot)

    def let_go(self, caller: Caller) -> None:
        """Wait for no server any more, and show nothing of what one brought."""
        thread = caller.thread
        if thread.asked:
            seen = thread.held is not None
            self.webhooks.end(thread.asked, webhooks.DONE if seen else webhooks.DROPPED)
        thread.asked, thread.held = 0, None

    def add(self, caller: Caller) -> None:
        """Take in a phone. Of somebody who was erased and returns, what is left is cleared away."""
        self.callers[caller.phone] = caller
        if caller.returns:
            self.timers.drop_phone(caller.phone)
            for key in caller.leftover or ():
                body = {"key": key, "channel": "erased"}
                self.facts.append(Fact(kinds.FIELD_CHANGED, caller.phone, body))

    def known(self, release: str) -> Release | None:
        """Return the release of a conversation, or None if this database never kept it."""
        return self.current if release == self.current.hash else self.releases.get(release)

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
            if caller.new and caller.number  # of whoever was erased we know none
        ]

    def moved_threads(self) -> list[ConversationRow]:
        """Return the rows of the conversations that the batch moved on."""
        rows = []
        for caller in self.callers.values():
            if caller.moved or caller.returns:
                state = caller.thread.state
                release = self.current.hash if state is None else state.release
                sealed = caller.sealer.seal(STATE, caller.thread.to_bytes())
                rows.append(ConversationRow(caller.phone, release, sealed, self.now))
        return rows
