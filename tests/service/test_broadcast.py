import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from gateway.core.delivery.price import PriceTable
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.audience import Audience
from gateway.core.movement.facts import Fact
from gateway.flowfiles.call_files import CallPlan
from gateway.service.broadcast import BroadcastError, Broadcasts
from gateway.service.expire import Upkeep
from gateway.store import broadcasts, claims, inbox, journal, tables
from gateway.store.database import Database
from gateway.store.inbox import Entry, Taken
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import START_MS, Clock
from tests.patience import until
from tests.population import Population, Somebody
from tests.town import PLACES, deliverer_of

CHANNEL = 1
HOUR_MS = 3_600_000
PRICES = PriceTable("ZMW", 500, {"+26097": 450})


@dataclass
class Office:
    """Where calls are made, over a database with people."""

    database: Database
    population: Population
    vault: Vault
    clock: Clock
    calls: Broadcasts
    upkeep: Upkeep

    def join(self, number: int, name: str = "", language: str = "en") -> Somebody:
        one = self.population.join(f"+26097{number:07}", name=name, language=language)
        self.population.consent(one)
        return one

    def make(
        self,
        texts: dict[str, str] | None = None,
        *,
        audience: Audience = Audience(),  # noqa: B008 - frozen
        not_before: int | None = None,
        hours: float = 48,
    ) -> int:
        until = self.clock.now + int(hours * HOUR_MS)
        plan = CallPlan("Water", None, texts or {"en": "Come"}, audience, not_before, until)
        return self.calls.create(plan, CHANNEL)

    def status(self, number: int) -> str:
        return self.calls.find(number).status

    def messages(self, number: int) -> dict[Status, int]:
        return dict(self.calls.progress(number).messages)

    def facts(self, kind: str) -> list[Fact]:
        with self.database.read() as connection:
            pages = journal.replay(connection)
            return [one.fact for page in pages for one in page if one.fact.kind == kind]


@pytest.fixture
def office(database: Database, population: Population, vault: Vault, clock: Clock) -> Office:
    population.channel(CHANNEL, "demo")
    calls = Broadcasts(database, vault, PLACES, movement="Mashinani", language="en")
    upkeep = Upkeep(database, PLACES, "en", inbox_days=7, webhook_days=30, orphan_report_days=7)
    return Office(database, population, vault, clock, calls, upkeep)


def test_calls_are_numbered_and_nothing_leaves_before_they_are_sent(office: Office):
    office.join(1)
    assert [office.make(), office.make()] == [1, 2]
    assert office.status(1) == "draft"
    assert office.messages(1) == {}


def test_sending_queues_a_message_for_each_and_is_a_fact_without_anybody_s_number(office: Office):
    office.join(1)
    office.join(2)
    number = office.make(audience=Audience(except_groups=("press",)))
    assert office.calls.send(number) == 2
    assert office.status(number) == "sending"
    assert office.messages(number) == {Status.QUEUED: 2}
    (fact,) = office.facts(kinds.BROADCAST_SENT)
    assert fact.subject == b""
    assert fact.body["texts"] == {"en": "Come"}
    assert fact.body["audience"] == {"except_groups": ["press"]}


def test_a_call_is_sent_once(office: Office):
    office.join(1)
    number = office.make()
    office.calls.send(number)
    with pytest.raises(BroadcastError, match="Call 1 is sending; only a draft can be sent"):
        office.calls.send(number)
    assert office.messages(number) == {Status.QUEUED: 1}
    assert len(office.facts(kinds.BROADCAST_SENT)) == 1


def test_a_call_whose_time_is_over_is_not_sent(office: Office):
    number = office.make(hours=1)
    office.clock.advance(hours=1)
    with pytest.raises(BroadcastError, match="a time that is over"):
        office.calls.send(number)
    assert office.status(number) == "draft"


def test_a_call_cannot_be_made_for_a_time_that_is_over(office: Office):
    with pytest.raises(BroadcastError, match="is over"):
        office.make(hours=0)


@pytest.mark.parametrize("do", ["send", "stop", "progress", "find"])
def test_a_number_that_no_call_has_is_refused(office: Office, do: str):
    with pytest.raises(BroadcastError, match="There is no call number 7"):
        getattr(office.calls, do)(7)


def test_stopping_cancels_what_waits_leaves_what_left_and_is_a_fact(office: Office):
    people = [office.join(number) for number in range(3)]
    number = office.make()
    office.calls.send(number)
    with office.database.write() as tx:
        claim = claims.claim(tx, CHANNEL, rate=1000, limit=1, lease_ms=60_000)
    assert office.calls.stop(number) == len(people) - 1
    assert office.status(number) == "stopped"
    assert office.messages(number) == {Status.SENDING: 1, Status.CANCELLED: 2}
    assert [fact.body for fact in office.facts(kinds.BROADCAST_STOPPED)] == [{"number": number}]
    assert len(claim.messages) == 1
    with pytest.raises(BroadcastError, match="stopped already"):
        office.calls.stop(number)


def test_a_preview_says_who_gets_it_who_does_not_what_it_costs_and_how_it_reads(office: Office):
    office.join(1, "Amina")
    office.join(2, "Banda", "ny")
    office.population.join("+260970000003", name="Chanda")
    stopped = office.join(4, "Daka")
    gone = Fact(kinds.PHONE_STOPPED, stopped.phone, {"how": "sms", "channel": "demo"})
    office.population.record(gone)
    number = office.make({"en": "Come, @participant.name", "ny": "Bwerani" + "x" * 160})
    seen = office.calls.preview(number, PRICES, rate_per_second=2)
    assert seen.recipients == 2
    assert seen.skipped == {"opted_out": 1, "no_consent": 1}
    assert [(one.language, one.recipients, one.segments.count) for one in seen.languages] == [
        ("en", 1, 1),
        ("ny", 1, 2),
    ]
    assert (seen.segments, seen.cost, seen.estimated) == (3, 3 * 450, False)
    assert seen.finishes_at == START_MS + 1000
    assert set(seen.samples) == {"Come, Amina", "Bwerani" + "x" * 160}
    assert not any("+260" in sample for sample in seen.samples)


def test_a_preview_changes_nothing(office: Office):
    office.join(1)
    number = office.make()
    office.calls.preview(number, PRICES, 20)
    assert office.status(number) == "draft"
    assert office.messages(number) == {}


def test_a_preview_of_a_call_to_nobody_costs_nothing(office: Office):
    seen = office.calls.preview(office.make(audience=Audience(groups=("none",))), PRICES, 20)
    assert (seen.recipients, seen.cost, seen.samples, seen.estimated) == (0, 0, (), False)


def test_a_call_for_later_finishes_later(office: Office):
    office.join(1)
    later = START_MS + 5 * HOUR_MS
    seen = office.calls.preview(office.make(not_before=later), PRICES, 1)
    assert seen.finishes_at == later + 1000


def test_a_call_that_was_half_queued_when_the_power_went_is_finished_by_the_upkeep(office: Office):
    for number in range(3):
        office.join(number)
    call = office.make()
    with office.database.write() as tx:
        broadcasts.move(tx, call, ("draft",), "queueing")
    office.upkeep.turn()
    assert office.status(call) == "sending"
    assert office.messages(call) == {Status.QUEUED: 3}


def test_a_call_is_done_when_its_last_message_has_left(office: Office):
    office.join(1)
    number = office.make()
    office.calls.send(number)
    office.upkeep.turn()
    assert office.status(number) == "sending"
    deliverer_of(office.database, office.vault, KeptAggregator()).run_once()
    office.upkeep.turn()
    assert office.status(number) == "done"


def test_a_call_that_could_not_leave_in_time_expires_and_is_never_sent(office: Office):
    office.join(1)
    number = office.make(hours=1)
    office.calls.send(number)
    office.clock.advance(hours=1)
    aggregator = KeptAggregator()
    deliverer_of(office.database, office.vault, aggregator).run_once()
    assert office.status(number) == "expired"
    assert office.messages(number) == {Status.EXPIRED: 1}
    assert aggregator.sent == []


def test_a_call_that_left_in_time_is_done_and_not_expired(office: Office):
    office.join(1)
    number = office.make(hours=1)
    office.calls.send(number)
    deliverer_of(office.database, office.vault, KeptAggregator()).run_once()
    office.clock.advance(hours=1)
    office.upkeep.turn()
    assert office.status(number) == "done"


def test_withdrawing_that_the_power_cut_short_is_finished_by_the_upkeep(office: Office):
    office.join(1)
    number = office.make()
    office.calls.send(number)
    with office.database.write() as tx:
        broadcasts.move(tx, number, ("sending",), "stopped")
    office.upkeep.turn()
    assert office.messages(number) == {Status.CANCELLED: 1}


def test_callbacks_are_kept_as_long_as_the_settings_say(office: Office):
    with office.database.write() as tx:
        entry = Entry(tx.head.take_id(), b"k" * 16, CHANNEL, "sms", Taken.DONE, START_MS)
        inbox.keep(tx, [entry])
    kept: Callable[[], int] = lambda: _rows(office.database)  # noqa: E731
    office.clock.advance(days=6)
    office.upkeep.turn()
    assert kept() == 1
    office.clock.advance(days=2)
    office.upkeep.turn()
    assert kept() == 0


def test_a_call_that_was_stopped_while_it_leaves_sends_no_further_request(office: Office):
    for number in range(30):
        office.join(number)
    call = office.make()
    office.calls.send(call)
    aggregator = KeptAggregator()
    aggregator.during = lambda: time.sleep(0.02)
    running = deliverer_of(office.database, office.vault, aggregator)
    running.start()
    until(lambda: aggregator.sent, every_s=0.005)
    office.calls.stop(call)
    running.close()
    found = office.messages(call)
    office.calls.progress(call)
    later = deliverer_of(office.database, office.vault, aggregator)
    before = len(aggregator.texts)
    later.run_once()
    assert len(aggregator.texts) == before
    assert found.get(Status.ACCEPTED, 0) == before


def _rows(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(tables.inbox.c.id)).all())
