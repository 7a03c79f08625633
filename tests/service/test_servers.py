"""A webhook to a server that the settings do not allow: nobody asks it, and nobody waits for it."""

import pytest

from tests.exchange import AMINA

PRICE = """
flow: price
start: {keywords: [price], ussd: "*384*20200*9#"}
steps:
  crop: {ask: Which crop?, save: answer.crop}
  look:
    webhook: {url: "https://prices.example.org/@answer.crop", save: answer.price}
    on: {failed: sorry}
    say: It is known.
    end: true
  sorry:
    ask: We cannot reach the market now. May we text you?
    save: answer.later
  bye: {say: "Thank you, @answer.later."}
"""


@pytest.fixture
def market(exchange):
    exchange.add(PRICE)
    return exchange


def test_by_sms_the_flow_goes_on_at_once_as_if_the_server_had_not_answered(market):
    market.sms(AMINA, "PRICE")
    assert market.sms(AMINA, "maize") == ["We cannot reach the market now. May we text you?"]
    assert market.sms(AMINA, "yes") == ["Thank you, yes."]


def test_a_screen_shows_what_follows_and_not_that_it_waits(market):
    session = market.dial(AMINA, "9")
    assert session.screen.startswith("CON Which crop?")
    assert session.type("maize") == "CON We cannot reach the market now. May we text you?"
