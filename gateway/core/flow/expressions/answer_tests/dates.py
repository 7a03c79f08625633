"""Tests of the date and the time in an answer. Dates are compared as days of the local zone."""

from collections.abc import Callable
from datetime import date, datetime

from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments import read_datetime, read_time
from gateway.core.flow.expressions.values import Error, Evaluation, Value


def has_date(evaluation: Evaluation, text: str) -> Value:
    """Whether a date is in the text. One without a time of day gets the time it is now.

    @(format_date(has_date("born on 3/4/1990").match)) → 03-04-1990
    @(format_date(has_date("born on 3rd April 1990").match)) → 03-04-1990
    @(has_date("in spring")) → false
    """
    return _if_day(evaluation, text, lambda _day: True)


def has_date_lt(evaluation: Evaluation, text: str, bound: datetime) -> Value:
    """Whether a date before the bound is in the text.

    @(has_date_lt("on 3/4/1990", "2000-01-01")) → true
    @(has_date_lt("on 3/4/1990", "1990-04-03")) → false
    """
    last = _day(evaluation, bound)
    return _if_day(evaluation, text, lambda day: day < last)


def has_date_eq(evaluation: Evaluation, text: str, wanted: datetime) -> Value:
    """Whether this date is in the text.

    @(has_date_eq("on 3/4/1990", "1990-04-03")) → true
    @(has_date_eq("on 3/4/1990", "1990-04-04")) → false
    """
    sought = _day(evaluation, wanted)
    return _if_day(evaluation, text, lambda day: day == sought)


def has_date_gt(evaluation: Evaluation, text: str, bound: datetime) -> Value:
    """Whether a date after the bound is in the text.

    @(has_date_gt("on 3/4/1990", "1990-01-01")) → true
    @(has_date_gt("on 3/4/1990", "1990-04-03")) → false
    """
    first = _day(evaluation, bound)
    return _if_day(evaluation, text, lambda day: day > first)


def has_time(evaluation: Evaluation, text: str) -> Value:
    """Whether a time of day is in the text.

    @(has_time("come at 7:30 pm").match) → 19:30:00.000000
    @(has_time("come later")) → false
    """
    found = read_time(evaluation.environment, text)
    return False if isinstance(found, Error) else matched(found)


def local_day(environment: Environment, moment: datetime) -> date:
    """Return the day of a moment in the environment's zone; at the ends of time, in its own."""
    try:
        return moment.astimezone(environment.timezone).date()
    except OverflowError:
        return moment.date()


def _if_day(evaluation: Evaluation, text: str, holds: Callable[[date], bool]) -> Value:
    found = read_datetime(evaluation.environment, text, fill_time=True, named_months=True)
    if isinstance(found, Error) or not holds(_day(evaluation, found)):
        return False
    return matched(found)


def _day(evaluation: Evaluation, moment: datetime) -> date:
    return local_day(evaluation.environment, moment)
