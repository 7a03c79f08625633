"""Moments as organisers write them: "+48h", "2026-05-04 18:00", "now". Reads no clock.

A date and time without an offset is in the movement's time zone, which is how a person who writes
"18:00" into a file means it.
"""

import re
from datetime import UTC, datetime, tzinfo

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
