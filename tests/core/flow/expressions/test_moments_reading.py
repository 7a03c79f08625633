"""Dates and times found in what people write."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments import (
    find_zone,
    localise,
    read_date,
    read_datetime,
    read_time,
    zone_name,
)
from gateway.core.flow.expressions.values import Error

LUSAKA = ZoneInfo("Africa/Lusaka")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 4, 9, 30, 15, 250_000, UTC)


def in_order(date_format: str, zone: tzinfo = LUSAKA) -> Environment:
    return Environment(date_format=date_format, timezone=zone, now=lambda: NOW)


DAY_FIRST = in_order("DD-MM-YYYY")


@pytest.mark.parametrize(
    ("order", "text", "found"),
    [
        pytest.param("DD-MM-YYYY", "3-4-2025", date(2025, 4, 3), id="the day first"),
        pytest.param("MM-DD-YYYY", "3-4-2025", date(2025, 3, 4), id="the month first"),
        pytest.param("YYYY-MM-DD", "2025/4/3", date(2025, 4, 3), id="the year first"),
        pytest.param("YYYY-MM-DD", "25.04.03", date(2025, 4, 3), id="a short year first"),
        pytest.param("DD-MM-YYYY", "03.04.2025", date(2025, 4, 3), id="points"),
        pytest.param("DD-MM-YYYY", "03/04/2025", date(2025, 4, 3), id="slashes"),
        pytest.param("DD-MM-YYYY", "03\\04\\2025", date(2025, 4, 3), id="the other slashes"),
        pytest.param("DD-MM-YYYY", "03 04 2025", date(2025, 4, 3), id="spaces"),
        pytest.param("DD-MM-YYYY", "03_04_2025", date(2025, 4, 3), id="underscores"),
        pytest.param("DD-MM-YYYY", "we met on 3/4/2025.", date(2025, 4, 3), id="among words"),
        pytest.param("DD-MM-YYYY", "2025-04-03", date(2025, 4, 3), id="ISO in any order"),
        pytest.param("DD-MM-YYYY", " 2025-04-03T23:30:00+09:00", date(2025, 4, 3), id="as written"),
        pytest.param("DD-MM-YYYY", "3.4.26", date(2026, 4, 3), id="two digits: this year"),
        pytest.param("DD-MM-YYYY", "3.4.27", date(1927, 4, 3), id="two digits: not the next year"),
        pytest.param("DD-MM-YYYY", "3.4.00", date(2000, 4, 3), id="two digits: the year 2000"),
        pytest.param("DD-MM-YYYY", "30/2/2024 or 29/2/2024", date(2024, 2, 29), id="leap day"),
        pytest.param("DD-MM-YYYY", "29/2/2025", None, id="no leap day"),
        pytest.param("DD-MM-YYYY", "1/13/2025", None, id="no 13th month"),
        pytest.param("DD-MM-YYYY", "0/1/2025", None, id="no day zero"),
        pytest.param("DD-MM-YYYY", "12/2025", None, id="two numbers"),
        pytest.param("DD-MM-YYYY", "1/2/20255", None, id="a year of five digits"),
        pytest.param("DD-MM-YYYY", "on 2025-04-03", None, id="ISO among words, in another order"),
        pytest.param("DD-MM-YYYY", "+260970000001", None, id="a phone number"),
        pytest.param("DD-MM-YYYY", "", None, id="nothing"),
    ],
)
def test_a_date_is_found_in_the_order_of_the_environment(order, text, found):
    expected = Error(f'unable to convert "{text}" to a date') if found is None else found
    assert read_date(in_order(order), text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("10:30", time(10, 30), id="hours and minutes"),
        pytest.param("9:05", time(9, 5), id="one digit for the hour"),
        pytest.param("at 10:30:59 sharp", time(10, 30, 59), id="seconds"),
        pytest.param("10:30:59.25", time(10, 30, 59, 250_000), id="a fraction"),
        pytest.param("10:30:59.123456789", time(10, 30, 59, 123_456), id="finer than we keep"),
        pytest.param("10:30 pm", time(22, 30), id="pm"),
        pytest.param("10:30PM", time(22, 30), id="PM without a space"),
        pytest.param("12:15 am", time(0, 15), id="the quarter past midnight"),
        pytest.param("12:15 pm", time(12, 15), id="the quarter past noon"),
        pytest.param("12 AM", time(0), id="midnight"),
        pytest.param("13:15 pm", time(13, 15), id="pm said twice"),
        pytest.param("we meet at 3 pm", time(15), id="the full hour"),
        pytest.param("1430", time(14, 30), id="four digits"),
        pytest.param("230pm", time(14, 30), id="three digits and pm"),
        pytest.param("it is 7 now", time(7), id="a bare number"),
        pytest.param("24:00", time(0), id="midnight as some write it"),
        pytest.param("24:01", None, id="no minute after that"),
        pytest.param("2 of us at 10:30", time(10, 30), id="the surest way of writing wins"),
        pytest.param("room 59:77, 9:15", time(9, 15), id="the first that is a time"),
        pytest.param("25", None, id="no 25th hour"),
        pytest.param("10:60", None, id="no 60th minute"),
        pytest.param("soon", None, id="words"),
        pytest.param("20250403", None, id="too many digits"),
    ],
)
def test_a_time_of_day_is_found_anywhere(text, found):
    expected = Error(f'unable to convert "{text}" to a time') if found is None else found
    assert read_time(DAY_FIRST, text) == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("1/2/2017", "2017-02-01T00:00:00+02:00", id="midnight"),
        pytest.param("1/2/2017 10:30 pm", "2017-02-01T22:30:00+02:00", id="a time behind it"),
        pytest.param("1/2/2017 at 7", "2017-02-01T07:00:00+02:00", id="a bare hour behind it"),
        pytest.param("10:30 on 1/2/2017", "2017-02-01T00:00:00+02:00", id="a time before it"),
        pytest.param("2017-02-01 10:30:05", "2017-02-01T10:30:05+02:00", id="ISO with a space"),
        pytest.param("2017-02-01T10:30", "2017-02-01T10:30:00+02:00", id="ISO without a zone"),
        pytest.param("2017-02-01T10:30Z", "2017-02-01T10:30:00+00:00", id="UTC"),
        pytest.param(
            "2017-02-01T10:30:05.5-05:00", "2017-02-01T10:30:05.500000-05:00", id="an offset"
        ),
        pytest.param(
            "\t2017-02-01T10:30:05.123456789Z\n",
            "2017-02-01T10:30:05.123456+00:00",
            id="nanoseconds are cut",
        ),
    ],
)
def test_a_date_may_carry_a_time(text, shown):
    found = read_datetime(DAY_FIRST, text)
    assert isinstance(found, datetime)
    assert found.isoformat() == shown


@pytest.mark.parametrize(
    "text",
    [
        "no date",
        "2017-02-30",
        "2017-02-01T25:00:00Z",
        "2017-02-01T10:00:00+24:00",
        "2017-02-01T10:00:00+10:60",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_moment_is_an_error_that_shows_the_text(text):
    found = read_datetime(in_order("YYYY-MM-DD", UTC), text)
    assert found == Error(f'unable to convert "{text}" to a datetime')


def test_a_date_without_a_time_can_be_given_the_time_it_is_now():
    found = read_datetime(DAY_FIRST, "on 1/2/2017", fill_time=True)
    assert found == datetime(2017, 2, 1, 11, 30, 15, 250_000, LUSAKA)


def test_a_moment_written_with_the_offset_of_the_zone_comes_back_in_the_zone():
    own = read_datetime(DAY_FIRST, "2017-02-01T10:30:00+02:00")
    other = read_datetime(DAY_FIRST, "2017-02-01T10:30:00+03:00")
    assert isinstance(own, datetime)
    assert isinstance(other, datetime)
    assert (zone_name(own.tzinfo), zone_name(other.tzinfo)) == ("Africa/Lusaka", "")


@pytest.mark.parametrize(
    ("zone", "wall", "shown"),
    [
        pytest.param(
            NEW_YORK,
            datetime.fromisoformat("2025-03-09T02:30"),
            "2025-03-09T01:30:00-05:00",
            id="never, west",
        ),
        pytest.param(
            BERLIN,
            datetime.fromisoformat("2025-03-30T02:30"),
            "2025-03-30T03:30:00+02:00",
            id="never, east",
        ),
        pytest.param(
            NEW_YORK,
            datetime.fromisoformat("2025-11-02T01:30"),
            "2025-11-02T01:30:00-04:00",
            id="twice, west",
        ),
        pytest.param(
            BERLIN,
            datetime.fromisoformat("2025-10-26T02:30"),
            "2025-10-26T02:30:00+01:00",
            id="twice, east",
        ),
    ],
)
def test_a_time_that_clocks_show_twice_or_never_is_one_moment(zone, wall, shown):
    assert localise(wall, zone).isoformat() == shown


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Africa/Lusaka", "Africa/Lusaka"),
        ("UTC", "UTC"),
        ("", "UTC"),
        ("Atlantis/Poseidonis", None),
        ("Africa", None),
        ("../etc/passwd", None),
        ("/etc/passwd", None),
        ("A\x00b", None),
        ("A" * 5000, None),
        ("Zürich", None),
    ],
)
def test_a_zone_is_found_by_its_name_and_by_nothing_else(name, found):
    zone = find_zone(name)
    assert (None if zone is None else zone_name(zone)) == found


ZONES = st.sampled_from([UTC, LUSAKA, NEW_YORK, BERLIN])
ENVIRONMENTS = st.builds(
    in_order, st.sampled_from(["DD-MM-YYYY", "MM-DD-YYYY", "YYYY-MM-DD", "what?"]), ZONES
)
NUMBERS_AND_MARKS = st.text(st.sampled_from("0123456789:-/. TZpam+"), max_size=40)


@given(env=ENVIRONMENTS, text=st.text() | NUMBERS_AND_MARKS)
def test_any_text_is_read_or_is_an_error(env, text):
    assert isinstance(read_datetime(env, text), datetime | Error)
    assert isinstance(read_datetime(env, text, fill_time=True), datetime | Error)
    assert isinstance(read_date(env, text), date | Error)
    assert isinstance(read_time(env, text), time | Error)


@given(
    env=ENVIRONMENTS,
    moment=st.datetimes(
        datetime.fromisoformat("1900-01-01"),
        datetime.fromisoformat("2100-01-01"),
        timezones=ZONES,
        allow_imaginary=False,
    ),
)
def test_a_moment_written_in_iso_is_read_as_itself(env, moment):
    offset = moment.utcoffset()
    assert offset is not None
    if offset % timedelta(minutes=1):
        return  # the local mean time of the first railways; ISO 8601 has no seconds of offset
    read = read_datetime(env, moment.isoformat())
    assert isinstance(read, datetime)
    assert read.astimezone(UTC) == moment.astimezone(UTC)  # equal in an hour that comes twice too
