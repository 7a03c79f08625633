"""The tables of templates: texts with expressions, and what they come to."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import Value
from gateway.service.conformance.contexts import environment, roots
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome, compared
from gateway.service.conformance.typed import read_typed, same

# What chance may give: the call as it stands in a row, and which numbers are right.
_BETWEEN: Final = re.compile(r"rand_between\((-?\d+), (-?\d+)\)")


def expressions(folder: Folder) -> Iterator[Outcome]:
    """Run the examples of the documentation: each is one text in one context."""
    named = folder.context["expressions"]
    for row in folder.rows("expressions"):
        yield _run(folder, row | named)


def templates(folder: Folder) -> Iterator[Outcome]:
    """Run the templates, each in the context and the environment that it names."""
    for row in folder.rows("templates"):
        yield _run(folder, row)


def _run(folder: Folder, row: Row) -> Outcome:
    values = roots(folder, row["context"])
    scope = DictScope(values, environment(folder, row["environment"]))
    template = compile_template(row["template"], frozenset(values), strict=False)
    if row.get("depends_on") == "random":
        return _by_chance(row, template.evaluate(scope))
    if "expected_value" in row:
        value = template.evaluate(scope)
        expected = read_typed(row["expected_value"])
        return compared(row["id"], passed=same(expected, value), expected=expected, given=value)
    errors: list[str] = []
    text = template.render(scope, errors, _escape(row))
    expected_error = bool(row.get("error"))
    if bool(errors) != expected_error:
        return Outcome(row["id"], passed=False, why=f"errors: {errors}"[:300])
    if "expected_json" in row:
        return _as_json(row, text)
    passed = text == row.get("expected", text)
    return compared(row["id"], passed=passed, expected=row.get("expected"), given=text)


def _escape(row: Row) -> Callable[[str], str] | None:
    replacements: dict[str, str] | None = row.get("escaping")
    return None if replacements is None else lambda text: _replaced(text, replacements)


def _replaced(text: str, replacements: dict[str, str]) -> str:
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def _as_json(row: Row, text: str) -> Outcome:
    try:
        given: Any = json.loads(text)
    except ValueError:
        return Outcome(row["id"], passed=False, why=f"no JSON: {text}"[:300])
    expected = row["expected_json"]
    return compared(row["id"], passed=given == expected, expected=expected, given=given)


def _by_chance(row: Row, value: Value) -> Outcome:
    limits = _BETWEEN.search(row["template"])
    least, most = (Decimal(limits[1]), Decimal(limits[2])) if limits else (Decimal(0), Decimal(1))
    number = value if isinstance(value, Decimal) else None
    passed = number is not None and least <= number <= most
    return compared(row["id"], passed=passed, expected=f"{least} to {most}", given=value)
