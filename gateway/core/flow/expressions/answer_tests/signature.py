"""What an answer test takes and gives: counts its arguments, converts them, counts the work."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from gateway.core.flow.expressions.conversions import (
    to_array,
    to_datetime,
    to_number,
    to_object,
    to_text,
)
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Function, Value

# Characters of a text that are looked through for one unit of the evaluation's cost.
CHARACTERS_A_UNIT: Final = 32

# Turns an argument into what a test works on, or says why it cannot.
Kind: TypeAlias = Callable[[Environment, Value], Any]
# The body of a test: the evaluation and the converted arguments -> the result.
Body: TypeAlias = Callable[..., Value]


def anything(_env: Environment, value: Value) -> Value:
    """The argument as it is, an error too."""
    return value


TEXT: Final[Kind] = to_text
NUMBER: Final[Kind] = to_number
DATETIME: Final[Kind] = to_datetime
ARRAY: Final[Kind] = to_array
OBJECT: Final[Kind] = to_object
ANYTHING: Final[Kind] = anything


def takes(
    name: str,
    body: Body,
    *kinds: Kind,
    optional: int = 0,
    more: Kind | None = None,
) -> Function:
    """Make a test of a body that takes arguments of these kinds.

    `optional` is how many of the last may be left out, `more` the kind of any number of further
    arguments. An argument that cannot be converted is the result, as an error.
    """
    least, most = len(kinds) - optional, len(kinds)

    def call(evaluation: Evaluation, args: Sequence[Value]) -> Value:
        given = len(args)
        if given < least or (given > most and more is None):
            return Error(f"need {_count(least, most, more)} argument(s), got {given}")
        env = evaluation.environment
        converted = []
        for position, value in enumerate(args):
            kind = kinds[position] if position < most else more
            made = kind(env, value) if kind is not None else value
            if kind is not ANYTHING and isinstance(made, Error):
                return made
            if type(made) is str and len(made) >= CHARACTERS_A_UNIT:
                evaluation.spend(len(made) // CHARACTERS_A_UNIT)
            converted.append(made)
        return body(evaluation, *converted)

    return Function(name, call)


def matched(match: Value, extra: Mapping[str, Value] | None = None) -> Mapping[str, Value]:
    """Return the result of a test that holds: what matched, and what else was found with it."""
    if extra is None:
        return {DEFAULT: True, "match": match}
    return {DEFAULT: True, "match": match, "extra": extra}


def _count(least: int, most: int, more: Kind | None) -> str:
    if more is not None:
        return f"at least {least}"
    return str(least) if least == most else f"{least} to {most}"
