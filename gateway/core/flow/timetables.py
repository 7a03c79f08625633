"""When a timetable was due last. The time is given; nothing begins here."""

from datetime import datetime, time, timedelta

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
        if day.weekday() not in timetable.days:
            continue
        if timetable.day_of_month not in {None, day.day}:
            continue
        at = time(*divmod(timetable.at, _HOUR_MINUTES))
        due = datetime.combine(day, at, now.tzinfo)
        # Times of one zone would be compared by what the clock on the wall shows.
        if due.timestamp() <= moment < (due + timedelta(days=1)).timestamp():
            return due
    return None
