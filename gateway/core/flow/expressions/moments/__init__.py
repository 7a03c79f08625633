"""Dates and times in texts: found where people write them, and written by layout."""

from gateway.core.flow.expressions.moments.layouts import format_moment
from gateway.core.flow.expressions.moments.parsing import parse_clock, parse_moment
from gateway.core.flow.expressions.moments.reading import read_date, read_datetime, read_time
from gateway.core.flow.expressions.moments.zones import find_zone, instant, localise, zone_name

__all__ = [
    "find_zone",
    "format_moment",
    "instant",
    "localise",
    "parse_clock",
    "parse_moment",
    "read_date",
    "read_datetime",
    "read_time",
    "zone_name",
]
