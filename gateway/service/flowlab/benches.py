"""Phones that staff try conversations on: each a laboratory of its own, few at a time.

Nothing that happens there is written anywhere, and nobody is reached. A bench that nobody has used
for a while is taken down, and so is the oldest where too many are up.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal

from gateway.flowfiles.transcripts import Person
from gateway.servers.answers import Answer
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import know

NUMBER: Final = "+260970000001"
LONGEST: Final = 500
_MOST: Final = 6
_IDLE_MS: Final = 20 * 60_000
_MOST_SAID: Final = 60
_HOUR_MS: Final = 3_600_000
WAITS: Final = {"hour": _HOUR_MS, "day": 24 * _HOUR_MS}


@dataclass(frozen=True, slots=True)
class Said:
    """A message on the phone: `own` is what was sent from it."""

    own: bool
    text: str


@dataclass(slots=True)
class Bench:
    """One laboratory with its phone. Used by one thread at a time, see `lock`."""

    version: str
    language: str
    member: bool
    lab: Laboratory
    phone: Handset
    used_at: int
    said: list[Said] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    closed: bool = False

    @property
    def asks(self) -> bool:
        """Whether a server would be asked now, and the conversation waits for its answer."""
        return self.lab.asks()

    def take(self) -> None:
        """Read what has come to the phone."""
        self.said += [Said(own=False, text=text) for text in self.phone.unread()]
        del self.said[:-_MOST_SAID]


Act = Literal["dial", "type", "drop", "send", "ring", "hour", "day", "server"]


class Benches:
    """The benches of one process, by who uses them."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """`clock` gives milliseconds."""
        self._clock = clock
        self._up: OrderedDict[int, Bench] = OrderedDict()
        self._lock = Lock()

    def begin(
        self, who: int, setting: Setting, version: str, language: str, *, member: bool
    ) -> None:
        """Put up a bench for somebody, in place of the one that he or she has."""
        lab = Laboratory(setting)
        phone = Handset(lab, NUMBER)
        known = Person(member=member, language=language, name="Amina Phiri" if member else "")
        know(lab, NUMBER, known)
        lab.deliver()
        bench = Bench(version, language, member, lab, phone, self._clock())
        bench.take()
        with self._lock:
            gone = [self._up.pop(who, None)]
            while len(self._up) >= _MOST:
                gone.append(self._up.popitem(last=False)[1])
            self._up[who] = bench
        _take_down(gone)

    @contextmanager
    def used(self, who: int) -> Iterator[Bench | None]:
        """Give somebody the bench that he or she has put up; None where there is none any more."""
        now = self._clock()
        with self._lock:
            old = [one for one, bench in self._up.items() if now - bench.used_at > _IDLE_MS]
            gone = [self._up.pop(one) for one in old]
            bench = self._up.get(who)
            if bench is not None:
                bench.used_at = now
                self._up.move_to_end(who)
        _take_down(gone)
        if bench is None:
            yield None
            return
        with bench.lock:
            yield None if bench.closed else bench

    def close(self) -> None:
        """Take every bench down."""
        with self._lock:
            gone = list(self._up.values())
            self._up.clear()
        _take_down(gone)


def act(bench: Bench, what: str, text: str) -> None:
    """Do something on the phone; what cannot be done there now does nothing."""
    phone, words = bench.phone, text[:LONGEST]
    if what == "dial":
        phone.drop()
        phone.dial(words or bench.lab.setting.dialled)
    elif what == "type" and phone.open:
        phone.type(words)
    elif what == "drop":
        phone.drop()
    elif what == "send" and words:
        bench.said.append(Said(own=True, text=words))
        phone.send(words)
    elif what == "ring":
        phone.ring()
    elif what in WAITS:
        phone.drop()
        bench.lab.pass_time(WAITS[what])
    elif what == "server" and bench.asks:
        bench.lab.respond(Answer(200, words))
    bench.take()


def _take_down(several: Sequence[Bench | None]) -> None:
    for bench in several:
        if bench is not None:
            with bench.lock:
                bench.closed = True
                bench.lab.close()
