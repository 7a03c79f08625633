"""What is held back of counts cannot be worked out, by any means that this file knows of.

The attacker knows every cell and every total that the guard does not hold back, and that nobody is
counted less than never. The search for another table that fits is this file's own.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.movement.disclosure import ALL, Guarded, Key, TooFineError, guard

LEAST = 4
Counts = Mapping[Key, int]


def tables(*sizes: int) -> st.SearchStrategy[Counts]:
    """Return tables of small counts, many of them nothing."""
    keys = list(product(*(range(size) for size in sizes)))
    count = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 40))
    return st.lists(count, min_size=len(keys), max_size=len(keys)).map(
        lambda counts: dict(zip(keys, counts, strict=True))
    )


ANY_TABLE = st.one_of(tables(5), tables(2, 2), tables(3, 3), tables(2, 4), tables(2, 2, 2))


def totals(counts: Counts) -> dict[Key, int]:
    """Return every total of a table; `ALL` stands for what it is taken over."""
    found: dict[Key, int] = {}
    for key, people in counts.items():
        for hidden in product((False, True), repeat=len(key)):
            name = tuple(ALL if one else value for one, value in zip(hidden, key, strict=True))
            found[name] = found.get(name, 0) + people
    return found


def known_totals(counts: Counts, guarded: Guarded) -> dict[Key, int]:
    """Return the totals that an attacker knows: all that are neither small nor held back."""
    return {
        name: people
        for name, people in totals(counts).items()
        if ALL in name and name not in guarded.totals and not 0 < people < LEAST
    }


def another_fits(counts: Counts, guarded: Guarded, key: Key) -> bool:
    """Whether some other table fits all that is known, with another number in this cell."""
    hidden = [one for one, people in guarded.cells.items() if people is None]
    rows = [
        [one for one in hidden if all(n in (ALL, v) for n, v in zip(name, one, strict=True))]
        for name in known_totals(counts, guarded)
    ]
    hidden.sort(key=lambda one: one != key)
    changes: dict[Key, int] = {}

    def search(index: int) -> bool:
        if index == len(hidden):
            return all(sum(changes[one] for one in row) == 0 for row in rows)
        here = hidden[index]
        for change in (-1, 1) if here == key else (0, -1, 1):
            if counts.get(here, 0) + change < 0:
                continue
            changes[here] = change
            done = set(hidden[: index + 1])
            fits = all(
                sum(changes[one] for one in row) == 0
                for row in rows
                if here in row and done.issuperset(row)
            )
            if fits and search(index + 1):
                return True
        return False

    return search(0)


@settings(max_examples=150, deadline=None)
@given(ANY_TABLE)
def test_no_cell_that_is_held_back_can_be_worked_out(counts):
    guarded = guard(counts, least=LEAST)
    for key, people in guarded.cells.items():
        if people is None:
            assert another_fits(counts, guarded, key), (counts, guarded)


@settings(max_examples=150, deadline=None)
@given(ANY_TABLE)
def test_what_is_shown_is_true_and_never_small(counts):
    guarded = guard(counts, least=LEAST)
    for key, people in guarded.cells.items():
        if people is not None:
            assert people == counts[key]
            assert people >= LEAST
    assert {key for key, people in counts.items() if people} <= set(guarded.cells)


@given(st.lists(st.integers(10, 1000), min_size=1, max_size=30))
def test_nothing_is_held_back_where_nothing_is_small(counts):
    cells = {(index,): people for index, people in enumerate(counts)}
    assert guard(cells).cells == cells


@given(tables(6))
def test_totals_of_one_list_stay_shown_unless_they_are_small(counts):
    guarded = guard(counts, least=LEAST)
    people = sum(counts.values())
    several = sum(1 for one in counts.values() if one) > 1
    if several and people >= LEAST:
        assert (ALL,) not in guarded.totals


@given(ANY_TABLE)
def test_the_same_table_in_another_order_is_guarded_the_same(counts):
    turned = dict(reversed(list(counts.items())))
    assert guard(counts, least=LEAST) == guard(turned, least=LEAST)


@pytest.mark.parametrize(
    ("counts", "held"),
    [
        pytest.param({("a",): 3, ("b",): 50, ("c",): 90}, {"a", "b"}, id="the smallest other goes"),
        pytest.param({("a",): 3, ("b",): 4, ("c",): 90}, {"a", "b", "c"}, id="two of seven"),
        pytest.param({("a",): 3, ("b",): 8, ("c",): 90}, {"a", "b"}, id="two that are enough"),
        pytest.param({("a",): 10, ("b",): 11}, set(), id="ten is no secret"),
    ],
)
def test_with_a_small_cell_goes_another(counts, held):
    guarded = guard(counts)
    assert {key[0] for key, people in guarded.cells.items() if people is None} == held


def test_kin_stand_in_for_each_other():
    """A district's partner is in its own province, so that the province's total may be known."""
    province: dict[Any, str] = {"a1": "A", "a2": "A", "b1": "B", "b2": "B"}
    counts = {("a1",): 3, ("a2",): 400, ("b1",): 20, ("b2",): 30}
    guarded = guard(counts, kin=lambda _, value: province[value])
    assert [key for key, people in guarded.cells.items() if people is None] == [("a1",), ("a2",)]


def test_a_single_small_number_is_held_back_with_its_total():
    guarded = guard({("only",): 7})
    assert guarded.cells == {("only",): None}
    assert guarded.totals == {(ALL,)}
    assert guard({(): 7}).cells == {(): None}
    assert guard({(): 70}).cells == {(): 70}


def test_nothing_at_all_is_nothing_to_guard():
    assert guard({}).cells == {}


def test_a_table_of_too_many_cells_is_refused_with_what_to_do():
    cells = {(index,): 1 for index in range(11)}
    with pytest.raises(TooFineError, match="Count by fewer things"):
        guard(cells, most_cells=10)


def test_a_large_table_is_guarded_in_the_end():
    cells = {
        (f"{place}", f"{week}"): (place * 7 + week * 13) % 60
        for place in range(60)
        for week in range(52)
    }
    guarded = guard(cells)
    assert guarded.held_back > 0
    assert not guarded.totals
