"""Everything that may become of one turn where not the person decides: actions, random splits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.turn import Step
from gateway.service.walkers.longest import LABEL, LABELS, QUESTION, letters

# More ways for one turn to go than this are not looked at.
MOST_FATES: Final = 200

_VALUES: Final[Mapping[str, Json]] = {
    "motion.number": 1048,
    "motion.question": letters(QUESTION),
    "motion.options": [
        {"number": number, "label": letters(LABEL)} for number in range(1, LABELS + 1)
    ],
    "motion.closes": "28 Dec 18:00",
    "report.code": "K7QM-2X",
    "participant.number": "4821307",
    "participant.member": True,
}


class Script:
    """A fate that is given beforehand, and from there on takes the first of what may be."""

    def __init__(self, given: Sequence[int], draws: Sequence[float]) -> None:
        """Take which of the possibilities are chosen, and the numbers that chance may give."""
        self.given = given
        self.made: list[tuple[int, int]] = []  # what was chosen, of how many
        self._draws = draws

    def outcome(self, _action: str, categories: tuple[str, ...]) -> str:
        """Return what becomes of an action."""
        return categories[self._choose(len(categories))]

    def values(self, _action: str, paths: tuple[str, ...]) -> Mapping[str, Json]:
        """Return what an action gives values to."""
        return {path: _VALUES.get(path, "") for path in paths}

    def draw(self) -> float:
        """Return a number from 0 to 1."""
        return self._draws[self._choose(len(self._draws))]

    def _choose(self, many: int) -> int:
        place = len(self.made)
        chosen = self.given[place] if place < len(self.given) else 0
        self.made.append((chosen, many))
        return chosen


def draws(splits: Sequence[int]) -> tuple[float, ...]:
    """Return numbers that chance may give, so that a split of any of these sizes goes every way."""
    found = {(part + 0.5) / many for many in splits for part in range(many)}
    return tuple(sorted(found)) or (0.5,)


def futures(take: Callable[[Script], Step], chances: Sequence[float]) -> Iterator[Step]:
    """Yield every way that a turn may go. `take` takes it, under a fate."""
    ahead: list[tuple[int, ...]] = [()]
    for _ in range(MOST_FATES):
        if not ahead:
            return
        script = Script(ahead.pop(), chances)
        yield take(script)
        chosen = [choice for choice, _ in script.made]
        for place in range(len(script.given), len(script.made)):
            many = script.made[place][1]
            ahead += [(*chosen[:place], other) for other in range(1, many)]
