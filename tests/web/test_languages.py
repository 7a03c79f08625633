"""The pages in every language: nothing is left in English, and every value finds its place."""

import re
from zoneinfo import ZoneInfo

import pytest

from gateway.web.extraction import messages
from gateway.web.languages import NAMES, SOURCE, catalogues, choose, writing

OTHERS = [language for language in NAMES if language != SOURCE]
_VALUE = re.compile(r"%\((\w+)\)s")
LUSAKA = ZoneInfo("Africa/Lusaka")


def _translated(language):
    found = {}
    for catalogue in catalogues(language):
        for message in catalogue:
            if message.id:
                found[message.id] = message.string
    return found


def _forms(text):
    return list(text) if isinstance(text, (tuple, list)) else [text]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_every_page_is_translated(language):
    translated = _translated(language)
    missing = [
        text
        for texts in messages().values()
        for text in texts
        if not all(_forms(translated.get(text, "")))
    ]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_holds_the_values_of_its_text_and_no_others(language):
    for text, translation in _translated(language).items():
        allowed = {name for form in _forms(text) for name in _VALUE.findall(form)}
        for form in _forms(translation):
            assert set(_VALUE.findall(form)) <= allowed, text
            assert form.replace("%%", "").count("%") == len(_VALUE.findall(form)), text
        assert allowed - {"num"} <= {
            name for form in _forms(translation) for name in _VALUE.findall(form)
        }, text


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_holds_what_no_page_says(language):
    said = {text for texts in messages().values() for text in texts}
    assert [text for text in _translated(language) if text not in said] == []


@pytest.mark.parametrize(
    ("wanted", "accepted", "expected"),
    [
        pytest.param(("sw",), "fr", "sw", id="what was chosen comes first"),
        pytest.param((None, "fr"), "sw", "fr", id="then what was chosen before"),
        pytest.param((), "de, fr;q=0.8, sw;q=0.9", "sw", id="then what the browser likes best"),
        pytest.param((), "fr-CA", "fr", id="a country's variety is the language"),
        pytest.param(("xx",), "de", "en", id="else English"),
        pytest.param((), "fr;q=oops,;;;,sw", "sw", id="a header that is no header is passed over"),
    ],
)
def test_a_visitor_gets_the_language_that_fits_best(wanted, accepted, expected):
    assert choose(wanted, accepted) == expected


def test_numbers_dates_and_money_are_written_as_each_language_writes_them():
    moment = 1_780_000_000_000
    english, french = writing("en", LUSAKA), writing("fr", LUSAKA)
    assert english.number(12_340) == "12,340"
    assert french.number(12_340) == "12\N{NARROW NO-BREAK SPACE}340"
    assert english.day(moment) == "May 28, 2026"
    assert french.day(moment) == "28 mai 2026"
    assert english.moment(moment) == "May 28, 2026, 10:26\N{NARROW NO-BREAK SPACE}PM"
    assert english.ago(moment, moment) == "1 second ago"
    assert english.ago(moment, moment + 7_200_000) == "2 hours ago"
    assert english.money(12_500, "ZMW") == "ZMW\N{NO-BREAK SPACE}12.50"
    assert writing("sw", LUSAKA).language_name("fr") == "Kifaransa"
    assert english.iso(moment) == "2026-05-28T22:26:40+02:00"


def test_a_language_that_is_written_from_the_right_says_so():
    assert writing("en", LUSAKA).direction == "ltr"
