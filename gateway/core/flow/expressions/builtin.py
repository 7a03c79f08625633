"""The functions that every expression can call by name. Their errors say which of them failed."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.functions import FUNCTIONS
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Function, Value

# What an answer test that does not hold gives to an expression: false, and nothing that matched.
NO_MATCH: Final[Mapping[str, Value]] = {DEFAULT: False, "match": None}

# An answer costs a step for so many characters (as a power of two).
_ANSWER_SHIFT: Final = 2


def named(function: Function) -> Function:
    """Return the function with errors that say whose they are."""
    inner = function.call
    failed = f"error calling {function.name}(...): "

    def call(evaluation: Evaluation, args: Sequence[Value]) -> Value:
        result = inner(evaluation, args)
        return Error(failed + result.message) if type(result) is Error else result

    return Function(function.name, call)


def _asked(test: Function) -> Function:
    """Return an answer test whose result has a match to look up even where it does not hold.

    It looks at the answer character by character, and spends that.
    """
    inner = test.call

    def call(evaluation: Evaluation, args: Sequence[Value]) -> Value:
        if args and type(args[0]) is str:
            evaluation.spend(len(args[0]) >> _ANSWER_SHIFT)
        result = inner(evaluation, args)
        return NO_MATCH if result is False else result

    return Function(test.name, call)


BUILTINS: Final[Mapping[str, Function]] = {
    **{name: named(function) for name, function in FUNCTIONS.items()},
    **{name: named(_asked(test)) for name, test in ANSWER_TESTS.items()},
}
