"""When a timetable was due last, also where clocks are changed that day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.flow.timetables import last_due
from gateway.core.flow.triggers import Timetable

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = tuple(range(7))


def _due(table: Timetable, now: datetime) -> str | None:
    due = last_due(table, now)
    return None if due is None else due.astimezone(UTC).isoformat(timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("table", "now", "due"),
    [
        pytest.param(
            Timetable("hello", EVERY_DAY, 510), "2026-11-25T08:30", "2026-11-25T07:30", id="now"
        ),
        pytest.param(
            Timetable("hello", EVERY_DAY, 510), "2026-11-25T08:29", "2026-11-24T07:30", id="before"
        ),
        pytest.param(
            Timetable("hello", (0,), 510), "2026-11-25T08:30", None, id="another day of the week"
        ),
        pytest.param(
            Timetable("hello", EVERY_DAY, 510, day_of_month=25),
            "2026-11-25T09:00",
            "2026-11-25T07:30",
            id="a day of the month",
        ),
        pytest.param(
            Timetable("hello", EVERY_DAY, 510, day_of_month=31),
            "2026-11-30T09:00",
            None,
            id="a day that this month does not have",
        ),
    ],
)
def test_a_timetable_is_due_at_its_time_on_its_days(table: Timetable, now: str, due: str | None):
    assert _due(table, datetime.fromisoformat(now).replace(tzinfo=BERLIN)) == due


def _walk(table: Timetable, begins: datetime, hours: int) -> list[tuple[str, str]]:
    """Look every five minutes; return (when it was seen first, when it was due)."""
    seen: list[tuple[str, str]] = []
    for step in range(hours * 12):
        now = begins + timedelta(minutes=5 * step)
        due = _due(table, now.astimezone(BERLIN))
        if due is not None and due not in [one for _, one in seen]:
            seen.append((now.isoformat(timespec="minutes")[:16], due))
    return seen


@pytest.mark.parametrize(
    ("begins", "due"),
    [
        pytest.param(datetime(2026, 3, 28, 20, tzinfo=UTC), "2026-03-29T01:30", id="forward"),
        pytest.param(datetime(2026, 10, 24, 20, tzinfo=UTC), "2026-10-25T00:30", id="back"),
    ],
)
def test_a_time_that_is_left_out_or_comes_twice_is_due_once(begins: datetime, due: str):
    """At half past two in the night in which clocks are changed."""
    seen = _walk(Timetable("hello", EVERY_DAY, 150), begins, 16)
    assert seen[1:] == [(due, due)]
