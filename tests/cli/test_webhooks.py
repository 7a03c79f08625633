"""`gateway webhooks list`: why servers did not answer, without a number, an address or a word."""

from collections.abc import Callable
from contextlib import nullcontext

import orjson
import pytest

from gateway.core.movement.places import Places
from gateway.servers.allowed import Allowed
from gateway.servers.answers import Answer, Trouble, no_answer
from gateway.service.asker import Ask, Asker
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.exchange import AMINA, Exchange

PRICE = """
flow: price
start: {keywords: [price]}
steps:
  crop: {ask: Which crop?, save: answer.crop}
  look:
    webhook: {url: "https://prices.example.org/@answer.crop"}
    on: {failed: sorry}
    say: It is known.
    end: true
  sorry: {say: The market is silent.}
"""


@pytest.fixture(autouse=True)
def asked(database_url: str, vault: Vault, places: Places) -> None:
    """Three questions: one that went well, one that did not, one that waits."""
    with Database(database_url) as database:
        exchange = Exchange(database, vault, places)
        exchange.servers = Allowed(frozenset({"prices.example.org"}))
        exchange.add(PRICE)
        for answer in (Answer(200, "{}"), no_answer(Trouble.SLOW), None):
            exchange.sms(AMINA, "PRICE")
            exchange.sms(AMINA, "kerosene")
            if answer is not None:
                Asker(database, exchange.ground, _answering(answer), nullcontext).run_once()


def _answering(answer: Answer) -> Ask:
    return lambda _: answer


def test_what_waits_and_what_failed_is_listed_with_the_reason(done: Callable[..., str]):
    listed = orjson.loads(done("webhooks", "list", "--json"))
    assert [(one["status"], one["code"], one["host"]) for one in listed] == [
        ("waiting", None, "prices.example.org"),
        ("done", 0, "prices.example.org"),
    ]
    assert listed[1]["why"] == Trouble.SLOW
    shown = done("webhooks", "list")
    assert "the server did not answer in time" in shown
    for hidden in ("kerosene", AMINA.removeprefix("+260")):
        assert hidden not in shown


def test_everything_is_listed_where_it_is_asked_for(done: Callable[..., str]):
    listed = orjson.loads(done("webhooks", "list", "--all", "--json"))
    assert [one["code"] for one in listed] == [None, 0, 200]
    assert len(orjson.loads(done("webhooks", "list", "--all", "--json", "--limit", 1))) == 1
