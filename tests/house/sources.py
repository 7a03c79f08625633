"""The project's own files, read once for the house's checks. Knows nothing of what they mean."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).parents[2]

_FOLDERS = (".ci", "benchmarks", "config", "docs", "flows", "gateway", "migrations", "tests")
_TEXTS = {"", ".cfg", ".css", ".csv", ".example", ".html", ".ini", ".js", ".json", ".mako", ".md"}
_TEXTS |= {".po", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml"}


def name(path: Path) -> str:
    """Return a path as it is written in the project: ``gateway/core/clock.py``."""
    return path.relative_to(ROOT).as_posix()


@cache
def texts() -> tuple[Path, ...]:
    """Return every text file of the project, sorted."""
    top = [path for path in ROOT.iterdir() if path.is_file()]
    below = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return tuple(sorted(path for path in top + below if _is_text(path)))


@cache
def modules(folder: str = "") -> tuple[Path, ...]:
    """Return every Python file of the project, or of one folder of it, sorted."""
    return tuple(path for path in texts() if path.suffix == ".py" and name(path).startswith(folder))


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    """Yield the nodes of one kind in a module."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that a module imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def found(path: Path, pattern: re.Pattern[str]) -> list[str]:
    """Return ``file:line: words`` for every match of a pattern in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{name(path)}:{number}: {match[0]}"
        for number, line in enumerate(lines, start=1)
        for match in pattern.finditer(line)
    ]


def _is_text(path: Path) -> bool:
    # `.git` is a file where the checkout is a worktree.
    hidden = "__pycache__" in path.parts or path.name.startswith((".coverage", ".git"))
    return path.suffix in _TEXTS and not hidden
