"""The answer tests of expressions as tests that a case may name: what matched, and what beside it.

One that is called wrongly does not hold: a person's answer is never an error.
"""

from collections.abc import Mapping
from typing import Final

from gateway.core.flow.answers import Answer, Asked, Test
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import (
    DEFAULT,
    Evaluation,
    Exhausted,
    Function,
    Value,
)
from gateway.core.flow.saved import kept, value_of


def as_test(function: Function) -> Test:
    """Return an answer test as a case calls it: the answer first, then the case's arguments."""
    call = function.call

    def check(given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
        scope = asked.scope
        evaluation = Evaluation(Environment()) if scope is None else scope.evaluation
        evaluation.left = evaluation.environment.cost_limit
        evaluation.level = 0
        try:
            found = call(evaluation, [given, *map(value_of, arguments)])
        except (Exhausted, RecursionError):
            return None
        if found is True:
            return Answer(None)
        if not isinstance(found, Mapping) or not found.get(DEFAULT):
            return None
        return Answer(kept(found.get("match")), kept(found.get("extra")))

    return check


# Every answer test of expressions by its name, ``has_pattern`` and the like.
MATCHES: Final[Mapping[str, Test]] = {name: as_test(BUILTINS[name]) for name in ANSWER_TESTS}
