"""Where a conversation stands between two turns, small and stored as JSON. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import orjson

from gateway.core.fast_init import fast_init
from gateway.core.flow.events import Json

# What a run knows by itself, by one-letter names as they are stored. See `Frame`.
RESULTS: Final = "r"
LOCALS: Final = "l"
ARGUMENTS: Final = "a"
CHILD: Final = "c"
PARENT: Final = "p"
ASIDE: Final = "b"
EXTRA: Final = "x"
VISITS: Final = "n"
TRAIL: Final = "t"
SINCE: Final = "since"  # of a question that was left aside

Since: TypeAlias = tuple[int, str]
"""When and how a question was put: the day in the movement's time zone, as `date.toordinal` counts
them, and the channel.
"""


@fast_init
@dataclass(frozen=True, slots=True)
class Frame:
    """A flow under way and the node it has reached.

    `own` is what only this run knows, empty for most: RESULTS by key, LOCALS, the ARGUMENTS it was
    called with, and summaries of its last CHILD and of its PARENT where that is no frame any
    more, the EXTRA that came with results, and how often nodes were reached, VISITS, and
    which ones when, TRAIL, where the flow asks for it.
    A run that is an ASIDE was begun in the middle of a question, which waits below it: what is kept
    is what the state knew of that question.
    """

    flow: str
    node: str
    own: Mapping[str, Json] | None = None


@fast_init
@dataclass(frozen=True, slots=True)
class State:
    """A waiting conversation. The last frame waits; those before it called the next one.

    `values` maps whole paths such as ``participant.name`` to what was saved. `candidates` are what
    a reply may mean, which is being asked back: codes of places whose name is ambiguous, or the
    number of the one option of a menu that a slip is close to. `turns` counts how often the
    conversation has been gone on with. `ticket` counts the servers asked; with `at` the innermost
    flow waits for the answer of the last one, and goes on with the action of that number in its
    node. `ahead` are answers given before their questions were asked. `trail` are the questions
    before this one, each as names of flows and nodes in lines, for going back. `due` is the second
    since 1970 in which the wait is over that began last. `since` is when the question was put that
    waits; None where something else than a reply is waited for. `words` are what was said last,
    and the quick replies to it, where that asks and the wait itself has no question. Treat all as
    read-only.
    """

    release: str
    frames: tuple[Frame, ...]
    values: Mapping[str, Json]
    attempts: int = 0
    candidates: tuple[str, ...] = ()
    turns: int = 0
    ticket: int = 0
    at: int | None = None
    ahead: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    due: int | None = None
    since: Since | None = None
    words: tuple[str, ...] = ()

    @property
    def flow(self) -> str:
        """The flow that waits: the innermost one."""
        return self.frames[-1].flow

    def to_json(self) -> bytes:
        """Return the state as compact JSON with one-letter keys."""
        small: dict[str, object] = {
            "r": self.release,
            "f": [part for frame in self.frames for part in (frame.flow, frame.node)],
        }
        if self.values:
            small["v"] = self.values
        if self.attempts:
            small["a"] = self.attempts
        lists = (self.candidates, self.ahead, self.trail, self.words)
        small |= {key: one for key, one in zip("chbw", lists, strict=True) if one}
        if self.turns:
            small["t"] = self.turns
        if self.ticket:
            small["k"] = self.ticket
        if self.at is not None:
            small["n"] = self.at
        if self.due is not None:
            small["d"] = self.due
        if self.since is not None:
            small["s"] = self.since
        own = [frame.own for frame in self.frames]
        if any(own):
            small["o"] = own
        return orjson.dumps(small)

    @classmethod
    def from_json(cls, stored: bytes) -> Self:
        """Return the state that `to_json` wrote. Raises on anything else."""
        small = orjson.loads(stored)
        names = small["f"]
        own = small.get("o") or [None] * (len(names) // 2)
        return cls(
            small["r"],
            tuple(map(Frame, names[::2], names[1::2], own)),
            small.get("v") or {},
            small.get("a", 0),
            tuple(small.get("c", ())),
            small.get("t", 0),
            small.get("k", 0),
            small.get("n"),
            tuple(small.get("h", ())),
            tuple(small.get("b", ())),
            small.get("d"),
            since_of(small.get("s")),
            tuple(small.get("w", ())),
        )


def since_of(stored: Json) -> Since | None:
    """Return when a question was put from how that is stored; None where it is not known."""
    if not isinstance(stored, list):
        return None
    day, channel = stored
    return (day, channel) if isinstance(day, int) and isinstance(channel, str) else None
