"""A whole gateway in a folder that passes: real receiver and outbox, a clock that is set by hand.

No network and no keys of anybody. What phones show here is what phones show.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType, TracebackType
from typing import Final, Self
from zoneinfo import ZoneInfo

from gateway.channels.base import (
    Accepted,
    CallbackEvent,
    CallbackKind,
    Outcome,
    Outgoing,
    SmsReceived,
)
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.timetables import next_due
from gateway.core.movement.places import Places
from gateway.flowfiles.releases import ALONE, Source, compile_release
from gateway.servers.allowed import Anywhere
from gateway.servers.answers import Answer, Request
from gateway.service.asker import Ask, Asker
from gateway.service.deliver import Deliverer
from gateway.service.due import Alarm
from gateway.service.ground import Ground, Guards, Limits, Line
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from gateway.service.receive import Receiver
from gateway.service.releases import Releases
from gateway.service.requests import Callback
from gateway.store import channels, laboratory, node, timers, webhooks
from gateway.store.database import Database
from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.vault import Vault

CHANNEL: Final = "lab"
START_MS: Final = 1_780_000_800_000  # Thursday, 28 May 2026, 20:40 UTC

_NONE: Final[Mapping[str, int]] = MappingProxyType({})
_PASSING: Final = Path("/dev/shm")  # noqa: S108 - memory where there is such a folder; only a place
_KEYS: Final = Keyring(b"\1" * KEY_BYTES, {1: b"\2" * KEY_BYTES}, 1)
_STEPS_OF_TIME: Final = 48
_STEP_MS: Final = 300_000
_MOST_DUE: Final = 1000  # rounds at one moment: what begins anew at once would never end


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose gateway is tried. Limits are those of screens in septets, times in milliseconds."""

    source: Source
    places: Places
    movement: str = "Mashinani"
    country: str = "ZM"
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    timezone: str = "Africa/Lusaka"
    dialled: str = "*384*20200#"
    short_code: str = "20200"
    screen: int = 160
    first_screen: int = 140
    networks: Mapping[str, int] = field(default_factory=lambda: _NONE)
    fallbacks: Mapping[str, Sequence[str]] = field(default_factory=lambda: ALONE)
    environment: Environment = field(default_factory=Environment)
    resume_ms: int = 24 * 3_600_000
    answer_valid_ms: int = 24 * 3_600_000
    reply_ms: int = 72 * 3_600_000
    ring_ms: int = 0
    guards: Guards = field(default_factory=Guards)


class Clock:
    """A clock that stands still until it is told otherwise. Milliseconds since 1970."""

    def __init__(self) -> None:
        self.now = START_MS

    def __call__(self) -> int:
        """Return the time that was set."""
        return self.now


class Mailbag:
    """An aggregator that keeps what it is to send, by number."""

    kind = CHANNEL
    rejection = ""

    def __init__(self) -> None:
        self.sent: dict[str, list[str]] = {}

    def parse(self, kind: CallbackKind, body: bytes, headers: Mapping[str, str]) -> CallbackEvent:
        """Nothing comes this way."""
        raise NotImplementedError(kind, body, headers)

    def send(self, message: Outgoing) -> tuple[Outcome, ...]:
        """Keep a text for each of its numbers."""
        for number in message.numbers:
            self.sent.setdefault(number, []).append(message.text)
        return tuple(Accepted(number, None, None) for number in message.numbers)

    def fetch(self, after: str | None) -> Iterator[tuple[str, SmsReceived]]:
        """Nothing waits at an aggregator that is none."""
        del after
        return iter(())

    def body_of(self, event: SmsReceived) -> bytes:
        """Nothing is fetched, so nothing is written down."""
        return event.text.encode()

    def close(self) -> None:
        """There is nothing to close."""


class Laboratory:
    """A gateway to try flows on. Use it in a `with`; one thread at a time."""

    def __init__(
        self, setting: Setting, trace: Callable[[str, str, str], None] | None = None
    ) -> None:
        """Lay out a database. `trace` is told of every step reached and way taken."""
        self.setting = setting
        self.clock = Clock()
        self.bag = Mailbag()
        self.names = count(1)
        self.chance = Random(1)
        holder = str(_PASSING) if _PASSING.is_dir() else None
        self._folder = TemporaryDirectory(prefix="flowlab-", dir=holder)
        self.database = Database(f"sqlite:///{self._folder.name}/lab.db", clock=self.clock)
        self.vault = Vault(_KEYS)
        laboratory.lay_out(self.database)
        node.settle(self.database, self.vault)
        self.ground = self._ground(trace)
        self.receiver = Receiver(self.database, self.ground)
        self.alarm = Alarm(self.database, self.ground)
        self.deliverer = self._deliverer()

    def __enter__(self) -> Self:
        """Return the laboratory; `close` is called at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def respond(self, answer: Answer) -> Request | None:
        """Let the server answer that is being asked; return what it was asked, None for nothing."""
        asked: list[Request] = []

        def ask(request: Request) -> Answer:
            asked.append(request)
            return answer

        self._asker(ask).run_once(1)
        self.deliver()
        return asked[0] if asked else None

    def asks(self) -> bool:
        """Whether a server is being asked that has not answered."""
        with self.database.read() as view:
            return webhooks.any_waiting(view)

    def close(self) -> None:
        """Throw everything away."""
        self.database.close()
        self._folder.cleanup()

    def begin_anew(self, seed: int = 1, languages: tuple[str, ...] = ()) -> None:
        """Forget everybody, set the clock back, and let chance begin at a seed.

        `languages` are those that the movement offers from now on, if not those of the setting.
        """
        laboratory.forget_everybody(self.database)
        self.clock.now = START_MS
        self.bag.sent.clear()
        self.chance.seed(seed)
        with self.database.write() as tx:
            channels.number(tx, [CHANNEL])
        # What is remembered between batches is of people who are not there any more.
        self.ground = replace(self.ground, languages=languages or self.setting.languages)
        self.receiver = Receiver(self.database, self.ground)
        self.alarm = Alarm(self.database, self.ground)
        self.deliverer = self._deliverer()

    def receive(self, kind: CallbackKind, event: CallbackEvent) -> str:
        """Let one callback come, deliver what it brings about, and return its screen."""
        callback = Callback(CHANNEL, kind, event, b"", self.clock.now)
        [answer] = self.receiver.receive([callback])
        self.deliver()
        return answer.screen

    def deliver(self) -> None:
        """Send everything that may leave now. A moment passes, in which the channel may send."""
        self.clock.now += 1
        self._asker(_nobody).run_once(0)
        while self.deliverer.run_once():
            pass

    def pass_time(self, milliseconds: int) -> None:
        """Let time pass, and everything happen that is due meanwhile, in its order.

        The clock stops at every time-out, timetable and scheduled text, and between them in small
        steps, in which the outbox is looked at.
        """
        step = max(_STEP_MS, milliseconds // _STEPS_OF_TIME)
        end = self.clock.now + milliseconds
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + step, self._next_due(end))
            for _ in range(_MOST_DUE):
                done = self.alarm.turn()
                self.deliver()
                if not done:
                    break

    def _next_due(self, end: int) -> int:
        """Return when something is due next, or the end."""
        now = self.clock.now
        with self.database.read() as view:
            due = [timers.next_due(view, now) or end]
        for timetable in self.ground.releases.current.triggers.timetables:
            moment = next_due(timetable, self.ground.at(now), self.ground.at(end))
            if moment is not None:
                due.append(int(moment.timestamp()) * 1000)
        return min(due)

    def _ground(self, trace: Callable[[str, str, str], None] | None) -> Ground:
        setting = self.setting
        releases = Releases(
            setting.source, lambda source: compile_release(source, fallbacks=setting.fallbacks)
        )
        releases.keep(self.database)
        with self.database.write() as tx:
            number = channels.number(tx, [CHANNEL])[CHANNEL]
        return Ground(
            movement=setting.movement,
            country=setting.country,
            language=setting.language,
            languages=setting.languages,
            timezone=ZoneInfo(setting.timezone),
            vault=self.vault,
            places=setting.places,
            releases=releases,
            lines={CHANNEL: Line(number, CHANNEL, number, setting.dialled)},
            limits=Limits(
                screen=setting.screen,
                first_screen=setting.first_screen,
                networks=setting.networks,
                resume_ms=setting.resume_ms,
                answer_valid_ms=setting.answer_valid_ms,
                reply_ms=setting.reply_ms,
                ring_ms=setting.ring_ms,
            ),
            guards=setting.guards,
            chance=self.chance.randrange,
            environment=replace(setting.environment, chance=self.chance.random),
            servers=Anywhere(),
            trace=trace,
        )

    def _asker(self, ask: Ask) -> Asker:
        return Asker(self.database, self.ground, ask, nullcontext)

    def _deliverer(self) -> Deliverer:
        line = self.ground.lines[CHANNEL]
        return Deliverer(
            self.database,
            self.vault,
            [Route(line.id, CHANNEL, self.bag, 1_000_000.0, 100)],
            Policy(),
            places=self.setting.places,
            movement=self.setting.movement,
            language=self.setting.language,
            chance=self.chance.random,
        )


def _nobody(request: Request) -> Answer:
    """Servers answer when a transcript says so."""
    raise NotImplementedError(request.method)
