"""Answer tests of expressions where a case calls them."""

import pytest

from gateway.core.flow.answers import Answer, Asked
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.matching import MATCHES
from gateway.core.flow.saved import Roots
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS, Phone

RELEASE = read_release(FLOWS)


def asked(environment: Environment | None = None) -> Asked:
    scope = None if environment is None else Roots({}, environment)
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
    assert MATCHES[test](given, arguments, asked(Environment())) == found  # type: ignore[arg-type]
    assert MATCHES[test](given, arguments, asked()) == found  # type: ignore[arg-type]


def test_a_test_that_takes_more_than_it_may_does_not_hold():
    poor = Environment(cost_limit=10)
    assert MATCHES["has_any_word"]("x " * 500, ("x",), asked(poor)) is None


def test_every_answer_test_can_be_named_by_a_case():
    assert MATCHES.keys() == ANSWER_TESTS.keys()
