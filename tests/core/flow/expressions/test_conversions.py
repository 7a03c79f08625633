"""Each kind of value as every other kind, and what cannot be."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from gateway.core.flow.expressions import conversions
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.numbers import in_range, read_number, write_number
from gateway.core.flow.expressions.values import Error, Function, Value

LUSAKA = timezone(timedelta(hours=2))
ENV = Environment(timezone=LUSAKA)
MOMENT = datetime(2026, 5, 12, 22, 30, 0, 250, UTC)
SHOUT = Function("upper", lambda _evaluation, _args: None)
WELL = {"__default__": "the well", "depth": Decimal(12), "open": True}


def _named(value: object) -> str:
    """Name a value in a test's name, the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", getattr(value, "__name__", str(value)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("as it is", "as it is", id="text stays what it is"),
        pytest.param(Decimal("1.500"), "1.5", id="a number loses the zeros at its end"),
        pytest.param(Decimal("1E+3"), "1000", id="a number is written in full"),
        pytest.param(Decimal("-0.0"), "0", id="nothing is below zero by nothing"),
        pytest.param(7, "7", id="a whole number from JSON is a number"),
        pytest.param(True, "true", id="yes is true"),
        pytest.param(None, "", id="null is nothing"),
        pytest.param(MOMENT, "2026-05-12T22:30:00.000250Z", id="a moment is ISO 8601"),
        pytest.param(
            MOMENT.astimezone(LUSAKA),
            "2026-05-13T00:30:00.000250+02:00",
            id="a moment keeps its zone",
        ),
        pytest.param(date(2026, 5, 12), "2026-05-12", id="a date is ISO 8601"),
        pytest.param(time(9, 5), "09:05:00.000000", id="a time has microseconds"),
        pytest.param([1, "x", [True, None]], "[1, x, [true, ]]", id="an array in brackets"),
        pytest.param({"b": 1, "a": ["x"]}, "{a: [x], b: 1}", id="an object by its sorted keys"),
        pytest.param(WELL, "the well", id="an object with a default is shown as that"),
        pytest.param(SHOUT, "upper", id="a function by its name"),
        pytest.param(Function("", SHOUT.call), "<anon>", id="a function without a name"),
    ],
)
def test_a_value_as_text(value: Value, text: str):
    assert conversions.to_text(ENV, value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param("12", "12", id="digits"),
        pytest.param(" -.5 ", "-0.5", id="a point may come first and spaces around it"),
        pytest.param(3, "3", id="a whole number from JSON"),
        pytest.param({"__default__": "4"}, "4", id="what an object is shown as"),
        pytest.param("12.", None, id="nothing after the point"),
        pytest.param("1,000", None, id="grouped digits"),
        pytest.param("1e3", None, id="an exponent"),
        pytest.param("NaN", None, id="a word that computers call a number"),
        pytest.param("٣", None, id="digits of another script"),
        pytest.param("9" * 37, None, id="more digits than count"),
        pytest.param("9" * 100_000, None, id="endless digits"),
        pytest.param(True, None, id="a boolean"),
        pytest.param(None, None, id="null"),
        pytest.param([1], None, id="an array"),
    ],
)
def test_a_value_as_a_number(value: Value, number: str | None):
    found = conversions.to_number(ENV, value)
    if number is None:
        assert isinstance(found, Error)
        assert found.message.startswith("unable to convert ")
        assert found.message.endswith(" to a number")
    else:
        assert found == Decimal(number)


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        pytest.param("no", True, id="any text"),
        pytest.param("", False, id="no text"),
        pytest.param("FALSE", False, id="the word for no"),
        pytest.param(Decimal(0), False, id="zero"),
        pytest.param(Decimal("-0.1"), True, id="any other number"),
        pytest.param([], False, id="an empty array"),
        pytest.param([None], True, id="an array with something"),
        pytest.param({}, False, id="an empty object"),
        pytest.param({"__default__": "false", "a": 1}, False, id="what an object is shown as"),
        pytest.param(time(), False, id="midnight"),
        pytest.param(time(0, 1), True, id="a minute past"),
        pytest.param(date(2026, 1, 1), True, id="a date"),
        pytest.param(SHOUT, True, id="a function"),
        pytest.param(None, False, id="null"),
    ],
)
def test_what_holds(value: Value, holds: bool):
    assert conversions.to_boolean(ENV, value) is holds


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        pytest.param(conversions.to_integer, "2.9", 2, id="a whole number is cut off"),
        pytest.param(conversions.to_integer, "2147483647.9", 2147483647, id="the greatest"),
        pytest.param(conversions.to_integer, "-2147483648.9", -2147483648, id="the least"),
        pytest.param(conversions.to_datetime, MOMENT, MOMENT, id="a moment stays what it is"),
        pytest.param(conversions.to_date, MOMENT, date(2026, 5, 12), id="a day in its own zone"),
        pytest.param(conversions.to_time, Decimal(15), time(15), id="a number is a full hour"),
        pytest.param(conversions.to_time, 24, time(0), id="the hour 24 is midnight"),
        pytest.param(conversions.to_time, Decimal("24.9"), time(0), id="and so is a part of it"),
        pytest.param(conversions.to_time, Decimal("-0.9"), time(0), id="less than an hour before"),
        pytest.param(conversions.to_array, (1, 2), (1, 2), id="a tuple is an array"),
        pytest.param(conversions.to_array, {"__default__": [1]}, [1], id="an array by default"),
        pytest.param(conversions.to_object, WELL, WELL, id="an object stays what it is"),
        pytest.param(
            conversions.to_datetime,
            date(2026, 5, 12),
            datetime(2026, 5, 12, tzinfo=LUSAKA),
            id="a date is its local midnight",
        ),
    ],
)
def test_a_value_as_another_kind(convert, value: Value, expected: object):
    assert convert(ENV, value) == expected


@pytest.mark.parametrize(
    ("convert", "value", "message"),
    [
        (
            conversions.to_integer,
            "3000000000",
            "number value 3000000000 is out of range for an integer",
        ),
        (
            conversions.to_integer,
            "2147483648",
            "number value 2147483648 is out of range for an integer",
        ),
        (
            conversions.to_integer,
            "-2147483649",
            "number value -2147483649 is out of range for an integer",
        ),
        (conversions.to_datetime, "soon", 'unable to convert "soon" to a datetime'),
        (conversions.to_date, True, "unable to convert true to a date"),
        (conversions.to_time, 25, "unable to convert 25 to a time"),
        (conversions.to_array, "x", 'unable to convert "x" to an array'),
        (conversions.to_object, [1], "unable to convert array to an object"),
    ],
    ids=_named,
)
def test_what_cannot_be_turned_says_so(convert, value: Value, message: str):
    assert convert(ENV, value) == Error(message)


@pytest.mark.parametrize(
    "convert",
    [
        conversions.to_text,
        conversions.to_number,
        conversions.to_integer,
        conversions.to_boolean,
        conversions.to_datetime,
        conversions.to_date,
        conversions.to_time,
        conversions.to_array,
        conversions.to_object,
        conversions.to_json,
    ],
    ids=lambda convert: convert.__name__,
)
def test_an_error_stays_the_error_it_is(convert):
    assert convert(ENV, Error("no such well")) == Error("no such well")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["a", Decimal("1.50"), True, None], '["a",1.5,true,null]'),
        ({"b": date(2026, 5, 12), "a": 'say "hi"\n'}, '{"a":"say \\"hi\\"\\n","b":"2026-05-12"}'),
        (WELL, '{"depth":12,"open":true}'),
        ([SHOUT, Error("no")], "[null,null]"),
        ("é < ŵ\u2028", '"é < ŵ\\u2028"'),
    ],
    ids=_named,
)
def test_a_value_as_json(value: Value, text: str):
    assert conversions.to_json(ENV, value) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(1, Decimal("1.0"), True, id="numbers by value"),
        pytest.param("1", 1, False, id="text is not a number"),
        pytest.param(True, 1, False, id="true is not one"),
        pytest.param([1, "a"], (Decimal(1), "a"), True, id="arrays by their items"),
        pytest.param([1], [1, 2], False, id="arrays of different lengths"),
        pytest.param({"a": 1}, {"a": 1, "__default__": "x"}, True, id="objects by properties"),
        pytest.param({"a": 1}, {"b": 1}, False, id="objects with other keys"),
        pytest.param(None, "", False, id="null is not the empty text"),
        pytest.param(MOMENT, MOMENT.astimezone(LUSAKA), True, id="moments by instant"),
    ],
)
def test_what_is_the_same(one: Value, other: Value, same: bool):
    assert conversions.equals(ENV, one, other) is same


def test_order_is_within_a_kind():
    assert conversions.compare(ENV, "a", "b") == -1
    assert conversions.compare(ENV, 2, Decimal("2.0")) == 0
    assert conversions.compare(ENV, date(2026, 2, 1), date(2026, 1, 1)) == 1
    assert conversions.compare(ENV, "a", 1) == Error('unable to compare "a" and 1')
    assert conversions.compare(ENV, [1], [2]) == Error("unable to compare array and array")


def test_numbers_reach_so_far_and_no_farther():
    assert in_range(Decimal("9" * 36))
    assert not in_range(Decimal("9" * 37))
    assert in_range(Decimal("9" * 36 + "0" * 20))
    assert in_range(Decimal("1E+100"))
    assert not in_range(Decimal("1E+101"))
    assert not in_range(Decimal("1E-101"))
    assert not in_range(Decimal("NaN"))


@pytest.mark.parametrize("text", ["0", "-12.5", "0.000001", "123456789012345678901234567890"])
def test_a_number_written_is_the_number_read(text: str):
    number = read_number(text)
    assert number is not None
    assert write_number(number) == text
