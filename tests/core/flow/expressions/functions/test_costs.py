"""Expressions that would take for ever, or all memory, are stopped; ordinary ones are not."""

import pytest

from gateway.core.flow.expressions.functions import FUNCTIONS
from gateway.core.flow.expressions.template import TOO_MUCH
from gateway.core.flow.expressions.values import Evaluation, Value
from tests.core.flow.expressions.functions.running import LUSAKA, evaluated, shown

MANY = 'split(repeat("x ", 5000))'
LONG = 'repeat("é&", 5000)'


def nested(times: int) -> str:
    """Return an array of two arrays of two arrays, of which each holds the same array twice."""
    expression = '"x"'
    for _ in range(times):
        expression = f"((x) => array(x, x))({expression})"
    return expression


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(f"foreach({MANY}, (a) => foreach({MANY}, (b) => 1))", id="loops"),
        pytest.param(f"filter({MANY}, (a) => count({MANY}))", id="a loop to choose"),
        pytest.param(f'join(foreach({MANY}, (a) => repeat("a", 10000)), "")', id="a long text"),
        pytest.param(f"text(foreach({MANY}, (a) => {LONG}))", id="long items shown"),
        pytest.param(f"json(foreach({MANY}, (a) => {LONG}))", id="long items as JSON"),
        pytest.param(f"join({MANY}, {LONG})", id="long separators"),
        pytest.param(f'replace({LONG}, "", {LONG})', id="long replacements"),
        pytest.param(f"foreach({MANY}, (a) => upper({LONG}))", id="letters"),
        pytest.param(f"foreach({MANY}, (a) => clean({LONG}))", id="cleaning"),
        pytest.param(f"foreach({MANY}, (a) => url_encode({LONG}))", id="web addresses"),
        pytest.param(f"foreach({MANY}, (a) => html_decode({LONG}))", id="entities"),
        pytest.param(f"foreach({MANY}, (a) => word_count({LONG}))", id="words"),
        pytest.param(f'foreach({MANY}, (a) => regex_match({LONG}, "(.*a)*b"))', id="patterns"),
        pytest.param(f"foreach({MANY}, (a) => sort({MANY}))", id="sorting"),
        pytest.param(f"foreach({MANY}, (a) => unique({MANY}))", id="sifting"),
        pytest.param(
            f'foreach({MANY}, (a) => is_error(parse_json(repeat("[", 9999))))', id="brackets"
        ),
        pytest.param(
            f'foreach({MANY}, (a) => is_error(date(repeat("99/99/9999 ", 900))))', id="no dates"
        ),
        pytest.param(f"json({nested(40)})", id="arrays within arrays as JSON"),
        pytest.param(f"text_length({nested(40)})", id="arrays within arrays as text"),
        pytest.param(f"unique(array({nested(40)}))", id="arrays within arrays sifted"),
        pytest.param(f"contains({nested(40)}, {nested(40)})", id="arrays within arrays compared"),
        pytest.param(f"format({nested(40)})", id="arrays within arrays for people"),
    ],
)
def test_too_much_is_stopped(expression: str):
    assert evaluated(expression) == TOO_MUCH


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('@(count(foreach(split(repeat("a b ", 250)), upper)))', "500"),
        ('@(text_length(join(split(repeat("a ", 2000)), ", ")))', "5998"),
        ('@(sum(sort(unique(split(repeat("3 1 2 ", 1000))))))', "6"),
    ],
)
def test_what_a_flow_may_need_is_not(template: str, text: str):
    assert shown(template) == text


def test_a_text_is_paid_for_before_it_is_made():
    long: Value = "a" * 3_000_000
    values = {"long": long}
    assert evaluated('replace(long, "a", "bbbbbbbb")', values) == TOO_MUCH
    assert evaluated("url_encode(long)", values) == TOO_MUCH


def test_a_text_that_becomes_shorter_costs_no_more_than_itself():
    long: Value = "ab" * 700_000
    assert evaluated('replace(long, "b", "")', {"long": long}) == "a" * 700_000


def test_looking_for_a_date_ends_after_a_hundred_that_are_none():
    assert shown('@(date(repeat("99/99/2020 ", 99) & "1/2/2020"))') == "2020-02-01"
    assert shown('@(date(repeat("99/99/2020 ", 100) & "1/2/2020"))') == "ERROR"


def test_a_call_costs_what_its_arguments_weigh():
    def cost(argument: Value) -> int:
        evaluation = Evaluation(LUSAKA)
        FUNCTIONS["text_length"].call(evaluation, [argument])
        return LUSAKA.cost_limit - evaluation.left

    assert cost("a") == 1
    assert cost("a" * 3200) == 101
    assert cost(["a"] * 100) == 101
