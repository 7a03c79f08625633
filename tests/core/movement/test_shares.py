from random import Random

import pytest

from gateway.core.movement.shares import FEWEST, Share, by_place


def test_places_in_which_every_answer_has_enough_votes_are_shown_the_largest_first():
    found = by_place({"A": {1: 12, 2: 10}, "B": {1: 30, 2: 20}})
    assert found is not None
    assert found.shares == (Share("B", 1, (30, 20)), Share("A", 1, (12, 10)))


def test_a_small_place_is_shown_with_the_smallest_other_so_that_nothing_can_be_subtracted():
    found = by_place({"A": {1: 12, 2: 11}, "B": {1: 30, 2: 20}, "C": {1: 3, 2: 1}})
    assert found is not None
    assert found.shares == (Share("B", 1, (30, 20)), Share(None, 2, (15, 12)))


def test_small_places_are_shown_together_where_they_are_enough():
    found = by_place({"A": {1: 30, 2: 20}, "B": {1: 6, 2: 5}, "C": {1: 5, 2: 7}})
    assert found is not None
    assert found.shares == (Share("A", 1, (30, 20)), Share(None, 2, (11, 12)))


@pytest.mark.parametrize(
    "votes",
    [
        pytest.param({}, id="nobody voted"),
        pytest.param({"A": {1: 50}, "B": {1: 40}}, id="all are of one mind"),
        pytest.param({"A": {1: 50, 2: 4}, "B": {1: 40, 2: 5}}, id="nearly all are of one mind"),
        pytest.param({"A": {1: 50, 2: 40}}, id="there is one place only"),
        pytest.param({"A": {1: 50}, "B": {2: 40}}, id="each place is of one mind"),
    ],
)
def test_nothing_is_shown_by_place_where_that_would_tell_how_people_voted(votes):
    assert by_place(votes) is None


def test_an_answer_that_few_gave_anywhere_is_in_no_row():
    found = by_place({"A": {1: 30, 2: 20, 3: 2}, "B": {1: 20, 2: 30, 3: 1}})
    assert found is not None
    assert found.options == (1, 2)


def test_whatever_the_votes_no_cell_is_small_and_the_rows_add_up():
    chance = Random(4)
    shown = 0
    for _ in range(500):
        votes = {
            f"P{place}": {option: chance.choice((0, 3, 9, 10, 25, 80)) for option in (1, 2, 3)}
            for place in range(chance.randint(1, 8))
        }
        found = by_place(votes)
        if found is None:
            continue
        shown += 1
        for at, option in enumerate(found.options):
            cells = [share.votes[at] for share in found.shares]
            assert min(cells) >= FEWEST
            assert sum(cells) == sum(counted[option] for counted in votes.values())
        assert sum(share.places for share in found.shares) == len(votes)
    assert shown > 100
