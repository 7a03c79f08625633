"""Expressions of the new language as text, put together so that precedence is kept.

RapidPro's own migration pastes texts, so that ``SUM(1, 2) * 3`` became ``1 + 2 * 3``; this one adds
the parentheses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """What an expression gives, where that is known from its form."""

    UNKNOWN = "unknown"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"


# How strongly operators bind, in both languages; everything is grouped from the left.
BINDING: Final = {
    "&": 1,
    "=": 2,
    "!=": 2,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "^": 6,
}
_NEGATION: Final = 7
_ATOM: Final = 8


@dataclass(frozen=True, slots=True)
class Code:
    """An expression, how strongly its outermost operator binds, and what it gives.

    `bare` is a date before it was written out as a text, for those that go on calculating.
    """

    text: str
    kind: Kind = Kind.UNKNOWN
    binding: int = _ATOM
    bare: str | None = None

    def within(self, binding: int) -> str:
        """Return the text as an operand of an operator that binds so strongly."""
        return self.text if self.binding >= binding else f"({self.text})"


def call(name: str, *arguments: Code, kind: Kind = Kind.UNKNOWN) -> Code:
    """Return a call of a function."""
    return Code(f"{name}({', '.join(argument.text for argument in arguments)})", kind)


def binary(operator: str, left: Code, right: Code, kind: Kind = Kind.UNKNOWN) -> Code:
    """Return two expressions joined by an operator."""
    binding = BINDING[operator]
    text = f"{left.within(binding)} {operator} {right.within(binding + 1)}"
    return Code(text, kind, binding)


def joined(operator: str, parts: Sequence[Code], kind: Kind = Kind.UNKNOWN) -> Code:
    """Return expressions joined by an operator, from the left; the only one as it is."""
    whole = parts[0]
    for part in parts[1:]:
        whole = binary(operator, whole, part, kind)
    return whole


def negated(code: Code) -> Code:
    """Return an expression with its sign turned."""
    return Code(f"-{code.within(_NEGATION)}", code.kind, _NEGATION)


def enclosed(code: Code) -> Code:
    """Return an expression in parentheses, as its author wrote it."""
    return Code(f"({code.text})", code.kind)


def quoted(text: str) -> Code:
    """Return a text as a literal."""
    ending = len(text) - len(text.rstrip("\\"))
    if ending:
        # A backslash before the closing quote would be taken for an escape of it.
        rest = text[:-ending]
        parts = ([quoted(rest)] if rest else []) + [Code("char(92)")] * ending
        return joined("&", parts)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character, letter in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(character, f"\\{letter}")
    return Code(f'"{escaped}"')


def written(code: Code, *, as_date: str) -> Code:
    """Return a date as the text that people read, remembering the date itself."""
    return Code(f"{as_date}({code.text})", code.kind, bare=code.text)
