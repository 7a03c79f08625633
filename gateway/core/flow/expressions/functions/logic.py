"""Functions that decide: what holds, which of two values, what to take instead of an error."""

from collections.abc import Mapping, Sequence

from gateway.core.flow.expressions.conversions import properties, to_boolean
from gateway.core.flow.expressions.values import Error, Evaluation, Value


def boolean(_evaluation: Evaluation, value: bool) -> Value:  # noqa: FBT001 - it is a value
    """Whether the value holds: something is there, and it is neither zero nor "false".

    @(boolean(0)) → false
    @(boolean("no")) → true
    @(boolean("false")) → false
    """
    return value


def all_hold(evaluation: Evaluation, *values: Value) -> Value:
    """Whether all the values hold.

    @(and(1 = 1, 2 > 1)) → true
    @(and(true, false)) → false
    """
    return _first(evaluation, values, sought=False)


def any_holds(evaluation: Evaluation, *values: Value) -> Value:
    """Whether one of the values holds.

    @(or(1 = 2, 2 > 1)) → true
    @(or(false, 0)) → false
    """
    return _first(evaluation, values, sought=True)


def choose(_evaluation: Evaluation, test: bool, yes: Value, no: Value) -> Value:  # noqa: FBT001
    """The first value if the test holds, and the second if not.

    @(if(2 > 1, "more", "less")) → more
    @(if(1 / 0, "more", "less")) → ERROR
    """
    return yes if test else no


def is_error(_evaluation: Evaluation, value: Value) -> Value:
    """Whether the value is an error.

    @(is_error(number("ten"))) → true
    @(is_error(10)) → false
    """
    return isinstance(value, Error)


def default(_evaluation: Evaluation, value: Value, instead: Value) -> Value:
    """The value, or another in its place if it is empty or an error.

    @(default("", "nobody")) → nobody
    @(default(number("ten"), 10)) → 10
    @(default("Amina", "nobody")) → Amina
    """
    if value is None or isinstance(value, Error):
        return instead
    if isinstance(value, Mapping):
        return value if properties(value) else instead
    if isinstance(value, str | list | tuple):
        return value or instead
    return value


def _first(evaluation: Evaluation, values: Sequence[Value], *, sought: bool) -> Value:
    """Return `sought` if one of the values is so, and its opposite if none is."""
    for value in values:
        holds = to_boolean(evaluation.environment, value)
        if isinstance(holds, Error) or holds is sought:
            return holds
    return not sought
