"""What a function takes: counts the arguments and the work, turns each into what is worked on.

The docstring of a function's body and the names of its parameters are what the reference shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final, TypeAlias

from gateway.core.flow.expressions.conversions import (
    describe,
    to_array,
    to_boolean,
    to_date,
    to_datetime,
    to_integer,
    to_number,
    to_object,
    to_text,
    to_time,
)
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.sizes import SCALARS, TEXT_SHIFT, weigh
from gateway.core.flow.expressions.values import Error, Evaluation, Function, Value

# Turns an argument into what a function works on, or says why it cannot.
Kind: TypeAlias = Callable[[Environment, Value], Any]

# What stands between an example and what it gives.
SHOWS: Final = " →"

# What a function does: the evaluation and the converted arguments -> the result.
Body: TypeAlias = Callable[..., Value]

# What a call costs besides what its arguments weigh.
_CALL: Final = 1

# As many items as a function makes an array of, and characters as `repeat` makes a text of.
MOST_ITEMS: Final = 10_000
MOST_CHARACTERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Described:
    """A function, and the body whose docstring says what it does and shows it."""

    function: Function
    body: Body
    kinds: Sequence[Kind]
    optional: int
    more: Kind | None

    @property
    def name(self) -> str:
        """The name that expressions call it by."""
        return self.function.name

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return len(self.kinds) - self.optional

    @property
    def usage(self) -> str:
        """How it is called: ``word(text, index, [delimiters])``."""
        names = list(signature(self.body).parameters)[1:]
        written = names[: self.least] + [f"[{name}]" for name in names[self.least :]]
        if self.more:
            written[-1] = names[-1] + ", ..."
        return f"{self.name}({', '.join(written)})"

    @property
    def says(self) -> str:
        """What it does, in sentences."""
        return (self.body.__doc__ or "").partition("@(")[0].strip()

    @property
    def examples(self) -> Sequence[tuple[str, str]]:
        """Templates, and what they give; ``ERROR`` stands for any error."""
        lines = [line.strip() for line in (self.body.__doc__ or "").splitlines()]
        pairs = [line.partition(SHOWS) for line in lines if line.startswith("@(")]
        return [(template, result.strip()) for template, _, result in pairs]


def value(_env: Environment, value: Value) -> Value:
    """The argument as it is, unless it is an error."""
    return value


def anything(_env: Environment, value: Value) -> Value:
    """The argument as it is, an error too."""
    return value


def text_or_null(env: Environment, value: Value) -> str | Error | None:
    """The argument as text, null as what was not given."""
    return None if value is None else to_text(env, value)


def to_function(_env: Environment, value: Value) -> Function | Error:
    """Return the value when it is a function."""
    if isinstance(value, Function | Error):
        return value
    return Error(f"unable to convert {describe(value)} to a function")


TEXT: Final[Kind] = to_text
TEXT_OR_NULL: Final[Kind] = text_or_null
NUMBER: Final[Kind] = to_number
INTEGER: Final[Kind] = to_integer
BOOLEAN: Final[Kind] = to_boolean
DATETIME: Final[Kind] = to_datetime
DATE: Final[Kind] = to_date
TIME: Final[Kind] = to_time
ARRAY: Final[Kind] = to_array
OBJECT: Final[Kind] = to_object
FUNCTION: Final[Kind] = to_function
VALUE: Final[Kind] = value
ANYTHING: Final[Kind] = anything


def takes(
    name: str,
    body: Body,
    *kinds: Kind,
    optional: int = 0,
    more: Kind | None = None,
) -> Described:
    """Make a function of a body that takes arguments of these kinds, the last `optional` or not.

    `more` is the kind of any number of further arguments. An argument that cannot be converted is
    the result, as an error.
    """
    least, most = len(kinds) - optional, len(kinds)

    def call(evaluation: Evaluation, args: Sequence[Value]) -> Value:
        given = len(args)
        if given < least or (given > most and more is None):
            return Error(f"need {_count(least, most, more)} argument(s), got {given}")
        _pay_for(evaluation, args)
        env = evaluation.environment
        converted = []
        for position, arg in enumerate(args):
            kind = kinds[position] if position < most else more
            made = kind(env, arg) if kind is not None else arg
            if type(made) is Error and kind is not anything:
                return made
            converted.append(made)
        return body(evaluation, *converted)

    return Described(Function(name, call), body, kinds, optional, more)


def pay_for_text(evaluation: Evaluation, length: int) -> None:
    """Spend what a text of this length costs, before it is made."""
    evaluation.spend(length >> TEXT_SHIFT)


def _pay_for(evaluation: Evaluation, args: Sequence[Value]) -> None:
    cost = _CALL
    for arg in args:
        if type(arg) is str:
            cost += len(arg) >> TEXT_SHIFT
        elif type(arg) not in SCALARS:
            weigh(evaluation, arg)
    evaluation.spend(cost)


def _count(least: int, most: int, more: Kind | None) -> str:
    if more is not None:
        return f"at least {least}"
    return str(least) if least == most else f"{least} to {most}"
