"""What holds for every function: it is described, it counts its arguments, it never raises."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions import signature
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.conversions import show
from gateway.core.flow.expressions.functions import FUNCTIONS, TOPICS
from gateway.core.flow.expressions.signature import Described, Kind
from gateway.core.flow.expressions.values import Error, Evaluation, Exhausted, Function, Value
from tests.core.flow.expressions.functions.running import LUSAKA, shown

DESCRIBED = [function for functions in TOPICS.values() for function in functions]
EXAMPLES = [
    pytest.param(template, result, id=template)
    for function in DESCRIBED
    for template, result in function.examples
]
NAMED = [pytest.param(function, id=function.name) for function in DESCRIBED]

# The functions to which an error is a value as others are.
TOLERANT = {"is_error", "default"}


@pytest.mark.parametrize("function", NAMED)
def test_a_function_says_what_it_does_and_shows_it(function: Described):
    assert function.says.endswith(".")
    assert any(f"{function.name}(" in template for template, _ in function.examples)


@pytest.mark.parametrize(("template", "result"), EXAMPLES)
def test_an_example_gives_what_is_written_beside_it(template: str, result: str):
    assert shown(template).strip() == result


def test_no_two_functions_have_one_name():
    assert len(FUNCTIONS) == len(DESCRIBED)


@pytest.mark.parametrize("function", NAMED)
def test_arguments_are_counted(function: Described):
    evaluation = Evaluation(LUSAKA)
    most = function.usage.count(",") + (not function.usage.endswith("()"))
    if not function.more:
        made = function.function.call(evaluation, ["1"] * (most + 1))
        assert isinstance(made, Error)
        assert made.message.endswith(f"argument(s), got {most + 1}")
    if function.least:
        made = function.function.call(evaluation, [])
        assert isinstance(made, Error)
        assert made.message.startswith("need ")
        assert made.message.endswith(f"{function.least} argument(s), got 0") or function.optional


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("upper", "need 1 argument(s), got 0"),
        ("trim", "need 1 to 2 argument(s), got 0"),
        ("max", "need at least 1 argument(s), got 0"),
        ("foreach", "need at least 2 argument(s), got 0"),
    ],
)
def test_the_message_says_how_many_arguments_are_needed(name: str, message: str):
    assert FUNCTIONS[name].call(Evaluation(LUSAKA), []) == Error(message)


@pytest.mark.parametrize("function", NAMED)
def test_an_error_as_an_argument_is_the_result(function: Described):
    if function.name in TOLERANT or not (function.least or function.more):
        return
    error = Error("it was broken before")
    args = [error] * max(function.least, 1)
    assert function.function.call(Evaluation(LUSAKA), args) == error


ZONES = st.sampled_from(
    [UTC, ZoneInfo("Africa/Lusaka"), ZoneInfo("America/New_York"), timezone(timedelta(hours=-11))]
)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**30), max_value=10**30
) | st.sampled_from([Decimal("1E+100"), Decimal("-1E-100"), Decimal("9" * 36), Decimal(0)])
TEXTS = st.one_of(
    st.text(),
    st.text(st.characters(codec=None)),
    st.text(st.sampled_from("0123456789:-/. TZpamDMY+>{}[]\"'\\n,#%&;()*"), max_size=30),
    st.sampled_from(["D", "s", "Y", "M", "YYYY-MM-DD", "tt:mm", "(a+)+$", "tel:+260970000001"]),
    st.sampled_from(["", " ", ",", "sort", "Asia/Dhaka", '{"a": [1, 2]}', "1E999999999999999999"]),
)
FUNCTION_VALUES = st.sampled_from(
    [*FUNCTIONS.values(), Function("", lambda _evaluation, args: list(args))]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    NUMBERS,
    TEXTS,
    st.datetimes(timezones=ZONES),
    st.dates(),
    st.times(),
    FUNCTION_VALUES,
    st.just(Error("broken")),
)
KEYS = st.sampled_from(["a", "B", "c d", "__default__"]) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
KINDS = (
    str, Decimal, int, bool, datetime, date, time, list, tuple, dict, Function, Error, type(None)
)  # fmt: skip


# What each kind of argument may be, so that calls come through to what the function does.
FITTING: dict[Kind, st.SearchStrategy[Value]] = {
    signature.TEXT: TEXTS,
    signature.TEXT_OR_NULL: TEXTS | st.none(),
    signature.NUMBER: NUMBERS,
    signature.INTEGER: st.integers(-(2**31), 2**31 - 1) | st.integers(-12, 12),
    signature.BOOLEAN: st.booleans(),
    signature.DATETIME: st.datetimes(timezones=ZONES) | st.dates(),
    signature.DATE: st.dates() | st.datetimes(timezones=ZONES),
    signature.TIME: st.times() | st.datetimes(timezones=ZONES),
    signature.ARRAY: st.lists(VALUES, max_size=5) | st.lists(NUMBERS) | st.lists(TEXTS),
    signature.OBJECT: OBJECTS,
    signature.FUNCTION: FUNCTION_VALUES,
    signature.VALUE: VALUES,
    signature.ANYTHING: VALUES,
}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Value]]:
    """Draw a function, and arguments most of which are of the kinds that it takes."""
    function = draw(st.sampled_from(DESCRIBED))
    kinds = list(function.kinds[: draw(st.integers(function.least, len(function.kinds)))])
    if function.more is not None:
        kinds += [function.more] * draw(st.integers(0, 3))
    fits = st.integers(0, 9)
    return function.name, [draw(FITTING[kind] if draw(fits) else VALUES) for kind in kinds]


@given(call=calls())
def test_any_values_give_a_value_that_can_be_shown(call):
    name, args = call
    try:
        made = BUILTINS[name].call(Evaluation(LUSAKA), args)
    except Exhausted:
        return
    assert isinstance(made, KINDS)
    assert isinstance(show(LUSAKA, made), str)


@given(
    name=st.sampled_from(sorted(set(FUNCTIONS) - {"foreach"})), args=st.lists(VALUES, max_size=4)
)
def test_arguments_are_never_changed(name, args):
    before = repr(args)
    try:
        BUILTINS[name].call(Evaluation(LUSAKA), args)
    except Exhausted:
        return
    assert repr(args) == before
