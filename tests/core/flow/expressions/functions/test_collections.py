"""Functions of arrays, objects and JSON."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.functions.running import evaluated, result, shown

PERSON: dict[str, Value] = {"__default__": "Amina", "Name": "Amina", "age": 34}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param("slice(array(1, 2, 3), -2, -1)", "[2]", id="from the end"),
        pytest.param("slice(array(1, 2, 3), 2, 1)", "[]", id="the wrong way round"),
        pytest.param('slice("abc", 1)', "ERROR", id="a text is no array"),
        pytest.param('contains(array(1, "2"), "1")', "false", id="a text is no number"),
        pytest.param("contains(array(1, 2.0), 2)", "true", id="numbers by their value"),
        pytest.param("contains(array(array(1)), array(1))", "true", id="arrays by their items"),
        pytest.param("contains(array(1, 0), true)", "false", id="truth is no number"),
        pytest.param('join(array(1, true, null), "/")', "1/true/", id="all kinds are joined"),
        pytest.param('join(array(), "/")', "", id="nothing is joined"),
        pytest.param('sort(array("b", "a", "B"))', "[B, a, b]", id="texts by their characters"),
        pytest.param("sort(array(10, 9, 9.5))", "[9, 9.5, 10]", id="numbers by their value"),
        pytest.param("sort(array(true, false))", "[false, true]", id="false comes first"),
        pytest.param(
            'sort(array(date("2-1-2026"), date("1-2-2025")))[0]', "2025-02-01", id="dates"
        ),
        pytest.param("sort(array(array(2), array(1)))", "ERROR", id="arrays have no order"),
        pytest.param("sort(array(null, null))", "ERROR", id="null has no order"),
        pytest.param("sort(array(array(1)))", "ERROR", id="one array alone has none either"),
        pytest.param("sort(null)", "[]", id="null is an array without items"),
        pytest.param('join(null, ", ")', "", id="nothing to join"),
        pytest.param("foreach(null, upper)", "[]", id="nothing to go through"),
        pytest.param("foreach_value(null, upper)", "{}", id="null is an object without names"),
        pytest.param('has_group(null, "g-1")', "false", id="no groups"),
        pytest.param("sort(array(1, null))", "ERROR", id="two kinds have no order"),
        pytest.param("sum(array())", "0", id="the sum of nothing"),
        pytest.param("sum(array(0.1, 0.2))", "0.3", id="the sum is exact"),
        pytest.param("sum(array(1, true))", "ERROR", id="truth is no number here either"),
        pytest.param('unique(array(1, "1", true, 1.0))', "[1, 1, true]", id="kinds differ"),
        pytest.param(
            'unique(array(object("a", 1), object("a", 1), object("a", 2)))',
            "[{a: 1}, {a: 2}]",
            id="objects by their properties",
        ),
        pytest.param("unique(array(upper, lower, upper))", "[upper, lower]", id="functions"),
        pytest.param('reverse(split("a b c"))', "[c, b, a]", id="the other way round"),
        pytest.param("concat(array(), array(null))", "[]", id="nothing and null"),
        pytest.param('filter(array("a", "", "b"), boolean)', "[a, b]", id="by a function"),
        pytest.param("filter(array(1, 2), (x) => x / 0)", "ERROR", id="a test that fails"),
        pytest.param("filter(array(1, 2), 3)", "ERROR", id="a number is no function"),
        pytest.param('foreach(array("a b", "c d"), word, 1)', "[b, d]", id="with a further value"),
        pytest.param("foreach(array(1, 0), (x) => 1 / x)", "ERROR", id="an item that fails"),
        pytest.param("foreach(array(), upper)", "[]", id="for nothing"),
        pytest.param("count(null)", "0", id="null has no items"),
        pytest.param("count(5)", "ERROR", id="a number has no items"),
        pytest.param('object("a", 1, "b")', "ERROR", id="a name without a value"),
        pytest.param('object("a", 1, "a", 2)', "{a: 2}", id="the last value counts"),
        pytest.param("object(1, 2)[1]", "2", id="a number as a name"),
        pytest.param('object("a", 1 / 0)', "ERROR", id="a value that fails"),
        pytest.param("keys(array(1))", "ERROR", id="an array has no names"),
        pytest.param('foreach_value(object("a", 1), (x) => x / 0)', "ERROR", id="one fails"),
        pytest.param("foreach_value(array(1), upper)", "ERROR", id="an array has no properties"),
        pytest.param("json(array(1.50, true, null))", "[1.5,true,null]", id="as JSON"),
        pytest.param("json(upper)", "null", id="what JSON does not have"),
        pytest.param('json("a\\"b")', '"a\\"b"', id="quotes within"),
        pytest.param('parse_json("1.50")', "1.5", id="a number"),
        pytest.param(r'parse_json("\"\\uD83D\\uDE00\"")', "\U0001f600", id="both halves of one"),
        pytest.param(r'parse_json("\"\\uD83D!\"")', "\ufffd!", id="half a character"),
        pytest.param(r'parse_json("\"\\\\uD83D\"")', r"\uD83D", id="no escape at all"),
        pytest.param('parse_json("1e2")', "100", id="an exponent"),
        pytest.param('parse_json("1e200")', "ERROR", id="a number out of range"),
        pytest.param('parse_json("1e99999999999999999999")', "ERROR", id="far out of range"),
        pytest.param('parse_json("NaN")', "ERROR", id="no number"),
        pytest.param('parse_json("-Infinity")', "ERROR", id="no number either"),
        pytest.param('parse_json("")', "ERROR", id="nothing"),
        pytest.param('parse_json("[1] 2")', "ERROR", id="two values"),
        pytest.param('parse_json(repeat("[", 9999))', "ERROR", id="brackets without end"),
        pytest.param(
            'parse_json(repeat("[", 99) & repeat("]", 99))[0][0] = "x"', "false", id="deep enough"
        ),
        pytest.param(
            'parse_json(repeat("[", 101) & repeat("]", 101))', "ERROR", id="deeper than allowed"
        ),
        pytest.param('parse_json("{\\"a\\": \\"[[[\\"}").a', "[[[", id="brackets within texts"),
    ],
)
def test_a_function_of_collections(expression: str, text: str):
    assert shown(f"@({expression})") == text


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param('extract(person, "name")', "Amina", id="a name in any case"),
        pytest.param('extract(person, "size")', None, id="no such property"),
        pytest.param('extract(person, "__default__")', None, id="what it is shown as is none"),
        pytest.param(
            'extract_object(person, "NAME", "size")', {"NAME": "Amina", "size": None}, id="some"
        ),
        pytest.param("keys(person)", ["Name", "age"], id="names"),
        pytest.param("count(person)", Decimal(2), id="how many"),
        pytest.param("foreach_value(person, text)", {"Name": "Amina", "age": "34"}, id="each"),
        pytest.param("upper(person)", "AMINA", id="what it is shown as"),
        pytest.param("json(person)", '{"Name":"Amina","age":34}', id="JSON of the properties"),
    ],
)
def test_a_function_of_an_object_that_is_shown_as_something(expression: str, value: Value):
    assert result(expression, {"person": PERSON}) == value


def test_what_is_nested_too_deep_is_no_json():
    for text in ("[" * 101 + "]" * 101, "[" * 9999, '{"a":' * 9999):
        made = evaluated("parse_json(text)", {"text": text})
        assert made == Error("error calling parse_json(...): invalid JSON")


def test_an_array_has_no_more_items_than_allowed():
    many: dict[str, Value] = {"half": ["x"] * 5000, "more": ["x"] * 5001}
    assert result("count(concat(half, half))", many) == 10_000
    assert result("concat(half, more)", many) == "ERROR"


ITEMS = st.lists(st.decimals(-1000, 1000, places=1) | st.text(max_size=3) | st.booleans())


@given(items=ITEMS)
def test_an_array_twice_reversed_is_itself(items: list[Value]):
    assert list(evaluated("reverse(reverse(items))", {"items": items})) == items  # type: ignore[arg-type] # it is an array


@given(items=ITEMS)
def test_unique_items_are_each_once_and_none_is_lost(items: list[Value]):
    made = evaluated("unique(items)", {"items": items})
    assert isinstance(made, list)
    for item in items:
        assert evaluated("contains(made, item)", {"made": made, "item": item})
    for index, item in enumerate(made):
        rest = made[:index] + made[index + 1 :]
        assert not evaluated("contains(rest, item)", {"rest": rest, "item": item})


@given(numbers=st.lists(st.decimals(-1000, 1000, places=2)))
def test_sorted_numbers_rise(numbers: list[Decimal]):
    assert list(evaluated("sort(n)", {"n": numbers})) == sorted(numbers)  # type: ignore[arg-type] # it is an array


JSON = st.recursive(
    st.none() | st.booleans() | st.decimals(-1000, 1000, places=2) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text().filter(lambda k: k != "__default__"), inner)
    ),
    max_leaves=10,
)


@given(value=JSON)
def test_json_is_read_as_it_was_written(value: Value):
    assert evaluated("parse_json(json(value))", {"value": value}) == value
