import pytest

from gateway.core.movement.places import Places
from gateway.service import groups
from gateway.service.groups import GroupError
from gateway.service.replay import replay
from gateway.store.database import Database
from gateway.store.groups import Whom
from tests.population import Population


@pytest.fixture
def movement(population: Population) -> None:
    """Members 1 to 4, and 5, who left."""
    population.join("+260970000001", place="ZM-01-07")
    population.join("+260970000002", place="ZM-01-01", language="ny")
    population.join("+260970000003", place="ZM-09", language="ny")
    population.join("+260970000004")
    population.leave(population.join("+260970000005", place="ZM-01-07"))


@pytest.mark.usefixtures("movement")
class TestGroups:
    """What an organiser does with groups."""

    def test_members_are_added_by_number_once(self, database: Database):
        assert groups.add(database, "Water", Whom(numbers=(1, 2))) == 2
        assert groups.add(database, "water", Whom(numbers=(2, 3))) == 1
        assert groups.listed(database) == [("water", 3)]

    def test_a_place_takes_in_all_that_lies_in_it_and_who_left_stays_out(
        self, database: Database, places: Places
    ):
        western = groups.places_within(places, ["Western"])
        assert groups.add(database, "west", Whom(places=western)) == 2
        assert groups.listed(database) == [("west", 2)]

    def test_place_and_language_narrow_together(self, database: Database, places: Places):
        western = groups.places_within(places, ["ZM-01"])
        assert groups.add(database, "west", Whom(places=western, languages=("ny",))) == 1

    def test_everybody_is_added_and_taken_out(self, database: Database):
        assert groups.add(database, "all", Whom()) == 4
        assert groups.remove(database, "all", Whom(languages=("ny",))) == 2
        assert groups.remove(database, "all", Whom()) == 2
        assert groups.listed(database) == []

    def test_who_left_the_movement_can_still_be_taken_out_of_a_group(
        self, database: Database, population: Population
    ):
        one = population.join("+260970000006")
        groups.add(database, "water", Whom(numbers=(one.number,)))
        population.leave(one)
        assert groups.remove(database, "water", Whom(numbers=(one.number,))) == 1

    def test_a_number_that_no_member_has_adds_nobody(self, database: Database):
        with pytest.raises(GroupError, match="the number 5, 99"):
            groups.add(database, "water", Whom(numbers=(1, 5, 99)))
        assert groups.listed(database) == []

    def test_the_journal_knows_who_is_in_a_group(self, database: Database):
        groups.add(database, "water", Whom())
        groups.remove(database, "water", Whom(numbers=(2,)))
        found = replay(database)
        assert (found.differences, found.facts) == ((), 12)


def test_more_members_than_one_slice_are_all_moved_and_once(
    database: Database, population: Population
):
    for number in range(5):
        population.join(f"+26097000010{number}")
    for size in (1, 2, 5):
        assert groups.add(database, "all", Whom(), at_once=size) == 5
        assert groups.remove(database, "all", Whom(), at_once=size) == 5


@pytest.mark.parametrize(
    ("written", "name"),
    [("Water", "water"), ("  Young   women ", "young women"), ("ward-7", "ward-7")],
)
def test_a_groups_name_is_the_same_however_it_is_typed(written: str, name: str):
    assert groups.group_name(written) == name


@pytest.mark.parametrize("written", ["", "-x", "a" * 41, "a,b", "a\tb;"])
def test_a_name_that_cannot_be_is_refused(written: str):
    with pytest.raises(GroupError, match="cannot be the name of a group"):
        groups.group_name(written)


def test_a_place_that_is_not_known_is_refused_with_those_near_it(places: Places):
    with pytest.raises(GroupError, match=r"Did you mean ZM-01-07 \(Mongu\)"):
        groups.places_within(places, ["Mongo"])
    with pytest.raises(GroupError, match="Give its code"):
        groups.places_within(places, ["Atlantis"])
