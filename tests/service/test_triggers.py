"""What begins a flow besides a keyword: patterns, codes, first contact, replies to calls."""

import re
from collections.abc import Callable

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.delivery.status import Status
from gateway.core.flow.triggers import Pattern, Trigger
from gateway.core.movement.audience import Audience
from gateway.flowfiles.call_files import CallPlan
from gateway.flowfiles.releases import Source
from gateway.service.broadcast import Broadcasts
from gateway.store import bulk, tables
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, DIALLED, HOUR_MS, Exchange

PUMPS = """
flow: pumps
language: en
steps:
  where: {ask: "Where is the pump?", expect: text, save: answer.where}
  done: {say: "We look at the pump in @answer.where."}
"""
HELLO = """
flow: hello
language: en
steps:
  words: {say: "Hello from @movement.name."}
"""
TRIP = """
flow: trip
language: en
steps:
  where: {ask: "Where to?", save: answer.where}
  many: {ask: "How many are you?", expect: number, save: answer.many}
"""
WORDS = """
flow: words
language: en
steps:
  words: {say: "We read it."}
"""


def _pattern(source: str, flow: str) -> Pattern:
    found: Callable[[str], re.Match[str] | None] = re.compile(source, re.IGNORECASE).search

    def groups(text: str) -> tuple[str, ...] | None:
        match = found(text)
        return None if match is None else match.groups()

    return Pattern(source, groups, Trigger(flow, "en"))


def test_a_pattern_begins_a_flow_wherever_it_stands_in_a_message(exchange: Exchange):
    exchange.add(PUMPS, patterns=(_pattern("pump", "pumps"),))
    assert exchange.sms(AMINA, "our PUMP is dry") == ["Where is the pump?"]
    assert exchange.sms(AMINA, "at the school") == ["We look at the pump in at the school."]


def test_a_whole_message_comes_before_a_first_word(exchange: Exchange):
    exchange.add(WORDS.replace("language: en", "start: {only: [join the march]}"))
    assert exchange.sms(AMINA, "Join the march!") == ["We read it."]
    assert exchange.sms(AMINA, "join the others")[0].startswith("Which district")


def test_a_pattern_does_not_take_an_answer(exchange: Exchange):
    exchange.add(PUMPS, patterns=(_pattern("pump", "pumps"),))
    for text in ("REPORT", "1", "Kitwe"):
        exchange.sms(AMINA, text)
    assert "Your report is" in exchange.sms(AMINA, "The pump is broken")[0]


@pytest.mark.parametrize("text", ["no water", "No  Water!", "“NO WATER”"])
def test_a_whole_message_begins_a_flow_and_interrupts_as_a_keyword_does(
    exchange: Exchange, text: str
):
    exchange.add(PUMPS, whole={"no water": Trigger("pumps", "en")})
    exchange.sms(AMINA, "JOIN")
    assert exchange.sms(AMINA, text) == ["Where is the pump?"]
    assert exchange.sms(BWALYA, "no water here")[0].startswith("Sorry")


def test_stop_a_vote_and_a_keyword_come_before_a_pattern(exchange: Exchange):
    exchange.add(PUMPS, patterns=(_pattern(".", "pumps"),))
    exchange.join(AMINA)
    exchange.open_motions()
    assert exchange.sms(AMINA, "12 1")[0].startswith("Vote 12: we counted Yes.")
    assert exchange.sms(AMINA, "HELP")[0].startswith("Mashinani.")
    assert exchange.sms(AMINA, "STOP")[0].startswith("You have left")
    assert exchange.sms(AMINA, "pump") == []


def test_the_first_contact_of_a_phone_begins_the_flow_for_newcomers_once(exchange: Exchange):
    exchange.add(HELLO, newcomer="hello")
    assert exchange.sms(AMINA, "good morning") == ["Hello from Mashinani."]
    assert exchange.sms(AMINA, "good morning")[0].startswith("Sorry")
    assert exchange.sms(BWALYA, "JOIN")[0].startswith("Welcome to Mashinani. What is your name?")


def test_two_first_messages_in_one_batch_are_one_first_contact(exchange: Exchange):
    exchange.add(HELLO, newcomer="hello")
    forms = [exchange.sms_form(AMINA, text) for text in ("good morning", "how are you")]
    batch = [exchange.callback(CallbackKind.SMS, form) for form in forms]
    exchange.receiver.receive(batch)
    first, second = exchange.queued(AMINA)
    assert first == "Hello from Mashinani."
    assert second.startswith("Sorry")


def test_what_is_for_new_members_follows_when_somebody_has_joined(exchange: Exchange):
    exchange.add(PUMPS, joined="pumps")
    (said,) = exchange.sms(AMINA, "JOIN Amina, Chipata, 1")
    assert said.startswith("Thank you Amina.")
    assert said.endswith("\nWhere is the pump?")
    assert exchange.sms(AMINA, "Kitwe") == ["We look at the pump in Kitwe."]
    assert exchange.sms(AMINA, "JOIN") == ["You are already a member. Your number is 1."]


def test_what_is_for_new_members_follows_on_the_screen_too(exchange: Exchange):
    exchange.add(PUMPS, joined="pumps")
    session = exchange.dial(AMINA, "1*Amina*Chipata*1")
    assert session.screen.startswith("CON Thank you Amina.")
    assert session.type("Kitwe") == "END We look at the pump in Kitwe."


def test_a_message_that_nothing_else_takes_begins_the_flow_of_its_short_code(exchange: Exchange):
    exchange.add(HELLO, WORDS, short_codes={"20200": "hello"}, other="words")
    assert exchange.sms(AMINA, "xyzzy") == ["Hello from Mashinani."]
    assert exchange.sms(AMINA, "xyzzy", to="20300") == ["We read it."]
    assert exchange.sms(AMINA, "HELP")[0].startswith("Mashinani. Send JOIN")


def test_every_other_message_begins_the_flow_for_the_rest(exchange: Exchange):
    exchange.add(WORDS, other="words")
    assert exchange.sms(AMINA, "xyzzy") == ["We read it."]
    exchange.sms(AMINA, "JOIN")
    assert "district" in exchange.sms(AMINA, "Amina")[0]


def test_a_code_begins_its_own_flow_and_a_deeper_one_another(exchange: Exchange):
    exchange.add(PUMPS, HELLO, codes={"*384*77#": "pumps", "*384*77*2#": "hello"})
    assert exchange.dial(AMINA, code="*384*77#").screen == "CON Where is the pump?"
    assert exchange.dial(BWALYA, "2", code="*384*77#").screen == "END Hello from Mashinani."
    assert exchange.dial(CHANDA, "1", code="*384*77#").screen == ("END We look at the pump in 1.")
    assert exchange.dial(CHANDA).screen.startswith("CON Welcome to Mashinani.")


def test_who_lost_a_call_dials_its_code_again_and_carries_on(exchange: Exchange):
    exchange.add(TRIP, HELLO, codes={"*384*77*2#": "trip", "*384*77*2*2#": "hello"})
    lost = exchange.dial(AMINA, "2", code="*384*77#").type("Mongu")
    again = exchange.dial(AMINA, "2", code="*384*77#")
    assert again.screen == "CON You had not finished.\n1 Continue\n2 Start again"
    assert again.type("1") == lost
    anew = exchange.dial(AMINA, "2", code="*384*77#")
    assert anew.type("9") == anew.screen, "anything else is asked again"
    assert anew.type("2") == "CON Where to?"


def test_who_dials_another_code_or_answers_behind_it_begins_anew(exchange: Exchange):
    exchange.add(TRIP, HELLO, codes={"*384*77*2#": "trip", "*384*77*3#": "hello"})
    exchange.dial(AMINA, "2", code="*384*77#").type("Mongu")
    assert exchange.dial(AMINA, "3", code="*384*77#").screen == "END Hello from Mashinani."
    exchange.dial(AMINA, "2", code="*384*77#").type("Mongu")
    assert exchange.dial(AMINA, "2*Kalabo", code="*384*77#").screen == "CON How many are you?"


def _call_everybody(exchange: Exchange) -> int:
    calls = Broadcasts(
        exchange.database, exchange.vault, exchange.places, movement="Mashinani", language="en"
    )
    until = exchange.database.clock() + HOUR_MS
    plan = CallPlan("Meeting", None, {"en": "Meet at the market."}, Audience(), None, until)
    number = calls.create(plan, 1)
    assert calls.send(number) == 1
    return number


def _settle(exchange: Exchange, status: Status) -> None:
    with exchange.database.write() as tx:
        rows = [
            (row["id"], int(status), tx.now)
            for row in exchange.rows("messages")
            if row["broadcast"] is not None
        ]
        bulk.update(tx, tables.messages, ("id",), ("status", "changed_at"), rows)


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.DELIVERED, Status.UNKNOWN])
def test_a_message_after_a_call_that_reached_the_phone_is_a_reply_to_it(
    exchange: Exchange, clock: Clock, status: Status
):
    exchange.add(HELLO, WORDS, broadcast_reply="words", other="hello")
    exchange.join(AMINA)
    _call_everybody(exchange)
    assert exchange.sms(AMINA, "I come") == ["Hello from Mashinani."], "it has not left yet"
    _settle(exchange, status)
    assert exchange.sms(AMINA, "I come") == ["We read it."]
    assert exchange.sms(BWALYA, "I come") == ["Hello from Mashinani."]
    assert exchange.sms(AMINA, "HELP")[0].startswith("Mashinani. Send JOIN")
    clock.advance(days=4)
    assert exchange.sms(AMINA, "I come") == ["Hello from Mashinani."]


@pytest.mark.parametrize("status", [Status.FAILED, Status.WITHHELD, Status.CANCELLED])
def test_a_call_that_did_not_reach_the_phone_has_no_replies(exchange: Exchange, status: Status):
    exchange.add(WORDS, broadcast_reply="words")
    exchange.join(AMINA)
    _call_everybody(exchange)
    _settle(exchange, status)
    assert exchange.sms(AMINA, "I come")[0].startswith("Sorry")


def _after_a_call(exchange: Exchange) -> int:
    exchange.join(AMINA)
    number = _call_everybody(exchange)
    _settle(exchange, Status.DELIVERED)
    return number


def _replies(exchange: Exchange) -> list[int]:
    return [row["reply_to"] for row in exchange.rows("messages") if row["reply_to"] is not None]


def test_who_replies_to_a_call_is_told_that_the_reply_is_kept(exchange: Exchange, clock: Clock):
    number = _after_a_call(exchange)
    assert exchange.sms(AMINA, "I come with my sister") == [
        "Thank you, we received your reply. Send HELP to see what you can do, or STOP to leave."
    ]
    assert _replies(exchange) == [number]
    assert exchange.sms(BWALYA, "I come")[0].startswith("Sorry"), "nobody called that phone"
    exchange.sms(AMINA, "LANGUAGE")
    chosen = exchange.sms(AMINA, "2")[0]
    assert chosen.startswith("Tizikulemberani"), "what a flow takes is no reply"
    assert exchange.sms(AMINA, "Ndibwera")[0].startswith("Zikomo, talandira yankho lanu.")
    clock.advance(days=4)
    assert exchange.sms(AMINA, "I am late")[0].startswith("Pepani, sitinamvetse")
    assert _replies(exchange) == [number, number]


def test_many_replies_are_all_kept_and_not_all_answered(exchange: Exchange):
    number = _after_a_call(exchange)
    answered = [len(exchange.sms(AMINA, f"reply {turn}")) for turn in range(6)]
    assert answered == [1, 1, 1, 0, 0, 0]
    assert _replies(exchange) == [number] * 6
    assert [row["kind"] for row in exchange.rows("handovers")] == ["parked"]


def test_who_said_stop_is_told_nothing_about_a_reply(exchange: Exchange):
    _after_a_call(exchange)
    assert exchange.sms(AMINA, "STOP")[0].startswith("You have left")
    assert exchange.sms(AMINA, "I come") == []
    assert _replies(exchange) == []


def test_a_folder_without_the_text_for_replies_answers_them_as_before(exchange: Exchange):
    files = dict(exchange.source.files)
    kept = [line for line in files["system.yaml"].splitlines() if b"reply_kept" not in line]
    exchange.restart(Source({**files, "system.yaml": b"\n".join(kept)}))
    number = _after_a_call(exchange)
    assert exchange.sms(AMINA, "I come")[0].startswith("Sorry, we did not understand.")
    assert _replies(exchange) == [number]


def test_a_screen_that_a_flow_leaves_empty_says_that_the_session_is_over(exchange: Exchange):
    exchange.add(TRIP, codes={f"{DIALLED[:-1]}*7#": "trip"})
    session = exchange.dial(AMINA, "7")
    session.type("Lusaka")
    assert session.type("4") == "END This session is over. Please dial again."
