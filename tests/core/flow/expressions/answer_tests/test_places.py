"""States, districts and wards among the words of an answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.expressions.values import Error, Value
from gateway.core.movement.places import Place, Places
from gateway.flowfiles.place_files import read_places
from tests.core.flow.expressions.answer_tests.asking import LUSAKA, ZAMBIA, ask, match

CONFIG = Path(__file__).parents[5] / "config"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("copperbelt", "Copperbelt", id="the name"),
        pytest.param("CB", "Copperbelt", id="another name"),
        pytest.param("I am from Kopala.", "Copperbelt", id="in a sentence"),
        pytest.param("¡Copperbelt!", "Copperbelt", id="in punctuation"),
        pytest.param("the North Western side", "North-Western", id="the longer of two names"),
        pytest.param("Western or Copperbelt", "Western", id="the first of two"),
        pytest.param("in North-Western", "North-Western", id="a name with a hyphen"),
        pytest.param("Zambia > Western", "Western", id="its path"),
        pytest.param("Copperbetl", False, id="a slip is another name"),
        pytest.param("Kitwe", False, id="a district is no state"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_state(text: str, expected: Value):
    assert match("has_state", text) == (f"Zambia > {expected}" if expected else False)


def test_of_two_states_with_one_name_the_first_is_meant():
    tree = LocationTree.read(
        [
            {
                "name": "Zambia",
                "children": [
                    {"name": "Lusaka", "aliases": ["Capital"], "children": [{"name": "Kafue"}]},
                    {"name": "Capital", "children": [{"name": "Luangwa"}]},
                ],
            }
        ]
    )
    twice = replace(LUSAKA, locations=tree)
    assert match("has_state", "capital", environment=twice) == "Zambia > Lusaka"
    found = match("has_district", "Kafue", "capital", environment=twice)
    assert found == "Zambia > Lusaka > Kafue"
    assert match("has_district", "Luangwa", "capital", environment=twice) is False


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param(["Kitwe", "Copperbelt"], "Copperbelt > Kitwe", id="in its state"),
        pytest.param(["I live in kitwe", "kopala"], "Copperbelt > Kitwe", id="in a sentence"),
        pytest.param(["Kitwe"], "Copperbelt > Kitwe", id="the only one of its name"),
        pytest.param(["Kitwe", ""], "Copperbelt > Kitwe", id="a state that was not given"),
        pytest.param(["Mongu"], False, id="one of two, and no state"),
        pytest.param(["Mongu", "Muchinga"], "Muchinga > Mongu", id="one of two, in its state"),
        pytest.param(["Kitwe", "Western"], False, id="in another state"),
        pytest.param(["Kitwe", "Nowhere"], False, id="in no state"),
    ],
)
def test_a_district(args: list[Value], expected: Value):
    assert match("has_district", *args) == (f"Zambia > {expected}" if expected else False)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param(["Kwacha", "Copperbelt", "Ndola"], "Ndola > Kwacha", id="in its district"),
        pytest.param(["Kwacha"], False, id="one of two, and no district"),
        pytest.param(["at Riverside"], "Kitwe > Riverside", id="the only one of its name"),
        pytest.param(["Riverside", "Copperbelt", "Ndola"], False, id="in another district"),
        pytest.param(["Riverside", "Western", "Kitwe"], False, id="in another state"),
        pytest.param(["Riverside", " ", " "], "Kitwe > Riverside", id="spaces are no district"),
    ],
)
def test_a_ward(args: list[Value], expected: Value):
    path = f"Zambia > Copperbelt > {expected}" if expected else False
    assert match("has_ward", *args) == path


def test_a_ward_needs_both_its_state_and_its_district_or_neither():
    assert ask("has_ward", "Kwacha", "Copperbelt") == Error("need 1 or 3 argument(s), got 2")


@pytest.mark.parametrize("test", ["has_state", "has_district", "has_ward"])
def test_without_places_there_is_no_answer(test: str):
    assert isinstance(ask(test, "Kitwe", environment=replace(LUSAKA, locations=None)), Error)


def test_a_path_finds_its_place_whatever_the_spaces():
    found = ZAMBIA.find_path("zambia>Copperbelt >  KITWE")
    assert found is not None
    assert (found.name, found.path, found.level) == ("Kitwe", "Zambia > Copperbelt > Kitwe", 2)
    assert ZAMBIA.find_path("Zambia > Kitwe") is None


def test_the_movement_s_own_places_are_places_of_expressions():
    places = Places(
        [
            Place("A-1-1", "Mpika", "district", "A-1", ("Mpika Boma",)),
            Place("A-1", "Muchinga", "province", "A"),
            Place("A", "Zambia", "country", None),
        ]
    )
    environment = replace(LUSAKA, locations=LocationTree.of(places))
    assert match("has_district", "mpika boma", "muchinga", environment=environment) == (
        "Zambia > Muchinga > Mpika"
    )


def test_the_shipped_places_are_found():
    places = read_places(CONFIG / "places" / "zm.csv")
    environment = replace(LUSAKA, locations=LocationTree.of(places))
    assert match("has_state", "I live in Eastern", environment=environment) == "Zambia > Eastern"
    assert match("has_district", "Chipata", "Eastern", environment=environment) == (
        "Zambia > Eastern > Chipata"
    )
