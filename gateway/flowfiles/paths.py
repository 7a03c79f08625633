"""The paths that flows save values under, such as ``participant.name``."""

import re
from typing import Final

from gateway.core.flow.names import ROOTS
from gateway.flowfiles.language.kinds import PATH_PATTERN
from gateway.flowfiles.sections import Section

_PATH: Final = re.compile(PATH_PATTERN)

# Sections within a step that save something: under `save` itself, or under its keys.
_HOLDERS: Final = ("webhook", "wait", "call")


def read_path(section: Section, key: str) -> str | None:
    """Return the path under a key, None where there is none. Raises `FlowFileError`."""
    if key not in section:
        return None
    path = section.text(key) or ""
    check_path(section, key, path)
    return path


def check_path(section: Section, key: str, path: str) -> None:
    """Refuse a path that values cannot be saved under."""
    if not _PATH.fullmatch(path) or path in ROOTS:
        raise section.error(
            key, f"nothing can be saved under {path}", "Write a path such as participant.name"
        )


def saved_roots(steps: Section) -> frozenset[str]:
    """Return the first names of all paths that the steps save values under."""
    found: set[str] = set()
    for name in steps:
        if steps.is_section(name):
            found.update(_saved(steps.section(name)))
    return frozenset(found)


def _saved(step: Section) -> set[str]:
    found = _paths(step, "save") | _paths(step, "set")
    for key in _HOLDERS:
        if step.is_section(key):
            found |= _paths(step.section(key), "save")
    return found


def _paths(section: Section, key: str) -> set[str]:
    """Return the first names of the path under a key, or of the keys of a section there."""
    if key not in section:
        return set()
    if section.is_section(key):
        return {path.partition(".")[0] for path in section.section(key)}
    return {(section.text(key) or "").partition(".")[0]}
