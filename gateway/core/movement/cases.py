"""What becomes of a report: its states, which may follow which, and how sure it is.

A state is what the movement does about a report; the ladder is how sure it is of it. The words of
both are what the public reads, so they promise nothing. Knows no SQL and sends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.core.movement.moments import DAY_MS


class State(StrEnum):
    """What the movement does about a report. Values are stored, so they are never renamed."""

    NEW = "new"
    NEEDS_INFO = "needs_info"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    SOLVED = "solved"
    CLOSED = "closed"
    DUPLICATE = "duplicate"


class Rung(StrEnum):
    """How well a report is known to be true, the weakest first."""

    UNVERIFIED = "unverified"
    CORROBORATED = "corroborated"
    VERIFIED = "verified"
    PUBLISHED = "published"


OPEN: Final = (State.NEW, State.NEEDS_INFO, State.PLANNED, State.IN_PROGRESS, State.SOLVED)
OVER: Final = (State.CLOSED, State.DUPLICATE)
TOLD: Final = frozenset(
    (State.NEEDS_INFO, State.PLANNED, State.IN_PROGRESS, State.SOLVED, State.CLOSED)
)
MOST_UPDATES: Final = 3  # status SMS about one report, whatever happens to it
NEAR_MS: Final = 14 * DAY_MS  # within which two reports may be about the same
ENOUGH: Final = 3  # independent numbers that say the same corroborate it

# From each state, those that staff may take it to. A duplicate is led by the report that it is of:
# it becomes one by a merge, and comes back as new where the two are taken apart.
MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    State.NEW: (State.NEEDS_INFO, State.PLANNED, State.IN_PROGRESS, State.SOLVED, State.CLOSED),
    State.NEEDS_INFO: (State.PLANNED, State.IN_PROGRESS, State.SOLVED, State.CLOSED),
    State.PLANNED: (State.NEEDS_INFO, State.IN_PROGRESS, State.SOLVED, State.CLOSED),
    State.IN_PROGRESS: (State.NEEDS_INFO, State.PLANNED, State.SOLVED, State.CLOSED),
    State.SOLVED: (State.IN_PROGRESS, State.CLOSED),
    State.CLOSED: (State.IN_PROGRESS,),
    State.DUPLICATE: (State.NEW,),
}

# What staff call the states, and what the public reads of them. Pages translate both.
NAMES: Final[Mapping[State, str]] = {
    State.NEW: "new",
    State.NEEDS_INFO: "needs information",
    State.PLANNED: "planned",
    State.IN_PROGRESS: "in progress",
    State.SOLVED: "solved, we think",
    State.CLOSED: "closed",
    State.DUPLICATE: "duplicate",
}
PUBLIC: Final[Mapping[State, str]] = {
    State.NEW: "We have received it and will read it.",
    State.NEEDS_INFO: "We need to know more before we can do something.",
    State.PLANNED: "Somebody will see to it.",
    State.IN_PROGRESS: "Somebody is working on it.",
    State.SOLVED: "It should be solved. We ask whether it is.",
    State.CLOSED: "It is closed.",
    State.DUPLICATE: "Others told us the same. We follow it together with theirs.",
}
RUNGS: Final[Mapping[Rung, str]] = {
    Rung.UNVERIFIED: "unverified",
    Rung.CORROBORATED: "corroborated",
    Rung.VERIFIED: "verified in the field",
    Rung.PUBLISHED: "published",
}

# How long an open report may wait before its age is a word of its own, and then a loud one.
_SLOW_MS: Final = 7 * DAY_MS
_LATE_MS: Final = 30 * DAY_MS


@dataclass(frozen=True, slots=True)
class Case:
    """What decides about a report's next step. Times are milliseconds; None: it is not so."""

    state: State
    danger: bool = False
    verified: bool = False
    published: bool = False
    updates: int = 0


def moves(case: Case) -> tuple[State, ...]:
    """Return the states that staff may take a report to."""
    return MOVES[case.state]


def rung(case: Case, numbers: int) -> Rung:
    """Return where a report stands on the ladder; `numbers` are the independent ones that say it.

    A report under danger-hold is never published, whatever it was before.
    """
    if case.published and case.verified and not case.danger:
        return Rung.PUBLISHED
    if case.verified:
        return Rung.VERIFIED
    return Rung.CORROBORATED if numbers >= ENOUGH else Rung.UNVERIFIED


def may_publish(case: Case) -> bool:
    """Whether a report may be published: somebody was there, and nobody is put in danger."""
    return case.verified and not case.danger and not case.published


def may_tell(case: Case, state: State) -> bool:
    """Whether its reporter is told by SMS that a report comes to a state.

    Not while it is held for danger, and three times in all. The last of the three is kept for the
    question whether the problem is solved.
    """
    if case.danger or state not in TOLD:
        return False
    left = MOST_UPDATES - case.updates
    return left > 0 if state is State.SOLVED else left > 1


def answered(state: State, *, yes: bool, leads: bool) -> State | None:
    """Return the state that the answer to "is it solved?" takes a report to; None: it stays.

    One NO opens it again. To close it takes the yes of the person whose report leads the others.
    """
    if state is not State.SOLVED:
        return None
    if not yes:
        return State.IN_PROGRESS
    return State.CLOSED if leads else None


class Age(StrEnum):
    """How long an open report has waited."""

    FRESH = "fresh"
    SLOW = "slow"
    LATE = "late"


AGES: Final[Mapping[Age, str]] = {
    Age.FRESH: "in time",
    Age.SLOW: "slow",
    Age.LATE: "waits too long",
}


def late(now: int) -> int:
    """Return until when an open report was filed that has waited too long by now."""
    return now - _LATE_MS


def age(filed_at: int, now: int) -> Age:
    """Return how long a report has waited, as the pages show it by a colour and a word."""
    waited = now - filed_at
    if waited >= _LATE_MS:
        return Age.LATE
    return Age.SLOW if waited >= _SLOW_MS else Age.FRESH
