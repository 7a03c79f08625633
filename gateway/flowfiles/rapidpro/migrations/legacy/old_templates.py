"""Expressions as they were before version 8: ``@contact.name|upper_case``, ``=UPPER(contact)``."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.flowfiles.rapidpro.migrations.templates import LEGACY_TOPS

_FILTERS: Final[Mapping[str, str]] = {
    "lower_case": "LOWER({})",
    "upper_case": "UPPER({})",
    "capitalize": "PROPER({})",
    "title_case": "PROPER({})",
    "first_word": "FIRST_WORD({})",
    "remove_first_word": "REMOVE_FIRST_WORD({})",
    "read_digits": "READ_DIGITS({})",
}

_FILTER: Final = re.compile(r"""\|(\w+)(?::("[^"]*"|'[^']*'))?""")
_FILTERED: Final = (
    rf"@((?:{'|'.join(sorted(LEGACY_TOPS))})(?:\.\w+)*)"
    r"""((?:\|\w+(?::(?:"[^"]*"|'[^']*'))?){})"""
)
_ALONE: Final = re.compile(r"(?<!\w)" + _FILTERED.replace("{}", "+"), re.IGNORECASE)
_WITHIN: Final = re.compile(f'(")?{_FILTERED.replace("{}", "*")}(?(1)")', re.IGNORECASE)
_PATH: Final = re.compile(r"\w+(?:\.\w+)*")


def without_filters(text: str) -> str:
    """Return a text whose expressions are written as they are since version 8."""
    if "=" in text:
        text = _without_equals(text)
    if "@" in text and "|" in text:
        text = _ALONE.sub(lambda found: f"@({_filtered(found[1], found[2])})", text)
    return text


def _filtered(path: str, filters: str) -> str:
    """Return a path with its filters as functions around it."""
    code = path
    for name, given in _FILTER.findall(filters):
        if name.lower() == "time_delta":
            days = given[1:-1].strip()
            code = f"{code} - {days[1:]}" if days.startswith("-") else f"{code} + {days}"
        else:
            code = _FILTERS.get(name.lower(), "{}").replace("{}", code)
    return code


def _without_equals(text: str) -> str:
    """Return a text with ``=NAME(...)``, ``=(...)`` and ``=contact.name`` written with an @."""
    pieces, start = [], 0
    at = text.find("=")
    while at >= 0:
        name = _PATH.match(text, at + 1)
        end = at + 1 if name is None else name.end()
        if text[end : end + 1] == "(":
            closing = _closing(text, end)
            if closing < 0:
                break
            body = text[at + 1 : closing + 1]
            pieces += [text[start:at], _expression(body)]
            start = end = closing + 1
        elif name is not None and name[0].partition(".")[0].lower() in LEGACY_TOPS:
            pieces += [text[start:at], f"@{name[0]}"]
            start = end
        at = text.find("=", end)
    return "".join([*pieces, text[start:]])


def _expression(body: str) -> str:
    """Return what stood after an equals sign. Some wrote @ within it, quoted or not."""
    body = _WITHIN.sub(lambda found: _filtered(found[2], found[3]), body)
    return f"@{body}" if body.startswith("(") else f"@({body})"


def _closing(text: str, opening: int) -> int:
    depth, quoted = 0, False
    for index in range(opening, len(text)):
        character = text[index]
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return index
    return -1
