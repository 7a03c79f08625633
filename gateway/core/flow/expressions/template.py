"""Texts with ``@path`` and ``@(expression)`` in them, compiled once and rendered often.

What fails is left out of the text, and why is told beside it: a person never reads an error.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from gateway.core.flow.expressions.compile import (
    MOST_PARTS,
    Expression,
    compile_expression,
    compile_path,
)
from gateway.core.flow.expressions.operators import text_of
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.scope import Scope
from gateway.core.flow.expressions.syntax import SyntaxTrouble
from gateway.core.flow.expressions.values import Error, Exhausted, Value

# What follows an at sign. Another at sign is the sign itself, a bracket begins an expression. A dot
# belongs to a name where the name goes on behind it.
_SIGN: Final = re.compile(r"@(?:(@)|(\()|(\w+(?:\.\w+)*))")

# What matters on the way to the bracket that closes an expression: texts, and other brackets.
_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|([()])|"')

# Where the language of expressions reads two positions as one decimal number.
_DECIMAL: Final = re.compile(r"\.(\d+\.\d+)")

TOO_MUCH: Final = Error("evaluation takes more than an expression may")
ALL_SPENT: Final = Error("the expressions of this turn take more than a turn may")

Escape: TypeAlias = Callable[[str], str]


class TemplateError(ValueError):
    """A text cannot be compiled. The sentence says why and what to write instead."""

    def __init__(self, message: str, position: int = 0) -> None:
        """Remember where in the text it is, in characters from its beginning."""
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Part:
    """What is filled in: an expression as it is written, and what it is compiled to.

    `trouble` says why it cannot be read, where that is so.
    """

    source: str
    expression: Expression
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. `plain` is the text itself where nothing needs to be filled in.

    `single` is the expression where there is nothing else but space around it.
    """

    source: str
    plain: str | None
    parts: tuple[str | Part, ...]
    single: Part | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The dotted names that the text names anywhere, in order."""
        return tuple(name for part in self._filled() for name in part.expression.paths)

    @property
    def functions(self) -> frozenset[str]:
        """The functions that the text names anywhere, known or not."""
        return frozenset().union(*(part.expression.functions for part in self._filled()))

    @property
    def troubles(self) -> tuple[str, ...]:
        """What cannot be read, each with why. None in a text that was compiled strictly."""
        return tuple(
            f"{part.source}: {part.trouble}" for part in self._filled() if part.trouble is not None
        )

    def render(
        self, scope: Scope, errors: list[str] | None = None, escape: Escape | None = None
    ) -> str:
        """Return the text with its values filled in, each escaped if asked.

        What fails is left out, and told in `errors`.
        """
        if self.plain is not None:
            return self.plain
        return _joined(self.parts, scope, errors, escape)

    def evaluate(self, scope: Scope, errors: list[str] | None = None) -> Value:
        """Return the value itself where the text is one expression and nothing else, or the text.

        Space at the beginning and at the end is no part of it.
        """
        single = self.single
        if single is not None:
            scope.evaluation.renew()
            value = _value(single, scope)
            if errors is not None and isinstance(value, Error):
                errors.append(_told(single, value))
            return value
        if self.plain is not None:
            return self.plain.strip()
        return _joined(_stripped(self.parts), scope, errors, None)

    def _filled(self) -> Iterator[Part]:
        return (part for part in self.parts if isinstance(part, Part))


@lru_cache(maxsize=8192)
def compile_template(source: str, roots: frozenset[str], *, strict: bool = True) -> Template:
    """Compile a text. `roots` are the names, in lower case, that may follow an at sign.

    Any other name after an at sign is text, as in an address. An expression that cannot be read
    raises `TemplateError`, or fails whenever it is evaluated if the reading is not strict.
    """
    if "@" not in source:
        return Template(source, source, (source,))
    parts: list[str | Part] = []
    for part in _scan(source, roots, strict=strict):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part:
            parts.append(part)
    filled = [part for part in parts if not isinstance(part, str) or not part.isspace()]
    single = filled[0] if len(filled) == 1 and isinstance(filled[0], Part) else None
    plain = None if any(isinstance(part, Part) for part in parts) else "".join(map(str, parts))
    return Template(source, plain, tuple(parts), single)


def names_in(source: str) -> frozenset[str]:
    """Return the names, in lower case, that follow an at sign in a text, whatever they are."""
    found = (sign[3] for sign in _SIGN.finditer(source) if sign[3])
    first = (name.partition(".")[0].lower() for name in found)
    return frozenset(name for name in first if not name[0].isdecimal())


def spans(source: str) -> Iterator[tuple[int, int]]:
    """Yield where each value begins and ends that a text names, whatever the name is."""
    end = 0
    while (sign := _SIGN.search(source, end)) is not None:
        doubled, bracket, _ = sign.groups()
        end = sign.end()
        if bracket:
            closed = _closing(source, end)
            if closed is None:
                return
            end = closed
        if not doubled:
            yield sign.start(), end


def _scan(source: str, roots: frozenset[str], *, strict: bool) -> Iterator[str | Part]:
    """Yield literal texts and what is filled in, in order."""
    end = 0
    while (sign := _SIGN.search(source, end)) is not None:
        start = sign.start()
        yield source[end:start]
        doubled, bracket, name = sign.groups()
        end = sign.end()
        if doubled:
            yield "@"
        elif bracket:
            closed = _closing(source, end)
            if closed is None:
                if strict:
                    raise TemplateError(
                        f"{_quoted(source[start:])} is never closed. "
                        "Write its last bracket, or @@( for the characters themselves",
                        start,
                    )
                yield source[start:]
                return
            yield _part(
                source[start:closed], source[end : closed - 1], start + 2, roots, strict=strict
            )
            end = closed
        elif name.partition(".")[0].lower() in roots:
            yield _named(name, start, roots, strict=strict)
        else:
            yield "@" + name
    yield source[end:]


def _closing(source: str, start: int) -> int | None:
    """Return where the bracket that was opened before `start` has been closed, if it is."""
    depth = 1
    for match in _BRACKET.finditer(source, start):
        bracket = match[1]
        if bracket is None:
            if match[0] == '"':  # a text that is never closed reaches to the end
                return None
            continue
        depth += 1 if bracket == "(" else -1
        if depth == 0:
            return match.end()
    return None


def _part(
    source: str,
    inner: str,
    position: int,
    roots: frozenset[str],
    strict: bool,  # noqa: FBT001
) -> Part:
    try:
        made = compile_expression(inner, roots)
    except SyntaxTrouble as trouble:
        return _broken(source, str(trouble), position + trouble.position, strict=strict)
    return Part(source, made)


def _named(name: str, start: int, roots: frozenset[str], *, strict: bool) -> Part:
    if name.count(".") >= MOST_PARTS:
        return _part("@" + name, name, start + 1, roots, strict=strict)
    decimal = _DECIMAL.search(name)
    if decimal is not None:
        at = decimal.start(1)
        trouble = f"syntax error at {name[at : at + 10]}"
        return _broken("@" + name, trouble, start + 1 + at, strict=strict)
    return Part("@" + name, compile_path(name))


def _broken(source: str, message: str, position: int, *, strict: bool) -> Part:
    if strict:
        where = f"{message}its end" if message.endswith(" at ") else message
        raise TemplateError(
            f"{_quoted(source)} cannot be read: {where}. "
            "Mend it, or write @@ where the at sign itself is meant",
            position,
        )
    error = Error(message)
    return Part(source, Expression(lambda _scope: error, 0, None, (), frozenset()), message)


def _quoted(source: str) -> str:
    return source if len(source) <= 60 else source[:57] + "..."


def _joined(
    parts: tuple[str | Part, ...],
    scope: Scope,
    errors: list[str] | None,
    escape: Escape | None,
) -> str:
    scope.evaluation.renew()
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        value = _value(part, scope)
        text = value if type(value) is str else _shown(value, scope)
        if type(text) is str:
            texts.append(text if escape is None else escape(text))
        elif errors is not None and isinstance(text, Error):
            errors.append(_told(part, text))
    return "".join(texts)


def _value(part: Part, scope: Scope) -> Value:
    expression = part.expression
    try:
        if expression.path is not None:
            return scope.find(expression.path)
        scope.evaluation.spend(expression.cost)
        return expression.run(scope)
    except (Exhausted, RecursionError):
        return _too_much(scope)


def _shown(value: Value, scope: Scope) -> str | Error:
    try:
        return text_of(scope.evaluation, value)
    except (Exhausted, RecursionError):
        return _too_much(scope)


def _too_much(scope: Scope) -> Error:
    return TOO_MUCH if scope.evaluation.rest else ALL_SPENT


def _told(part: Part, error: Error) -> str:
    return f"error evaluating {part.source}: {error.message}"


def _stripped(parts: tuple[str | Part, ...]) -> tuple[str | Part, ...]:
    """Return the parts without the space at both ends."""
    first, last = parts[0], parts[-1]
    if isinstance(first, str):
        parts = (first.lstrip(), *parts[1:])
    if isinstance(last, str):
        parts = (*parts[:-1], last.rstrip())
    return parts
