"""Dotted names, taken apart once: what a scope is asked for when a text says ``@contact.name``."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name in lower case, taken apart once.

    `prefixes` are the ways in which the value of a shorter path may hold it, the longest first:
    ``a.b.c`` is looked for as ``c`` in the value of ``a.b``, then as ``b.c`` in that of ``a``.
    """

    full: str
    parts: tuple[str, ...]
    prefixes: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=4096)
def path(name: str) -> Path:
    """Take a dotted name apart. Case does not matter."""
    full = name.lower()
    parts = tuple(full.split("."))
    prefixes = tuple(
        (".".join(parts[:length]), parts[length:]) for length in range(len(parts) - 1, 0, -1)
    )
    return Path(full, parts, prefixes)
