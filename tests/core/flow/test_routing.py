"""Answer tests of expressions where a case calls them."""

import pytest

from gateway.core.flow.answers import Answer, Asked
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.routing import answer_test
from gateway.core.flow.saved import Roots
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS, Phone

RELEASE = read_release(FLOWS)


def asked(environment: Environment | None = None) -> Asked:
    scope = Roots({}, environment or Environment())
    return Asked(Phone(RELEASE).context(), RELEASE.vocabulary, scope)


@pytest.mark.parametrize(
    ("test", "given", "arguments", "found"),
    [
        pytest.param("has_number_between", "about 12", (1, 20), Answer(12), id="a number"),
        pytest.param("has_number_between", "40", (1, 20), None, id="a number out of range"),
        pytest.param("has_number_gt", "2.5", (2,), Answer(2.5), id="a decimal number"),
        pytest.param(
            "has_pattern", "A-12", ("([a-z])-([0-9]+)",),
            Answer("A-12", {"0": "A-12", "1": "A", "2": "12"}), id="a pattern with its groups",
        ),
        pytest.param("has_pattern", "12", ("^[a-z]$",), None, id="a pattern that is not there"),
        pytest.param("has_pattern", "12", ("(",), None, id="a pattern that is none"),
        pytest.param("has_any_word", "the RED one", ("red blue",), Answer("RED"), id="a word"),
        pytest.param("has_number_gt", "5", (), None, id="too few arguments"),
        pytest.param("has_number_gt", "5", ("x",), None, id="an argument that is no number"),
        pytest.param(
            "has_group", [{"uuid": "Marshals", "name": "Marshals"}], ("Marshals",),
            Answer({"uuid": "Marshals", "name": "Marshals"}), id="a group",
        ),
    ],
)  # fmt: skip
def test_a_case_is_given_what_matched_and_what_else_was_found(
    test: str, given: Json, arguments: tuple[Json, ...], found: Answer | None
):
    check = answer_test(test, as_text=False)
    assert check(given, arguments, asked()) == found  # type: ignore[arg-type]


def test_imported_flows_have_what_matched_as_a_text():
    assert answer_test("has_number")("about 12.50", (), asked()) == Answer("12.5")


def test_a_test_that_takes_more_than_it_may_does_not_hold():
    poor = asked(Environment(cost_limit=10))
    assert answer_test("has_any_word")("x " * 500, ("x",), poor) is None


def test_a_test_that_is_not_there_never_holds():
    assert answer_test("has_charm")("x", (), asked()) is None
