"""What is wrong with a query, by its code."""

from dataclasses import replace

import pytest

from gateway.core.contacts import errors
from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.syntax import MOST_CHARACTERS, MOST_LEVELS
from tests.core.contacts.asking import LUSAKA, read


@pytest.mark.parametrize(
    ("query", "code", "extra"),
    [
        pytest.param("", errors.SYNTAX, {}, id="nothing"),
        pytest.param("crop =", errors.SYNTAX, {}, id="no value"),
        pytest.param("(crop = x", errors.SYNTAX, {}, id="an open bracket"),
        pytest.param("crop = x)", errors.SYNTAX, {}, id="a bracket too many"),
        pytest.param("crop = 'x' & y", errors.SYNTAX, {}, id="a sign that means nothing"),
        pytest.param('crop = "x', errors.SYNTAX, {}, id="an open quotation"),
        pytest.param("crop is", errors.SYNTAX, {}, id="a word for a sign, and no value"),
        pytest.param("or amina", errors.SYNTAX, {}, id="a word that joins nothing"),
        pytest.param("crop = and", errors.SYNTAX, {}, id="a word that joins, as a value"),
        pytest.param("2wells = 3", errors.SYNTAX, {}, id="what can be no property"),
        pytest.param("wells = few", errors.INVALID_NUMBER, {"value": "few"}, id="no number"),
        pytest.param("tickets > 1e3", errors.INVALID_NUMBER, {"value": "1e3"}, id="an exponent"),
        pytest.param(
            "wells = " + "9" * 37, errors.INVALID_NUMBER, {"value": "9" * 37}, id="too many digits"
        ),
        pytest.param("met_on < soon", errors.INVALID_DATE, {"value": "soon"}, id="no date"),
        pytest.param(
            "created_on = 31-2-2026", errors.INVALID_DATE, {"value": "31-2-2026"}, id="day"
        ),
        pytest.param("status = gone", errors.INVALID_STATUS, {"value": "gone"}, id="no status"),
        pytest.param(
            "language = english", errors.INVALID_LANGUAGE, {"value": "english"}, id="lang"
        ),
        pytest.param("group = Elders", errors.INVALID_GROUP, {"value": "Elders"}, id="no group"),
        pytest.param("flow = Leave", errors.INVALID_FLOW, {"value": "Leave"}, id="no flow"),
        pytest.param(
            "history != Leave", errors.INVALID_FLOW, {"value": "Leave"}, id="no flow then"
        ),
        pytest.param(
            "name ~ a", errors.INVALID_PARTIAL_NAME, {"min_token_length": "2"}, id="short"
        ),
        pytest.param(
            'name ~ ""', errors.INVALID_PARTIAL_NAME, {"min_token_length": "2"}, id="none"
        ),
        pytest.param("urn ~ 09", errors.INVALID_PARTIAL_URN, {"min_value_length": "3"}, id="two"),
        pytest.param("crop ~ ma", errors.UNSUPPORTED_CONTAINS, {"property": "crop"}, id="contains"),
        pytest.param(
            "fields.name ~ ami", errors.UNSUPPORTED_CONTAINS, {"property": "name"}, id="a field"
        ),
        pytest.param(
            "home > Chipata",
            errors.UNSUPPORTED_COMPARISON,
            {"property": "home", "operator": ">"},
            id="a place has no order",
        ),
        pytest.param(
            'tickets != ""',
            errors.UNSUPPORTED_SETCHECK,
            {"property": "tickets", "operator": "!="},
            id="no count at all",
        ),
        pytest.param("beds = 1", errors.UNKNOWN_PROPERTY, {"property": "beds"}, id="no property"),
        pytest.param("fields.tel = 1", errors.UNKNOWN_PROPERTY, {"property": "tel"}, id="no field"),
        pytest.param(
            "urns.crop = 1", errors.UNKNOWN_PROPERTY, {"property": "crop"}, id="no scheme"
        ),
        pytest.param("x.crop = 1", errors.UNKNOWN_PROPERTY_TYPE, {"type": "x"}, id="no such kind"),
    ],
)
def test_a_query_that_makes_no_sense(query: str, code: str, extra: dict[str, str]):
    with pytest.raises(QueryError) as caught:
        read(query)
    assert (caught.value.code, caught.value.extra) == (code, extra)
    assert str(caught.value) == caught.value.message


def test_every_code_is_proved():
    codes = {value for name, value in vars(errors).items() if name.isupper()}
    marks = test_a_query_that_makes_no_sense.pytestmark
    rows = {row.values[1] for mark in marks for row in mark.args[1]}
    assert codes - rows == {errors.REDACTED_URNS, errors.TOO_LONG, errors.TOO_DEEP}


def test_an_error_says_where_the_query_cannot_be_read():
    with pytest.raises(QueryError, match="unexpected '&' at line 2, character 8 of the query"):
        read("wells > 1\ncrop = & x")
    with pytest.raises(QueryError, match="ends where a condition or a value should follow"):
        read("crop = ")


@pytest.mark.parametrize("query", ["tel = 0970", "urn != 0970", "urns.mailto ~ amina", "tel ~ 0"])
def test_addresses_that_are_not_shown_cannot_be_asked_for(query: str):
    with pytest.raises(QueryError) as caught:
        read(query, replace(LUSAKA, redact_urns=True))
    assert caught.value.code == errors.REDACTED_URNS


def test_whether_there_is_an_address_may_be_asked_all_the_same():
    assert read('tel != ""', replace(LUSAKA, redact_urns=True)).text == 'urns.tel != ""'


def test_a_query_that_is_too_long_is_refused():
    assert read("wells = 1 " * (MOST_CHARACTERS // 10)).fields == ("wells",)
    with pytest.raises(QueryError) as caught:
        read("x" * (MOST_CHARACTERS + 1))
    assert (caught.value.code, caught.value.extra) == (errors.TOO_LONG, {"limit": "10000"})


def nested(levels: int) -> str:
    """Return a query of AND within OR within AND, so many levels deep."""
    query = "a1"
    for level in range(levels):
        query = f"({query} {'or' if level % 2 else 'and'} b2)"
    return query


def test_a_query_that_is_too_deep_is_refused():
    read(nested(MOST_LEVELS))
    for levels in (MOST_LEVELS + 1, 800):
        with pytest.raises(QueryError) as caught:
            read(nested(levels))
        assert (caught.value.code, caught.value.extra) == (errors.TOO_DEEP, {"limit": "50"})


def test_brackets_alone_are_not_deep():
    assert read("(" * 4_000 + "amina" + ")" * 4_000).text == 'name ~ "amina"'
