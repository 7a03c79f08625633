"""What messages cost: which count, in which month, by which price list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.channels.base import Accepted, Outcome, Outgoing, Refused, SendFailed
from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.service.spending import Bill, Costs, Till, look
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.outbox import Reported
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import Clock
from tests.population import Population
from tests.town import CHANNEL, Town, deliverer_of

ZONE = ZoneInfo("Africa/Lusaka")
LIST = 'currency = "ZMW"\ndefault = 500\n[prefixes]\n"+2609700" = 450\n"+260970000002" = 400\n'


@dataclass
class Shop:
    """A town whose messages are paid for by a price list in a file."""

    town: Town
    path: Path

    def price(self, text: str) -> None:
        self.path.write_text(text)

    def send(self, *numbers: int, text: str = "Welcome", purpose: Purpose = Purpose.ANSWER) -> None:
        for number in numbers:
            self.town.queue(self.town.join(number), text, purpose)
        self.town.deliver()

    def costs(self) -> Costs:
        return look(self.town.database, ZONE)

    @property
    def this_month(self) -> Bill | None:
        return self.costs().this.get(CHANNEL)


@pytest.fixture
def shop(
    database: Database, population: Population, vault: Vault, clock: Clock, tmp_path: Path
) -> Shop:
    population.channel(CHANNEL, "demo")
    aggregator, path = KeptAggregator(), tmp_path / "prices.toml"
    path.write_text(LIST)
    till = Till(lambda: path, ZONE)
    deliverer = deliverer_of(database, vault, aggregator, till=till)
    return Shop(Town(database, population, vault, clock, aggregator, deliverer), path)


def at(written: str) -> int:
    return round(datetime.fromisoformat(written).timestamp() * 1000)


def test_every_segment_costs_what_the_list_says_for_the_number_that_it_goes_to(shop: Shop):
    shop.send(1, 2, 9_999_999, text="x" * 161)
    assert shop.this_month == Bill(3, 6, 0, {"ZMW": 2 * (450 + 400 + 500)})
    shop.send(3)
    assert shop.this_month == Bill(4, 7, 0, {"ZMW": 2 * (450 + 400 + 500) + 450})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("2026-05-31T21:59:59+00:00", "2026-05-31T22:00:00+00:00", id="midnight there"),
        pytest.param("2026-12-31T21:59:59+00:00", "2026-12-31T22:00:00+00:00", id="a new year"),
    ],
)
def test_a_month_ends_at_midnight_where_the_movement_is(shop: Shop, before, after):
    shop.town.clock.now = at(before)
    shop.send(1, 2)
    shop.town.clock.now = at(after)
    shop.send(3)
    costs = shop.costs()
    assert (costs.this[CHANNEL].messages, costs.last[CHANNEL].messages) == (1, 2)
    shop.town.clock.advance(days=31)
    costs = shop.costs()
    assert (costs.this, costs.last[CHANNEL].messages) == ({}, 1)


def test_messages_that_the_aggregator_did_not_take_cost_nothing(shop: Shop):
    def refuse_the_second(message: Outgoing) -> tuple[Outcome, ...]:
        return tuple(
            Refused(number, "invalid_number", "No such number.", retryable=False)
            if number.endswith("2")
            else Accepted(number, f"ref-{number}", "ZMW 9.00")
            for number in message.numbers
        )

    shop.town.aggregator.answer = refuse_the_second
    shop.send(1, 2)
    assert shop.this_month == Bill(1, 1, 0, {"ZMW": 450})


@pytest.mark.parametrize("maybe", [True, False], ids=["perhaps sent", "not sent"])
def test_a_request_that_failed_costs_nothing_until_it_is_repeated_and_taken(shop: Shop, maybe):
    def fail(message: Outgoing) -> tuple[Outcome, ...]:
        raise SendFailed("vendor_error", "It failed.", retryable=True, sent_maybe=maybe)

    shop.town.aggregator.answer = fail
    shop.send(1)
    assert shop.this_month is None
    shop.town.aggregator.answer = None
    shop.town.clock.advance(hours=1)
    shop.town.deliver()
    assert shop.this_month == Bill(1, 1, 0, {"ZMW": 450})


def test_what_is_held_back_costs_nothing(shop: Shop):
    gone = shop.town.join(1)
    number = shop.town.queue(gone, "Welcome")
    late = shop.town.queue(shop.town.join(2), "Late", valid_until=shop.town.clock())
    shop.town.population.leave(gone)
    shop.town.deliver()
    assert shop.town.status(number) is Status.WITHHELD
    assert shop.town.status(late) is Status.EXPIRED
    assert shop.this_month is None


def test_a_message_that_was_taken_costs_also_where_it_did_not_arrive(shop: Shop):
    shop.send(1)
    with shop.town.database.write() as tx:
        outbox.apply_reports(tx, CHANNEL, [Reported("ref-1", Status.FAILED, "absent")])
    assert shop.this_month == Bill(1, 1, 0, {"ZMW": 450})


def test_each_message_is_priced_by_the_list_of_its_moment(shop: Shop):
    shop.send(1)
    shop.price(LIST.replace("ZMW", "USD").replace("450", "25"))
    shop.send(3)
    assert shop.this_month == Bill(2, 2, 0, {"ZMW": 450, "USD": 25})


def test_while_the_list_cannot_be_read_the_one_before_holds(shop: Shop):
    shop.send(1)
    shop.price("currency = ")
    shop.send(3)
    assert shop.this_month == Bill(2, 2, 0, {"ZMW": 900})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.unlink, id="there is none"),
        pytest.param(lambda path: path.write_text("currency = 7"), id="it never could be read"),
    ],
)
def test_without_a_price_list_segments_count_and_no_money_is_made_up(
    shop: Shop, spoil: Callable[[Path], object]
):
    spoil(shop.path)
    shop.send(1, text="x" * 161)
    assert shop.this_month == Bill(1, 2, 2, {})


def test_it_is_told_since_when_is_counted_where_a_month_is_not_whole(shop: Shop):
    assert not shop.costs().begun
    began = shop.town.clock()
    shop.send(1)
    assert (shop.costs().begun, shop.costs().since) == (True, began)
    shop.town.clock.advance(days=20)
    assert shop.costs().since == began, "the month before is cut"
    shop.town.clock.advance(days=20)
    assert (shop.costs().begun, shop.costs().since) == (True, None)


def test_processes_that_send_through_one_channel_count_together(
    shop: Shop, database_url: str, vault: Vault
):
    shop.send(1)
    clock = shop.town.clock
    with Database(database_url, clock=clock) as other:
        other.claim_stream()
        till = Till(lambda: shop.path, ZONE)
        beside = deliverer_of(other, vault, shop.town.aggregator, till=till)
        shop.town.queue(shop.town.join(2), "Welcome")
        beside.run_once()
    assert shop.this_month == Bill(2, 2, 0, {"ZMW": 850})


def test_what_was_sent_twice_since_a_lease_ran_out_is_paid_for_twice(shop: Shop, vault: Vault):
    town = shop.town
    till = Till(lambda: shop.path, ZONE)
    beside = deliverer_of(town.database, vault, KeptAggregator(), till=till)

    def be_slow() -> None:
        town.clock.advance(hours=1)
        assert beside.run_once() == 1

    town.aggregator.during = be_slow
    shop.send(1)
    assert shop.this_month == Bill(2, 2, 0, {"ZMW": 900})
