"""Moments as organisers write them: "+48h", "2026-05-04 18:00", "now". Reads no clock.

A date and time without an offset is in the movement's time zone, which is how a person who writes
"18:00" into a file means it.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS

# How a moment may be written, for the messages that refuse another.
WRITTEN = "+48h, +90m, +7d, 2026-05-04 18:00 or 2026-05-04T18:00+02:00"

_FROM_NOW = re.compile(r"\+\s*(\d{1,5})\s*([mhdw])", re.IGNORECASE)
_UNITS = {"m": 60 * 1000, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}


def read_moment(written: str, *, now: int, zone: tzinfo) -> int | None:
    """Return a moment in milliseconds since 1970, or None if it is not written as `WRITTEN`.

    `now` is what "+48h" counts from. A date alone is its first moment.
    """
    text = written.strip()
    if text.lower() == "now":
        return now
    found = _FROM_NOW.fullmatch(text)
    if found is not None:
        return now + int(found[1]) * _UNITS[found[2].lower()]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def iso(ms: int) -> str:
    """Return a moment as ISO 8601 in UTC, such as ``2026-05-28T20:26:40.000Z``."""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(ms: int, zone: tzinfo) -> str:
    """Return a moment as a person in a time zone reads it, such as ``28 May 2026, 22:26``."""
    moment = datetime.fromtimestamp(ms / 1000, zone)
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def month_of(ms: int, zone: tzinfo) -> int:
    """Return the month of the calendar that a moment is in there: its year times 12, and more."""
    moment = datetime.fromtimestamp(ms / 1000, zone)
    return moment.year * 12 + moment.month - 1


def first_day(month: int) -> date:
    """Return the first day of a month as `month_of` counts them."""
    return date(month // 12, month % 12 + 1, 1)


def month_begins(month: int, zone: tzinfo) -> int:
    """Return the first moment that a month has in a time zone, in milliseconds."""
    begins = datetime.combine(first_day(month), datetime.min.time(), zone)
    return round(begins.timestamp() * 1000)


def offsets(zone: tzinfo, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return the offsets to UTC that a zone had between two moments, all in milliseconds.

    Each pair is (from which moment on, offset); the first pair begins at `first`. A zone whose
    clocks never change, such as Africa/Lusaka, has one.
    """
    found = [(first, _offset(zone, first))]
    for day in range(first + DAY_MS, last + DAY_MS, DAY_MS):
        if _offset(zone, day) != found[-1][1]:
            found.append((_change(zone, day - DAY_MS, day), _offset(zone, day)))
    return tuple(found)


def _offset(zone: tzinfo, ms: int) -> int:
    offset = datetime.fromtimestamp(ms / 1000, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def _change(zone: tzinfo, before: int, after: int) -> int:
    """Return the first millisecond of the offset that holds at `after` and not at `before`."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == _offset(zone, after):
            after = middle
        else:
            before = middle
    return after
