"""The pages in every language: nothing is left in English, and every value finds its place."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.web.extraction import messages
from gateway.web.languages import NAMES, SOURCE, catalogues, choose, unmarked, writing

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
    assert english.day(moment) == "28 May 2026"
    assert french.day(moment) == "28 mai 2026"
    assert english.moment(moment) == "28 May 2026, 22:26"
    assert english.ago(moment, moment) == "1 second ago"
    assert english.ago(moment, moment + 7_200_000) == "2 hours ago"
    assert english.money(12_500, "ZMW") == "ZMW\N{NO-BREAK SPACE}12.50"
    assert writing("sw", LUSAKA).language_name("fr") == "Kifaransa"
    assert english.iso(moment) == "2026-05-28T22:26:40+02:00"


def test_a_count_of_this_moment_is_never_one_of_the_future():
    english = writing("en", LUSAKA)
    assert english.ago(1_780_000_000_300, 1_780_000_000_000) == "1 second ago"
    assert english.ago(1_780_000_002_000, 1_780_000_000_000) == "in 2 seconds"


@pytest.mark.parametrize(
    ("zone", "hour", "said"),
    [
        pytest.param("Pacific/Kiritimati", 9, "yesterday, 23:00", id="14 hours before UTC's day"),
        pytest.param("Pacific/Kiritimati", 10, "today, 00:00", id="and there a day begins"),
        pytest.param("Pacific/Pago_Pago", 10, "yesterday, 23:00", id="11 hours behind"),
        pytest.param("Pacific/Pago_Pago", 11, "today, 00:00", id="where the day begins last"),
        pytest.param("Africa/Lusaka", 21, "yesterday, 23:00", id="in Lusaka"),
    ],
)
def test_a_day_begins_at_midnight_where_the_movement_is(zone, hour, said):
    moment = datetime(2026, 5, 28, hour, tzinfo=UTC)
    later = moment + timedelta(hours=23 if said.startswith("today") else 1)
    assert writing("en", ZoneInfo(zone)).when(_ms(moment), _ms(later)) == said


def test_what_is_near_is_said_as_people_say_it_in_every_language():
    now = datetime(2026, 5, 28, 10, tzinfo=UTC)
    day = timedelta(days=1)
    assert [
        writing(language, LUSAKA).when(_ms(now + away), _ms(now))
        for language in ("en", "fr", "sw")
        for away in (-day, timedelta(), day, 2 * day)
    ] == [
        *("yesterday, 12:00", "today, 12:00", "tomorrow, 12:00", "30 May 2026, 12:00"),
        *("hier, 12:00", "aujourd’hui, 12:00", "demain, 12:00", "30 mai 2026, 12:00"),
        *("jana, 12:00", "leo, 12:00", "kesho, 12:00", "30 Mei 2026 12:00"),
    ]


@pytest.mark.parametrize(
    ("ms", "left"),
    [
        pytest.param(-5, ("", "00:00:00"), id="over"),
        pytest.param(8_000_999, ("", "02:13:20"), id="hours"),
        pytest.param(86_400_000, ("1 day", "00:00:00"), id="a day"),
        pytest.param(180_000_000, ("2 days", "02:00:00"), id="days and hours"),
    ],
)
def test_what_is_left_is_written_as_days_and_a_clock(ms, left):
    assert writing("en", LUSAKA).left(ms) == left


def test_a_language_that_is_written_from_the_right_says_so():
    assert writing("en", LUSAKA).direction == "ltr"
    assert writing("ar", LUSAKA).direction == "rtl"
    assert writing("ar", LUSAKA).texts.gettext("Menu") == "Menu"


def test_a_title_holds_no_sign_that_turns_what_follows_it():
    assert unmarked("a\u202eb\u2069c\u200ed") == "abc\u200ed"


def _ms(moment):
    return int(moment.timestamp()) * 1000
