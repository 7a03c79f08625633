"""Where one phone is between two callbacks: its conversation, its screen. Small, stored sealed."""

from dataclasses import dataclass
from typing import Final, Self

import orjson

from gateway.core.flow.state import State


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
    `rang` is the second in which a call last began something.
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

    def open_session(self, session: str, typed: str) -> None:
        """Show the conversation on the screens of a new session."""
        self.session, self.typed = session, typed
        self.pages, self.page, self.offered = (), 0, False

    def to_bytes(self) -> bytes:
        """Return the thread as one line of JSON and, after it, the engine's state."""
        head = {key: value for key, name in _KEYS if (value := getattr(self, name))}
        small = orjson.dumps(head)
        return small if self.state is None else small + b"\n" + self.state.to_json()

    @classmethod
    def from_bytes(cls, stored: bytes, updated_at: int) -> Self:
        """Return the thread that `to_bytes` wrote."""
        small, _, state = stored.partition(b"\n")
        head = orjson.loads(small)
        thread = cls(State.from_json(state) if state else None, updated_at=updated_at)
        for key, name in _KEYS:
            if key in head:
                setattr(thread, name, head[key])
        thread.pages = tuple(thread.pages)
        return thread


# The parts of a thread besides the engine's state, by one-letter names as they are stored.
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
)
