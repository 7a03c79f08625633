"""Time zones: found by name, named, and what a wall clock in one of them shows.

The time zone database is constant data that comes with Python or the machine, as Unicode's does:
each zone is read once and kept.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LONGEST_NAME: Final = 64

# Moments are kept a day away from the ends of the calendar, so that each has a date in every zone.
_EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC)


@lru_cache(maxsize=1024)
def find_zone(name: str) -> tzinfo | None:
    """Return the zone with a name of the IANA database, such as ``Africa/Lusaka``, or None."""
    if name in {"", "UTC"}:
        return UTC
    if len(name) > _LONGEST_NAME or not name.isascii():
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # unknown, a path that leads out of the database, or a folder of it


def zone_name(zone: tzinfo | None) -> str:
    """Return a zone's name; a bare offset, such as ``+02:00``, has none and gives ``""``."""
    if zone is None or zone is UTC:
        return "UTC"
    name = getattr(zone, "key", None)
    if isinstance(name, str):
        return name
    return "UTC" if zone == UTC else ""


def localise(wall: datetime, zone: tzinfo) -> datetime:
    """Return the moment at which clocks in a zone show `wall`, which carries no zone.

    Where clocks were moved, a time is shown twice or never. The offset taken is then the one in
    force at the moment reached with the offset of `wall` read as UTC, which is Go's rule and so
    that of the engine whose flows we run. Raises OverflowError outside the years 1 to 9999.
    """
    moment = wall.replace(tzinfo=UTC)
    if zone is UTC:
        return _within(moment)
    if isinstance(zone, timezone):
        return _within(wall.replace(tzinfo=zone))
    _within(moment)
    offset = _offset(moment - _offset(moment, zone), zone)
    return _within(moment - offset).astimezone(zone)


def instant(moment: datetime) -> datetime:
    """Return the moment in UTC, to be compared with others.

    Python compares two of one zone by what clocks show, and holds a moment of an hour that they
    show twice to be unlike any of another zone.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment  # at an end of the calendar, where no clocks are moved


def read_offset(written: str) -> tzinfo | None:
    """Return the zone that ``Z``, ``+02:00`` or ``+0200`` stands for."""
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def at_offset(wall: datetime, offset: tzinfo, zone: tzinfo) -> datetime:
    """Return the moment at which a clock with an offset shows `wall`.

    It is given in `zone` where that has the same offset then, so that a time written by us in a
    zone comes back in that zone. Raises OverflowError outside the years 1 to 9999.
    """
    moment = localise(wall, offset)
    if offset is UTC:
        return moment
    there = moment.astimezone(zone)
    return there if there.utcoffset() == moment.utcoffset() else moment


def _within(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise OverflowError("a moment at the end of the calendar")
    return moment


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
