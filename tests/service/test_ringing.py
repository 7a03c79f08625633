"""Missed calls: what they begin, how often, for whom not, and that they consent to nothing."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from gateway.channels.base import CallbackKind
from gateway.flowfiles.releases import Source
from gateway.service.receive import Receiver
from gateway.service.requests import Answer
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange

VOICE = CallbackKind.VOICE
MINUTES = 10

RING = """
flow: ring
spec: 2
start: {missed_call: true}
steps:
  known: {when: "@participant.member", then: hello}
  join:
    menu: You rang @movement.name. Join?
    options: {1: {label: "Yes", then: in}, 2: {label: "No", then: end}}
  in: {call: join, end: true}
  hello: {say: "Hello @participant.name."}
"""
WELLS = """
flow: wells
spec: 2
start: {keywords: [wells]}
steps:
  ask: {ask: How many wells?, save: answer.wells}
  done: {say: "@answer.wells wells."}
"""
CONSENTING = """
flow: ring
spec: 2
start: {missed_call: true}
steps:
  join: {do: join, with: {consent: "yes"}}
  hello: {say: You are in.}
"""

CIRCLE = """
flow: circle
spec: 2
start: {keywords: [circle]}
steps:
  one: {goto: two}
  two: {goto: one}
"""

Ring = Callable[..., list[str]]


def with_flows(exchange: Exchange, **flows: str) -> None:
    """Start again with other flows, of which one may be for missed calls."""
    files = {
        name: content for name, content in exchange.source.files.items() if name != "help.yaml"
    }
    files |= {f"{name}.yaml": text.encode() for name, text in flows.items()}
    files["help.yaml"] = exchange.source.files["help.yaml"].replace(
        b"  missed_call: true ", b"  # "
    )
    exchange.restart(Source(files))
    limits = replace(exchange.ground.limits, ring_ms=MINUTES * 60_000)
    exchange.ground = replace(exchange.ground, limits=limits)
    exchange.receiver = Receiver(exchange.database, exchange.ground)


@pytest.fixture
def ring(exchange: Exchange) -> Ring:
    """Return a function that lets a phone ring and returns the SMS that follow."""
    with_flows(exchange, ring=RING, wells=WELLS)
    numbers = count(1)

    def ring(caller: str, *, session: str = "", **more: str) -> list[str]:
        before = len(exchange.queued(caller))
        form = {
            "isActive": "1",
            "sessionId": session or f"call-{next(numbers)}",
            "direction": "Inbound",
            "callerNumber": caller,
            "destinationNumber": "+260970000000",
        }
        assert exchange.post(VOICE, form | more) == Answer(200)
        return exchange.queued(caller)[before:]

    return ring


def test_a_call_begins_its_flow_and_the_answer_by_sms_goes_on_with_it(exchange, ring: Ring):
    assert ring(AMINA) == ["You rang Mashinani. Join?\n1 Yes\n2 No"]
    assert exchange.sms(AMINA, "1") == ["Welcome to Mashinani. What is your name? Reply 0 to skip."]


def test_a_member_who_rings_is_greeted(exchange, ring: Ring):
    exchange.join(AMINA)
    assert ring(AMINA) == ["Hello Amina."]


def test_the_account_of_a_call_that_is_over_is_the_same_call(ring: Ring):
    assert len(ring(AMINA, session="one")) == 1
    assert ring(AMINA, session="one", isActive="0", durationInSeconds="0") == []


def test_of_a_call_that_was_not_told_while_it_rang_the_account_begins_the_flow(
    exchange, ring: Ring
):
    assert len(ring(AMINA, session="one", isActive="0")) == 1
    assert len(exchange.rows("inbox")) == 1


def test_ringing_again_within_the_time_begins_nothing(ring: Ring, clock: Clock):
    assert len(ring(AMINA)) == 1
    clock.advance(seconds=MINUTES * 60 - 1)
    assert ring(AMINA) == []
    assert len(ring(BWALYA)) == 1
    clock.advance(seconds=2)
    assert len(ring(AMINA)) == 1


def test_what_a_phone_does_meanwhile_does_not_make_it_ring_anew(exchange, ring: Ring):
    assert len(ring(AMINA)) == 1
    exchange.dial(AMINA)
    exchange.sms(AMINA, "wells")
    assert ring(AMINA) == []


@pytest.mark.parametrize("caller", ["", "anonymous", "+anonymous", "private", "0", "12"])
def test_a_call_without_a_number_is_kept_and_begins_nothing(exchange, ring: Ring, caller: str):
    assert ring(caller) == []
    assert [row["phone"] for row in exchange.rows("inbox")] == [None]
    assert (exchange.rows("phones"), exchange.rows("messages")) == ([], [])


def test_a_call_that_we_are_said_to_have_made_begins_nothing(exchange, ring: Ring):
    assert ring(AMINA, direction="Outbound") == []
    assert exchange.rows("phones") == []


def test_somebody_who_said_stop_is_not_written_to_for_ringing(exchange, ring: Ring):
    exchange.join(AMINA)
    exchange.sms(AMINA, "STOP")
    assert ring(AMINA) == []
    member = exchange.member(AMINA)
    assert member is not None
    assert member["status"] == "left"


def test_a_call_in_the_middle_of_a_conversation_by_sms_is_heard_and_the_question_put_again(
    exchange, ring: Ring
):
    exchange.join(AMINA)
    exchange.sms(AMINA, "wells")
    assert ring(AMINA) == ["Hello Amina.\nHow many wells?"]
    assert exchange.sms(AMINA, "three") == ["three wells."]


def test_a_call_does_not_end_a_conversation_that_a_dropped_session_left(exchange, ring: Ring):
    exchange.join(AMINA)
    exchange.dial(AMINA).type("2")
    assert ring(AMINA) == ["Hello Amina."]
    assert "Continue" in exchange.dial(AMINA).screen


def test_a_call_consents_to_nothing_whatever_the_flow_says(exchange, ring: Ring):
    with_flows(exchange, ring=CONSENTING)
    assert ring(AMINA) == ["You are in."]
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["status"], member["consent"], member["medium"]) == ("member", None, "call")
    assert exchange.facts("consent_recorded") == []


def test_without_a_flow_for_it_a_call_begins_nothing(exchange, ring: Ring):
    with_flows(exchange)
    assert ring(AMINA) == []


def test_whoever_is_parked_is_not_answered_for_ringing_but_staff_see_it(exchange, ring: Ring):
    with_flows(
        exchange,
        ring=RING,
        wells=WELLS,
        circle=CIRCLE,
    )
    exchange.sms(AMINA, "circle")
    (before,) = exchange.rows("handovers")
    assert before["heard_at"] is None
    assert ring(AMINA) == []
    (after,) = exchange.rows("handovers")
    assert after["heard_at"] is not None
