"""Quiet hours: nothing begins by itself, no call to action leaves, and every answer does."""

from zoneinfo import ZoneInfo

import pytest

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.flow.triggers import Timetable
from gateway.core.movement.audience import Audience
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.flowfiles.call_files import CallPlan
from gateway.service import handovers
from gateway.service.broadcast import Broadcasts
from gateway.service.deliver import Deliverer
from gateway.service.due import Alarm
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from tests.aggregator import KeptAggregator
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange
from tests.service.ringing import Ringing

LUSAKA = ZoneInfo("Africa/Lusaka")
QUIET = QuietHours.read("20:00-08:00", LUSAKA)
# Tests begin at 22:26:40 in Lusaka.
EVENING_MS = 1_779_991_200_000  # 28 May 2026, 20:00 in Lusaka
MORNING_MS = EVENING_MS + 12 * 3_600_000

FLOWS = (
    """
flow: water
language: en
start: {keywords: [water], ussd: "*384*20200*7#"}
by_sms_after: 10 minutes
steps:
  families:
    ask: How many families?
    expect: number
    save: answer.families
    timeout: {after: 2 hours, then: remind}
  thanks: {say: Thank you., goto: over}
  remind: {say: You can write WATER again.}
  over: {end: true}
""",
    """
flow: meeting
language: en
start: {keywords: [meeting]}
steps:
  comes: {schedule: {text: Come to the hall., after: 1 hour}, say: We will remind you.}
""",
    """
flow: staffed
language: en
start: {keywords: [person]}
steps:
  asks: {hand_over: {note: Somebody asks.}, say: Somebody will write.}
""",
    """
flow: hello
language: en
steps:
  words: {say: Hello again.}
""",
)


@pytest.fixture
def alarm(exchange: Exchange, clock: Clock) -> Ringing:
    """It is eight in the evening less an hour, and quiet from then on."""
    clock.now = EVENING_MS - 3_600_000
    exchange.quiet = QUIET
    exchange.add(*FLOWS)
    return Ringing(exchange)


@pytest.fixture
def bag() -> KeptAggregator:
    return KeptAggregator()


def _deliverer(exchange: Exchange, bag: KeptAggregator) -> Deliverer:
    line = exchange.ground.lines["demo"]
    return Deliverer(
        exchange.database,
        exchange.vault,
        [Route(line.id, "demo", bag, 1000.0, 10)],
        Policy(quiet=QUIET),
        places=exchange.places,
        movement="Mashinani",
        language="en",
        chance=lambda: 0.5,
        alarm=Alarm(exchange.database, exchange.ground),
    )


def _deliver(exchange: Exchange, bag: KeptAggregator) -> list[str]:
    before = len(bag.sent)
    deliverer, clock = _deliverer(exchange, bag), exchange.database.clock
    assert isinstance(clock, Clock)
    for _ in range(3):
        clock.advance(seconds=1)  # a channel earns what it may send as time passes
        deliverer.run_once()
    return [one.text for one in bag.sent[before:] for _ in one.numbers]


def test_a_scheduled_text_comes_when_the_hours_are_over(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    clock.now = EVENING_MS
    assert alarm.ring() == []
    clock.now = MORNING_MS - 1
    assert alarm.ring() == []
    clock.now = MORNING_MS + 1000
    assert alarm.ring() == ["Come to the hall."]
    assert (alarm.ring(), alarm.left()) == ([], 0)


def test_what_was_held_is_out_of_date_so_long_after_the_hours_and_not_before(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    clock.now = MORNING_MS + 12 * 3_600_000 - 1000
    assert alarm.ring() == ["Come to the hall."]
    exchange.sms(BWALYA, "meeting")  # due at nine in the evening, so at eight in the morning
    clock.advance(hours=25)
    assert alarm.ring(BWALYA) == []
    assert alarm.left() == 1  # it is quiet again
    clock.advance(hours=12)
    assert (alarm.ring(BWALYA), alarm.left()) == ([], 0)


def test_a_wait_that_ends_at_night_ends_in_the_morning_and_an_answer_counts_until_then(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "water")
    exchange.sms(BWALYA, "water")
    clock.advance(hours=2)
    assert alarm.ring() == []
    clock.advance(hours=3)
    assert exchange.sms(BWALYA, "40") == ["Thank you."]
    clock.now = MORNING_MS
    assert alarm.ring() == ["You can write WATER again."]
    assert len(exchange.queued(BWALYA)) == 2


def test_a_call_that_broke_off_at_night_goes_on_by_sms_in_the_morning(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    clock.now = EVENING_MS + 3_600_000
    screen = exchange.dial(AMINA, code="*384*20200*7#").screen
    assert screen.startswith("CON How many families?")
    clock.advance(seconds=700)
    assert alarm.ring() == []
    clock.now = MORNING_MS
    assert alarm.ring()[0] == "How many families?"


def test_a_timetable_whose_time_is_quiet_begins_when_the_hours_are_over(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    exchange.add(*FLOWS, timetables=(Timetable("hello", tuple(range(7)), 21 * 60),))
    clock.now = EVENING_MS + 3_660_000
    assert alarm.ring() == []
    clock.now = MORNING_MS + 60_000
    assert alarm.ring() == ["Hello again."]
    assert alarm.ring() == []


def test_answers_and_what_staff_write_leave_at_any_hour(
    alarm: Ringing, exchange: Exchange, clock: Clock, bag: KeptAggregator
):
    clock.now = EVENING_MS + 3_600_000
    exchange.sms(AMINA, "person")
    assert _deliver(exchange, bag) == ["Somebody will write."]
    (row,) = exchange.rows("handovers")
    handovers.reply(exchange.database, exchange.ground, row["id"], "Good evening.", "Grace")
    exchange.sms(BWALYA, "STOP")
    assert min(_deliver(exchange, bag)) == "Good evening."
    assert len(bag.sent) == 3
    assert alarm.left() == 0


def test_what_was_queued_before_the_hours_and_had_not_left_waits_until_they_are_over(
    alarm: Ringing, exchange: Exchange, clock: Clock, bag: KeptAggregator
):
    clock.now = EVENING_MS - 7_200_000
    exchange.sms(AMINA, "meeting")
    clock.now = EVENING_MS - 3_600_000
    assert alarm.ring() == ["Come to the hall."]
    clock.now = EVENING_MS
    assert _deliver(exchange, bag) == ["We will remind you."]
    clock.now = MORNING_MS
    assert _deliver(exchange, bag) == ["Come to the hall."]


def test_what_waits_for_longer_than_it_is_worth_having_is_not_sent_after_the_hours(
    alarm: Ringing, exchange: Exchange, clock: Clock, bag: KeptAggregator
):
    exchange.sms(AMINA, "meeting")
    clock.now = MORNING_MS
    assert alarm.ring() == ["Come to the hall."]
    clock.now = MORNING_MS + 48 * 3_600_000
    assert _deliver(exchange, bag) == []
    held = [row for row in exchange.rows("messages") if row["purpose"] == Purpose.NOTICE]
    assert [row["status"] for row in held] == [Status.EXPIRED]


def _call(exchange: Exchange, places: Places, valid_until: int) -> None:
    calls = Broadcasts(
        exchange.database, exchange.vault, places, movement="Mashinani", language="en", quiet=QUIET
    )
    plan = CallPlan("Meeting", None, {"en": "To the market!"}, Audience(), None, valid_until)
    line = exchange.ground.lines["demo"]
    assert calls.send(calls.create(plan, line.id)) == 1


def test_a_call_to_action_leaves_when_the_hours_are_over(
    alarm: Ringing, exchange: Exchange, clock: Clock, bag: KeptAggregator, places: Places
):
    exchange.join(AMINA)
    assert len(_deliver(exchange, bag)) == 1
    clock.now = EVENING_MS
    _call(exchange, places, MORNING_MS + 3_600_000)
    assert _deliver(exchange, bag) == []
    exchange.sms(AMINA, "water")
    assert _deliver(exchange, bag) == ["How many families?"]
    clock.now = MORNING_MS
    assert "To the market!" in _deliver(exchange, bag)
    assert alarm.left() == 0


def test_a_call_that_is_valid_only_until_the_morning_is_not_sent(
    alarm: Ringing, exchange: Exchange, clock: Clock, bag: KeptAggregator, places: Places
):
    exchange.join(AMINA)
    clock.now = EVENING_MS
    _call(exchange, places, MORNING_MS)
    clock.now = MORNING_MS
    assert "To the market!" not in _deliver(exchange, bag)
    assert [row["status"] for row in exchange.rows("broadcasts")] == ["expired"]
    assert alarm.left() == 0
