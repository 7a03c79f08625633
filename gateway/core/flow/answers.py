"""What replies mean: a registry of answer tests, tolerant of how people type. Asks nothing itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.core.flow.events import Json
from gateway.core.flow.turn import Context


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that was understood. `value` None: there is nothing to save, as for a skipped question."""

    value: Json


@dataclass(frozen=True, slots=True)
class Unsure:
    """A reply that may mean one of several places; `codes` are theirs, the likeliest first."""

    codes: tuple[str, ...]


# (what was given, the case's arguments, the world) -> what it means; None: the case does not hold.
Test: TypeAlias = Callable[[Json, tuple[Json, ...], Context], Answer | Unsure | None]

TESTS: Final[Mapping[str, Test]] = {}
