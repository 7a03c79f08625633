"""What a value weighs, so that work on large ones is paid for before it is done."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from gateway.core.flow.expressions.values import Error, Evaluation, Exhausted, Function, Value

# Texts cost a step for so many characters (as a power of two), items and keys one each.
TEXT_SHIFT: Final = 5

# Arrays within arrays are followed so far. Deeper ones are refused, as showing them would be.
MOST_LEVELS: Final = 100

_TEXT_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{\]}]', re.DOTALL).finditer

SCALARS: Final = frozenset(
    (type(None), bool, int, float, Decimal, str, datetime, date, time, Function, Error)
)


def weigh(evaluation: Evaluation, value: Value) -> None:
    """Spend what working on a value costs. Raises `Exhausted` when it is too large or too deep."""
    if type(value) is str:
        evaluation.spend(len(value) >> TEXT_SHIFT)
        return
    level: list[Value] = [value]
    for _ in range(MOST_LEVELS):
        below: list[Value] = []
        for one in level:
            if type(one) is str:
                evaluation.spend(len(one) >> TEXT_SHIFT)
            elif isinstance(one, Mapping):
                evaluation.spend(len(one))
                below.extend(one.values())
            elif isinstance(one, list | tuple):
                evaluation.spend(len(one))
                below.extend(one)
        if not below:
            return
        level = below
    raise Exhausted


def depth_of(text: str) -> int:
    """Return how deep arrays and objects stand within each other in a JSON text."""
    depth = deepest = 0
    for found in _TEXT_OR_BRACKET(text):
        bracket = found[0]
        if bracket in {"[", "{"}:
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in {"]", "}"}:
            depth -= 1
    return deepest
