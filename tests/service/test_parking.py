"""Conversations that staff look after: handed over, or parked so that no machine is answered."""

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.graph import Say, Tell
from gateway.core.flow.triggers import Trigger
from gateway.core.movement import facts as kinds
from gateway.service import handovers
from gateway.service.handovers import HandoverError, Listed
from gateway.service.replay import verify
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, Exchange
from tests.graphs import flow, node, template, text

ADVICE = """
flow: advice
language: en
start: {keywords: [advice]}
steps:
  what: {ask: "What is it about?", expect: text, save: answer.what}
  over:
    hand_over: {note: "Asks about @answer.what", topic: law}
    say: Somebody will write to you.
"""
CIRCLES = """
flow: circles
language: en
start: {keywords: [circles]}
steps:
  first: {ask: "Ready?", expect: text, save: answer.x}
  around: {set: {answer.x: y}, goto: around}
"""


def _open(exchange: Exchange, *, closed: bool = False) -> list[Listed]:
    return handovers.listed(exchange.database, exchange.vault, closed=closed)


def test_a_flow_hands_a_person_over_and_what_they_write_is_shown_to_staff(exchange: Exchange):
    exchange.add(ADVICE)
    exchange.sms(AMINA, "ADVICE")
    assert exchange.sms(AMINA, "my rent") == ["Somebody will write to you."]
    (one,) = _open(exchange)
    assert (one.kind, one.flow, one.topic) == ("handed_over", "advice", "law")
    assert one.number == "+26097*****01"
    assert exchange.sms(AMINA, "are you there") == [], "a person is to answer, not a machine"
    assert exchange.sms(AMINA, "HELP")[0].startswith("Mashinani."), "keywords work all the same"
    handovers.reply(exchange.database, exchange.ground, one.id, "Come on Monday.", "Thandi")
    read = handovers.read(exchange.database, exchange.vault, one.id, "Thandi")
    assert read.note == "Asks about my rent"
    assert read.about.assigned == "Thandi"
    assert [(m.to_person, m.text) for m in read.messages] == [
        (False, "are you there"),
        (False, "HELP"),
        (True, "Come on Monday."),
    ]
    (fact,) = exchange.facts(kinds.CONVERSATION_READ)
    assert "Thandi" in fact["body"]
    assert verify(exchange.database).broken == ()
    purposes = [row["purpose"] for row in exchange.rows("messages") if row["handover"] == one.id]
    assert purposes.count(Purpose.STAFF) == 1


def test_once_it_is_closed_the_gateway_answers_by_itself_again(exchange: Exchange):
    exchange.add(ADVICE)
    for words in ("ADVICE", "my rent", "hello"):
        exchange.sms(AMINA, words)
    (one,) = _open(exchange)
    handovers.close(exchange.database, exchange.ground, one.id)
    assert _open(exchange) == []
    assert _open(exchange, closed=True)[0].status == "closed"
    assert exchange.sms(AMINA, "hello")[0].startswith("Sorry, we did not understand.")
    with pytest.raises(HandoverError, match="closed already"):
        handovers.close(exchange.database, exchange.ground, one.id)
    with pytest.raises(HandoverError, match="Only an open one"):
        handovers.reply(exchange.database, exchange.ground, one.id, "Hello", "Thandi")


def test_nobody_writes_to_a_person_who_said_stop(exchange: Exchange):
    exchange.add(ADVICE)
    for words in ("ADVICE", "my rent", "STOP"):
        exchange.sms(AMINA, words)
    (one,) = _open(exchange)
    with pytest.raises(HandoverError, match="said STOP"):
        handovers.reply(exchange.database, exchange.ground, one.id, "Hello", "Thandi")


def test_a_flow_that_runs_in_circles_is_parked_with_its_state_and_one_apology(exchange: Exchange):
    exchange.add(CIRCLES)
    exchange.sms(AMINA, "CIRCLES")
    assert exchange.sms(AMINA, "yes")[0].startswith("Sorry, something went wrong")
    (one,) = _open(exchange)
    assert one.kind == "parked"
    read = handovers.read(exchange.database, exchange.vault, one.id, "Thandi")
    assert "flow circles, step around" in read.note
    for words in ("yes", "hello", "what is it"):
        assert exchange.sms(AMINA, words) == []
    assert len(_open(exchange)) == 1
    handovers.close(exchange.database, exchange.ground, one.id)
    assert exchange.sms(AMINA, "yes")[0].startswith("Sorry, something"), "it goes on where it was"


def test_a_flow_that_runs_in_circles_says_the_same_once(exchange: Exchange):
    exchange.add(
        CIRCLES.replace("{set: {answer.x: y}, goto: around}", "{say: Hello., goto: around}")
    )
    exchange.sms(AMINA, "CIRCLES")
    (said,) = exchange.sms(AMINA, "yes")
    assert said.startswith("Hello.\nSorry, something went wrong")


def test_a_keyword_begins_anew_where_a_conversation_is_parked(exchange: Exchange):
    exchange.add(CIRCLES)
    for words in ("CIRCLES", "yes", "hello"):
        exchange.sms(AMINA, words)
    assert "What is your name?" in exchange.sms(AMINA, "JOIN")[0]
    assert "district" in exchange.sms(AMINA, "Amina")[0]
    assert len(_open(exchange)) == 1, "staff still see what happened"


def test_a_keyword_with_answers_begins_anew_where_a_conversation_is_parked(exchange: Exchange):
    exchange.add(CIRCLES)
    for words in ("CIRCLES", "yes", "hello"):
        exchange.sms(AMINA, words)
    assert exchange.sms(AMINA, "JOIN Amina, Chipata, yes")[0].startswith("Thank you Amina.")


def test_a_screen_apologises_and_the_next_dial_begins_anew(exchange: Exchange):
    exchange.add(CIRCLES, codes={"*384*77#": "circles"})
    session = exchange.dial(AMINA, code="*384*77#")
    assert session.type("yes").startswith("END Sorry")
    (one,) = _open(exchange)
    assert exchange.dial(AMINA, "6").screen.startswith("END Mashinani.")
    assert [other.id for other in _open(exchange)] == [one.id]


def test_two_machines_do_not_write_to_each_other_for_ever(exchange: Exchange):
    """An answering machine sends everything back that it gets."""
    (echo,) = exchange.sms(AMINA, "I am away.")
    turns = 1
    while turns < 100 and (answers := exchange.sms(AMINA, echo)):
        (echo,) = answers
        turns += 1
    assert turns == 3
    (one,) = _open(exchange)
    assert one.kind == "parked"
    assert exchange.sms(AMINA, "I am away.") == []
    assert exchange.sms(BWALYA, "I am away.") != []


def test_a_machine_that_sends_keywords_is_answered_so_often_within_an_hour(
    exchange: Exchange, clock: Clock
):
    answered = 0
    for number in range(200):
        clock.advance(seconds=1)
        answered += len(exchange.sms(AMINA, ("HELP", "STATUS", "LANGUAGE", "MENU")[number % 4]))
    assert answered <= 5 * 3, "each answer three times within ten minutes"
    assert len(_open(exchange)) <= answered, "staff do not read of every message"
    clock.advance(hours=2)
    assert exchange.sms(AMINA, "HELP") != []


def test_staff_are_told_once_of_a_machine_that_sends_one_keyword(exchange: Exchange, clock: Clock):
    for _ in range(20):
        clock.advance(seconds=1)
        exchange.sms(AMINA, "HELP")
    (one,) = _open(exchange)
    assert exchange.sms(AMINA, "STATUS") != [], "another keyword is answered"
    handovers.close(exchange.database, exchange.ground, one.id)
    assert _open(exchange) == []


def test_no_phone_is_answered_more_often_than_the_hour_allows(exchange: Exchange, clock: Clock):
    exchange.join(AMINA)
    exchange.open_motions()
    answered = [bool(exchange.sms(AMINA, f"12 {1 + number % 2}")) for number in range(80)]
    assert answered == [True] * 59 + [False] * 21, "joining was answered, too"
    assert exchange.votes(12) == {AMINA: 2}, "every vote counts all the same"
    clock.advance(hours=1)
    assert exchange.sms(AMINA, "12 1")[0].startswith("Vote 12: now we count Yes.")


def test_the_same_answer_is_given_again_after_a_while(exchange: Exchange, clock: Clock):
    for _ in range(12):
        assert len(exchange.sms(AMINA, "hello")) == 1
        clock.advance(seconds=240)


def test_a_person_handed_over_twice_is_with_staff_until_both_are_closed(exchange: Exchange):
    exchange.add(ADVICE)
    for words in ("ADVICE", "my rent", "ADVICE", "my goat"):
        exchange.sms(AMINA, words)
    first, second = _open(exchange)
    assert (first.kind, second.kind) == ("handed_over", "handed_over")
    handovers.close(exchange.database, exchange.ground, second.id)
    assert exchange.sms(AMINA, "hello") == [], "the other is still open"
    read = handovers.read(exchange.database, exchange.vault, first.id, "Thandi")
    assert [m.text for m in read.messages] == ["ADVICE", "my goat", "hello"]


IMPORTED = flow(
    "imported",
    node(
        "1",
        Say(text("Thank you.")),
        Tell("stub", (("type", template("enter_flow")), ("node", template("n1")))),
        Tell("labels", (("labels", (template("Spam"), template("Old"))),)),
    ),
    runs=True,
)


def test_what_could_not_be_imported_calls_for_staff_once_and_the_rest_is_kept_as_notices(
    exchange: Exchange,
):
    exchange.add(IMPORTED, whole={"imported": Trigger("imported", "en")})
    for _ in range(2):
        assert exchange.sms(AMINA, "imported") == ["Thank you."]
    (one,) = _open(exchange)
    assert (one.kind, one.topic) == ("stub", "enter_flow")
    listed = handovers.noticed(exchange.database, exchange.vault, None, 10)
    assert [(notice.kind, notice.values) for notice in listed] == [("labels", None)] * 2
    assert exchange.facts(kinds.CONVERSATION_READ) == []
    read = handovers.noticed(exchange.database, exchange.vault, "labels", 1, who="Thandi")
    assert [notice.values for notice in read] == [{"labels": ["Spam", "Old"]}]
    assert len(exchange.facts(kinds.CONVERSATION_READ)) == 1


def test_a_notice_of_somebody_who_was_erased_and_is_back_shows_nothing(exchange: Exchange):
    exchange.add(IMPORTED, whole={"imported": Trigger("imported", "en")})
    exchange.sms(AMINA, "imported")
    with exchange.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE phones SET salt = NULL")
        tx.connection.exec_driver_sql("UPDATE messages SET text_sealed = NULL")
    exchange.sms(AMINA, "imported")
    for who in (None, "Thandi"):
        new, old = handovers.noticed(exchange.database, exchange.vault, "labels", 10, who=who)
        assert (old.number, old.values) == ("(erased)", None)
        assert (new.values is None) is (who is None)
        assert new.number.startswith("+26097")


def test_a_repeated_callback_neither_opens_nor_counts_anything(exchange: Exchange):
    exchange.add(ADVICE)
    exchange.sms(AMINA, "ADVICE")
    form = exchange.sms_form(AMINA, "my rent")
    for _ in range(3):
        exchange.post(CallbackKind.SMS, form)
    assert len(_open(exchange)) == 1
