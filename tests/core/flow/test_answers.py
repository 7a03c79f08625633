"""What replies mean, as tables; every test of the registry is in one of them."""

from datetime import UTC, datetime

import pytest

from gateway.core.flow.answers import TESTS, Answer, Asked, Unsure
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.values import Value
from gateway.core.flow.turn import Context
from gateway.flowfiles.releases import read_release
from tests.stage import COUNTRY, FLOWS, done

VOCABULARY = read_release(FLOWS).vocabulary


def asked(country: str = "ZM") -> Asked:
    now = datetime(2026, 5, 12, 23, 0, tzinfo=UTC)
    return Asked(Context("en", "sms", now, country, COUNTRY, {}, done), VOCABULARY)


def understood(test: str, given: Value, *arguments: Json, country: str = "ZM") -> Json:
    """Return the value that a test finds, or "?" where it does not hold."""
    answer = TESTS[test](given, arguments, asked(country))
    assert not isinstance(answer, Unsure)
    return "?" if answer is None else answer.value


@pytest.mark.parametrize(
    ("test", "given", "arguments", "value"),
    [
        pytest.param("text", " The  well\nis dry ", (), "The well is dry", id="spaces are tidied"),
        pytest.param("text", " \u00a0 ", (), "?", id="spaces alone are no text"),
        pytest.param("text", "abcde", (5,), "abcde", id="as long as allowed"),
        pytest.param("text", "abcdef", (5,), "?", id="longer than allowed"),
        pytest.param("number", "12", (), 12, id="digits"),
        pytest.param("number", "1,500", (), 1500, id="thousands with a comma"),
        pytest.param("number", "1 500 000", (), 1500000, id="thousands with spaces"),
        pytest.param("number", "2.5", (), 2.5, id="a decimal point"),
        pytest.param("number", "2,5", (), 2.5, id="a decimal comma"),
        pytest.param("number", "about 40 people", (), 40, id="the only number among words"),
        pytest.param("number", "3 or 4", (), "?", id="two numbers are none"),
        pytest.param("number", "-3", (), -3, id="below zero"),
        pytest.param("number", "seven", (), 7, id="an English word"),
        pytest.param("number", "Zitatu", (), 3, id="a Nyanja word"),
        pytest.param("number", "1O", (), 10, id="the letter o for zero"),
        pytest.param("number", "l2", (), 12, id="the letter l for one"),
        pytest.param("number", "\u0661\u0662", (), 12, id="digits of another script"),
        pytest.param("number", "none of it", (), "?", id="words"),
        pytest.param("number", "9" * 40, (), "?", id="more digits than a number can hold"),
        pytest.param("number", "5", (1, 5), 5, id="the upper end of a range"),
        pytest.param("number", "6", (1, 5), "?", id="outside a range"),
        pytest.param("yes_no", "Yes!", (), True, id="yes"),
        pytest.param("yes_no", "yes please", (), True, id="yes and more"),
        pytest.param("yes_no", "inde", (), True, id="yes in Nyanja"),
        pytest.param("yes_no", "Awe", (), False, id="no in Bemba"),
        pytest.param("yes_no", "1", (), True, id="1 for yes"),
        pytest.param("yes_no", "2.", (), False, id="2 for no"),
        pytest.param("yes_no", "maybe", (), "?", id="neither"),
        pytest.param("phone", "0970000001", (), "+260970000001", id="a number of the country"),
        pytest.param("phone", "+260 97 0000002", (), "+260970000002", id="an international one"),
        pytest.param("phone", "12", (), "?", id="a short code is nobody's phone"),
        pytest.param("date", "12/6", (), "2026-06-12", id="day and month"),
        pytest.param("date", "1.2.27", (), "2027-02-01", id="a year of two digits"),
        pytest.param("date", "2026-12-31", (), "2026-12-31", id="as in ISO 8601"),
        pytest.param("date", "3 June", (), "2026-06-03", id="a month by name"),
        pytest.param("date", "Sept 9th 2027", (), "2027-09-09", id="the month first, by name"),
        pytest.param("date", "4 Ogasiti", (), "2026-08-04", id="a month in Nyanja"),
        pytest.param("date", "Tomorrow", (), "2026-05-13", id="tomorrow"),
        pytest.param("date", "dzulo", (), "2026-05-11", id="yesterday in Nyanja"),
        pytest.param("date", "31/2", (), "?", id="a day that is in no calendar"),
        pytest.param("date", "soon", (), "?", id="no day"),
        pytest.param("date", "1/1/2027", (), "2027-01-01", id="a year of four digits"),
        pytest.param("date", "1/1/20270", (), "?", id="a year that no calendar has"),
        pytest.param("date", f"12/5/{10**20}", (), "?", id="a year beyond all"),
        pytest.param("date", "1" * 5000 + " May", (), "?", id="a day without end"),
        pytest.param("date", "1/2/3/4", (), "?", id="four numbers"),
        pytest.param("date", "5 ma", (), "?", id="two letters may be March or May"),
        pytest.param("one_of", "Late", ("closed", "late"), None, id="one of some values"),
        pytest.param("one_of", "open", ("closed", "late"), "?", id="none of some values"),
        pytest.param("one_of", 3, ("3",), None, id="a number among texts"),
        pytest.param("key", " 0. ", ("0",), None, id="a key with a full stop"),
        pytest.param("key", "O", ("0",), None, id="the letter o for the key 0"),
        pytest.param("key", "zero", ("0",), None, id="a key as a word"),
        pytest.param("key", "00", ("0",), "?", id="another key"),
        pytest.param("there", [], (), "?", id="an empty list is not there"),
        pytest.param("there", {"a": 1}, (), None, id="a thing is there"),
        pytest.param("place", "katunda", ("district",), {
            "code": "ZZ-01-03", "name": "Katunda", "level": "district", "__default__": "Katunda"
        }, id="a place by name"),
        pytest.param("place", "Atlantis", ("district",), "?", id="a place that is not there"),
    ],
)  # fmt: skip
def test_replies_are_understood(
    test: str, given: Value, arguments: tuple[Json, ...], value: Json
) -> None:
    assert understood(test, given, *arguments) == value


def test_where_the_month_comes_first_it_is_read_first() -> None:
    assert understood("date", "12/6", country="US") == "2026-12-06"


def test_an_ambiguous_place_comes_back_with_its_candidates() -> None:
    answer = TESTS["place"]("Mwerla", ("district",), asked())
    assert isinstance(answer, Unsure)
    assert set(answer.codes) == {"ZZ-01-01", "ZZ-01-02"}


def test_no_test_of_the_registry_raises_for_anything_a_phone_can_send() -> None:
    odd = [
        "",
        " ",
        "*",
        "0" * 500,
        "\x00",
        "\ud83d\ude00",
        "٣",
        "½",
        "1e999",
        "nan",
        "-",
        "²",
        "@(1)",
    ]
    for name, test in TESTS.items():
        for given in odd:
            arguments = ("1",) if name in {"one_of", "key"} else ()
            assert isinstance(test(given, arguments, asked()), Answer | Unsure | None)
