"""Webhooks of flows: servers are asked outside of every transaction, and their answers come back.

The servers are scripted here; `tests/servers` asks real ones.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.servers.allowed import Allowed
from gateway.servers.answers import Answer, Request, Trouble, no_answer
from gateway.service.asker import MARGIN_MS, Asker
from gateway.service.due import Alarm
from gateway.service.expire import Upkeep
from gateway.store import tables
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange
from tests.security.traces import find, traces, word_traces

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


@pytest.fixture
def market(exchange: Exchange) -> Market:
    exchange.servers = Allowed(frozenset({"prices.example.org"}))
    exchange.add(PRICE, BOOK, CHAIN, ROUND)
    return Market(exchange)


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


def test_what_is_asked_and_what_is_held_is_sealed_and_what_is_over_is_gone(
    market: Market, exchange: Exchange, tmp_path: Path
):
    words = "reservoir of kerosene"
    market.answer = Answer(200, f'{{"bag": "{words}"}}')
    exchange.sms(BWALYA, "price")
    exchange.sms(BWALYA, words)
    exchange.dial(AMINA, "9").type(words)
    dumps = [_dump(exchange, tmp_path / "asked")]
    assert all(row["request_sealed"] for row in exchange.rows("webhooks"))
    market.work()
    dumps.append(_dump(exchange, tmp_path / "held"))
    assert sorted(market.stages()) == ["done", "held"]
    assert not any(row["request_sealed"] for row in exchange.rows("webhooks"))
    wanted = {**word_traces(words), **traces(AMINA, AMINA.removeprefix("+260"))}
    assert find(dumps, wanted) == []


def _dump(exchange: Exchange, path: Path) -> Path:
    with path.open("wb") as file:
        for table in ("webhooks", "conversations", "messages", "inbox"):
            for row in exchange.rows(table):
                for value in row.values():
                    file.write(value if isinstance(value, bytes) else str(value).encode())
    return path


def test_a_conversation_that_cannot_take_an_answer_is_shown_to_staff(
    market: Market, exchange: Exchange
):
    """Its neighbour in the same slice goes on."""
    for phone in (AMINA, BWALYA):
        exchange.sms(phone, "price")
        exchange.sms(phone, "maize")

    def fail(flow: str, node: str, category: str) -> None:
        # The first who leaves this step breaks it; tried again alone, that one breaks it again.
        if node == "look" and category:
            broken.append(flow)
            if len(broken) in {1, 2}:
                raise ValueError("a mistake in the program")

    broken: list[str] = []
    exchange.ground = replace(exchange.ground, trace=fail)
    market.work()
    assert exchange.queued(AMINA)[1:] + exchange.queued(BWALYA)[1:] == ["A bag is K320."]
    (handover,) = exchange.rows("handovers")
    assert (handover["kind"], handover["flow"]) == ("parked", "price")
    assert sorted(str(row["error"]) for row in exchange.rows("webhooks")) == ["None", "fault"]


def test_of_somebody_who_was_erased_nothing_is_asked_and_nothing_written(
    market: Market, exchange: Exchange
):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    with exchange.database.write() as tx:
        tx.connection.execute(update(tables.phones).values(salt=None))
    asker = market.asker()
    assert asker.run_once() == 1
    assert market.asked == []
    assert market.stages() == ["dropped"]
    assert len(exchange.rows("phones")) == 1


def test_what_was_asked_is_forgotten_in_time(market: Market, exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, "price")
    exchange.sms(AMINA, "maize")
    market.work()
    exchange.sms(BWALYA, "price")
    exchange.sms(BWALYA, "maize")
    upkeep = Upkeep(
        exchange.database, exchange.places, "en",
        inbox_days=7, webhook_days=30, orphan_report_days=7,
    )  # fmt: skip
    clock.advance(days=29)
    upkeep.turn()
    assert market.stages() == ["done", "waiting"]
    clock.advance(days=2)
    upkeep.turn()
    assert market.stages() == ["waiting"]


def test_a_flow_that_is_due_waits_until_an_answer_was_seen(
    market: Market, exchange: Exchange, clock: Clock
):
    """Somebody who is about to look at the screen is not interrupted by a flow of a schedule."""
    later = """
flow: later
start: {keywords: [later]}
steps:
  first: {schedule: {flow: hello, after: 1 minute}, say: Later.}
"""
    hello = "flow: hello\nstart: {keywords: [hello]}\nsteps:\n  a: {say: Hello.}\n"
    exchange.add(PRICE, later, hello)
    exchange.sms(AMINA, "later")
    clock.advance(seconds=30)
    session = exchange.dial(AMINA, "9")
    session.type("maize")
    market.work()
    clock.advance(seconds=40)
    Alarm(exchange.database, exchange.ground).turn()
    assert "Hello." not in exchange.queued(AMINA)
    assert session.type("1") == "END A bag is K320."


def test_a_screen_turns_its_pages_while_a_server_is_asked(market: Market, exchange: Exchange):
    exchange.add(
        """
flow: long
start: {ussd: "*384*20200*6#"}
steps:
  a: {say: "WORDS"}
  look:
    webhook: {url: "https://prices.example.org/"}
    say: K@webhook.json.bag
""".replace("WORDS", ("Maize is sold by the bag of fifty kilos. " * 6).strip())
    )
    session = exchange.dial(AMINA, "6")
    assert session.screen.endswith("98 More")
    market.work()
    assert session.type("98").startswith("CON ")
    assert session.type("1") == "END K320"
