"""Time zones: found by name, named, and what a wall clock in one of them shows.

The time zone database is constant data that comes with Python or the machine, as Unicode's does:
each zone is read once and kept.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LONGEST_NAME: Final = 64


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
    if zone is UTC:
        return wall.replace(tzinfo=UTC)
    if isinstance(zone, timezone):
        moment = wall.replace(tzinfo=zone)
        moment.astimezone(UTC)  # raises when it is not within the calendar
        return moment
    offset = _offset(wall.replace(tzinfo=UTC), zone)
    offset = _offset(wall.replace(tzinfo=UTC) - offset, zone)
    return (wall.replace(tzinfo=UTC) - offset).astimezone(zone)


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
    if offset is UTC:
        return wall.replace(tzinfo=UTC)
    moment = localise(wall, offset)
    there = moment.astimezone(zone)
    return there if there.utcoffset() == moment.utcoffset() else moment


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
