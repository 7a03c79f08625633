import pytest

from gateway.core.movement.audience import Audience, AudienceError, Reach, read_audience
from gateway.core.movement.places import Place, Places

PLACES = Places(
    [
        Place("ZM", "Zambia", "country", None),
        Place("ZM-03", "Eastern", "province", "ZM"),
        Place("ZM-03-01", "Chadiza", "district", "ZM-03"),
        Place("ZM-03-02", "Chasefu", "district", "ZM-03"),
        Place("ZM-03-03", "Chipata", "district", "ZM-03"),
        Place("ZM-09", "Lusaka", "province", "ZM"),
        Place("ZM-09-01", "Lusaka", "district", "ZM-09"),
    ]
)
LANGUAGES = ("en", "ny", "bem")


def read(**chosen: list[str]) -> Audience:
    return read_audience(chosen, PLACES, LANGUAGES)


def test_a_place_may_be_named_by_code_or_by_name():
    assert read(places=["zm-03", "chipata"]).places == ("ZM-03", "ZM-03-03")


def test_a_place_named_twice_counts_once():
    assert read(places=["Eastern", "ZM-03"]).places == ("ZM-03",)


def test_a_name_that_two_places_have_is_refused_with_the_codes_of_both():
    with pytest.raises(AudienceError, match=r"(?s)ZM-09\).*ZM-09-01\).*Write the code"):
        read(places=["Lusaka"])


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(AudienceError, match="There is no place 'Atlantis'"):
        read(except_places=["Atlantis"])


def test_a_language_that_is_not_spoken_here_is_refused_with_the_nearest():
    with pytest.raises(AudienceError, match=r"'be' is not one of en, ny, bem\. Write bem\."):
        read(languages=["be"])


def test_groups_are_folded_as_those_are_that_people_join():
    assert read(groups=[" Marshals "], except_groups=["PRESS"]) == Audience(
        groups=("marshals",), except_groups=("press",)
    )


def test_reach_opens_a_province_into_its_districts():
    reach = Audience(places=("ZM-03",), except_places=("ZM-03-01",)).reach(PLACES)
    assert reach.places == ("ZM-03", "ZM-03-01", "ZM-03-02", "ZM-03-03")
    assert reach.except_places == ("ZM-03-01",)


def test_no_place_means_anywhere_and_is_not_the_same_as_every_place():
    assert Audience().reach(PLACES) == Reach(None, (), (), (), ())


@pytest.mark.parametrize(
    "audience",
    [
        Audience(),
        Audience(places=("ZM-03",), except_groups=("press",), languages=("ny", "en")),
        Audience(genders=("f",), answered=("wells:district",), joined_since=5),
    ],
    ids=["everybody", "some", "those who answered"],
)
def test_an_audience_comes_back_from_json_as_it_was(audience: Audience):
    assert Audience.from_json(audience.to_json()) == audience


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience(), "all members"),
        (Audience(places=("ZM-03",)), "members in Eastern"),
        (
            Audience(genders=("f",), answered=("wells:district",), except_answered=("a:b", "a:c")),
            "members whose gender is f who answered wells:district who did not answer a:b or a:c",
        ),
        (Audience(joined_since=0), "members who joined since 1970-01-01T00:00:00.000Z"),
        (
            Audience(places=("ZM-03", "ZM-09"), except_places=("ZM-03-01",)),
            "members in Eastern or Lusaka except in Chadiza",
        ),
        (
            Audience(languages=("en", "ny", "bem"), groups=("marshals",)),
            "members who speak en, ny or bem in the group marshals",
        ),
        (Audience(except_groups=("press",)), "members but not in the group press"),
        (Audience(places=("ZM-99",)), "members in ZM-99"),
    ],
)
def test_an_audience_reads_as_an_organiser_would_say_it(audience: Audience, words: str):
    assert audience.in_words(PLACES) == words


def test_an_answer_names_a_flow_and_its_result():
    assert read(answered=["wells: district"]).reach(PLACES).answered == (("wells", "district"),)
    for wrong in ("wells", ":district", "wells:"):
        with pytest.raises(AudienceError, match="names no answer"):
            read(except_answered=[wrong])


@pytest.mark.parametrize(
    ("audience", "scope", "within"),
    [
        (Audience(), None, True),
        (Audience(), {"ZM-03"}, False),
        (Audience(places=("ZM-03-01",)), {"ZM-03", "ZM-03-01"}, True),
        (Audience(places=("ZM-03",)), {"ZM-03", "ZM-03-01"}, False),
        (Audience(except_places=("ZM-09",)), {"ZM-03"}, False),
        (Audience(groups=("press",)), set(), False),
    ],
)
def test_an_audience_lies_in_places_only_where_it_names_none_but_those(
    audience: Audience, scope: set[str] | None, within: bool
):
    assert audience.lies_within(scope, PLACES) is within
