"""What is said when a settings file or variable cannot be used. Never shows a secret's value."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

_WHERE_UNKNOWN = "extra_forbidden"


class ConfigError(Exception):
    """A setting cannot be used. One sentence: the file or variable, the key, what is allowed."""


def explain(
    section: type[BaseModel],
    trouble: ValidationError,
    where: Callable[[str], str],
    *,
    hidden: Iterable[str] = (),
) -> str:
    """Return one sentence for the first thing that is wrong in a table.

    `where` turns a key (or an empty string for the whole table) into the words for its place, such
    as ``config/gateway.toml: [serve] port``. Values of `hidden` keys are not repeated.
    """
    first = trouble.errors(include_url=False, include_context=False)[0]
    key = str(first["loc"][0]) if first["loc"] else ""
    if not key:
        message = str(first["msg"]).removeprefix("Value error, ")
        return f"{where('')} {message}."
    if first["type"] == _WHERE_UNKNOWN:
        return f"{where(key)} is not a setting. {suggest(key, section.model_fields)}"
    if first["type"] == "missing":
        return f"{where(key)} is missing; it must be {allowed(section, key)}."
    given = "" if key in hidden else f" is {_shown(first['input'])};"
    return f"{where(key)}{given} must be {allowed(section, key)}.".replace("; must", "; it must")


def allowed(section: type[BaseModel], key: str) -> str:
    """Return the words for what a setting may be."""
    extra: Any = section.model_fields[key].json_schema_extra
    return str(extra["allowed"])


def suggest(key: str, known: Iterable[str] | Mapping[str, object]) -> str:
    """Return a sentence naming the nearest known word, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(key, names, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known here: {', '.join(names)}."


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
