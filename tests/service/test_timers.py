"""What is due later: waits that end, broken calls that go on by SMS, schedules, timetables."""

import threading
from collections.abc import Iterator

import pytest

from gateway.core.flow.triggers import Timetable
from gateway.core.movement.places import Places
from gateway.core.text import gsm7, messages
from gateway.service.due import Alarm
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock, PostgresServer
from tests.exchange import AMINA, BWALYA, CHANDA, Exchange
from tests.service.ringing import Ringing

WATER = """
flow: water
language: en
start: {keywords: [water]}
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
"""
PAUSED = """
flow: paused
language: en
start: {keywords: [paused]}
steps:
  later: {wait: 4 days}
  then: {say: Four days are over.}
"""
MEETING = """
flow: meeting
language: en
start: {keywords: [meeting]}
steps:
  comes:
    schedule: {text: Tomorrow at the kerosene hall., after: 2 days, name: hall}
    say: We will remind you.
"""
AWAY = """
flow: away
language: en
start: {keywords: [away]}
steps:
  stays: {unschedule: hall, say: No reminder.}
"""
LATER = """
flow: later
language: en
start: {keywords: [later]}
steps:
  first: {schedule: {flow: hello, after: 1 hour}, say: Later.}
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
    exchange.add(WATER, PAUSED, MEETING, AWAY, LATER, HELLO)
    return Ringing(exchange)


def test_a_wait_ends_when_nobody_answered_in_time(alarm: Ringing, exchange: Exchange, clock: Clock):
    assert exchange.sms(AMINA, "water") == ["How many families?"]
    clock.advance(seconds=7199)
    assert alarm.ring() == []
    clock.advance(seconds=1)
    assert alarm.ring() == ["You can write WATER again."]
    assert alarm.ring() == []
    assert alarm.left() == 0


def test_a_reply_in_time_takes_the_end_of_the_wait_away(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "water")
    clock.advance(hours=1)
    assert exchange.sms(AMINA, "40") == ["Thank you."]
    assert alarm.left() == 0
    clock.advance(hours=1)
    assert alarm.ring() == []


def test_the_time_of_a_question_that_is_put_again_begins_anew(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "water")
    clock.advance(hours=1)
    assert "How many families?" in exchange.sms(AMINA, "many")[0]
    clock.advance(hours=1)
    assert alarm.ring() == []
    clock.advance(hours=1)
    assert alarm.ring() == ["You can write WATER again."]


def test_a_pause_ends_though_somebody_wrote_meanwhile(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "paused")
    clock.advance(days=3)
    assert exchange.sms(AMINA, "hello?") == []
    clock.advance(days=1)
    assert alarm.ring() == ["Four days are over."]


def test_a_keyword_with_answers_behind_it_is_heard_in_a_pause(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "paused")
    clock.advance(hours=1)
    assert exchange.sms(AMINA, "WATER 40") == ["Thank you."]


def test_stop_takes_away_everything_that_is_due(alarm: Ringing, exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, "meeting")
    exchange.sms(AMINA, "water")
    assert alarm.left() == 2
    exchange.sms(AMINA, "STOP")
    assert alarm.left() == 0
    exchange.sms(AMINA, "START")
    clock.advance(days=2)
    assert alarm.ring() == []


def test_nothing_is_sent_to_somebody_who_is_opted_out_whatever_rows_there_are(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    with exchange.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE phones SET opted_out_at = 1")
    clock.advance(days=2)
    assert (alarm.ring(), alarm.left()) == ([], 0)


def test_a_scheduled_text_comes_once_and_at_its_time(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    assert exchange.sms(AMINA, "meeting") == ["We will remind you."]
    exchange.sms(AMINA, "meeting")  # the same name: it replaces the first
    clock.advance(days=2)
    assert alarm.ring() == ["Tomorrow at the kerosene hall."]
    assert alarm.ring() == []


def test_a_long_scheduled_text_comes_in_messages_that_networks_put_together_again(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    long = " ".join(["Bring your friends and a bottle of water. The hall is small."] * 20)
    exchange.add(MEETING.replace("Tomorrow at the kerosene hall.", long))
    exchange.sms(AMINA, "meeting")
    clock.advance(days=2)
    came = alarm.ring()
    assert " ".join(came) == long
    assert len(came) == 2
    assert all(gsm7.segments(one).count <= messages.MOST_SEGMENTS for one in came)


def test_what_was_scheduled_is_taken_back_by_its_name(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    exchange.sms(BWALYA, "meeting")
    exchange.sms(AMINA, "away")
    clock.advance(days=2)
    assert alarm.ring() == []
    assert len(exchange.queued(BWALYA)) == 2


def test_a_reminder_whose_time_is_long_over_is_not_sent(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    clock.advance(days=2, hours=13)
    assert (alarm.ring(), alarm.left()) == ([], 0)


def test_a_scheduled_text_is_sealed(alarm: Ringing, exchange: Exchange):
    exchange.sms(AMINA, "meeting")
    (row,) = exchange.rows("timers")
    assert b"kerosene" not in row["text_sealed"]
    assert alarm.left() == 1


def test_a_scheduled_flow_waits_until_nothing_else_is_under_way(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "later")
    clock.advance(seconds=3000)
    exchange.sms(AMINA, "water")
    clock.advance(seconds=700)
    assert alarm.ring() == []
    assert exchange.sms(AMINA, "40") == ["Thank you."]
    clock.advance(seconds=600)
    assert alarm.ring() == ["Hello again."]
    assert alarm.left() == 0


def test_a_scheduled_flow_is_given_up_after_a_day_and_staff_are_told(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "later")
    exchange.sms(AMINA, "paused")
    for _ in range(26):
        clock.advance(hours=1)
        assert alarm.ring() == []
    assert [row["kind"] for row in exchange.rows("notices")] == ["flow_not_begun"]
    assert alarm.left() == 1  # the pause


def test_a_call_that_broke_off_goes_on_by_sms_once(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.add(WATER, HELLO, codes={"*384*20200#": "water"})
    assert exchange.dial(AMINA).screen.startswith("CON How many families?")
    clock.advance(seconds=600)
    assert alarm.ring() == ["How many families?"]
    clock.advance(seconds=600)
    assert alarm.ring() == []
    assert exchange.sms(AMINA, "40") == ["Thank you."]


def test_a_call_that_was_dialled_again_does_not_go_on_by_sms_yet(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.add(WATER, HELLO, codes={"*384*20200#": "water"})
    exchange.dial(AMINA)
    clock.advance(seconds=500)
    exchange.dial(AMINA)
    clock.advance(seconds=100)
    assert alarm.ring() == []
    clock.advance(seconds=500)
    assert alarm.ring() == ["How many families?"]


def _timetable(exchange: Exchange, clock: Clock, group: str = "") -> None:
    at = exchange.ground.at(clock.now)
    minutes = at.hour * 60 + at.minute + 1
    table = Timetable("hello", tuple(range(7)), minutes, group)
    exchange.add(HELLO, timetables=(table,))


def test_a_timetable_begins_its_flow_once_for_members_who_agreed(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    exchange.join(BWALYA)
    exchange.sms(BWALYA, "STOP")
    exchange.sms(CHANDA, "hello")  # no member
    _timetable(exchange, clock)
    assert alarm.ring() == []
    clock.advance(seconds=120)
    strangers = len(exchange.queued(CHANDA)), len(exchange.queued(BWALYA))
    assert alarm.ring() == ["Hello again."]
    assert alarm.ring() == []
    assert (len(exchange.queued(CHANDA)), len(exchange.queued(BWALYA))) == strangers


def test_a_timetable_that_nobody_was_there_for_is_left_out_after_its_grace(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    _timetable(exchange, clock)
    clock.advance(hours=1, seconds=120)
    assert alarm.ring() == []


def test_a_timer_that_breaks_is_tried_again_and_holds_up_no_other(
    alarm: Ringing, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, "meeting")
    exchange.sms(BWALYA, "meeting")
    owner = exchange.vault.phone_id(AMINA)
    mark = "?" if exchange.database.dialect == "sqlite" else "%s"
    with exchange.database.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE timers SET text_sealed = {mark} WHERE phone = {mark}", (bytes(60), owner)
        )
    clock.advance(days=2)
    assert alarm.ring(BWALYA) == ["Tomorrow at the kerosene hall."]
    (left,) = exchange.rows("timers")
    assert (left["phone"], left["attempts"]) == (owner, 1)
    for _ in range(6):
        clock.advance(hours=1)
        alarm.ring()
    assert alarm.left() == 0


@pytest.fixture
def two(
    postgres: PostgresServer, postgresql_template: str, vault: Vault, places: Places
) -> Iterator[list[Exchange]]:
    """Two processes on one PostgreSQL."""
    url = postgres.new_database(postgresql_template)
    clock = Clock()
    databases = [Database(url, clock=clock) for _ in range(2)]
    assert len({one.claim_stream() for one in databases}) == 2
    exchanges = [Exchange(one, vault, places) for one in databases]
    for one in exchanges:
        one.add(MEETING, HELLO)
    yield exchanges
    for database in databases:
        database.close()


def test_two_processes_that_look_at_once_carry_everything_out_once(two: list[Exchange]):
    phones = [f"+2609700006{number:02d}" for number in range(60)]
    for phone in phones:
        two[0].sms(phone, "meeting")
    clock = two[0].database.clock
    assert isinstance(clock, Clock)
    clock.advance(days=2)
    troubles: list[BaseException] = []
    ready = threading.Barrier(4)

    def run(exchange: Exchange) -> None:
        ready.wait()
        alarm = Alarm(exchange.database, exchange.ground)
        try:
            for _ in range(10):
                alarm.turn()
        except BaseException as trouble:  # noqa: BLE001 - reported by the test's own thread
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(one,)) for one in two * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    assert two[0].rows("timers") == []
    # Numbers of two processes say nothing of the order in time.
    assert [sorted(two[1].queued(phone)) for phone in phones] == [
        ["Tomorrow at the kerosene hall.", "We will remind you."] for _ in phones
    ]
