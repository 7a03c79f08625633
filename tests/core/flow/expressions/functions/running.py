"""Expressions evaluated where people read days first, in Lusaka, at a fixed moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import Error, Value

NOW = datetime(2026, 5, 4, 9, 30, 15, 250_000, UTC)
LUSAKA = Environment(
    date_format="DD-MM-YYYY",
    timezone=ZoneInfo("Africa/Lusaka"),
    languages=("eng", "nya"),
    country="ZM",
    now=lambda: NOW,
    chance=lambda: 0.5,
    prompts={"sort": "Sort into one of: {{ .arg1 }}"},
)


def evaluated(expression: str, values: Mapping[str, Value] | None = None, **settings: Any) -> Value:
    """Return what an expression is worth."""
    values = values or {}
    template = compile_template(f"@({expression})", frozenset(values))
    return template.evaluate(DictScope(values, replace(LUSAKA, **settings)))


def shown(template: str, **settings: Any) -> str:
    """Return a template filled in, or ``ERROR``."""
    errors: list[str] = []
    made = compile_template(template, frozenset())
    text = made.render(DictScope({}, replace(LUSAKA, **settings)), errors)
    return "ERROR" if errors else text


def result(expression: str, values: Mapping[str, Value] | None = None, **settings: Any) -> Value:
    """Return what an expression is worth; any error as ``ERROR``."""
    value = evaluated(expression, values, **settings)
    return "ERROR" if isinstance(value, Error) else value
