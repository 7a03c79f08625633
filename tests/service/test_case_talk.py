"""What is written to and fro about a report, by its code; and what its reporter is told."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement.cases import State
from gateway.core.movement.moments import DAY_MS
from gateway.service import case_moves, case_talk
from gateway.service.audit import Audit
from gateway.service.cases import CaseError, Cases, Read
from gateway.store import exports
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, Exchange


@pytest.fixture
def cases(exchange: Exchange) -> Cases:
    audit = Audit(exchange.database, exchange.vault)
    return Cases(exchange.database, exchange.vault, exchange.ground, audit)


def filed(exchange: Exchange, phone: str = AMINA, words: str = "The pump is broken") -> str:
    """Let somebody report by SMS and return the code."""
    before = {row["code"] for row in exchange.rows("reports")}
    exchange.sms(phone, f"REPORT 1, Chipata, {words}")
    (row,) = [row for row in exchange.rows("reports") if row["code"] not in before]
    exchange.database.clock.advance(seconds=1)  # type: ignore[attr-defined]
    return str(row["code"])


def row(exchange: Exchange, code: str) -> Mapping[str, Any]:
    return next(one for one in exchange.rows("reports") if one["code"] == code)


def read(cases: Cases, code: str) -> Read:
    return cases.read(None, None, code)


@pytest.mark.parametrize(
    "shape",
    ["{code} the pump", "{written}: the pump", "Reply {code} the pump", "#{lower} - the pump"],
)
def test_a_reporter_adds_words_by_the_code(exchange: Exchange, cases: Cases, shape: str):
    code = filed(exchange)
    text = shape.format(code=code, written=codes.written(code), lower=code.lower())
    (answer,) = exchange.sms(AMINA, text)
    assert "added your words" in answer
    (message,) = read(cases, code).messages
    assert (message.to_person, message.text) == (False, text)
    assert row(exchange, code)["heard_at"] is not None


def test_nobody_else_adds_to_a_report_or_learns_that_there_is_one(exchange: Exchange, cases: Cases):
    code = filed(exchange)
    (answer,) = exchange.sms(BWALYA, f"{code} I did it")
    assert "no report of yours" in answer
    assert read(cases, code).messages == ()
    invented = "CFHJ234"
    assert exchange.sms(CHANDA, f"{invented} x")[0] == answer.replace(
        codes.written(code), codes.written(invented)
    )


def test_an_answer_of_seven_digits_to_a_question_is_an_answer(exchange: Exchange):
    exchange.sms(AMINA, "JOIN")
    answers = exchange.sms(AMINA, "2345678")
    assert "no report" not in " ".join(answers)


def test_staff_write_to_a_reporter_whose_number_they_never_see(exchange: Exchange, cases: Cases):
    code = filed(exchange)
    exchange.sms(AMINA, f"{code} it is worse")
    case_talk.write(cases, None, None, code, "Which pump is it?")
    (text,) = exchange.queued(AMINA)[-1:]
    assert codes.written(code) in text
    assert "Which pump is it?" in text
    assert f"reply {code}" in text
    sent = exchange.rows("messages")[-1]
    assert sent["purpose"] == Purpose.STAFF
    shown = read(cases, code)
    assert [one.to_person for one in shown.messages] == [False, True]
    assert row(exchange, code)["heard_at"] is None
    assert "26097" not in repr(shown).replace(repr(shown.about.row.phone), "")


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_nothing_and_too_much_are_not_sent(exchange: Exchange, cases: Cases, words: str):
    code = filed(exchange)
    before = exchange.queued(AMINA)
    with pytest.raises(CaseError):
        case_talk.write(cases, None, None, code, words)
    assert exchange.queued(AMINA) == before


def test_stop_is_final_for_words_and_for_states(exchange: Exchange, cases: Cases):
    code = filed(exchange)
    exchange.sms(AMINA, "STOP")
    before = exchange.queued(AMINA)
    with pytest.raises(CaseError, match="STOP"):
        case_talk.write(cases, None, None, code, "Are you there?")
    assert case_moves.move(cases, None, None, code, State.PLANNED) == 0
    assert exchange.sms(AMINA, f"{code} still broken") == []
    assert exchange.queued(AMINA) == before
    assert [one.text for one in read(cases, code).messages] == [f"{code} still broken"]
    assert row(exchange, code)["status"] == "planned"


def test_a_reporter_is_told_three_times_and_asked_whether_it_is_solved(
    exchange: Exchange, cases: Cases
):
    code = filed(exchange)
    before = len(exchange.queued(AMINA))
    steps = (State.PLANNED, State.IN_PROGRESS, State.NEEDS_INFO, State.SOLVED, State.IN_PROGRESS)
    told = [case_moves.move(cases, None, None, code, state) for state in steps]
    assert told == [1, 1, 0, 1, 0]
    texts = exchange.queued(AMINA)[before:]
    assert len(texts) == rules.MOST_UPDATES
    assert f"{code} YES" in texts[-1]
    purposes = [row["purpose"] for row in exchange.rows("messages")[-3:]]
    assert purposes == [Purpose.NOTICE] * 3


def test_whoever_moves_a_report_need_not_tell(exchange: Exchange, cases: Cases):
    code = filed(exchange)
    before = exchange.queued(AMINA)
    assert case_moves.move(cases, None, None, code, State.PLANNED, telling=False) == 0
    assert exchange.queued(AMINA) == before


@pytest.mark.parametrize(
    ("words", "state", "said"),
    [
        ("YES", "closed", "is closed"),
        ("yes thank you", "closed", "is closed"),
        ("NO", "in_progress", "open again"),
        ("no, still dry", "in_progress", "open again"),
        ("inde", "closed", "is closed"),
        ("perhaps", "solved", "added your words"),
    ],
)
def test_yes_closes_a_solved_report_and_no_opens_it_again(
    exchange: Exchange, cases: Cases, words: str, state: str, said: str
):
    code = filed(exchange)
    case_moves.move(cases, None, None, code, State.SOLVED)
    (answer,) = exchange.sms(AMINA, f"{code} {words}")
    assert said in answer
    assert row(exchange, code)["status"] == state


def test_a_yes_to_nothing_moves_nothing(exchange: Exchange):
    code = filed(exchange)
    exchange.sms(AMINA, f"{code} yes")
    assert row(exchange, code)["status"] == "new"


def test_reporters_of_merged_reports_hear_what_becomes_of_the_one_that_leads(
    exchange: Exchange, cases: Cases
):
    lead, other, third = filed(exchange), filed(exchange, BWALYA), filed(exchange, CHANDA)
    case_moves.merge(cases, None, None, third, other)
    case_moves.merge(cases, None, None, other, lead)
    shown = read(cases, lead)
    assert {one.row.code for one in shown.led} == {other, third}
    assert read(cases, other).leads is not None
    assert case_moves.move(cases, None, None, lead, State.SOLVED) == 3
    assert f"{other} YES" in exchange.queued(BWALYA)[-1]
    exchange.sms(BWALYA, f"{other} yes")
    assert row(exchange, lead)["status"] == "solved"
    exchange.sms(CHANDA, f"{third} no")
    assert row(exchange, lead)["status"] == "in_progress"
    case_moves.move(cases, None, None, other, State.NEW)
    assert row(exchange, other)["duplicate_of"] is None


def test_what_cannot_be_merged_is_refused(exchange: Exchange, cases: Cases):
    lead, other, third = filed(exchange), filed(exchange, BWALYA), filed(exchange, CHANDA)
    case_moves.merge(cases, None, None, other, lead)
    for code, into in ((lead, lead), (third, other), (other, third)):
        with pytest.raises(CaseError):
            case_moves.merge(cases, None, None, code, into)


def test_reports_alike_are_suggested_until_they_are_too_far_apart(
    exchange: Exchange, cases: Cases, clock: Clock
):
    first = filed(exchange)
    second = filed(exchange, BWALYA)
    clock.advance(ms=15 * DAY_MS)
    third = filed(exchange, CHANDA)
    assert [one.row.code for one in read(cases, second).alike] == [first]
    assert read(cases, third).alike == ()
    assert read(cases, first).numbers == 2


def test_nothing_about_a_report_in_danger_leaves(exchange: Exchange, cases: Cases):
    code = filed(exchange, words="They beat us")
    case_talk.write(cases, None, None, code, "Where are you?")
    cases.hold(None, None, code, "he was threatened")
    queued = [row for row in exchange.rows("messages") if row["report"] and row["direction"] == 1]
    assert [row["status"] for row in queued] == [Status.CANCELLED]
    assert exchange.sms(AMINA, f"{code} they are here") == []
    assert case_moves.move(cases, None, None, code, State.PLANNED) == 0
    with pytest.raises(CaseError, match="danger"):
        case_talk.write(cases, None, None, code, "Where are you?")
    shown = read(cases, code)
    assert (shown.words, shown.messages) == (None, ())
    shown = cases.read(None, None, code, reason="to call help")
    assert shown.words == "They beat us"
    assert len(shown.messages) == 2
    with exchange.database.read() as view:
        told = [row for page in exports.messages(view) for row in page]
        assert [row for page in exports.reports(view) for row in page] == []
    # What is left is the receipt with the code: the SMS that reported is gone with the report.
    assert len(told) == 1
    assert told[0].direction == 1
