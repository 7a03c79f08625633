"""Which counts by place may be shown so that nobody's vote can be told from them. Counts nothing.

A row is shown only where every answer has at least `FEWEST` votes: no cell is small, and no place
is of one mind. Places whose row is not fit are shown together as one; where that row is not fit
either, the smallest of the others joins it. Rows add up to what all places voted, so nothing can be
told by subtracting either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.movement.disclosure import LEAST

FEWEST: Final = LEAST


@dataclass(frozen=True, slots=True)
class Share:
    """How the members of some places voted. `place` is None where several are taken together."""

    place: str | None
    places: int
    votes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The votes of a motion by place: the numbers of its answers, and a row a place.

    An answer that fewer than `FEWEST` gave anywhere is left out of every row.
    """

    options: tuple[int, ...]
    shares: tuple[Share, ...]


def by_place(votes: Mapping[str, Mapping[int, int]]) -> Breakdown | None:
    """Return what may be shown of votes by place and answer; None where that is nothing."""
    totals: dict[int, int] = {}
    for counted in votes.values():
        for option, count in counted.items():
            totals[option] = totals.get(option, 0) + count
    options = tuple(sorted(one for one, count in totals.items() if count >= FEWEST))
    if len(options) < 2:
        return None
    rows = [
        Share(place, 1, tuple(counted.get(one, 0) for one in options))
        for place, counted in votes.items()
    ]
    fit = sorted((one for one in rows if _is_fit(one)), key=lambda one: (sum(one.votes), one.place))
    rest = [one for one in rows if not _is_fit(one)]
    while rest and fit and not _is_fit(_together(rest)):
        rest.append(fit.pop(0))
    shares = [*reversed(fit), *([_together(rest)] if rest else ())]
    return Breakdown(options, tuple(shares)) if len(shares) > 1 else None


def _is_fit(share: Share) -> bool:
    return all(count >= FEWEST for count in share.votes)


def _together(shares: list[Share]) -> Share:
    counts = zip(*(one.votes for one in shares), strict=True)
    return Share(None, len(shares), tuple(sum(column) for column in counts))
