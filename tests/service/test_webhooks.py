"""Webhooks of flows: servers are asked outside of every transaction, and their answers come back.

The servers are scripted here; `tests/servers` asks real ones.
"""

import pytest

from gateway.servers.allowed import Allowed
from gateway.servers.answers import Answer, Trouble, no_answer
from gateway.service.asker import MARGIN_MS
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange
from tests.service.asking import PRICE, Market


def test_by_sms_the_answer_comes_when_the_server_has_answered(market: Market, exchange: Exchange):
    exchange.sms(AMINA, "price")
    assert exchange.sms(AMINA, "maize") == []
    assert market.asked == []
    assert market.work() == ["A bag is K320."]
    assert [(one.method, one.url) for one in market.asked] == [
        ("GET", "https://prices.example.org/maize")
    ]
    assert market.stages() == ["done"]
    assert market.work() == []


def test_a_server_that_fails_leads_to_the_failure_branch(market: Market, exchange: Exchange):
    for answer in (Answer(500, "no"), Answer(302, ""), no_answer(Trouble.SLOW)):
        market.answer = answer
        exchange.sms(AMINA, "price")
        exchange.sms(AMINA, "maize")
        assert market.work() == ["The market is silent."]
    assert [(row["code"], row["error"]) for row in exchange.rows("webhooks")] == [
        (500, None),
        (302, None),
        (0, "slow"),
    ]


def test_no_transaction_is_open_while_a_server_is_asked(market: Market, exchange: Exchange):
    """A transaction of ours would keep this writer waiting, on SQLite for ever."""
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    market.meanwhile = lambda: exchange.sms(BWALYA, "help")
    assert market.work() == ["A bag is K320."]
    assert exchange.queued(BWALYA) != []


def test_a_screen_says_that_it_waits_and_the_next_key_shows_the_answer(
    market: Market, exchange: Exchange
):
    session = exchange.dial(AMINA, "9")
    assert session.type("maize") == "CON Please wait a moment.\n1 Continue"
    assert session.type("1") == "CON Please wait a moment.\n1 Continue"
    assert market.work() == []
    assert session.type("1") == "END A bag is K320."
    assert market.stages() == ["done"]


def test_what_a_screen_was_to_show_goes_out_by_sms_when_nobody_looks(
    market: Market, exchange: Exchange, clock: Clock
):
    exchange.dial(AMINA, "9").type("maize")
    assert market.work() == []
    assert market.stages() == ["held"]
    clock.advance(seconds=178)
    assert market.work() == []
    clock.advance(seconds=3)
    assert market.work() == ["A bag is K320."]
    assert market.stages() == ["done"]
    assert market.work() == []


def test_whoever_dials_again_sees_the_answer_first_and_gets_no_sms(
    market: Market, exchange: Exchange, clock: Clock
):
    exchange.dial(AMINA, "9").type("maize")
    market.work()
    assert exchange.dial(AMINA).screen == "END A bag is K320."
    clock.advance(hours=1)
    assert market.work() == []
    assert "1 Join" in exchange.dial(AMINA).screen


def test_whoever_dials_again_before_the_answer_waits_on(market: Market, exchange: Exchange):
    exchange.dial(AMINA, "9").type("maize")
    session = exchange.dial(AMINA)
    assert session.type("1") == "CON Please wait a moment.\n1 Continue"
    market.work()
    assert session.type("1") == "END A bag is K320."


def test_a_session_may_end_and_the_conversation_go_on_by_sms(market: Market, exchange: Exchange):
    assert exchange.dial(AMINA, "8").type("maize") == "END Please wait a moment."
    assert market.work() == ["It is booked.\nHow many bags?"]
    assert exchange.sms(AMINA, "3") == ["3 bags."]


def test_texts_between_two_servers_are_shown_together(market: Market, exchange: Exchange):
    market.answer = Answer(200, "1")
    session = exchange.dial(AMINA, "7")
    asker = market.asker()
    asker.run_once()
    assert session.type("1") == "CON First 1.\nPlease wait a moment.\n1 Continue"
    market.work()
    assert session.type("1") == "END Second 1."


def test_nobody_who_said_stop_meanwhile_is_written_to(market: Market, exchange: Exchange):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    market.meanwhile = lambda: exchange.sms(AMINA, "stop")
    assert market.work() == exchange.queued(AMINA)[-1:]
    assert "We will not text you again" in exchange.queued(AMINA)[-1]
    assert market.stages() == ["dropped"]


def test_a_server_is_not_asked_once_its_person_said_stop(market: Market, exchange: Exchange):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    exchange.sms(AMINA, "stop")
    assert market.work() == []
    assert market.asked == []
    assert market.stages() == ["dropped"]


def test_an_answer_is_nothing_to_a_conversation_that_began_anew(market: Market, exchange: Exchange):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")

    def again() -> None:
        market.meanwhile = lambda: None
        exchange.sms(AMINA, "price")
        exchange.sms(AMINA, "beans")

    market.meanwhile = again
    assert market.work() == ["Which crop?", "A bag is K320."]
    assert [one.url for one in market.asked] == [
        "https://prices.example.org/maize",
        "https://prices.example.org/beans",
    ]
    assert market.stages() == ["dropped", "done"]


def test_a_word_that_begins_and_ends_at_once_leaves_a_waiting_screen_alone(
    market: Market, exchange: Exchange
):
    session = exchange.dial(AMINA, "9")
    session.type("maize")
    assert exchange.sms(AMINA, "help") != []
    market.work()
    assert exchange.sms(AMINA, "help") != []
    assert session.type("1") == "END A bag is K320."


@pytest.mark.parametrize(
    ("word", "method", "asked", "said"),
    [
        pytest.param("price", "GET", 2, "A bag is K320.", id="a question is asked again"),
        pytest.param("book", "POST", 1, "The market is silent.", id="an order is not doubled"),
    ],
)
def test_a_process_that_died_while_it_asked(
    market: Market, exchange: Exchange, clock: Clock, word: str, method: str, asked: int, said: str
):
    exchange.sms(AMINA, word)
    exchange.sms(AMINA, "maize")

    def die() -> None:
        raise KeyboardInterrupt

    market.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        market.work()
    market.meanwhile = lambda: None
    clock.advance(ms=10_000 + MARGIN_MS - 1)
    assert market.work() == []
    clock.advance(ms=1)
    assert market.work()[0].startswith(said)
    assert [one.method for one in market.asked] == [method] * asked
    assert market.stages() == ["done" if asked > 1 else "lost"]


def test_an_answer_that_comes_after_its_lease_is_nothing(
    market: Market, exchange: Exchange, clock: Clock
):
    """Somebody else has asked again by then; the person hears of it once."""
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    other = Market(exchange)

    def sleep() -> None:
        market.meanwhile = lambda: None
        clock.advance(ms=10_000 + MARGIN_MS)
        assert other.work() == ["A bag is K320."]

    market.meanwhile = sleep
    market.work()
    assert exchange.queued(AMINA)[1:] == ["A bag is K320."]


def test_what_is_asked_far_too_late_is_not_asked(market: Market, exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    clock.advance(hours=13)
    assert market.work() == []
    assert market.asked == []
    assert exchange.sms(AMINA, "price") == ["Which crop?"]


def test_servers_asked_in_a_circle_are_stopped(market: Market, exchange: Exchange):
    exchange.sms(AMINA, "round")
    said = market.work()
    assert len(market.asked) == 10
    assert said == ["Sorry, something went wrong on our side. Please try again later."]
    assert [row["kind"] for row in exchange.rows("handovers")] == ["parked"]


def test_a_server_that_is_not_allowed_is_noted_without_its_address(
    market: Market, exchange: Exchange
):
    exchange.servers = Allowed()
    exchange.restart(exchange.source)
    exchange.add(PRICE)
    exchange.sms(AMINA, "price")
    assert exchange.sms(AMINA, "maize") == ["The market is silent."]
    assert market.work() == []
    (row,) = exchange.rows("webhooks")
    assert (row["status"], row["error"], row["host"]) == ("done", "not_allowed", "")
    assert row["request_sealed"] is None
