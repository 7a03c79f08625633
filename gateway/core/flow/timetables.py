"""When a timetable was due last, and when it is next. The time is given; nothing begins here."""

from datetime import date, datetime, time, timedelta

from gateway.core.flow.triggers import Timetable

_HOUR_MINUTES = 60


def last_due(timetable: Timetable, now: datetime) -> datetime | None:
    """Return the last time within a day before `now` at which a timetable was due.

    `now` is aware, in the movement's time zone. None: it was not due within that day. A time that
    does not come because clocks are set forward is as much later as they are; one that comes twice
    is the first of both.
    """
    moment = now.timestamp()
    for days in (0, 1):
        day = now.date() - timedelta(days)
        due = _due_on(timetable, day, now)
        # Times of one zone would be compared by what the clock on the wall shows.
        if due is not None and due.timestamp() <= moment < (due + timedelta(days=1)).timestamp():
            return due
    return None


def next_due(timetable: Timetable, now: datetime, until: datetime) -> datetime | None:
    """Return the first time after `now`, and not after `until`, at which a timetable is due."""
    day = now.date()
    while day <= until.date():
        due = _due_on(timetable, day, now)
        if due is not None and now.timestamp() < due.timestamp() <= until.timestamp():
            return due
        day += timedelta(1)
    return None


def _due_on(timetable: Timetable, day: date, now: datetime) -> datetime | None:
    if day.weekday() not in timetable.days or timetable.day_of_month not in {None, day.day}:
        return None
    at = time(*divmod(timetable.at, _HOUR_MINUTES))
    return datetime.combine(day, at, now.tzinfo)
