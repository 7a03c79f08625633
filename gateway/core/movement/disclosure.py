"""Which cells of a table of counts are held back, so that nobody can be found in it.

A cell of fewer than `least` people is held back, and with it as many others as it takes that it
cannot be worked out from totals: each lies in a corner of a rectangle (of a box, with more to
count by) of held-back cells. People could be moved around such a box, one to each second corner,
and every total would stay what it is; so what is held back has several answers that all fit. This
is the hypercube method of statistical offices (Repsilber 1994; Giessing and Repsilber 2002).

A table by two things is guarded together with the tables by each of them, as somebody may have all
three: a total that such a table shows is known, and one that it holds back stays unknown.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product
from typing import Any, Final

LEAST: Final = 10
MOST_CELLS: Final = 20_000  # a finer table is nothing but small cells

Value = Hashable
Key = tuple[Any, ...]
Kin = Callable[[int, Value], Value]
Corner = tuple[Key, int]

# How many values a dimension is searched for partners, by the number of dimensions.
_PARTNERS: Final = {1: 2_000, 2: 16, 3: 8}
_FEWEST_PARTNERS: Final = 4
PAIR: Final = (0, 1)  # the dimensions of a table by two things


class TooFineError(Exception):
    """A table has so many cells that hardly one could be shown. A sentence that says what to do."""


class All:
    """Stands in a key for every value of a dimension, so that a key may name a total."""

    def __repr__(self) -> str:
        return "ALL"


ALL: Final = All()


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be shown of a table.

    `cells` holds every cell with people, and those without that are held back for others' sake;
    None is held back. `totals` names the totals that must not be shown either, `ALL` in their keys.
    """

    cells: Mapping[Key, int | None]
    totals: frozenset[Key] = frozenset()

    @property
    def held_back(self) -> int:
        """How many cells are held back."""
        return sum(1 for people in self.cells.values() if people is None)


def _no_kin(_dimension: int, _value: Value) -> Value:
    return None


def guard(
    cells: Mapping[Key, int],
    *,
    least: int = LEAST,
    kin: Kin = _no_kin,
    most_cells: int = MOST_CELLS,
) -> Guarded:
    """Return what may be shown of counts by key; all keys have the same length.

    A cell that is not in `cells` holds nobody, which anybody may know. `kin` says what a value
    belongs to, such as the province of a district: where it can be done, totals of kin may be known
    as well. Raises `TooFineError`.
    """
    counted = {key: people for key, people in cells.items() if people}
    if len(counted) > most_cells:
        raise TooFineError(
            f"The table would have {len(counted)} cells, nearly all of too few people to show. "
            "Count by fewer things at once, or by larger places or times."
        )
    small = sorted((key for key, n in counted.items() if n < least), key=repr)
    if not small:
        return Guarded(counted)
    search = _Search(counted, least, kin)
    if search.size == len(PAIR):
        search.settle_parts()
    for key in small:
        search.hold(key)
    shown: dict[Key, int | None] = dict(counted)
    shown.update((key, None) for key in search.held if ALL not in key)
    return Guarded(shown, frozenset(key for key in search.held if ALL in key))


class _Search:
    """What is held back so far, and the search for the boxes around what is still alone."""

    def __init__(self, counted: Mapping[Key, int], least: int, kin: Kin) -> None:
        self._least = least
        self._kin = kin
        self.size = len(next(iter(counted)))
        self._counts: Counter[Key] = Counter(counted)
        for key, people in counted.items():
            for total in _totals(key):
                self._counts[total] += people
        self._weights: list[dict[Value, int]] = [defaultdict(int) for _ in range(self.size)]
        for key, people in counted.items():
            for index, value in enumerate(key):
                self._weights[index][value] += people
        # A small total is held back wherever it is asked for, as its parts are.
        self.held = {key for key, n in self._counts.items() if 0 < n < least}
        self._boxed: set[Key] = set()
        # Values that are tied in the table by one dimension: moving people between them is hidden.
        self._tied: list[dict[Value, set[Value]]] = [defaultdict(set) for _ in range(self.size)]
        self.boxes: list[Sequence[Corner]] = []

    def settle_parts(self) -> None:
        """Hold back what the tables by one of the two dimensions hold back, and keep it unknown."""
        for index in PAIR:
            single = {(own,): people for own, people in self._weights[index].items()}
            part = _Search(single, self._least, self._kin_of(index))
            for (own,) in sorted((key for key, n in single.items() if n < self._least), key=repr):
                part.hold((own,))
            self.held.update(_pair(index, one, ALL) for (one,) in part.held)
            for box in part.boxes:
                (own,), (other,) = (corner for corner, _ in box)
                if other is not ALL:  # else all that there is are too few, and nothing is shown
                    self._tied[index][own].add(other)
                    self._tied[index][other].add(own)
                    self._carry(index, own, other)

    def _kin_of(self, index: int) -> Kin:
        return lambda _, value: self._kin(index, value)

    def _carry(self, index: int, own: Value, other: Value) -> None:
        """Hold back a pair of cells between which people could move from one total to another."""
        found = [
            _corners(_pair(index, own, at), _pair(index, other, ALL))
            for at in self._weights[1 - index]
        ]
        usable = [box for box in found if _range(box, self._counts) >= 1]
        self._take(min(usable, key=lambda box: (self._cost(box), repr(box))))

    def _cost(self, box: Sequence[Corner]) -> tuple[bool, int, int]:
        new = [corner for corner, _ in box if corner not in self.held]
        few = _range(box, self._counts) < self._least
        return few, sum(self._counts[corner] for corner in new), len(new)

    def _take(self, box: Sequence[Corner]) -> None:
        self.boxes.append(box)
        for corner, _ in box:
            self.held.add(corner)
            self._boxed.add(corner)

    def hold(self, key: Key) -> None:
        """Hold back the cheapest box around a cell, unless one is around it already."""
        if key in self._boxed:
            return
        if self.size == 0:  # one number: there is nothing that it could be worked out from
            return
        best: tuple[tuple[bool, int, tuple[bool, int, int]], Sequence[Corner]] | None = None
        for corners, strangers in self._boxes(key):
            if _range(corners, self._counts) < 1:
                continue
            shows_total = any(ALL in corner and corner not in self.held for corner, _ in corners)
            rank = (shows_total, strangers, self._cost(corners))
            if best is None or rank < best[0]:
                best = rank, corners
        # There is always one: the box of the cell and of all its totals.
        assert best is not None  # noqa: S101 - says to the type checker what the comment proves
        self._take(best[1])

    def _boxes(self, key: Key) -> Iterator[tuple[Sequence[Corner], int]]:
        """Yield the corners of boxes around a cell, and how many of their partners are no kin."""
        choices = [self._partners(index, key) for index in range(self.size)]
        for opposite in product(*choices):
            strangers = sum(
                other is not ALL and self._kin(index, own) != self._kin(index, other)
                for index, (own, other) in enumerate(zip(key, opposite, strict=True))
            )
            yield _corners(key, opposite), strangers

    def _partners(self, index: int, key: Key) -> Sequence[Value]:
        """Return the values of a dimension that may stand opposite: kin first, small first.

        By two things, those that are tied are among them, and those that have people beside `key`.
        """
        own = key[index]
        most = _PARTNERS.get(self.size, _FEWEST_PARTNERS)
        group = self._kin(index, own)

        def rank(value: Value) -> tuple[bool, bool, int, str]:
            weight = self._weights[index][value]
            return self._kin(index, value) != group, weight < self._least, weight, repr(value)

        others = [value for value in self._weights[index] if value != own]
        near = nsmallest(most, others, key=rank)
        if self.size == len(PAIR):
            rest = key[1 - index]
            beside = [one for one in others if self._counts.get(_pair(index, one, rest), 0)]
            near += nsmallest(most, beside, key=rank)
            near += sorted(self._tied[index].get(own, ()), key=repr)
        return [*dict.fromkeys(near), ALL]


def _pair(index: int, value: Value, other: Value) -> Key:
    """Return the key of a table by two things that has a value in one dimension."""
    return (value, other) if index == 0 else (other, value)


def _totals(key: Key) -> Iterator[Key]:
    """Yield the key of every total that a cell is part of."""
    for mask in product((False, True), repeat=len(key)):
        if any(mask):
            yield tuple(ALL if hidden else value for hidden, value in zip(mask, key, strict=True))


def _corners(key: Key, opposite: Key) -> Sequence[Corner]:
    """Return the corners of a box with their signs: +1 gains somebody where -1 loses somebody.

    Between two values of a dimension somebody moves; a total gains with its part.
    """
    corners: list[Corner] = [((), 1)]
    for own, other in zip(key, opposite, strict=True):
        turn = 1 if other is ALL else -1
        corners = [
            ((*corner, value), sign * (1 if value is own else turn))
            for corner, sign in corners
            for value in (own, other)
        ]
    return corners


def _range(corners: Sequence[Corner], counts: Mapping[Key, int]) -> int:
    """Return by how much the people in a corner may differ while all totals stay what they are."""
    down = min(counts.get(corner, 0) for corner, sign in corners if sign > 0)
    losing = [counts.get(corner, 0) for corner, sign in corners if sign < 0]
    return down + (min(losing) if losing else LEAST)
