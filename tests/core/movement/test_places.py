import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.movement.places import Match, Place, Places

ROOT = Path(__file__).parents[3]


def zambia():
    with (ROOT / "config" / "places" / "zm.csv").open(encoding="utf-8", newline="") as file:
        return Places(
            Place(
                row["code"],
                row["name"],
                row["level"],
                row["parent"] or None,
                tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in csv.DictReader(file)
        )


ZM = zambia()
DISTRICTS = [place for place in ZM if place.level == "district"]


def name(match):
    return match.place.name if match.place else None


def names(match):
    return [place.name for place in match.candidates]


def code_of(place_name, level="district"):
    return next(place.code for place in ZM if (place.name, place.level) == (place_name, level))


@pytest.mark.parametrize("place", list(ZM), ids=lambda place: place.code)
def test_every_name_and_alias_is_found_at_its_level_in_any_case(place):
    for spelling in (place.name, *place.aliases):
        for typed in (spelling, spelling.upper(), spelling.lower(), f" {spelling}. "):
            match = ZM.find(typed, place.level)
            assert match == Match(place=place, exact=True), typed


@pytest.mark.parametrize("place", DISTRICTS, ids=lambda place: place.code)
def test_no_dropped_or_doubled_letter_turns_a_district_into_another(place):
    for index in range(len(place.name)):
        head, char, tail = place.name[:index], place.name[index], place.name[index + 1 :]
        assert ZM.find(head + char * 2 + tail, "district").place in {place, None}
        dropped = ZM.find(head + tail, "district")
        assert dropped.place in {place, None}
        if not dropped.place:
            assert dropped.candidates == () or place in dropped.candidates


@pytest.mark.parametrize(
    ("label", "typed", "wanted"),
    [
        ("another case", "CHIPATA", "Chipata"),
        ("an accent", "Chípata", "Chipata"),
        ("a full stop", "Chipata.", "Chipata"),
        ("without its apostrophe", "Shangombo", "Shang'ombo"),
        ("with a curly one", "Shang’ombo", "Shang'ombo"),
        ("without its space", "kapirimposhi", "Kapiri Mposhi"),
        ("half of it, as people say", "Kapiri", "Kapiri Mposhi"),
        ("another hyphen", "itezhi tezhi", "Itezhi-Tezhi"),
        ("the word for its kind", "Chipata District", "Chipata"),
        ("in front", "district of Chipata", "Chipata"),
        ("boma", "Mongu boma", "Mongu"),
        ("doubled letters", "Chippatta", "Chipata"),
        ("r for l", "Rundazi", "Lundazi"),
        ("l for r", "Lufunsa", "Rufunsa"),
        ("a letter too many", "Mukushi", "Mkushi"),
        ("a letter too few", "Chililabombw", "Chililabombwe"),
        ("two letters changed round", "Livingtsone", "Livingstone"),
        ("two slips in a long name", "Livingstn", "Livingstone"),
        ("two slips in a longer one", "Chililabwombe", "Chililabombwe"),
        ("a slip in two words", "Kapiri Mposi", "Kapiri Mposhi"),
        ("with its province", "Luangwa, Lusaka", "Luangwa"),
        ("and the word province", "Chipata, Eastern Province", "Chipata"),
        ("a province of two words", "Solwezi North-Western province", "Solwezi"),
        ("a slip and its province", "Chipatta Eastern", "Chipata"),
        ("in Nyanja", "Ndimakhala ku Chipata", "Chipata"),
        ("with the country", "Choma Zambia", "Choma"),
        ("in a sentence", "I live in Chipata", "Chipata"),
        ("in a longer one", "We are from Kapiri Mposhi here", "Kapiri Mposhi"),
    ],
)
def test_a_district_is_understood(label, typed, wanted):
    assert name(ZM.find(typed, "district")) == wanted, label


@pytest.mark.parametrize(
    ("label", "typed", "offered"),
    [
        ("between Mansa and Mwense", "Mwnsa", {"Mansa", "Mwense"}),
        ("between Kabwe and Kafue", "Kafwe", {"Kabwe", "Kafue"}),
        ("between Mumbwa and Mambwe", "Mumbwe", {"Mumbwa", "Mambwe"}),
        ("between Lunga and Lunte", "Lunta", {"Lunga", "Lunte"}),
        ("between Choma and Chama", "Chima", {"Choma", "Chama"}),
        ("between Chadiza and Chasefu: a beginning", "Cha", {"Chadiza", "Chasefu", "Chama"}),
        ("a beginning that only one has", "Living", {"Livingstone"}),
        ("as near to Senanga as to Senga", "Sennga", {"Senga Hill", "Senanga"}),
        ("a slip in four letters", "Ndla", {"Ndola"}),
        ("two slips in eight letters", "Mwilunga", {"Mwinilunga"}),
        ("two districts named", "between Kabwe and Kitwe", {"Kabwe", "Kitwe"}),
        ("a district and one that is also a province", "Kabwe Lusaka", {"Kabwe", "Lusaka"}),
        ("a district in the wrong province", "Chipata, Western Province", {"Chipata"}),
        ("the same without the word", "Chipata Western", {"Chipata"}),
        ("a province that is also a district", "Lusaka Province", {"Lusaka"}),
        ("words that may say something else", "not Chipata", {"Chipata"}),
    ],
)
def test_what_is_not_sure_is_offered_not_guessed(label, typed, offered):
    match = ZM.find(typed, "district")
    assert match.place is None, label
    assert offered <= set(names(match)), label
    assert len(match.candidates) <= 5, label


NEAR_PAIRS = [
    ("Mwense", "Mansa"),
    ("Chadiza", "Chasefu"),
    ("Kalomo", "Kazungula"),
    ("Mpika", "Mpongwe"),
    ("Mpika", "Mporokoso"),
    ("Lunga", "Lunte"),
    ("Kabwe", "Kitwe"),
    ("Kabwe", "Kasama"),
    ("Kabwe", "Kafue"),
    ("Chipata", "Chipili"),
    ("Chibombo", "Chitambo"),
    ("Mumbwa", "Mambwe"),
    ("Lundazi", "Lusangazi"),
    ("Mpulungu", "Mporokoso"),
    ("Mwandi", "Mwense"),
    ("Sinda", "Sioma"),
    ("Luano", "Luampa"),
    ("Lusaka", "Lukulu"),
    ("Isoka", "Sioma"),
    ("Chembe", "Gwembe"),
]


@pytest.mark.parametrize(("one", "other"), NEAR_PAIRS)
def test_names_that_are_alike_are_never_taken_for_each_other(one, other):
    assert name(ZM.find(one, "district")) == one
    assert name(ZM.find(other, "district")) == other
    for cut in range(1, min(len(one), len(other))):
        for blend in (one[:cut] + other[cut:], other[:cut] + one[cut:]):
            match = ZM.find(blend, "district")
            assert match.exact or name(match) in {None, one, other}, blend


@given(st.sampled_from(DISTRICTS), st.data())
def test_a_letter_wrong_never_makes_one_district_another(place, data):
    at = data.draw(st.integers(0, len(place.name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    kept = data.draw(st.integers(0, 1))  # 1: a letter more, 0: another letter
    typed = place.name[:at] + letter + place.name[at + 1 - kept :]
    match = ZM.find(typed, "district")
    assert match.exact or match.place in {None, place}, typed


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("nothing", ""),
        ("signs", "?!"),
        ("a number", "12"),
        ("a word of no place", "hello"),
        ("a town that is no district", "Chambishi"),
        ("a long tale", "the water " * 200),
        ("only the word for the kind", "district"),
        ("another country's city", "Nairobi"),
        ("a province that is no district", "Luapula"),
    ],
)
def test_what_is_no_place_is_not_found(label, typed):
    assert ZM.find(typed, "district").place is None, label


def test_the_name_of_another_level_is_not_taken_for_a_slip():
    assert ZM.find("Zambia", "district") == Match()


def test_a_town_far_from_every_district_gets_no_candidates():
    assert ZM.find("Nairobi", "district") == Match()


def test_a_level_that_the_country_does_not_have_finds_nothing():
    assert ZM.find("Chipata", "ward") == Match()


@pytest.mark.parametrize(
    ("label", "typed", "level", "wanted"),
    [
        ("a province", "eastern", "province", "ZM-03"),
        ("with its word", "Eastern Province", "province", "ZM-03"),
        ("without the hyphen", "northwestern", "province", "ZM-06"),
        ("the shorter word of two", "Western", "province", "ZM-01"),
        ("at any level, told by its word", "Lusaka province", None, "ZM-09"),
        ("at any level, a city", "Lusaka city", None, code_of("Lusaka")),
        ("at any level, only one has the name", "Mongu", None, code_of("Mongu")),
        ("the country", "Zambia", None, "ZM"),
    ],
)
def test_other_levels_are_understood(label, typed, level, wanted):
    match = ZM.find(typed, level)
    assert match.place is not None, label
    assert match.place.code == wanted, label


def test_a_name_of_two_levels_is_offered_when_no_level_is_asked_for():
    match = ZM.find("Lusaka")
    assert match.place is None
    assert match.exact
    assert [place.level for place in match.candidates] == ["province", "district"]


@given(st.text(max_size=60) | st.text(alphabet="chipatlumngwe '-", max_size=20))
def test_any_text_gives_a_place_or_at_most_five_candidates(text):
    for level in ("district", "province", None):
        match = ZM.find(text, level)
        assert len(match.candidates) <= 5
        assert not (match.place and match.candidates)
        assert level is None or match.place is None or match.place.level == level


def test_the_tree_is_walked_up_and_down():
    chipata = code_of("Chipata")
    assert ZM.ancestors(chipata) == ("ZM-03", "ZM")
    assert ZM.ancestors("ZM") == ()
    assert ZM.ancestors("nowhere") == ()
    assert {place.parent for place in ZM.children("ZM-03")} == {"ZM-03"}
    assert len(ZM.children("ZM")) == 10
    assert ZM.children(chipata) == ()


@pytest.mark.parametrize(
    ("label", "code", "ancestor", "inside"),
    [
        ("a district is in its province", code_of("Chipata"), "ZM-03", True),
        ("and in the country", code_of("Chipata"), "ZM", True),
        ("and in itself", code_of("Chipata"), code_of("Chipata"), True),
        ("not in another province", code_of("Chipata"), "ZM-01", False),
        ("a province is not in its district", "ZM-03", code_of("Chipata"), False),
        ("an unknown place is nowhere", "nowhere", "ZM", False),
        ("and holds nothing, itself neither", "nowhere", "nowhere", False),
    ],
)
def test_whether_a_place_is_inside_another(label, code, ancestor, inside):
    assert ZM.within(code, ancestor) is inside, label


def test_a_place_is_raised_to_a_level():
    chipata = code_of("Chipata")
    assert ZM.at_level(chipata, "province") == ZM.get("ZM-03")
    assert ZM.at_level(chipata, "district") == ZM.get(chipata)
    assert ZM.at_level("ZM-03", "district") is None
    assert ZM.at_level("nowhere", "country") is None


@pytest.mark.parametrize(
    ("label", "rows", "sentence"),
    [
        ("a code twice", [("A", None), ("A", None)], "occurs twice"),
        ("an unknown parent", [("A", "B")], "is unknown"),
        ("its own parent", [("A", "A")], "inside itself"),
        ("a circle", [("A", "B"), ("B", "A")], "inside itself"),
    ],
)
def test_rows_that_make_no_tree_are_refused(label, rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        Places(Place(code, code, "district", parent) for code, parent in rows)


def test_an_exact_name_costs_microseconds_and_a_slip_less_than_a_millisecond():
    for typed, seconds in (("Chipata", 20e-6), ("Mukushi", 1e-3), ("I live in Kabwe now", 1e-3)):
        best = min(_seconds(typed) for _ in range(50))
        assert best < seconds, typed


def _seconds(typed):
    begun = time.perf_counter()
    ZM.find(typed, "district")
    return time.perf_counter() - begun
