"""Dates with the month's name, as people write them: ``28th May 1981``, ``FEV-28-1990``.

The names are those of every language we know, whole or from their first three letters on, as long
as no two months share them. A day, a month and a year must stand beside each other.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Final

from gateway.core.flow.expressions.moments.names import ENGLISH, NAMES

# After so many words that look like a month's, a text is held to have no date.
_MOST_TRIES: Final = 100
_SHORTEST: Final = 3

_BETWEEN: Final = r"[\s\-./\\_,]{1,3}(?:(?:of|de|du|do|ya|wa)\s+)?"
_DAY: Final = r"(?P<{}>[0-9]{{1,2}})(?:st|nd|rd|th|er|re|º|ª)?"
_MONTH: Final = r"(?P<{}>[^\W\d_]{{3,20}})\.?"
_YEAR: Final = r"(?P<{}>[0-9]{{4}}|[0-9]{{2}})"


def _beside(*parts: str) -> str:
    """Return the pattern of three parts in a row, each group named for its order."""
    return _BETWEEN.join(parts)


_DATES: Final = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(
        (
            _beside(_DAY.format("d1"), _MONTH.format("m1"), _YEAR.format("y1")),
            _beside(_MONTH.format("m2"), _DAY.format("d2"), _YEAR.format("y2")),
            _beside(r"(?P<y3>[0-9]{4})", _MONTH.format("m3"), _DAY.format("d3")),
        )
    )
    + r")(?![^\W_])",
    re.IGNORECASE,
)


def find_named_date(text: str, full_year: Callable[[str], int]) -> tuple[date, str] | None:
    """Return the first date with a month's name, and what follows it.

    `full_year` makes a year of two digits one of four.
    """
    for written in islice(_DATES.finditer(text), _MOST_TRIES):
        day, name, year = (
            written[f"{part}1"] or written[f"{part}2"] or written[f"{part}3"] for part in "dmy"
        )
        month = _MONTHS.get(_folded(name))
        if month is not None:
            try:
                return date(full_year(year), month, int(day)), text[written.end() :]
            except ValueError:
                continue
    return None


def _folded(name: str) -> str:
    """Return a name in small letters without accents."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _months() -> dict[str, int]:
    """Return the month of each name, and of each beginning of a name, that only one has."""
    known: defaultdict[str, set[int]] = defaultdict(set)
    for names in NAMES.values():
        for list_of_names in (names.months, names.short_months):
            for month, name in enumerate(list_of_names, 1):
                folded = _folded(name).rstrip(".")
                for length in range(_SHORTEST, len(folded) + 1):
                    known[folded[:length]].add(month)
    found = {name: months.pop() for name, months in known.items() if len(months) == 1}
    for list_of_names in (ENGLISH.months, ENGLISH.short_months):
        found |= {_folded(name): month for month, name in enumerate(list_of_names, 1)}
    return found


_MONTHS: Final = _months()
