"""The kinds of values that expressions work on, which are Python's own, and two of our own.

| kind | in Python |
|---|---|
| text | str |
| number | Decimal (an int from JSON counts as one; a bool does not) |
| boolean | bool |
| datetime, date, time | datetime (aware), date, time |
| array | list or tuple |
| object | Mapping with text keys; ``__default__`` is what it is shown as, and no property |
| function | `Function` |
| error | `Error` |
| null | None |
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, TypeAlias

from gateway.core.flow.expressions.environment import Environment

# The key under which an object holds what it is shown as.
DEFAULT: Final = "__default__"

# What evaluations may spend together where nobody says how much.
_BOUNDLESS: Final = 2**62


@dataclass(frozen=True, slots=True)
class Error:
    """What went wrong, as a value that travels through an expression. Never an exception."""

    message: str


class Exhausted(Exception):
    """An evaluation spent more than it may. Caught where templates are evaluated."""


class Evaluation:
    """One evaluation of a template after the other: the environment, and what it may still spend.

    `rest` is what the templates after this one have, `level` is how deep anonymous functions call
    each other at the moment.
    """

    __slots__ = ("environment", "left", "level", "rest")

    def __init__(self, environment: Environment, whole: int = _BOUNDLESS) -> None:
        """Begin with the whole limit. All evaluations together may spend `whole`."""
        self.environment = environment
        self.left = min(environment.cost_limit, whole)
        self.rest = whole - self.left
        self.level = 0

    def renew(self) -> None:
        """Begin another one: it may spend the whole limit, or what is left for all of them.

        That there is one more is a step, whatever is in it.
        """
        whole = self.rest + self.left - 1 if self.left > 0 else self.rest
        limit = self.environment.cost_limit
        self.left, self.rest = whole, 0
        if whole > limit:
            self.left, self.rest = limit, whole - limit
        self.level = 0

    def spend(self, cost: int) -> None:
        """Count work or size. Raises `Exhausted` when the limit is passed."""
        self.left -= cost
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value: built in, or an anonymous one of the expression (name ``""``)."""

    name: str
    call: "Callable[[Evaluation, Sequence[Value]], Value]"


Value: TypeAlias = (
    str
    | Decimal
    | int
    | bool
    | datetime
    | date
    | time
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | Function
    | Error
    | None
)
