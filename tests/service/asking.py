"""Flows that ask servers, and scripted servers that they ask; `tests/servers` has real ones."""

from collections.abc import Callable
from contextlib import nullcontext

from gateway.servers.answers import Answer, Request
from gateway.service.asker import Asker
from tests.exchange import AMINA, Exchange

PRICE = """
flow: price
start: {keywords: [price], ussd: "*384*20200*9#"}
steps:
  crop: {ask: Which crop?, save: answer.crop}
  look:
    webhook: {url: "https://prices.example.org/@answer.crop", save: answer.price}
    on: {failed: sorry}
    say: A bag is K@answer.price.json.bag.
    end: true
  sorry: {say: The market is silent.}
"""
BOOK = """
flow: book
start: {keywords: [book], ussd: "*384*20200*8#"}
steps:
  crop: {ask: Which crop?, save: answer.crop}
  look:
    webhook: {url: "https://prices.example.org/", body: {crop: "@answer.crop"}, waits: sms}
    on: {failed: sorry}
    say: It is booked.
  more: {ask: How many bags?, save: answer.bags}
  done: {say: "@answer.bags bags.", end: true}
  sorry: {say: The market is silent.}
"""
CHAIN = """
flow: chain
start: {keywords: [chain], ussd: "*384*20200*7#"}
steps:
  first:
    webhook: {url: "https://prices.example.org/1", save: answer.one}
    say: First @answer.one.json.
  second:
    webhook: {url: "https://prices.example.org/2", save: answer.two}
    say: Second @answer.two.json.
"""
ROUND = """
flow: round
start: {keywords: [round]}
steps:
  first: {webhook: {url: "https://prices.example.org/"}, goto: first}
"""


class Market:
    """Servers that answer as a test says, and what they were asked. They let a test look around."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.asked: list[Request] = []
        self.answer = Answer(200, '{"bag": 320}')
        self.meanwhile: Callable[[], object] = lambda: None

    def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        self.meanwhile()
        return self.answer

    def asker(self) -> Asker:
        return Asker(self.exchange.database, self.exchange.ground, self.ask, nullcontext)

    def work(self, phone: str = AMINA) -> list[str]:
        """Let servers be asked; return what was queued for a phone by that."""
        before = len(self.exchange.queued(phone))
        asker = self.asker()
        while asker.run_once():
            pass
        return self.exchange.queued(phone)[before:]

    def stages(self) -> list[str]:
        return [row["status"] for row in self.exchange.rows("webhooks")]
