"""Machines whose clock is wrong or that were off: nothing is sent twice, and nothing stale."""

import pytest

from gateway.core.flow.triggers import Timetable
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange
from tests.service.ringing import Ringing

MEETING = """
flow: meeting
language: en
start: {keywords: [meeting]}
steps:
  comes: {schedule: {text: Come to the hall., after: 2 hours}, say: We will remind you.}
"""
HELLO = """
flow: hello
language: en
steps:
  words: {say: Hello again.}
"""


@pytest.fixture
def alarm(exchange: Exchange) -> Ringing:
    """What is due is carried out when a test says so."""
    exchange.add(MEETING, HELLO)
    return Ringing(exchange)


def _timetable(exchange: Exchange, clock: Clock, group: str = "") -> None:
    """Let a flow begin a minute from now."""
    at = exchange.ground.at(clock.now)
    table = Timetable("hello", tuple(range(7)), at.hour * 60 + at.minute + 1, group)
    exchange.add(HELLO, timetables=(table,))


def test_a_clock_that_is_set_back_after_a_timetable_begins_it_once(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    _timetable(exchange, clock)
    clock.advance(seconds=120)
    assert alarm.ring() == ["Hello again."]
    clock.advance(hours=-2)
    assert alarm.ring() == []
    clock.advance(hours=2, seconds=60)
    assert alarm.ring() == []
    clock.advance(days=1)
    assert alarm.ring() == ["Hello again."]


def test_a_clock_that_is_set_forward_over_a_timetable_leaves_it_out_or_begins_it_once(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    _timetable(exchange, clock)
    clock.advance(hours=5)
    assert alarm.ring() == []  # more than an hour late
    clock.advance(hours=-5)
    clock.advance(seconds=90)
    assert alarm.ring() == ["Hello again."]
    clock.advance(hours=5)
    assert alarm.ring() == []


def test_a_clock_that_is_set_back_makes_a_scheduled_text_later_and_never_twice(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    clock.advance(hours=-1)
    clock.advance(hours=2)
    assert alarm.ring() == []
    clock.advance(hours=1)
    assert alarm.ring() == ["Come to the hall."]
    clock.advance(hours=-3)
    assert alarm.ring() == []
    clock.advance(hours=3)
    assert (alarm.ring(), alarm.left()) == ([], 0)


def test_somebody_who_wrote_while_the_clock_was_ahead_is_answered_at_once_when_it_is_right(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    clock.advance(days=300)
    exchange.sms(AMINA, "meeting")
    clock.advance(days=-300)
    assert exchange.sms(AMINA, "meeting") == ["We will remind you."]
    newest = exchange.rows("messages")[-1]
    assert newest["not_before"] <= clock.now + 1000
    assert alarm.left() == 2


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        pytest.param(13.9, ["Come to the hall."], id="less than twelve hours late"),
        pytest.param(14.1, [], id="more than twelve hours late"),
    ],
)
def test_what_a_machine_that_was_off_finds_due_is_sent_unless_it_is_stale(
    hours: float, said: list[str], alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    clock.advance(hours=hours)
    assert (alarm.ring(), alarm.left()) == (said, 0)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        pytest.param(59, ["Hello again."], id="within the hour"),
        pytest.param(62, [], id="after it"),
    ],
)
def test_a_timetable_that_a_machine_slept_through_begins_within_its_grace(
    minutes: int, said: list[str], alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    _timetable(exchange, clock)
    clock.advance(seconds=60 * minutes)
    assert alarm.ring() == said


def test_a_timetable_with_a_group_is_for_those_in_it_however_its_name_is_written(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.add(
        HELLO,
        """
flow: enlist
language: en
start: {keywords: [enlist]}
steps:
  in: {join_group: Water Marshals, say: You are one of us.}
""",
    )
    exchange.join(AMINA)
    exchange.join(BWALYA)
    assert exchange.sms(AMINA, "enlist") == ["You are one of us."]
    _timetable(exchange, clock, "Water  marshals")
    clock.advance(seconds=120)
    before = len(exchange.queued(BWALYA))
    assert alarm.ring() == ["Hello again."]
    assert len(exchange.queued(BWALYA)) == before
