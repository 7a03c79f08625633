"""Flows that nobody is waited for any longer in: over, and what called them goes on."""

import pytest

from tests.conftest import Clock
from tests.exchange import AMINA, Exchange
from tests.service.ringing import Ringing

OUTER = """
flow: outer
language: en
start: {keywords: [outer]}
steps:
  calls: {call: inner}
  then:
    when: "@(child.status)"
    cases: {expired: gone, completed: came}
    else: odd
  gone: {say: Nobody answered., goto: over}
  came: {say: "You said @child.results.colour.", goto: over}
  odd: {say: "Something else: @child.status", goto: over}
  over: {ask: May we write again?, expect: text, save: answer.again}
"""
INNER = """
flow: inner
language: en
expires: 2 hours
steps:
  colour: {ask: Which colour?, expect: text, save: answer.colour}
"""
ALONE = """
flow: alone
language: en
expires: 2 hours
start: {keywords: [alone]}
steps:
  colour: {ask: Which colour?, expect: text, save: answer.colour}
  thanks: {say: Thank you.}
"""
LATE = """
flow: late
language: en
start: {keywords: [late]}
steps:
  calls: {call: asking}
  then:
    when: "@(child.status)"
    cases: {expired: gone}
    else: came
  gone: {say: Nobody answered., goto: over}
  came: {say: Somebody did.}
  over: {end: true}
"""
ASKING = """
flow: asking
language: en
steps:
  colour:
    ask: Which colour?
    expect: text
    save: answer.colour
    timeout: {after: 2 hours, then: remind}
  thanks: {end: true}
  remind: {say: The bus leaves in ten minutes.}
"""


@pytest.fixture
def alarm(exchange: Exchange) -> Ringing:
    """What is due is carried out when a test says so."""
    exchange.add(OUTER, INNER, ALONE, LATE, ASKING)
    return Ringing(exchange)


@pytest.mark.parametrize(
    "hours", [pytest.param(2, id="in time"), pytest.param(200, id="after the machine was off")]
)
def test_the_flow_that_called_one_that_expired_goes_on(
    hours: int, alarm: Ringing, exchange: Exchange, clock: Clock
):
    assert exchange.sms(AMINA, "outer") == ["Which colour?"]
    clock.advance(hours=hours)
    assert alarm.ring() == ["Nobody answered.\nMay we write again?"]
    assert (alarm.ring(), alarm.left()) == ([], 0)
    assert exchange.sms(AMINA, "yes") == []
    assert exchange.sms(AMINA, "alone") == ["Which colour?"]


@pytest.mark.parametrize(
    "hours", [pytest.param(2, id="in time"), pytest.param(200, id="after the machine was off")]
)
def test_a_flow_that_nobody_called_ends_without_a_word(
    hours: int, alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "alone")
    clock.advance(hours=hours)
    assert (alarm.ring(), alarm.left()) == ([], 0)
    assert "Thank you." not in exchange.sms(AMINA, "red")


def test_an_answer_begins_the_time_of_the_next_question_anew(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "outer")
    clock.advance(hours=1)
    assert len(exchange.sms(AMINA, "red")) == 1
    clock.advance(hours=1)
    assert (alarm.ring(), alarm.left()) == ([], 0)  # the outer flow waits for as long as it takes


def test_a_time_out_that_comes_in_time_says_what_it_has_to_say(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "late")
    clock.advance(hours=3)
    assert alarm.ring() == ["The bus leaves in ten minutes.\nSomebody did."]


def test_a_time_out_that_is_out_of_date_is_not_told_and_what_called_goes_on(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "late")
    clock.advance(hours=15)
    assert alarm.ring() == ["Nobody answered."]
    assert (alarm.ring(), alarm.left()) == ([], 0)
