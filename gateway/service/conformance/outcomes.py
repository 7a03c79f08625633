"""What became of one row: whether we did as it says, and if not, what we did instead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gateway.service.conformance.folder import Folder


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row by its id. `why` is empty where it passed."""

    row: str
    passed: bool
    why: str = ""


# Runs every row of one table.
Table: TypeAlias = Callable[[Folder], Iterator[Outcome]]


def compared(row: str, *, passed: bool, expected: object, given: object) -> Outcome:
    """Return the outcome of a comparison, with both sides where they differ."""
    return Outcome(row, passed, "" if passed else f"expected {expected!r}, got {given!r}"[:300])
