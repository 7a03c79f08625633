"""Functions of dates, times and datetimes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from gateway.core.flow.expressions.conversions import to_datetime, to_number
from gateway.core.flow.expressions.moments import (
    find_zone,
    localise,
    parse_clock,
    parse_moment,
    zone_name,
)
from gateway.core.flow.expressions.numbers import ARITHMETIC, checked
from gateway.core.flow.expressions.values import Error, Evaluation, Value

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MOST_DAYS: Final = 2**31 - 1
_MICROS: Final = Decimal(1_000_000)

# Units of the clock, in seconds, and of the calendar.
_CLOCK: Final = {"h": 3600, "m": 60, "s": 1}
_OUTSIDE: Final = Error("date is outside the years 1 to 9999")


def datetime_of(_evaluation: Evaluation, value: datetime) -> Value:
    """The value as a datetime.

    @(datetime("4-5-2026 18:30")) → 2026-05-04T18:30:00.000000+02:00
    @(datetime("soon")) → ERROR
    """
    return value


def date_of(_evaluation: Evaluation, value: date) -> Value:
    """The value as a date.

    @(date("4-5-2026")) → 2026-05-04
    """
    return value


def time_of(_evaluation: Evaluation, value: time) -> Value:
    """The value as a time of day.

    @(time("6:30 pm")) → 18:30:00.000000
    """
    return value


def now(evaluation: Evaluation) -> Value:
    """The date and time it is.

    @(now()) → 2026-05-04T11:30:15.250000+02:00
    """
    env = evaluation.environment
    return env.now().astimezone(env.timezone)


def today(evaluation: Evaluation) -> Value:
    """The date it is.

    @(today()) → 2026-05-04
    """
    env = evaluation.environment
    return env.now().astimezone(env.timezone).date()


def parse_datetime(
    evaluation: Evaluation, text: str, layout: str, timezone: str | None = None
) -> Value:
    """The datetime that a text holds, written by a layout.

    @(parse_datetime("4.5.26 18:30", "D.M.YY tt:mm")) → 2026-05-04T18:30:00.000000+02:00
    @(parse_datetime("2026-05-04", "YYYY-MM-DD", "Asia/Dhaka")) → 2026-05-04T00:00:00.000000+06:00
    @(parse_datetime("soon", "YYYY-MM-DD")) → ERROR
    """
    env = evaluation.environment
    zone = env.timezone if timezone is None else zone_by_name(timezone)
    return zone if isinstance(zone, Error) else parse_moment(env, text, layout, zone)


def parse_time(evaluation: Evaluation, text: str, layout: str) -> Value:
    """The time of day that a text holds, written by a layout.

    @(parse_time("6:30 pm", "h:mm aa")) → 18:30:00.000000
    """
    return parse_clock(evaluation.environment, text, layout)


def datetime_from_epoch(evaluation: Evaluation, seconds: Decimal) -> Value:
    """The datetime so many seconds after the beginning of 1970 in UTC.

    @(datetime_from_epoch(1777890600)) → 2026-05-04T12:30:00.000000+02:00
    """
    micros = int(ARITHMETIC.multiply(seconds, _MICROS))
    try:
        moment = _EPOCH + timedelta(microseconds=micros)
        return localise(moment, UTC).astimezone(evaluation.environment.timezone)
    except OverflowError:
        return _OUTSIDE


def epoch(_evaluation: Evaluation, datetime: datetime) -> Value:
    """How many seconds after the beginning of 1970 in UTC it is.

    @(epoch("2026-05-04T10:30:00.5Z")) → 1777890600.5
    """
    return ARITHMETIC.divide(Decimal((datetime - _EPOCH) // _MICROSECOND), _MICROS)


def datetime_diff(
    evaluation: Evaluation, datetime1: datetime, datetime2: datetime, unit: str
) -> Value:
    """How many units the second is after the first.

    Units are ``Y``, ``M``, ``W``, ``D``, ``h``, ``m`` and ``s``; months are other than minutes.
    Years, months and days are counted on the calendar, hours, minutes and seconds on the clock.

    @(datetime_diff("1-5-2026", "4-5-2026", "D")) → 3
    @(datetime_diff("1-5-2026", "31-12-2025", "M")) → -5
    @(datetime_diff("1-5-2026 8:30", "1-5-2026 10:15", "h")) → 1
    """
    zone = evaluation.environment.timezone
    try:
        first, second = datetime1.astimezone(zone), datetime2.astimezone(zone)
        start, end = datetime1.astimezone(UTC), datetime2.astimezone(UTC)
    except OverflowError:
        return _OUTSIDE
    if unit in _CLOCK:
        # In UTC, because between two moments of one zone Python counts by the wall clock.
        return Decimal(_whole(end - start, timedelta(seconds=_CLOCK[unit])))
    count = _CALENDAR.get(unit)
    return Decimal(count(first, second)) if count is not None else _unknown(unit)


def datetime_add(_evaluation: Evaluation, datetime: datetime, offset: int, unit: str) -> Value:
    """The datetime so many units later, or earlier if there are less than 0.

    Units are as for `datetime_diff`. A day later is the same time of the next day, also where
    the clocks are moved in between.

    @(datetime_add("1-5-2026 8:30", 3, "D")) → 2026-05-04T08:30:00.000000+02:00
    @(datetime_add("1-5-2026 8:30", -30, "m")) → 2026-05-01T08:00:00.000000+02:00
    """
    try:
        return _added(datetime, offset, unit)
    except (OverflowError, ValueError):
        return _OUTSIDE


def replace_time(_evaluation: Evaluation, datetime: datetime, time: time) -> Value:
    """The same day at another time.

    @(replace_time("1-5-2026 8:30", "18:00")) → 2026-05-01T18:00:00.000000+02:00
    """
    try:
        return localise(datetime.combine(datetime.date(), time), _zone(datetime))
    except OverflowError:
        return _OUTSIDE


def legacy_add(evaluation: Evaluation, value1: Value, value2: Value) -> Value:
    """The sum of two numbers, or the day so many days later. Flows of old use it.

    @(legacy_add(2, "3")) → 5
    @(legacy_add("1-5-2026", 3)) → 2026-05-04T00:00:00.000000+02:00
    """
    env = evaluation.environment
    number1, number2 = to_number(env, value1), to_number(env, value2)
    moment1, moment2 = to_datetime(env, value1), to_datetime(env, value2)
    if isinstance(moment1, datetime) and isinstance(moment2, datetime):
        return Error("cannot operate on two dates")
    if isinstance(moment1, datetime) and isinstance(number2, Decimal):
        return _days_later(evaluation, moment1, number2)
    if isinstance(moment2, datetime) and isinstance(number1, Decimal):
        return _days_later(evaluation, moment2, number1)
    if isinstance(number1, Error):
        return number1
    if isinstance(number2, Error):
        return number2
    return checked(ARITHMETIC.add(number1, number2))


def date_from_parts(_evaluation: Evaluation, year: int, month: int, day: int) -> Value:
    """The date of a year, a month and a day; a day that the month lacks is one of the next.

    @(date_from_parts(2026, 5, 4)) → 2026-05-04
    @(date_from_parts(2026, 4, 31)) → 2026-05-01
    @(date_from_parts(2026, 13, 1)) → ERROR
    """
    if not 1 <= month <= 12:
        return Error("invalid value for month, must be 1-12")
    try:
        return date(year, month, 1) + timedelta(days=day - 1)
    except (OverflowError, ValueError):
        return _OUTSIDE


def time_from_parts(_evaluation: Evaluation, hour: int, minute: int, second: int) -> Value:
    """The time of an hour, a minute and a second.

    @(time_from_parts(18, 30, 0)) → 18:30:00.000000
    @(time_from_parts(24, 0, 0)) → ERROR
    """
    for part, name, most in ((hour, "hour", 23), (minute, "minute", 59), (second, "second", 59)):
        if not 0 <= part <= most:
            return Error(f"invalid value for {name}, must be 0-{most}")
    return time(hour, minute, second)


def weekday(_evaluation: Evaluation, date: date) -> Value:
    """The day of the week, from 0 for Sunday to 6 for Saturday.

    @(weekday("4-5-2026")) → 1
    """
    return Decimal(date.isoweekday() % 7)


def week_number(_evaluation: Evaluation, date: date) -> Value:
    """The week of the year. Weeks begin on Sunday, and 1 January is in the first.

    @(week_number("4-5-2026")) → 19
    """
    first = date.replace(month=1, day=1)
    return Decimal((date.timetuple().tm_yday + first.isoweekday() % 7 - 1) // 7 + 1)


def tz(_evaluation: Evaluation, datetime: datetime) -> Value:
    """The name of the datetime's time zone.

    @(tz("4-5-2026")) → Africa/Lusaka
    """
    return zone_name(datetime.tzinfo)


def tz_offset(_evaluation: Evaluation, datetime: datetime) -> Value:
    """How far the datetime's clock is from UTC, as in ``+0200``.

    @(tz_offset("4-5-2026")) → +0200
    """
    return f"{datetime:%z}"[:5]


def zone_by_name(name: str) -> tzinfo | Error:
    """Return the time zone with a name of the IANA database."""
    zone = find_zone(name)
    return Error(f"unknown time zone {name}") if zone is None else zone


def _days_later(evaluation: Evaluation, moment: datetime, days: Decimal) -> Value:
    if abs(days) > _MOST_DAYS:
        return Error("cannot add that many days to a date")
    return datetime_add(evaluation, moment, int(days), "D")


def _added(moment: datetime, offset: int, unit: str) -> Value:
    zone = _zone(moment)
    if unit in _CLOCK:
        later = moment.astimezone(UTC) + timedelta(seconds=offset * _CLOCK[unit])
        return localise(later.replace(tzinfo=None), UTC).astimezone(zone)
    if unit in {"D", "W"}:
        days = offset * 7 if unit == "W" else offset
        return localise(moment.replace(tzinfo=None) + timedelta(days=days), zone)
    if unit not in {"Y", "M"}:
        return _unknown(unit)
    months = moment.month - 1 + (offset * 12 if unit == "Y" else offset)
    first = moment.replace(year=moment.year + months // 12, month=months % 12 + 1, day=1)
    # The 31st of a month of 30 days is the first of the next.
    return localise(first.replace(tzinfo=None) + timedelta(days=moment.day - 1), zone)


def _zone(moment: datetime) -> tzinfo:
    return moment.tzinfo if moment.tzinfo is not None else UTC


def _whole(span: timedelta, unit: timedelta) -> int:
    """Return how many whole units a span has; of one that goes back, less than 0."""
    return span // unit if span >= timedelta() else -(-span // unit)


def _unknown(unit: str) -> Error:
    return Error(f"unknown unit: {unit}, must be one of s, m, h, D, W, M, Y")


def _years(first: datetime, second: datetime) -> int:
    return second.year - first.year


def _months(first: datetime, second: datetime) -> int:
    return _years(first, second) * 12 + second.month - first.month


def _days(first: datetime, second: datetime) -> int:
    return second.toordinal() - first.toordinal()


def _weeks(first: datetime, second: datetime) -> int:
    return _whole(timedelta(days=_days(first, second)), timedelta(weeks=1))


_CALENDAR: Final[dict[str, Callable[[datetime, datetime], int]]] = {
    "Y": _years,
    "M": _months,
    "W": _weeks,
    "D": _days,
}
