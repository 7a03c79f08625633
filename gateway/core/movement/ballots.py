"""What a vote is worth: who may vote on a motion, on what, until when. Counts, and stores nothing.

One vote per participant, changeable until the close; the last one received counts. An answer is a
number or a whole label: a vote is never guessed from a slip of the thumb.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.movement.places import Places
from gateway.core.text.keywords import tokens

RECORDED = "recorded"
CHANGED = "changed"
LATE = "late"
INVALID = "invalid"
NOT_MEMBER = "not_member"
NO_PLACE = "no_place"
NOT_HERE = "not_here"
NO_MOTION = "no_motion"

_LONGEST_NUMBER = 4  # digits of an option that are worth reading

# Every outcome of a vote, and what it says.
OUTCOMES: Mapping[str, str] = {
    RECORDED: "The vote counts.",
    CHANGED: "The vote counts instead of an earlier one by the same member.",
    LATE: "The motion is closed; the vote is not counted.",
    INVALID: "The answer is none of the options.",
    NOT_MEMBER: "Only members vote.",
    NO_PLACE: "The assembly belongs to a place, and the member has not said where he or she lives.",
    NOT_HERE: "The assembly belongs to a place in which the member does not live.",
    NO_MOTION: "There is no such motion, or it is not open yet.",
}


@dataclass(frozen=True, slots=True)
class MotionOption:
    """One answer to a motion: the number that people press and its label in each language."""

    number: int
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Motion:
    """A question put to an assembly. `place` is a place's code, or None for the whole movement.

    Times are milliseconds since 1970. `closed_at` is set when the assembly was closed early.
    """

    number: int
    assembly: int
    place: str | None
    question: Mapping[str, str]
    options: tuple[MotionOption, ...]
    opens_at: int
    closes_at: int
    closed_at: int | None

    @property
    def ends_at(self) -> int:
        """The first millisecond at which a vote is too late."""
        return self.closes_at if self.closed_at is None else min(self.closes_at, self.closed_at)

    def open_at(self, now: int) -> bool:
        """Whether a vote received at `now` counts."""
        return self.opens_at <= now < self.ends_at

    def option(self, number: int) -> MotionOption | None:
        """Return the option with this number."""
        return next((one for one in self.options if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Count:
    """One option and the number of members whose last vote it was."""

    option: MotionOption
    votes: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The count of one motion. `turnout` is how many members voted, `eligible` how many may."""

    motion: Motion
    counts: tuple[Count, ...]
    turnout: int
    eligible: int


def judge(
    motion: Motion | None,
    option: str,
    *,
    member: bool,
    place: str | None,
    places: Places,
    now: int,
    voted: bool = False,
) -> tuple[str, int | None]:
    """Return the outcome of a vote (see `OUTCOMES`) and, when it counts, the option's number.

    `place` is where the member lives, `now` when the vote was received in milliseconds, `voted`
    whether this member has a vote on this motion already.
    """
    if motion is None or now < motion.opens_at:
        return NO_MOTION, None
    if not member:
        return NOT_MEMBER, None
    if now >= motion.ends_at:
        return LATE, None
    standing = eligible(motion, place, places)
    if standing is not None:
        return standing, None
    number = read_option(motion, option)
    if number is None:
        return INVALID, None
    return (CHANGED if voted else RECORDED), number


def eligible(motion: Motion, place: str | None, places: Places) -> str | None:
    """Return None where a member who lives in `place` may vote, else the outcome that says why."""
    if motion.place is None:
        return None
    if place is None:
        return NO_PLACE
    return None if places.within(place, motion.place) else NOT_HERE


def read_option(motion: Motion, answer: str) -> int | None:
    """Return the number of the option that an answer names by number or by whole label, or None.

    A label that two options share in different languages names neither.
    """
    said = answer if answer.isascii() and answer.isdecimal() else fold_label(answer)
    if said.isdecimal():
        number = int(said[:_LONGEST_NUMBER])
        fits = len(said) <= _LONGEST_NUMBER and motion.option(number) is not None
        return number if fits else None
    found = {
        one.number
        for one in motion.options
        if any(fold_label(label) == said for label in one.label.values())
    }
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Clash:
    """A label that no answer could mean: it has no word, or another option says the same."""

    label: str
    other: int | None


def find_clash(options: Sequence[MotionOption], new: MotionOption) -> Clash | None:
    """Return what is wrong with the labels of one more option, in any language."""
    meaning = {fold_label(label): one.number for one in options for label in one.label.values()}
    for label in new.label.values():
        said = fold_label(label)
        if not said or said.isdecimal():
            return Clash(label, None)
        if said in meaning:
            return Clash(label, meaning[said])
    return None


def fold_label(text: str) -> str:
    """Return a label or an answer in the form in which the two are compared."""
    return " ".join(tokens(text))


def tally(motion: Motion, votes: Mapping[int, int], eligible: int) -> Tally:
    """Count a motion from the number of votes per option; options without a vote count 0."""
    counts = tuple(Count(one, votes.get(one.number, 0)) for one in motion.options)
    return Tally(motion, counts, sum(votes.values()), eligible)


def open_for(
    motions: Sequence[Motion], place: str | None, places: Places, now: int
) -> tuple[Motion, ...]:
    """Return the motions on which a member who lives in `place` may vote now, oldest first."""
    return tuple(
        one for one in motions if one.open_at(now) and eligible(one, place, places) is None
    )


def in_language(texts: Mapping[str, str], *languages: str) -> str:
    """Return a question or label in the first of these languages that it has, or in any."""
    found = (texts[language] for language in languages if texts.get(language))
    return next(found, "") or next(iter(texts.values()), "")
