"""Quiet hours: when they begin and end, in the movement's own time, clocks being changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.movement.hours import QuietHours

LUSAKA = ZoneInfo("Africa/Lusaka")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR_MS = 3_600_000


def _ms(written: str, zone: ZoneInfo = LUSAKA, fold: int = 0) -> int:
    moment = datetime.fromisoformat(written).replace(tzinfo=zone, fold=fold)
    return int(moment.timestamp()) * 1000


def _quiet(written: str, zone: ZoneInfo = LUSAKA) -> QuietHours:
    quiet = QuietHours.read(written, zone)
    assert quiet is not None
    return quiet


@pytest.mark.parametrize(
    ("hours", "at", "over"),
    [
        pytest.param("20:00-08:00", "2026-11-25T19:59", "2026-11-25T19:59", id="a minute before"),
        pytest.param("20:00-08:00", "2026-11-25T20:00", "2026-11-26T08:00", id="as they begin"),
        pytest.param("20:00-08:00", "2026-11-25T23:59", "2026-11-26T08:00", id="before midnight"),
        pytest.param("20:00-08:00", "2026-11-26T00:00", "2026-11-26T08:00", id="at midnight"),
        pytest.param("20:00-08:00", "2026-11-26T07:59", "2026-11-26T08:00", id="a minute to go"),
        pytest.param("20:00-08:00", "2026-11-26T08:00", "2026-11-26T08:00", id="as they end"),
        pytest.param("12:30-14:00", "2026-11-25T13:00", "2026-11-25T14:00", id="within one day"),
        pytest.param("12:30-14:00", "2026-11-25T20:00", "2026-11-25T20:00", id="outside that"),
    ],
)
def test_what_is_due_in_quiet_hours_may_begin_when_they_are_over(hours: str, at: str, over: str):
    assert _quiet(hours).over_at(_ms(at)) == _ms(over)


def test_the_hours_are_those_of_the_movement_and_not_those_of_the_machine():
    night = _ms("2026-11-25T20:30", LUSAKA)
    assert datetime.fromtimestamp(night / 1000, UTC).hour == 18
    assert _quiet("20:00-08:00").over_at(night) == _ms("2026-11-26T08:00", LUSAKA)


@pytest.mark.parametrize(
    ("hours", "at", "fold", "over", "over_fold"),
    [
        pytest.param("20:00-08:00", "2026-03-28T22:00", 0, "2026-03-29T08:00", 0, id="forward"),
        pytest.param("20:00-08:00", "2026-10-24T22:00", 0, "2026-10-25T08:00", 0, id="back"),
        pytest.param(
            "20:00-02:30",
            "2026-10-25T01:00",
            0,
            "2026-10-25T02:30",
            1,
            id="an end twice",
        ),
        pytest.param(
            "20:00-02:30", "2026-10-25T02:15", 1, "2026-10-25T02:30", 1, id="in its second hour"
        ),
        pytest.param(
            "20:00-02:30",
            "2026-03-29T01:00",
            0,
            "2026-03-29T03:30",
            0,
            id="an end left out",
        ),
    ],
)
def test_a_night_in_which_clocks_are_changed_is_quiet_to_its_end(
    hours: str, at: str, fold: int, over: str, over_fold: int
):
    found = _quiet(hours, BERLIN).over_at(_ms(at, BERLIN, fold))
    assert found == _ms(over, BERLIN, over_fold)


def test_no_time_is_ever_moved_back_and_what_is_moved_is_not_quiet():
    quiet = _quiet("22:15-06:45", BERLIN)
    for start in ("2026-03-28T12:00", "2026-10-24T12:00"):
        for minutes in range(0, 2880, 7):
            at = _ms(start, BERLIN) + minutes * 60_000
            over = quiet.over_at(at)
            assert over >= at
            assert quiet.over_at(over) == over


def test_what_takes_longer_than_a_day_goes_on_after_each_night():
    quiet = _quiet("20:00-08:00")
    begins = _ms("2026-11-25T18:00")
    assert quiet.pass_outside(begins, HOUR_MS) == _ms("2026-11-25T19:00")
    assert quiet.pass_outside(begins, 3 * HOUR_MS) == _ms("2026-11-26T09:00")
    assert quiet.pass_outside(begins, 15 * HOUR_MS) == _ms("2026-11-27T09:00")
    night = _ms("2026-11-25T22:00")
    assert quiet.pass_outside(night, HOUR_MS) == _ms("2026-11-26T09:00")
    assert quiet.pass_outside(_ms("2026-11-25T12:00"), 0) == _ms("2026-11-25T12:00")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("20:00", id="one time"),
        pytest.param("8:00-20:00", id="one digit"),
        pytest.param("24:00-08:00", id="no such hour"),
        pytest.param("20:60-08:00", id="no such minute"),
        pytest.param("08:00-08:00", id="the same time twice"),
        pytest.param("20:00 - 08:00", id="spaces"),
    ],
)
def test_what_is_no_pair_of_times_is_not_read(written: str):
    assert QuietHours.read(written, LUSAKA) is None


def test_a_day_has_as_many_quiet_minutes_as_its_hours_say():
    quiet = _quiet("20:00-08:00")
    day = datetime(2026, 11, 25, tzinfo=LUSAKA)
    minutes = [int((day + timedelta(minutes=one)).timestamp()) * 1000 for one in range(1440)]
    assert sum(quiet.over_at(at) > at for at in minutes) == 720
