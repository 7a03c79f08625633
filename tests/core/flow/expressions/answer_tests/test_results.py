"""What is known already: groups, results, intents."""

import pytest

from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.answer_tests.asking import (
    CLASSIFIED,
    GROUPS,
    RESULT,
    STEWARDS,
    ask,
    match,
)


def test_a_group_is_matched_by_its_identifier():
    assert match("has_group", GROUPS, "g-2") == STEWARDS
    assert match("has_group", GROUPS, "g-2", "a name that changed") == STEWARDS
    assert match("has_group", GROUPS, "G-2") == STEWARDS, "groups of our own are named in any case"
    assert match("has_group", GROUPS, "g-3") is False
    assert match("has_group", [], "g-2") is False


@pytest.mark.parametrize("groups", ["g-2", ["g-2"], [Error("lost")]])
def test_what_is_no_list_of_groups_is_an_error(groups: Value):
    assert isinstance(match("has_group", groups, "g-2"), Error)


def test_a_result_s_category_is_one_of_those_named():
    assert match("has_category", RESULT, "No", "Yes") == "Yes"
    assert match("has_category", RESULT, "yes") is False
    assert isinstance(match("has_category", {"name": "Consent"}, "Yes"), Error)
    assert isinstance(match("has_category", "Yes", "Yes"), Error)


def test_an_intent_is_matched_with_the_entities_found():
    assert ask("has_intent", CLASSIFIED, "report_well", "0.5") == {
        "__default__": True,
        "match": "report_well",
        "extra": {"place": "Kitwe"},
    }


@pytest.mark.parametrize(
    ("test", "name", "least", "holds"),
    [
        pytest.param("has_intent", "join", "0.2", True, id="any intent"),
        pytest.param("has_intent", "join", "0.5", False, id="not sure enough"),
        pytest.param("has_intent", "leave", "0", False, id="no such intent"),
        pytest.param("has_top_intent", "report_well", "0.7", True, id="the first intent"),
        pytest.param("has_top_intent", "join", "0.1", False, id="not the first intent"),
    ],
)
def test_an_intent(test: str, name: str, least: str, holds: bool):
    assert match(test, CLASSIFIED, name, least) == (name if holds else False)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param({}, id="no extra"),
        pytest.param({"extra": "text"}, id="an extra that is no object"),
        pytest.param({"extra": {"intents": "text"}}, id="intents that are no list"),
        pytest.param({"extra": {"intents": ["text", {"name": "join"}]}}, id="odd intents"),
    ],
)
def test_what_was_not_classified_has_no_intent(result: Value):
    assert ask("has_intent", result, "join", "0.1") is False
