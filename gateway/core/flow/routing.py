"""The answer tests of the field's routers as tests that a case may name. See `answers` for ours."""

from collections.abc import Mapping

from gateway.core.flow.answers import Answer, Asked, Test
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.conversions import show
from gateway.core.flow.expressions.values import DEFAULT, Error, Exhausted, Function, Value
from gateway.core.flow.saved import kept, value_of


def answer_test(name: str) -> Test:
    """Return a test by the field's name for it; one that is not there never holds."""
    function = BUILTINS.get(name)
    return _never if function is None else _Named(function)


def _never(_given: Value, _arguments: tuple[Json, ...], _asked: Asked) -> None:
    return None


class _Named:
    """One test. What it finds is kept as a text, what it finds beside it as it is."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
        """Return what the test finds, None where it does not hold or fails."""
        scope = asked.scope
        if scope is None:
            return None
        evaluation = scope.evaluation
        evaluation.left = evaluation.environment.cost_limit
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
        return Answer(show(evaluation.environment, match), None if extra is None else kept(extra))
