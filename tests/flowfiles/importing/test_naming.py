"""Imported flows have short names, made of their titles, each of them once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.flowfiles.importing.naming import LONGEST, name_of, names_for
from gateway.flowfiles.language.kinds import NAME_FORM

NAMES = [
    ("Registration", "registration"),
    ("Water prices: 2024 (new)", "water_prices_2024_new"),
    ("2024 survey", "flow_2024_survey"),
    ("Réunion à Kabwe", "reunion_a_kabwe"),
    ("የውሃ", "yewha"),
    ("???", "flow"),
    ("x" * 60, "x" * LONGEST),
]


@pytest.mark.parametrize(("title", "name"), NAMES, ids=[row[1][:20] for row in NAMES])
def test_a_name_is_made_of_the_title(title: str, name: str) -> None:
    assert name_of(title) == name


def test_a_name_that_is_taken_gets_a_number_and_a_known_flow_keeps_its_name() -> None:
    titles = {"u-1": "Join", "u-2": "Join", "u-3": "Assets", "u-4": "Renamed", "u-5": "Old"}
    assert names_for(titles, {"u-4": "old"}, ["join"]) == {
        "u-1": "join_2",
        "u-2": "join_3",
        "u-3": "assets_2",
        "u-4": "old",
        "u-5": "old_2",
    }


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=50), max_size=6))
def test_any_titles_have_names_that_flows_may_have_each_once(titles: dict[str, str]) -> None:
    names = names_for(titles, {}, ["join"])
    assert len({*names.values(), "join", "end"}) == len(titles) + 2
    assert all(NAME_FORM.fullmatch(name) for name in names.values())
