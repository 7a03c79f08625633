"""Dates and times among the words of an answer."""

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

import pytest

from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.answer_tests.asking import LUSAKA, match

ZONE = timezone(timedelta(hours=2))
NOW = time(9, 30, 15)


def on(year: int, month: int, day: int, clock: time = NOW) -> datetime:
    return datetime.combine(datetime(year, month, day, tzinfo=ZONE), clock, ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("born on 3/4/1990", on(1990, 4, 3), id="the day first, at the time it is now"),
        pytest.param("3/4/1990 at 14:05", on(1990, 4, 3, time(14, 5)), id="a time as well"),
        pytest.param("1990-04-03", on(1990, 4, 3), id="ISO anywhere"),
        pytest.param("31/02/2026", False, id="no such day"),
        pytest.param("in 1990", False, id="a year is no date"),
        pytest.param(None, False, id="null"),
    ],
)
def test_a_date(text: Value, expected: Value):
    assert match("has_date", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sorry I meant 28th May 1981", on(1981, 5, 28)),
        ("FEV-28-1990", on(1990, 2, 28)),
        ("1 january 90", on(1990, 1, 1)),
        ("Sept. 3, 2001", on(2001, 9, 3)),
        ("2001 octobre 3", on(2001, 10, 3)),
        ("3 de mayo de 2001", on(2001, 5, 3)),
        ("tarehe 3 Septemba 2001", on(2001, 9, 3)),
        ("le 1er août 2001 à 14:05", on(2001, 8, 1, time(14, 5))),
        ("5 May 1991, or rather 3/4/1990", on(1990, 4, 3)),
        ("31 June 2001, I mean 30 June 2001", on(2001, 6, 30)),
        ("28 May", False),
        ("May 1981", False),
        ("28 mushrooms 1981", False),
        ("1234 May 5678", False),
        ("28 Ma 1981", False),
    ],
    ids=str,
)
def test_a_date_with_the_month_s_name(text: Value, expected: Value):
    assert match("has_date", text) == expected


def test_days_of_dates_with_the_month_s_name_are_compared():
    assert match("has_date_gt", "28 May 2081", "2026-05-12") == on(2081, 5, 28)
    assert match("has_date_lt", "28 May 2081", "2026-05-12") is False


def test_the_month_comes_first_where_it_does():
    american = replace(LUSAKA, date_format="MM-DD-YYYY")
    assert match("has_date", "3/4/1990", environment=american) == on(1990, 3, 4)


@pytest.mark.parametrize(
    ("test", "bound", "holds"),
    [
        pytest.param("has_date_lt", "2026-05-13", True, id="before"),
        pytest.param("has_date_lt", "2026-05-12", False, id="not before the same day"),
        pytest.param("has_date_eq", "2026-05-12", True, id="the same day, at another time"),
        pytest.param("has_date_eq", "2026-05-11T23:30:00Z", True, id="the day of the local zone"),
        pytest.param("has_date_gt", "2026-05-12", False, id="not after the same day"),
        pytest.param("has_date_gt", "2026-05-11", True, id="after"),
    ],
)
def test_a_date_beside_another(test: str, bound: str, holds: bool):
    assert match(test, "on 12.5.2026", bound) == (on(2026, 5, 12) if holds else False)


@pytest.mark.parametrize("hours", [-12, 14])
def test_a_bound_at_the_ends_of_time_is_a_bound_like_any_other(hours: int):
    environment = replace(LUSAKA, timezone=timezone(timedelta(hours=hours)))
    for there in (timezone.min, timezone.max):
        first, last = datetime(1, 1, 1, tzinfo=there), datetime(9999, 12, 31, 23, tzinfo=there)
        assert match("has_date_lt", "12.5.2026", first, environment=environment) is False
        assert match("has_date_gt", "12.5.2026", last, environment=environment) is False


def test_a_bound_that_is_no_date_is_an_error():
    assert isinstance(match("has_date_lt", "on 12.5.2026", "soon"), Error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("come at 7:05 pm", time(19, 5), id="in the evening"),
        pytest.param("17:30 hours", time(17, 30), id="by the day's hours"),
        pytest.param("at 25:99", False, id="no such time"),
        pytest.param("later", False, id="no time"),
    ],
)
def test_a_time(text: str, expected: Value):
    assert match("has_time", text) == expected
