"""Functions of numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.flow.expressions.functions.running import evaluated, shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param('number("1e3")', "ERROR", id="no exponents"),
        pytest.param('number("1,234")', "ERROR", id="no groups"),
        pytest.param("number(true)", "ERROR", id="no truth"),
        pytest.param("number(null)", "ERROR", id="no null"),
        pytest.param('abs("-1.50")', "1.5", id="a text of a number"),
        pytest.param("round(0.5)", "1", id="a half goes up"),
        pytest.param("round(-0.5)", "-1", id="a half below zero goes down"),
        pytest.param("round(-0.4)", "0", id="no zero below zero"),
        pytest.param("round(1.005, 2)", "1.01", id="numbers are exact"),
        pytest.param("round(155, -1)", "160", id="places before the point"),
        pytest.param("round(155, -3)", "0", id="more places than digits"),
        pytest.param("round(1.5, 2000000000)", "1.5", id="very many places"),
        pytest.param("round(1.5, -2000000000)", "0", id="very few places"),
        pytest.param("round(1.5, 3000000000)", "ERROR", id="no such number of places"),
        pytest.param("round_up(-1.9)", "-1", id="up is towards more"),
        pytest.param("round_up(1.0000001)", "2", id="a little more"),
        pytest.param("round_up(2.00)", "2", id="no more than whole"),
        pytest.param("round_up(151, -2)", "200", id="up to hundreds"),
        pytest.param("round_up(1, -2000000000)", "ERROR", id="up out of range"),
        pytest.param("round_up(0, -2000000000)", "0", id="zero up"),
        pytest.param("round_up(-1, -2000000000)", "0", id="up to zero"),
        pytest.param("round_down(-1.1)", "-2", id="down is towards less"),
        pytest.param("round_down(1, -2000000000)", "0", id="down to zero"),
        pytest.param("round_down(-1, -2000000000)", "ERROR", id="down out of range"),
        pytest.param('max("9", 10)', "10", id="texts of numbers"),
        pytest.param('max(1, "x")', "ERROR", id="what is no number"),
        pytest.param("min(3)", "3", id="one alone"),
        pytest.param("mean(1, 2, 2)", "1.6666666666666667", id="16 decimal places"),
        pytest.param("mod(-7, 3)", "-1", id="the sign of the first"),
        pytest.param("mod(7, -3)", "1", id="not of the second"),
        pytest.param("mod(5.5, 2)", "1.5", id="of fractions"),
        pytest.param("mod(1, 0)", "ERROR", id="by zero"),
        pytest.param("percent(0.005)", "1%", id="half a percent"),
        pytest.param("percent(-0.5)", "-50%", id="below zero"),
        pytest.param("percent(92233720368547758.08)", "ERROR", id="more than 64 bits"),
        pytest.param("rand()", "0.5", id="chance is given"),
        pytest.param("rand_between(1, 10)", "6", id="a number between"),
        pytest.param("rand_between(-3, -3)", "-3", id="a single number between"),
    ],
)
def test_a_function_of_numbers(expression: str, text: str):
    assert shown(f"@({expression})") == text


@given(
    chance=st.floats(0, 1, exclude_max=True),
    first=st.integers(-1000, 1000),
    span=st.integers(0, 1000),
)
def test_a_number_by_chance_lies_between_the_two(chance: float, first: int, span: int):
    number = evaluated(f"rand_between({first}, {first + span})", chance=lambda: chance)
    assert isinstance(number, Decimal)
    assert number == int(number)
    assert first <= number <= first + span


@given(number=st.decimals(-(10**12), 10**12, places=4), places=st.integers(-3, 6))
def test_rounding_up_and_down_enclose_the_number(number: Decimal, places: int):
    values = {"n": number}
    up = evaluated(f"round_up(n, {places})", values)
    down = evaluated(f"round_down(n, {places})", values)
    near = evaluated(f"round(n, {places})", values)
    assert isinstance(up, Decimal)
    assert isinstance(down, Decimal)
    assert down <= number <= up
    assert near in {up, down}
    assert up - down in {Decimal(0), Decimal(1).scaleb(-places)}
