"""Numbers among the words of an answer, in the signs of the environment."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.core.flow.expressions.environment import NumberFormat
from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.answer_tests.asking import LUSAKA, match

COMMA = NumberFormat(decimal=",", grouping=".")
SPACE = NumberFormat(decimal=",", grouping="\u00a0")
PLAIN = NumberFormat(decimal=".", grouping="")
WHOLE = NumberFormat(decimal="", grouping=",")


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        pytest.param("we are 12 people", None, "12", id="among words"),
        pytest.param("12people", None, "12", id="against a word"),
        pytest.param("K1,250.75 each", None, "1250.75", id="money"),
        pytest.param("K1.250,75", COMMA, "1250.75", id="money with a decimal comma"),
        pytest.param("1\u00a0250,75", SPACE, "1250.75", id="money grouped by a no-break space"),
        pytest.param("1,250", PLAIN, "1", id="a sign that groups nothing here"),
        pytest.param("1,250.75", WHOLE, "1250", id="no decimal sign"),
        pytest.param("it is -3.5 below", None, "-3.5", id="less than nothing"),
        pytest.param("covid-19", None, "19", id="a hyphen is no sign"),
        pytest.param("seen.7 times", None, "7", id="a full stop is no decimal sign"),
        pytest.param("about .7 km", None, "0.7", id="nothing before the decimal sign"),
        pytest.param("12.", None, "12", id="the end of a sentence"),
        pytest.param("٣٫", None, "3", id="Arabic digits"),
        pytest.param("፲", None, False, id="a numeral that is no digit"),
        pytest.param("৪২", None, "42", id="Bengali digits"),
        pytest.param("9" * 40 + " or 4", None, "4", id="one too large is passed over"),
        pytest.param("none", None, False, id="no digits"),
        pytest.param("", None, False, id="nothing"),
        pytest.param(5, None, "5", id="a number itself"),
    ],
)
def test_a_number(text: Value, style: NumberFormat | None, number: str | bool):
    environment = replace(LUSAKA, number_format=style) if style else LUSAKA
    expected = Decimal(number) if isinstance(number, str) else number
    assert match("has_number", text, environment=environment) == expected


@pytest.mark.parametrize(
    ("test", "bounds", "expected"),
    [
        pytest.param("has_number_lt", [4], "3", id="less"),
        pytest.param("has_number_lt", [3], False, id="not less than itself"),
        pytest.param("has_number_lte", ["3"], "3", id="at most itself"),
        pytest.param("has_number_eq", ["10.0"], "10", id="equal, however written"),
        pytest.param("has_number_eq", [4], False, id="equal to neither"),
        pytest.param("has_number_gte", [10], "10", id="at least itself"),
        pytest.param("has_number_gt", [3], "10", id="the second is greater"),
        pytest.param("has_number_gt", [10], False, id="not greater than itself"),
        pytest.param("has_number_between", [4, 10], "10", id="the bounds are in between"),
        pytest.param("has_number_between", [10, 4], False, id="nothing between crossed bounds"),
    ],
)
def test_a_number_within_bounds(test: str, bounds: list[Value], expected: str | bool):
    number = Decimal(expected) if isinstance(expected, str) else expected
    assert match(test, "3 wells and 10 pumps", *bounds) == number


def test_a_bound_that_is_no_number_is_an_error_even_where_no_number_is():
    assert match("has_number_between", "none", 1, "many") == Error(
        'unable to convert "many" to a number'
    )
