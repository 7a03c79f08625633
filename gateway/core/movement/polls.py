"""What came of a question that people answered: how often each answer, of all and by parts.

So few that somebody could be known by them are held back, and what they could be worked out from.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.movement.disclosure import LEAST, TooFineError, guard

# By what answers can be parted, as the fields of `Answer` are called.
PARTS: Final = ("gender", "place", "language")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with what is known of who gave it; an empty text is what was not said."""

    category: str
    gender: str = ""
    place: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Answers by a part of the people: `rows` holds by part how often each category was given.

    None is held back.
    """

    categories: tuple[str, ...]
    rows: Mapping[str, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Poll:
    """A question of a conversation, by the name of its result, with how many gave which answer."""

    name: str
    answers: Mapping[Answer, int]

    @property
    def people(self) -> int:
        """How many answered."""
        return sum(self.answers.values())

    def all(self) -> Mapping[str, int | None]:
        """Return how often each category was given, the most frequent first; None is held back."""
        counted: Counter[tuple[str]] = Counter()
        for answer, people in self.answers.items():
            counted[answer.category,] += people
        shown = guard(counted, least=LEAST).cells
        return {key[0]: shown[key] for key, _ in counted.most_common()}

    def by(self, part: str) -> Split | None:
        """Return answers by one of `PARTS`; None where that would tell too much, or nothing.

        What is held back of all cannot be added up from its parts: then there are none.
        """
        overall = self.all()
        if None in overall.values():
            return None
        counted: Counter[tuple[str, str]] = Counter()
        for answer, people in self.answers.items():
            counted[getattr(answer, part), answer.category] += people
        try:
            guarded = guard(counted, least=LEAST)
        except TooFineError:
            return None
        if guarded.totals:
            return None
        cells, categories = guarded.cells, tuple(overall)
        largest: Counter[str] = Counter()
        for (value, _), people in counted.items():
            largest[value] += people
        rows = {
            value: tuple(cells.get((value, category), 0) for category in categories)
            for value, _ in largest.most_common()
        }
        shown = any(people for row in rows.values() for people in row)
        return Split(categories, rows) if shown else None
