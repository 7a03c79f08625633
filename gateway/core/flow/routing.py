"""The answer tests of the field's routers as tests that a case may name. See `answers` for ours."""

from collections.abc import Mapping

from gateway.core.flow.answers import Answer, Asked, Test
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.conversions import show
from gateway.core.flow.expressions.values import DEFAULT, Error, Exhausted, Function, Value
from gateway.core.flow.saved import kept, value_of


def answer_test(name: str, *, as_text: bool = True) -> Test:
    """Return a test by the field's name for it; one that is not there never holds.

    What it finds is kept as a text, as imported flows have it, or as the kind of value that it is.
    """
    function = BUILTINS.get(name)
    return _never if function is None else _Named(function, as_text=as_text)


def _never(_given: Value, _arguments: tuple[Json, ...], _asked: Asked) -> None:
    return None


class _Named:
    """One test. What it finds beside the match is kept as it is."""

    __slots__ = ("as_text", "function")

    def __init__(self, function: Function, *, as_text: bool) -> None:
        self.function = function
        self.as_text = as_text

    def __call__(self, given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
        """Return what the test finds, None where it does not hold or fails."""
        scope = asked.scope
        if scope is None:
            return None
        evaluation = scope.evaluation
        evaluation.renew()
        try:
            found = self.function.call(evaluation, (given, *map(value_of, arguments)))
        except (Exhausted, RecursionError):
            return None
        if not isinstance(found, Mapping) or not found.get(DEFAULT):
            return None
        match = found.get("match")
        if isinstance(match, Error):
            return None
        extra = found.get("extra")
        value = show(evaluation.environment, match) if self.as_text else kept(match)
        return Answer(value, None if extra is None else kept(extra))
