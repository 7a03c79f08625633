"""What waits for a person is on the first screen: a vote, then a call to action, then the menu."""

import pytest

from gateway.core.movement.audience import Audience
from gateway.flowfiles.call_files import CallPlan
from gateway.service.broadcast import Broadcasts
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, HOUR_MS, Exchange

CALL = 1


@pytest.fixture
def calls(exchange: Exchange) -> Broadcasts:
    """Calls of the same movement as the exchange."""
    return Broadcasts(
        exchange.database, exchange.vault, exchange.places, movement="Mashinani", language="en"
    )


def send(exchange: Exchange, calls: Broadcasts, clock: Clock, **texts: str) -> int:
    plan = CallPlan("Water", None, texts, Audience(), None, clock.now + 48 * HOUR_MS)
    number = calls.create(plan, exchange.ground.lines["demo"].id)
    calls.send(number)
    return number


def test_a_call_is_read_on_the_first_screen_with_the_person_s_name(exchange, calls, clock):
    exchange.join(AMINA)
    send(exchange, calls, clock, en="Amina? No: @participant.name, come to Chawama market.")
    session = exchange.dial(AMINA)
    assert session.screen.startswith("CON Amina? No: Amina, come to Chawama market.")


def test_a_call_that_was_read_is_not_shown_again(exchange, calls, clock):
    exchange.join(AMINA)
    send(exchange, calls, clock, en="Come to Chawama market.")
    exchange.dial(AMINA)
    assert exchange.dial(AMINA, "").screen.startswith("CON Welcome")
    [sent] = [row for row in exchange.rows("messages") if row["broadcast"] is not None]
    assert sent["seen_at"] is not None


def test_a_call_is_shown_in_the_language_of_the_person(exchange, calls, clock):
    exchange.join(AMINA)
    exchange.sms(BWALYA, "LOWANI Bwalya, Chipata, 1")
    send(exchange, calls, clock, en="Come.", ny="Bwerani.")
    assert exchange.dial(AMINA).screen.startswith("CON Come.")
    assert exchange.dial(BWALYA).screen.startswith("CON Bwerani.")


def test_a_vote_comes_before_a_call_and_the_call_is_there_afterwards(exchange, calls, clock):
    exchange.join(AMINA)
    exchange.open_motions()
    send(exchange, calls, clock, en="Come to Chawama market.")
    assert "Which question?" in exchange.dial(AMINA).screen
    exchange.sms(AMINA, "12 1")
    exchange.sms(AMINA, "13 1")
    assert "Come to Chawama market." in exchange.dial(AMINA).screen


def test_a_call_that_is_over_or_stopped_waits_for_nobody(exchange, calls, clock):
    exchange.join(AMINA)
    exchange.join(BWALYA)
    stopped = send(exchange, calls, clock, en="Stopped.")
    calls.stop(stopped)
    assert exchange.dial(AMINA).screen.startswith("CON Welcome")
    send(exchange, calls, clock, en="Over.")
    clock.advance(hours=49)
    assert exchange.dial(BWALYA).screen.startswith("CON Welcome")


def test_somebody_outside_the_audience_sees_the_menu(exchange, calls, clock):
    exchange.sms(AMINA, "JOIN Amina, Chipata, 2")  # and no texts, please
    send(exchange, calls, clock, en="Come.")
    assert exchange.dial(AMINA).screen.startswith("CON Welcome")
