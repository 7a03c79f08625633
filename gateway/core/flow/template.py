"""Texts with ``@path`` values, compiled once and rendered often. Refuses expressions: not yet here.

A path that leads nowhere renders as nothing: a person never sees an error in a text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from gateway.core.flow.events import Json

# What follows an at sign. Another at sign is the sign itself, a bracket begins an expression.
_SIGN: Final = re.compile(r"@(?:(@)|(\()|([A-Za-z]\w*(?:\.\w+)*))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name in lower case, taken apart once.

    `prefixes` are the ways in which the value of a shorter path may hold it, the longest first:
    ``a.b.c`` is looked for as ``c`` in the value of ``a.b``, then as ``b.c`` in that of ``a``.
    """

    full: str
    parts: tuple[str, ...]
    prefixes: tuple[tuple[str, tuple[str, ...]], ...]


class Scope(Protocol):
    """Where a text finds its values."""

    def find(self, path: Path) -> Json:
        """Return what a path leads to, None where it leads nowhere."""


@dataclass(frozen=True, slots=True)
class Roots:
    """A scope of given values alone, for texts outside of a conversation."""

    roots: Mapping[str, Json]

    def find(self, path: Path) -> Json:
        """Return what a path leads to."""
        return descend(self.roots.get(path.parts[0]), path.parts[1:])


class TemplateError(ValueError):
    """A text cannot be compiled. The sentence says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. `plain` is the text itself where nothing needs to be filled in."""

    source: str
    plain: str | None
    parts: tuple[str | Path, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths that the text names, in order."""
        return tuple(part for part in self.parts if isinstance(part, Path))

    def render(self, scope: Scope) -> str:
        """Return the text with its values filled in."""
        if self.plain is not None:
            return self.plain
        return "".join(
            [part if part.__class__ is str else shown(scope.find(part)) for part in self.parts]  # type: ignore[arg-type]
        )

    def value(self, scope: Scope) -> Json:
        """Return the value itself where the text is one path and nothing else, or the text."""
        parts = self.parts
        if len(parts) == 1 and isinstance(parts[0], Path):
            return scope.find(parts[0])
        return self.render(scope)


def compile_template(source: str) -> Template:
    """Compile a text. Raises `TemplateError` for an expression."""
    if "@" not in source:
        return Template(source, source, (source,))
    parts: list[str | Path] = []
    literal = ""
    end = 0
    for sign in _SIGN.finditer(source):
        literal += source[end : sign.start()]
        end = sign.end()
        doubled, bracket, name = sign.groups()
        if bracket:
            raise TemplateError(
                "expressions such as @(…) are not there yet. "
                "Write a plain @path.to.value, or @@( for the characters themselves"
            )
        if doubled:
            literal += "@"
            continue
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(path(name))
    literal += source[end:]
    if literal or not parts:
        parts.append(literal)
    plain = parts[0] if len(parts) == 1 and isinstance(parts[0], str) else None
    return Template(source, plain, tuple(parts))


@lru_cache(maxsize=4096)
def path(name: str) -> Path:
    """Take a dotted name apart. Case does not matter."""
    full = name.lower()
    parts = tuple(full.split("."))
    prefixes = tuple(
        (".".join(parts[:length]), parts[length:]) for length in range(len(parts) - 1, 0, -1)
    )
    return Path(full, parts, prefixes)


def look_up(wanted: Path, values: Mapping[str, Json], roots: Mapping[str, Json]) -> Json:
    """Return what a path leads to: a value saved in the conversation wins over the roots."""
    if values:
        if wanted.full in values:
            return values[wanted.full]
        for prefix, rest in wanted.prefixes:
            if prefix in values:
                return descend(values[prefix], rest)
    return descend(roots.get(wanted.parts[0]), wanted.parts[1:])


def descend(value: Json, parts: tuple[str, ...]) -> Json:
    """Follow keys, and positions in lists from 0. None where there is nothing."""
    for part in parts:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def shown(value: Json) -> str:
    """Return a value as a person reads it. Things are shown by their ``__default__``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return shown(value.get("__default__"))
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return str(value)


def holds(value: Json) -> bool:
    """Whether a value counts as true: something is there, and it is not zero or false."""
    return bool(value) and value != "false"
