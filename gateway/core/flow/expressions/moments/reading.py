r"""Dates and times as people write them, found anywhere in a text.

A date has three numbers between ``-``, ``.``, ``/``, ``\``, ``_`` or spaces, in the order of the
environment; a date of ISO 8601 at the beginning is understood in every environment. What follows
the date may be the time of day.
"""

import re
from datetime import date, datetime, time
from itertools import islice
from typing import Final, TypeAlias

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments.named import find_named_date
from gateway.core.flow.expressions.moments.zones import at_offset, localise, read_offset
from gateway.core.flow.expressions.values import Error

_ISO: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
).fullmatch
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").match
_YEAR_LAST: Final = re.compile(
    r"\b([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{4}|[0-9]{2})\b", re.ASCII
).finditer
_YEAR_FIRST: Final = re.compile(
    r"\b([0-9]{4}|[0-9]{2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})\b", re.ASCII
).finditer

# After so many that look like a date or a time and are none, a text is held to have none.
_MOST_TRIES: Final = 100

# Where the year, the month and the day stand in a match.
_Order: TypeAlias = tuple[int, int, int]
_ORDERS: Final[dict[str, _Order]] = {
    "YYYY-MM-DD": (1, 2, 3),
    "MM-DD-YYYY": (3, 1, 2),
    "DD-MM-YYYY": (3, 2, 1),
}

# Ways of writing a time of day, the surest first: 10:30 or 10:30:59.5 pm; 3 pm or 1030 pm; 1030 or
# a bare 10. The groups are hour, minute, second, fraction and am or pm.
_SECOND: Final = r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
_HALF: Final = r"\W{0,8}(?P<half>[ap]m)\b"
_CLOCKS: Final = tuple(
    re.compile(written, re.ASCII | re.IGNORECASE).finditer
    for written in (
        rf"(?<![0-9])(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}}){_SECOND}(?![0-9])(?:{_HALF})?",
        rf"\b(?P<hour>[0-9]{{1,2}})(?P<minute>[0-9]{{2}})?{_HALF}",
        r"\b(?<!:)(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})?\b(?!:[0-9])",
    )
)


def read_datetime(
    env: Environment, text: str, *, fill_time: bool = False, named_months: bool = False
) -> datetime | Error:
    """Return the date and time that a text holds.

    A date without a time is midnight in the environment's zone or, with `fill_time`, that day at
    the time it is now. With `named_months` a date may have the month's name, if none has a number.
    """
    text_of_it = text.strip(" \n\r\t")
    try:
        found = _read_datetime(env, text_of_it, fill_time=fill_time, named_months=named_months)
    except (ValueError, OverflowError):
        found = None  # no such time of day, or a moment outside the years 1 to 9999
    return Error(f'unable to convert "{text}" to a datetime') if found is None else found


def read_date(env: Environment, text: str) -> date | Error:
    """Return the date that a text holds, as it is written there."""
    found = _find_date(env, text.strip(" \n\r\t"))
    return Error(f'unable to convert "{text}" to a date') if found is None else found[0]


def read_time(env: Environment, text: str) -> time | Error:
    """Return the time of day that a text holds. Every environment reads them alike."""
    del env
    found = _find_time(text)
    return Error(f'unable to convert "{text}" to a time') if found is None else found


def microseconds(fraction: str) -> int:
    """Return the digits behind the point of a second as microseconds; what is finer is cut."""
    return int(fraction[:6].ljust(6, "0"))


def _read_datetime(
    env: Environment, text: str, *, fill_time: bool, named_months: bool
) -> datetime | None:
    iso = _ISO(text)
    if iso is not None:
        return _from_iso(env, *iso.groups())
    found = _find_date(env, text)
    if found is None and named_months:
        found = find_named_date(text, lambda year: _full_year(env, year))
    if found is None:
        return None
    day, rest = found
    clock = _find_time(rest)
    if clock is None:
        clock = env.now().astimezone(env.timezone).time() if fill_time else time()
    return localise(datetime.combine(day, clock), env.timezone)


def _from_iso(
    env: Environment,
    day: str,
    hour: str,
    minute: str,
    second: str | None,
    fraction: str | None,
    offset: str | None,
) -> datetime | None:
    clock = time(int(hour), int(minute), int(second or 0), microseconds(fraction or ""))
    wall = datetime.combine(date.fromisoformat(day), clock)
    if offset is None:
        return localise(wall, env.timezone)
    zone = read_offset(offset)
    return None if zone is None else at_offset(wall, zone, env.timezone)


def _find_date(env: Environment, text: str) -> tuple[date, str] | None:
    """Return the first date of a text and what follows it."""
    iso = _ISO_DATE(text)
    if iso is not None:
        try:
            return date.fromisoformat(iso[0]), text[iso.end() :]
        except ValueError:
            pass  # no such day; another date may follow
    order = _ORDERS.get(env.date_format, _ORDERS["YYYY-MM-DD"])
    for written in islice((_YEAR_FIRST if order[0] == 1 else _YEAR_LAST)(text), _MOST_TRIES):
        year, month, day = (written[part] for part in order)
        try:
            return date(_full_year(env, year), int(month), int(day)), text[written.end() :]
        except ValueError:
            continue
    return None


def _full_year(env: Environment, written: str) -> int:
    """Return the year of four digits. One of two digits is this year or one of the 99 before."""
    year = int(written)
    if len(written) == len("YYYY"):
        return year
    return year + (1900 if year > env.now().year % 1000 else 2000)


def _find_time(text: str) -> time | None:
    for find in _CLOCKS:
        for written in islice(find(text), _MOST_TRIES):
            clock = _time(written)
            if clock is not None:
                return clock
    return None


def _time(written: re.Match[str]) -> time | None:
    groups = written.groupdict()
    hour, half = int(groups["hour"]), (groups.get("half") or "").lower()
    minute, second = int(groups["minute"] or 0), int(groups.get("second") or 0)
    micro = microseconds(groups.get("fraction") or "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif (hour, minute, second) == (24, 0, 0):
        hour = 0  # midnight, as some write it
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second, micro)
