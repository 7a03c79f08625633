"""Where a conversation stands between two turns, small and stored as JSON. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import orjson

from gateway.core.flow.events import Json


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow under way and the node it has reached."""

    flow: str
    node: str


@dataclass(frozen=True, slots=True)
class State:
    """A waiting conversation. The last frame waits; those before it called the next one.

    `values` maps whole paths such as ``participant.name`` to what was saved. `candidates` are the
    codes of places that were offered because a name was ambiguous. Treat all of it as read-only.
    """

    release: str
    frames: tuple[Frame, ...]
    values: Mapping[str, Json]
    attempts: int = 0
    candidates: tuple[str, ...] = ()

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
        if self.candidates:
            small["c"] = self.candidates
        return orjson.dumps(small)

    @classmethod
    def from_json(cls, stored: bytes) -> Self:
        """Return the state that `to_json` wrote. Raises on anything else."""
        small = orjson.loads(stored)
        names = small["f"]
        return cls(
            small["r"],
            tuple(map(Frame, names[::2], names[1::2])),
            small.get("v") or {},
            small.get("a", 0),
            tuple(small.get("c", ())),
        )
