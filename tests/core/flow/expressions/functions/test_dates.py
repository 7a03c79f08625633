"""Functions of dates and times, where days come first and in other zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.values import Value
from tests.core.flow.expressions.functions.running import evaluated, shown

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param('datetime("1.2.25 7pm")', "2025-02-01T19:00:00.000000+02:00", id="short"),
        pytest.param("datetime(date(now()))", "2026-05-04T00:00:00.000000+02:00", id="midnight"),
        pytest.param("datetime(3)", "ERROR", id="a number is no date"),
        pytest.param("date(now())", "2026-05-04", id="the date of a datetime"),
        pytest.param('date("31/4/2026")', "ERROR", id="a day that the month lacks"),
        pytest.param("time(now())", "11:30:15.250000", id="the time of a datetime"),
        pytest.param("time(14)", "14:00:00.000000", id="a number is the full hour"),
        pytest.param("time(25)", "ERROR", id="no 25th hour"),
        pytest.param("today() = date(now())", "true", id="today"),
        pytest.param(
            'parse_datetime("4 May 2026", "D MMM YYYY")',
            "2026-05-04T00:00:00.000000+02:00",
            id="a month by its short name",
        ),
        pytest.param(
            'parse_datetime("2026-05-04T10:00:00.5+05:30", "YYYY-MM-DDTtt:mm:ssZZZ")',
            "2026-05-04T10:00:00.500000+05:30",
            id="an offset",
        ),
        pytest.param(
            'parse_datetime("2026", "YYYY")', "2026-01-01T00:00:00.000000+02:00", id="a year alone"
        ),
        pytest.param('parse_datetime("10:00", "tt:mm")', "ERROR", id="no year"),
        pytest.param('parse_datetime("1.1.26", "DD.MM.YY")', "ERROR", id="one digit for two"),
        pytest.param('parse_datetime("01.01.26x", "DD.MM.YY")', "ERROR", id="something over"),
        pytest.param('parse_datetime("1.1.26", "D.M.YY", "Nowhere")', "ERROR", id="no such zone"),
        pytest.param('parse_datetime("2026-05-", "YYYY-MM-DD")', "ERROR", id="no day"),
        pytest.param('parse_datetime("2026-05-04 ", "YYYY-MM-DD EEE")', "ERROR", id="no name"),
        pytest.param(
            'parse_datetime("2026-05-0410:30", "YYYY-MM-DD tt:mm")', "ERROR", id="no space"
        ),
        pytest.param(
            'parse_datetime("2026-05-04   10:30", "YYYY-MM-DD tt:mm")',
            "2026-05-04T10:30:00.000000+02:00",
            id="many spaces",
        ),
        pytest.param('parse_time("12:30 am", "h:mm aa")', "00:30:00.000000", id="after midnight"),
        pytest.param('parse_time("12:30 pm", "h:mm aa")', "12:30:00.000000", id="after noon"),
        pytest.param('parse_time("7", "h")', "07:00:00.000000", id="the hour alone"),
        pytest.param('parse_time("13 pm", "h aa")', "ERROR", id="no 13th hour of half a day"),
        pytest.param('parse_time("10:00", "YYYY")', "ERROR", id="a year is no part of a time"),
        pytest.param("datetime_from_epoch(0)", "1970-01-01T02:00:00.000000+02:00", id="1970"),
        pytest.param(
            "datetime_from_epoch(-0.5)", "1970-01-01T01:59:59.500000+02:00", id="before 1970"
        ),
        pytest.param("datetime_from_epoch(9999999999999)", "ERROR", id="beyond the calendar"),
        pytest.param('epoch("1969-12-31T23:59:58.75Z")', "-1.25", id="before it"),
        pytest.param('datetime_diff("31-12-2025", "1-1-2026", "Y")', "1", id="years turn"),
        pytest.param('datetime_diff("31-1-2026", "1-2-2026", "M")', "1", id="months turn"),
        pytest.param('datetime_diff("1-1-2026 23:59", "2-1-2026", "D")', "1", id="days turn"),
        pytest.param('datetime_diff("1-1-2026", "14-1-2026", "W")', "1", id="whole weeks"),
        pytest.param('datetime_diff("14-1-2026", "1-1-2026", "W")', "-1", id="weeks back"),
        pytest.param('datetime_diff("1-1-2026 10:00", "1-1-2026 8:01", "h")', "-1", id="hours"),
        pytest.param('datetime_diff("1-1-2026 10:00", "1-1-2026 10:01", "s")', "60", id="seconds"),
        pytest.param('datetime_diff("1-1-2026", "2-1-2026", "d")', "ERROR", id="no such unit"),
        pytest.param(
            'datetime_add("31-1-2026", 1, "M")',
            "2026-03-03T00:00:00.000000+02:00",
            id="the 31st of February",
        ),
        pytest.param(
            'datetime_add("29-2-2024", -1, "Y")',
            "2023-03-01T00:00:00.000000+02:00",
            id="29 February of another year",
        ),
        pytest.param(
            'datetime_add("15-1-2026", -13, "M")',
            "2024-12-15T00:00:00.000000+02:00",
            id="months back over two years",
        ),
        pytest.param(
            'datetime_add("1-1-2026", 2, "W")', "2026-01-15T00:00:00.000000+02:00", id="weeks"
        ),
        pytest.param('datetime_add("1-1-2026", 9999, "Y")', "ERROR", id="years beyond"),
        pytest.param('datetime_add("1-1-2026", -2147483648, "D")', "ERROR", id="days beyond"),
        pytest.param(
            'datetime_add("1-1-2026", 2147483648, "s")', "ERROR", id="no such whole number"
        ),
        pytest.param('datetime_add("1-1-2026", 1, "d")', "ERROR", id="a unit that is none"),
        pytest.param(
            'datetime_add("2026-01-01T00:00:00+05:00", 1, "h")',
            "2026-01-01T01:00:00.000000+05:00",
            id="the offset is kept",
        ),
        pytest.param(
            'replace_time("2026-01-01T23:00:00Z", "1 am")',
            "2026-01-01T01:00:00.000000Z",
            id="the zone is kept",
        ),
        pytest.param('replace_time("1-1-2026", "25:00")', "ERROR", id="no such time"),
        pytest.param(
            'legacy_add(5, "1-1-2026")', "2026-01-06T00:00:00.000000+02:00", id="days first"
        ),
        pytest.param('legacy_add("1-1-2026", "1-1-2026")', "ERROR", id="two dates"),
        pytest.param('legacy_add("1-1-2026", 2147483648)', "ERROR", id="too many days"),
        pytest.param('legacy_add("x", 1)', "ERROR", id="neither"),
        pytest.param("date_from_parts(2024, 2, 30)", "2024-03-01", id="30 February"),
        pytest.param("date_from_parts(2026, 1, 0)", "2025-12-31", id="the day before the first"),
        pytest.param("date_from_parts(0, 1, 1)", "ERROR", id="no year 0"),
        pytest.param("date_from_parts(2026, 0, 1)", "ERROR", id="no month 0"),
        pytest.param("date_from_parts(2026, 1, 2000000000)", "ERROR", id="days beyond"),
        pytest.param("time_from_parts(0, 60, 0)", "ERROR", id="no 60th minute"),
        pytest.param("time_from_parts(0, 0, -1)", "ERROR", id="no second below zero"),
        pytest.param('weekday("2026-05-03")', "0", id="Sunday"),
        pytest.param('weekday("2026-05-09")', "6", id="Saturday"),
        pytest.param('week_number("2022-12-31")', "53", id="the last week"),
        pytest.param('week_number("2028-12-31")', "54", id="a leap year that begins on Saturday"),
        pytest.param('week_number("2026-01-03")', "1", id="the first Saturday"),
        pytest.param('week_number("2026-01-04")', "2", id="the first Sunday"),
        pytest.param('tz("2026-05-04T10:00:00Z")', "UTC", id="UTC has a name"),
        pytest.param('tz("2026-05-04T10:00:00+02:00")', "Africa/Lusaka", id="our own offset"),
        pytest.param('tz("2026-05-04T10:00:00+05:00")', "", id="a bare offset has no name"),
        pytest.param('tz_offset("2026-05-04T10:00:00-03:30")', "-0330", id="an offset"),
    ],
)
def test_a_function_of_dates(expression: str, text: str):
    assert shown(f"@({expression})") == text


# 1:10 for the second time, after the clocks were put back.
TWICE = 'datetime_add("1-11-2026 1:10", 1, "h")'


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param(
            'datetime_add("7-3-2026 12:00", 1, "D")',
            "2026-03-08T12:00:00.000000-04:00",
            id="a day later is the same time",
        ),
        pytest.param(
            'datetime_add("7-3-2026 12:00", 24, "h")',
            "2026-03-08T13:00:00.000000-04:00",
            id="24 hours later is not",
        ),
        pytest.param(
            'datetime_diff("7-3-2026 12:00", "8-3-2026 12:00", "h")', "23", id="a short day"
        ),
        pytest.param(
            'datetime_diff("31-10-2026 12:00", "1-11-2026 12:00", "h")', "25", id="a long day"
        ),
        pytest.param('datetime_diff("7-3-2026", "9-3-2026", "D")', "2", id="days are days"),
        pytest.param('format_datetime("1-1-1880", "ZZZ")', "-04:56", id="here too"),
        pytest.param('tz_offset("1-1-1880")', "-0456", id="seconds of an offset are left out"),
        pytest.param(
            f'foreach(sort(array({TWICE}, datetime("1-11-2026 1:30"))), tz_offset)',
            "[-0400, -0500]",
            id="1:30 comes before the second 1:10",
        ),
        pytest.param(
            f'count(unique(array({TWICE}, datetime("1-11-2026 1:10"))))',
            "2",
            id="1:10 comes twice",
        ),
        pytest.param(
            f'contains(array(datetime("2026-11-01T06:10:00Z")), {TWICE})',
            "true",
            id="a moment is the same in every zone",
        ),
        pytest.param(
            'replace_time("8-3-2026", "2:30")',
            "2026-03-08T01:30:00.000000-05:00",
            id="a time that no clock showed",
        ),
        pytest.param(
            'datetime_diff("2026-01-01T03:00:00Z", "2026-01-01T06:00:00Z", "D")',
            "1",
            id="days turn where people are",
        ),
    ],
)
def test_clocks_are_moved_in_some_zones(expression: str, text: str):
    assert shown(f"@({expression})", timezone=NEW_YORK) == text


MOMENTS = st.datetimes(
    datetime.fromisoformat("1900-01-01"),
    datetime.fromisoformat("2100-01-01"),
    timezones=st.sampled_from([UTC, NEW_YORK, ZoneInfo("Asia/Kolkata")]),
)


@given(moment=MOMENTS)
def test_a_moment_is_found_again_by_its_epoch(moment: datetime):
    found = evaluated("datetime_from_epoch(epoch(m))", {"m": moment})
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == moment.astimezone(UTC)


@given(
    moment=MOMENTS,
    offset=st.integers(-10_000, 10_000),
    unit=st.sampled_from(["h", "m", "s"]),
)
def test_what_is_added_is_the_difference(moment: datetime, offset: int, unit: str):
    values: dict[str, Value] = {"m": moment, "n": offset, "unit": unit}
    assert evaluated("datetime_diff(m, datetime_add(m, n, unit), unit)", values) == offset


@given(moment=MOMENTS, other=MOMENTS, unit=st.sampled_from(["Y", "M", "W", "D", "h", "m", "s"]))
def test_a_difference_is_the_opposite_the_other_way_round(
    moment: datetime, other: datetime, unit: str
):
    values: dict[str, Value] = {"a": moment, "b": other, "unit": unit}
    assert evaluated("datetime_diff(a, b, unit) = -datetime_diff(b, a, unit)", values)


@given(day=st.dates())
def test_a_week_number_rises_on_sundays_only(day):
    if day.month == day.day == 1:
        return
    before = day - timedelta(days=1)
    rise = evaluated("week_number(a) - week_number(b)", {"a": day, "b": before})
    assert rise == evaluated("if(weekday(a) = 0, 1, 0)", {"a": day})
