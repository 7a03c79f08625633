"""Where one phone is between two callbacks: its conversation, its screen. Small, stored sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Self

import orjson

from gateway.core.flow.state import State


@dataclass(frozen=True, slots=True)
class Held:
    """What a screen is to show when the person looks again, see `speaking.Shown`."""

    texts: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    ways: tuple[str, ...]
    waits: bool


@dataclass(slots=True)
class Thread:
    """Where one phone is: the engine's state, and the USSD session that shows it.

    `typed` is all that was typed in the session so far; `pages` is the screen shown, if it has more
    than one page; `offered` means that the screen asks whether to carry on; `joined` that the
    person became a member in this conversation, which what is for new members follows.

    `handover` and `parked` are the numbers of what staff have to look at, 0 for none, see
    `parking`; `said` are the last answers by SMS as (second, checksum), `hour` is the second since
    which answers are counted and how many there were. `fence` is the number of the wait that is
    under way, if it ends by itself, see `timers`.
    `rang` is the second in which a call last began something. `seen` is the second in which the
    person last wrote, dialled or rang, and `line` the channel of that. `depth` counts the flows
    of others that began one another before this one, since anybody said anything.

    `asked` is the number of the question to a server whose answer is waited for, or not seen yet;
    `held` is what that answer brought, for the screen; `servers` counts those asked in a row.
    """

    state: State | None = None
    channel: str = "sms"
    updated_at: int = 0
    session: str | None = None
    typed: str = ""
    pages: tuple[str, ...] = ()
    page: int = 0
    offered: bool = False
    joined: bool = False
    handover: int = 0
    parked: int = 0
    said: tuple[tuple[int, int], ...] = ()
    hour: tuple[int, int] | None = None
    fence: int = 0
    rang: int = 0
    asked: int = 0
    held: Held | None = None
    servers: int = 0
    seen: int = 0
    line: int = 0
    depth: int = 0

    def is_alive(self, now: int, resume_ms: int) -> bool:
        """Whether what is under way can be gone on with: it is not old, or ends by itself."""
        return self.fence != 0 or now - self.updated_at <= resume_ms

    def open_session(self, session: str, typed: str) -> None:
        """Show the conversation on the screens of a new session."""
        self.session, self.typed = session, typed
        self.pages, self.page, self.offered = (), 0, False

    def to_bytes(self) -> bytes:
        """Return the thread as one line of JSON and, after it, the engine's state."""
        head = {key: value for key, value in zip(_NAMES, _PARTS(self), strict=True) if value}
        small = orjson.dumps(head)
        return small if self.state is None else small + b"\n" + self.state.to_json()

    @classmethod
    def from_bytes(cls, stored: bytes, updated_at: int) -> Self:
        """Return the thread that `to_bytes` wrote."""
        small, _, state = stored.partition(b"\n")
        head = orjson.loads(small)
        thread = cls(State.from_json(state) if state else None, updated_at=updated_at)
        for key, value in head.items():
            setattr(thread, _NAMES[key], value)
        thread.pages = tuple(thread.pages)
        if thread.held is not None:
            thread.held = _held(head[_HELD])
        return thread


# The parts of a thread besides the engine's state, by one-letter names as they are stored.
_HELD: Final = "x"
_KEYS: Final = (
    ("c", "channel"),
    ("s", "session"),
    ("t", "typed"),
    ("p", "pages"),
    ("n", "page"),
    ("o", "offered"),
    ("j", "joined"),
    ("h", "handover"),
    ("k", "parked"),
    ("a", "said"),
    ("m", "hour"),
    ("f", "fence"),
    ("r", "rang"),
    ("q", "asked"),
    (_HELD, "held"),
    ("w", "servers"),
    ("e", "seen"),
    ("l", "line"),
    ("d", "depth"),
)
_NAMES: Final = dict(_KEYS)
_PARTS: Final = attrgetter(*_NAMES.values())


def _held(stored: Mapping[str, Any]) -> Held:
    return Held(
        tuple(stored["texts"]),
        tuple([(key, label) for key, label in stored["options"]]),
        tuple(stored["ways"]),
        stored["waits"],
    )
