"""Layouts: what they may say, and that what is written by one is read by it."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments import format_moment, parse_clock, parse_moment
from gateway.core.flow.expressions.moments.layouts import FIELDS, LITERALS, Kind
from gateway.core.flow.expressions.moments.names import NAMES, names_in
from gateway.core.flow.expressions.values import Error

MOMENT = datetime(2026, 5, 4, 16, 30, 15, 123_456, UTC)
ENGLISH = Environment()

DAYS = st.sampled_from(["YYYY-MM-DD", "DD.MM.YYYY", "D/M/YYYY", "EEEE D MMMM YYYY", "MMM D, YYYY"])
CLOCKS = st.sampled_from(
    ["tt:mm:ss.ffffff", "t:m:s.fffffffff", "hh:mm:ss.ffffff AA", "aa h:m:ss.ffffff"]
)
OFFSETS = st.sampled_from(["ZZZ", "Z"])
ZONES = st.sampled_from(
    [UTC, ZoneInfo("Africa/Lusaka"), timezone(timedelta(hours=-9, minutes=-30))]
)


@pytest.mark.parametrize(
    "letters", ["y", "YYY", "MMMMM", "DDD", "E", "ttt", "ff", "a", "AAAA", "ZZ", "é"]
)
def test_what_is_no_field_is_an_error_that_names_it(letters: str):
    for layout in (letters, f"tt:mm {letters}", f"{letters}-tt"):
        made = format_moment(ENGLISH, MOMENT, layout)
        assert made == Error(f"'{letters}' is not valid in a datetime formatting layout")
    read = parse_moment(ENGLISH, "10:30", letters, UTC)
    assert read == Error(f"'{letters}' is not valid in a datetime parsing layout")


@pytest.mark.parametrize(
    ("value", "kind", "letters"),
    [
        pytest.param(MOMENT.date(), "date", "tt", id="a date has no hour"),
        pytest.param(MOMENT.date(), "date", "Z", id="a date has no zone"),
        pytest.param(MOMENT.time(), "time", "YYYY", id="a time has no year"),
    ],
)
def test_a_field_must_be_one_of_the_value(value, kind: str, letters: str):
    made = format_moment(ENGLISH, value, letters)
    assert made == Error(f"'{letters}' is not valid in a {kind} formatting layout")


@pytest.mark.parametrize(
    ("layout", "language", "written"),
    [
        pytest.param("YY", "eng", "99", id="a year of two digits"),
        pytest.param("fff", "eng", "005", id="thousandths"),
        pytest.param("ffffff", "eng", "005040", id="millionths"),
        pytest.param("AA", "bem", "AKASUBA", id="half a day in capitals"),
        pytest.param("aa", "eng", "pm", id="half a day in small letters"),
    ],
)
def test_what_a_field_writes(layout: str, language: str, written: str):
    environment = Environment(languages=(language,))
    moment = datetime(1999, 12, 31, 12, 0, 0, 5_040, UTC)
    assert format_moment(environment, moment, layout) == written


def test_what_stands_between_fields_stays():
    assert format_moment(ENGLISH, MOMENT, "T_-, ./:YYYY") == "T_-, ./:2026"


def test_a_layout_that_never_ends_is_refused():
    assert isinstance(format_moment(ENGLISH, MOMENT, "-" * 5000), Error)


VALUES: dict[Kind, datetime | date | time] = {
    "datetime": MOMENT,
    "date": MOMENT.date(),
    "time": MOMENT.time(),
}


@pytest.mark.parametrize(("kind", "value"), VALUES.items())
def test_every_field_writes_something(kind: Kind, value: datetime | date | time):
    for field in FIELDS[kind]:
        assert format_moment(ENGLISH, value, field)


@given(
    moment=st.datetimes(
        datetime.fromisoformat("1000-01-01"), datetime.fromisoformat("9990-01-01"), timezones=ZONES
    ),
    day=DAYS,
    clock=CLOCKS,
    offset=OFFSETS,
    language=st.sampled_from(sorted(NAMES)),
)
def test_a_moment_written_by_a_layout_is_read_by_it(moment, day, clock, offset, language):
    if moment.utcoffset() % timedelta(minutes=1):
        return  # local mean time, whose seconds no layout has a field for
    env = Environment(languages=(language,))
    layout = f"{day} {clock} {offset}"
    text = format_moment(env, moment, layout)
    assert isinstance(text, str)
    found = parse_moment(env, text, layout, UTC)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == moment.astimezone(UTC)


@given(clock=st.times(), layout=CLOCKS)
def test_a_time_written_by_a_layout_is_read_by_it(clock: time, layout: str):
    text = format_moment(ENGLISH, clock, layout)
    assert isinstance(text, str)
    assert parse_clock(ENGLISH, text, layout) == clock


@given(
    text=st.text(st.sampled_from("0123456789:-/. TZAPMapm+MondayMaié"), max_size=30),
    layout=st.lists(st.sampled_from([*FIELDS["datetime"], *LITERALS]), max_size=8).map("".join),
)
def test_any_text_by_any_layout_is_a_moment_or_an_error(text: str, layout: str):
    assert isinstance(parse_moment(ENGLISH, text, layout, UTC), datetime | Error)
    assert isinstance(parse_clock(ENGLISH, text, layout), time | Error)


@pytest.mark.parametrize("language", sorted(NAMES))
def test_a_language_has_all_its_names(language: str):
    names = names_in(language)
    assert [len(row) for row in (names.months, names.days, names.halves)] == [12, 7, 2]
    assert [len(row) for row in (names.short_months, names.short_days)] == [12, 7]
    assert len(set(names.months)) == 12
    assert len(set(names.days)) == 7
