"""Evaluations per second of the expression language, compiled before and compiled anew each time.

A text that names a value, and texts with expressions as flows have them. One core, no database.

    python benchmarks/expressions.py [--seconds 3]

The last line is one JSON object. `cached_to_cold` is how many times faster a text with an
expression is filled in when it has been compiled before; `path_to_expression` is how many times
faster one is that only names a value. All are measured in turns of a fifth of the time, and the
median counts.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gateway.core.flow.expressions.compile import compile_expression
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import Value

ROUNDS = 5
VALUES: dict[str, Value] = {
    "participant": {"name": "Amina", "age": 34, "place": {"name": "Chipata"}},
    "answer": {"text": "about 40 people, I think", "count": "40"},
}
ROOTS = frozenset(VALUES)
PATHS = ("Thank you @participant.name.", "In @participant.place.name, who repairs it?")
EXPRESSIONS = (
    'Thank you @(upper(participant.name) & "!")',
    '@(if(participant.age >= 18, "You may vote.", "Next year."))',
    "@(number(answer.count) * 20 + 5) litres a day",
    '@(word(answer.text, 1)) people in @(default(participant.ward, "your ward"))',
    "@(has_number(answer.text).match)",
)


def filled(sources: Sequence[str]) -> Callable[[], int]:
    """Return what fills in texts that are compiled already; it gives how many it filled."""
    scope = DictScope(VALUES, Environment(now=lambda: datetime(2026, 5, 12, 9, 0, tzinfo=UTC)))
    templates = [compile_template(source, ROOTS) for source in sources]

    def fill() -> int:
        for template in templates:
            template.render(scope)
        return len(templates)

    return fill


def compiled_anew(sources: Sequence[str]) -> int:
    """Compile texts as if for the first time, and fill them in; return how many."""
    compile_template.cache_clear()
    compile_expression.cache_clear()
    return filled(sources)()


def rates(works: Sequence[Callable[[], int]], seconds: float) -> list[float]:
    """Return the texts a second of each work: the median of five rounds, one beside the other."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for position, work in enumerate(works):
            done, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < seconds / ROUNDS:
                done += work()
            found[position].append(done / (time.perf_counter() - begun))
    return [statistics.median(each) for each in found]


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=3.0)
    seconds = options.parse_args().seconds
    path, cached, cold = rates(
        [filled(PATHS), filled(EXPRESSIONS), lambda: compiled_anew(EXPRESSIONS)], seconds
    )
    print(f"names a value        {path:10,.0f} texts/s  ({1e6 / path:.1f} us a text)")
    print(f"expression, cached   {cached:10,.0f} texts/s  ({1e6 / cached:.1f} us a text)")
    print(f"expression, cold     {cold:10,.0f} texts/s  ({1e6 / cold:.1f} us a text)")
    print(
        json.dumps(
            {
                "expressions_per_second": round(cached),
                "expressions_per_second_cold": round(cold),
                "paths_per_second": round(path),
                "cached_to_cold": round(cached / cold, 1),
                "path_to_expression": round(path / cached, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
