"""Whoever has the tables by each of two things and by both of them can work out nothing held back.

Two attackers try: one solves all equations exactly, one looks for another table that fits, in which
nobody is counted less than never.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.movement.disclosure import ALL, Guarded, Key, guard

LEAST = 5
Counts = Mapping[Key, int]
Row = frozenset[Key]  # the cells of the table by both that a number is the sum of


def tables(wide: int, high: int) -> st.SearchStrategy[Counts]:
    keys = list(product(range(wide), range(high)))
    count = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 60))
    return st.lists(count, min_size=len(keys), max_size=len(keys)).map(
        lambda counts: dict(zip(keys, counts, strict=True))
    )


SMALL = st.one_of(tables(2, 2), tables(3, 3), tables(2, 4), tables(1, 4))
LARGE = st.one_of(tables(4, 4), tables(3, 6), tables(2, 9))


class Published:
    """All that somebody can ask for: by the first thing, by the second, by both."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.known: list[Row] = []
        self.hidden: list[Row] = []
        for dimensions in ((0,), (1,), (0, 1)):
            self._publish(dimensions)

    def _publish(self, dimensions: Sequence[int]) -> None:
        parts: dict[Key, set[Key]] = {}
        for key in self.counts:
            parts.setdefault(tuple(key[at] for at in dimensions), set()).add(key)
        guarded = guard({name: self.people(row) for name, row in parts.items()}, least=LEAST)
        for name, row in parts.items():
            shown = guarded.cells.get(name, 0)
            (self.hidden if shown is None else self.known).append(frozenset(row))
        if self._total_is_shown(guarded, len(dimensions)):
            self.known.append(frozenset(self.counts))

    def _total_is_shown(self, guarded: Guarded, size: int) -> bool:
        people = self.people(self.counts)
        return (ALL,) * size not in guarded.totals and not 0 < people < LEAST

    def people(self, row: Iterable[Key]) -> int:
        return sum(self.counts[key] for key in row)


def worked_out(published: Published) -> list[Row]:
    """Return what is held back and is yet a sum and difference of what is shown."""
    cells = sorted(published.counts)
    basis: dict[int, list[Fraction]] = {}

    def reduced(row: Row) -> list[Fraction]:
        vector = [Fraction(cell in row) for cell in cells]
        for at in sorted(basis):
            if factor := vector[at]:
                pairs = zip(vector, basis[at], strict=True)
                vector = [own - factor * other for own, other in pairs]
        return vector

    for row in published.known:
        vector = reduced(row)
        first = next((at for at, value in enumerate(vector) if value), None)
        if first is not None:
            basis[first] = [value / vector[first] for value in vector]
    return [row for row in published.hidden if not any(reduced(row))]


def another_fits(published: Published, wanted: Row) -> bool:
    """Whether another table fits all that is shown, with another number where `wanted` is."""
    cells = sorted(published.counts, key=lambda cell: (cell not in wanted, cell))
    changes: dict[Key, int] = {}

    def fits(done: set[Key]) -> bool:
        return all(
            sum(changes[cell] for cell in row) == 0
            for row in published.known
            if cells[len(done) - 1] in row and done.issuperset(row)
        )

    def search(at: int) -> bool:
        if at == len(cells):
            return sum(changes[cell] for cell in wanted) != 0
        here = cells[at]
        for change in (0, -1, 1):
            if published.counts[here] + change < 0:
                continue
            changes[here] = change
            if fits(set(cells[: at + 1])) and search(at + 1):
                return True
        return False

    return search(0)


@settings(max_examples=150, deadline=None)
@given(st.one_of(SMALL, LARGE))
def test_nothing_held_back_is_a_sum_of_what_all_tables_show(counts):
    assert worked_out(Published(counts)) == []


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_another_table_fits_all_tables_for_each_number_that_is_held_back(counts):
    published = Published(counts)
    for row in set(published.hidden):
        assert another_fits(published, row), (counts, row)


@given(SMALL)
def test_a_table_that_is_asked_for_twice_is_the_same(counts):
    assert guard(counts, least=LEAST) == guard(dict(counts), least=LEAST)


def test_the_attackers_find_what_is_not_protected():
    """A table whose only small cell is left out can be worked out by both of them."""
    published = Published({(0, 0): 2, (0, 1): 40, (1, 0): 30, (1, 1): 20})
    published.known = [row for row in published.known if len(row) > 1]
    published.known += [frozenset([key]) for key in published.counts if key != (0, 0)]
    small = frozenset([(0, 0)])
    assert small in worked_out(published)
    assert not another_fits(published, small)


@pytest.mark.parametrize("index", [0, 1])
def test_a_total_that_the_table_by_one_thing_holds_back_is_in_no_table(index: int):
    counts = {(0, 0): 3, (1, 0): 12, (1, 1): 50, (2, 0): 11, (2, 1): 90}
    turned = {(key[index], key[1 - index]): people for key, people in counts.items()}
    published = Published(turned)
    assert worked_out(published) == []
    assert published.hidden
