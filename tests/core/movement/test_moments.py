from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.movement.moments import iso, local, offsets, read_moment

LUSAKA = ZoneInfo("Africa/Lusaka")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = 1_780_000_000_000
HOUR = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("now", NOW, id="now"),
        pytest.param("+48h", NOW + 48 * HOUR, id="hours from now"),
        pytest.param("+ 90 M", NOW + 90 * 60_000, id="minutes from now, spaced and in capitals"),
        pytest.param("+7d", NOW + 168 * HOUR, id="days from now"),
        pytest.param("+1w", NOW + 168 * HOUR, id="a week from now"),
        pytest.param("2026-06-04 18:00", ms("2026-06-04T16:00+00:00"), id="local date and time"),
        pytest.param("2026-06-04T18:00+01:00", ms("2026-06-04T17:00+00:00"), id="with an offset"),
        pytest.param("2026-06-04T18:00Z", ms("2026-06-04T18:00+00:00"), id="in UTC"),
        pytest.param("2026-06-04", ms("2026-06-03T22:00+00:00"), id="a date is its first moment"),
        pytest.param("48h", None, id="a span without its plus"),
        pytest.param("tomorrow", None, id="a word"),
        pytest.param("04/06/2026", None, id="a date that reads two ways"),
        pytest.param("2026-02-30", None, id="a day that is not in the calendar"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_moment_is_read_as_an_organiser_means_it(written, moment):
    assert read_moment(written, now=NOW, zone=LUSAKA) == moment


def test_a_moment_is_written_in_utc_for_machines_and_in_local_time_for_people():
    assert iso(NOW + 5) == "2026-05-28T20:26:40.005Z"
    assert local(NOW, LUSAKA) == "28 May 2026, 22:26"


@given(st.integers(0, 4_000_000_000_000))
def test_what_is_written_in_utc_reads_back_as_the_same_moment(moment):
    assert read_moment(iso(moment), now=0, zone=LUSAKA) == moment


def test_a_zone_whose_clocks_never_change_has_one_offset():
    assert offsets(LUSAKA, NOW, NOW + 3000 * 24 * HOUR) == ((NOW, 2 * HOUR),)


def test_a_change_of_the_clocks_is_found_to_the_millisecond():
    start = ms("2026-01-01T00:00+00:00")
    assert offsets(BERLIN, start, ms("2026-12-31T00:00+00:00")) == (
        (start, HOUR),
        (ms("2026-03-29T01:00+00:00"), 2 * HOUR),
        (ms("2026-10-25T01:00+00:00"), HOUR),
    )


@given(st.integers(0, 2_000_000_000_000), st.integers(0, 400), st.floats(0, 1))
def test_the_offset_at_any_moment_between_is_the_one_that_its_zone_has(first, days, part):
    last = first + days * 24 * HOUR
    moment = first + int((last - first) * part)
    found = [offset for start, offset in offsets(BERLIN, first, last) if start <= moment][-1]
    expected = datetime.fromtimestamp(moment / 1000, UTC).astimezone(BERLIN).utcoffset()
    assert expected is not None
    assert found == expected.total_seconds() * 1000
