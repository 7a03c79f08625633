"""Values written for people to read, and addresses taken apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.environment import NumberFormat
from gateway.core.flow.expressions.values import Value
from tests.core.flow.expressions.functions.running import evaluated, result, shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param('format("  as it is ")', "  as it is ", id="text"),
        pytest.param("format(-1234567.8900)", "-1,234,567.89", id="a number below zero"),
        pytest.param("format(0.5)", "0.5", id="less than one"),
        pytest.param("format(true)", "true", id="truth"),
        pytest.param("format(null)", "", id="null"),
        pytest.param("format(upper)", "upper", id="a function"),
        pytest.param('format(time("15:30"))', "15:30", id="a time"),
        pytest.param('format(datetime("2026-05-04T22:30:00Z"))', "05-05-2026 00:30", id="local"),
        pytest.param('format(array(1000, "a", null))', "1,000, a, ", id="an array"),
        pytest.param('format(object("b", 1000, "a", "x"))', "a: x\nb: 1,000", id="an object"),
        pytest.param(
            'format(array(object("a", 1, "b", 2), 3))', "- a: 1\n  b: 2\n- 3", id="objects in it"
        ),
        pytest.param(
            'format(object("a", object("b", 1, "c", 2)))', "a: \n  b: 1\n  c: 2", id="one in it"
        ),
        pytest.param("format(1 / 0)", "ERROR", id="an error"),
        pytest.param("format_number(1234.565, 2)", "1,234.57", id="rounded"),
        pytest.param("format_number(-0.004, 2)", "0.00", id="rounded to zero"),
        pytest.param("format_number(999.99, 1)", "1,000.0", id="rounded to more digits"),
        pytest.param("format_number(5, 9)", "5.000000000", id="nine places"),
        pytest.param("format_number(5, 10)", "ERROR", id="ten places"),
        pytest.param("format_number(5, -1)", "ERROR", id="less than none"),
        pytest.param('format_number("5000.10")', "5,000.1", id="a text of a number"),
        pytest.param('format_number("five")', "ERROR", id="no number"),
        pytest.param("format_number(5000, 0, 0)", "5000", id="zero does not hold"),
        pytest.param('format_date("4/5/2026", "EEE, D. MMM")', "Mon, 4. May", id="signs between"),
        pytest.param('format_date("4/5/2026", "EEE D MMMM YYYY")', "Mon 4 May 2026", id="names"),
        pytest.param('format_date("4/5/2026", "tt:mm")', "ERROR", id="a date has no hours"),
        pytest.param('format_date("4/5/2026", "")', "", id="an empty layout"),
        pytest.param('format_time("7:05:09 am", "t:m:s")', "7:5:9", id="single digits"),
        pytest.param('format_time("7:05:09 pm", "hh:mm:ss AA")', "07:05:09 PM", id="half a day"),
        pytest.param('format_time("0:30", "h:mm aa")', "12:30 am", id="midnight is twelve"),
        pytest.param('format_time("12:30", "h:mm aa")', "12:30 pm", id="noon is twelve"),
        pytest.param('format_time("7:05", "Z")', "ERROR", id="a time has no zone"),
        pytest.param(
            'format_datetime("2026-05-04T16:30:15.123456Z", "ss.fff ss.ffffff ss.fffffffff")',
            "15.123 15.123456 15.123456000",
            id="fractions",
        ),
        pytest.param(
            'format_datetime("2026-05-04T16:30:00Z", "tt:mmZ tt:mmZZZ", "UTC")',
            "16:30Z 16:30+00:00",
            id="UTC",
        ),
        pytest.param(
            'format_datetime("2026-05-04T16:30:00Z", "YYYY", "Lusaka")', "ERROR", id="no such zone"
        ),
        pytest.param('format_location("Zambia>Eastern")', "Eastern", id="a place without spaces"),
        pytest.param('format_location("")', "", id="no place"),
        pytest.param('format_urn("tel:12345")', "12345", id="a short code"),
        pytest.param('format_urn("tel:+260970000001#amina")', "097 0000001", id="by its number"),
        pytest.param(
            'format_urn("mailto:amina@example.org")', "amina@example.org", id="an address"
        ),
        pytest.param('format_urn("telegram:12#a%23b%25")', "a#b%", id="signs written otherwise"),
        pytest.param('format_urn("telegram:")', "ERROR", id="no path"),
        pytest.param('format_urn("")', "ERROR", id="nothing"),
        pytest.param('urn_parts("tel:+260970000001?id=3#amina").display', "amina", id="a query"),
        pytest.param('urn_parts("no scheme")', "ERROR", id="no address"),
        pytest.param('urn_parts("X-1:a:b").path', "a:b", id="a colon within the path"),
        pytest.param('urn_parts("X-1:a:b").scheme', "X-1", id="any scheme"),
        pytest.param('urn_parts(":a")', "ERROR", id="no scheme"),
        pytest.param('urn_parts("a?b:c")', "ERROR", id="a query before the path"),
        pytest.param('urn_parts("x:a#b#c")', "ERROR", id="two names"),
        pytest.param('urn_parts("x:a#b?c")', "ERROR", id="a query behind the name"),
        pytest.param(
            'attachment_parts("image:https://x.example/a:b").url',
            "https://x.example/a:b",
            id="colons",
        ),
        pytest.param('attachment_parts("well.jpg").content_type', "", id="no type"),
        pytest.param('prompt("sort")', "Sort into one of: <no value>", id="a value that lacks"),
        pytest.param('prompt("unknown", 1)', "ERROR", id="no such prompt"),
    ],
)
def test_a_value_is_written_for_people(expression: str, text: str):
    assert shown(f"@({expression})") == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("format(1234567.5)", "1.234.567,5"),
        ("format_number(1234.5, 2)", "1.234,50"),
        ("format_number(1234.5, 2, false)", "1234,50"),
    ],
)
def test_numbers_are_written_with_the_signs_of_the_environment(expression: str, text: str):
    assert shown(f"@({expression})", number_format=NumberFormat(",", ".")) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("eng", "Monday Mon May May PM pm", id="English"),
        pytest.param("fra", "lundi lun. mai mai PM pm", id="French"),
        pytest.param("swa", "Jumatatu Jumatatu Mei Mei PM pm", id="Swahili"),
        pytest.param("nya", "Lolemba Lem Mei Mei PM pm", id="Nyanja"),
        pytest.param("bem", "Palichimo Palichimo Mei Mei AKASUBA akasuba", id="Bemba"),
        pytest.param("am", "ሰኞ ሰኞ ሜይ ሜይ ከሰዓት ከሰዓት", id="Amharic by two letters"),
        pytest.param("pt-MZ", "segunda-feira seg. maio mai. PM pm", id="Portuguese of a country"),
        pytest.param("tlh", "Monday Mon May May PM pm", id="a language that we lack"),
    ],
)
def test_names_are_in_the_first_language_of_the_environment(language: str, text: str):
    expression = '@(format_datetime("2026-05-04T16:30:00Z", "EEEE EEE MMMM MMM AA aa"))'
    assert shown(expression, languages=(language, "eng")) == text


def test_names_are_read_in_the_language_of_the_environment_and_in_english():
    values: dict[str, Value] = {"first": "4 mai 2026", "second": "4 MAY 2026"}
    both = [
        evaluated(f'format_date(parse_datetime({name}, "D MMMM YYYY"))', values, languages=("fra",))
        for name in values
    ]
    assert both == ["04-05-2026", "04-05-2026"]


def test_an_address_is_hidden_where_addresses_are():
    assert shown('@(format_urn("tel:+260970000001"))', redact_urns=True) == "********"
    assert shown('@(format_urn("tel:********"))') == "********"


def test_a_prompt_has_its_values_where_it_names_them():
    prompts = {"two": "{{ .arg2 }} before {{.arg1}}, {{- .arg2 -}} ."}
    assert shown('@(prompt("two", "a", array(1, 2)))', prompts=prompts) == "[1, 2] before a,[1, 2]."


def test_a_layout_of_the_environment_that_is_none_does_not_stop_a_value_from_being_shown():
    assert shown('@(format(date("2026-05-04")))', date_format="dd.mm") == "2026-05-04"
    assert shown('@(format_date("2026-05-04"))', date_format="dd.mm") == "ERROR"


@given(number=st.decimals(-(10**20), 10**20, places=5), places=st.integers(0, 9))
def test_a_formatted_number_is_the_rounded_number(number: Decimal, places: int):
    values = {"n": number}
    text = result(f"format_number(n, {places})", values)
    assert isinstance(text, str)
    assert Decimal(text.replace(",", "")) == evaluated(f"round(n, {places})", values)
    assert len(text.partition(".")[2]) == places
