"""What an SMS means: a command, a vote, a keyword or an answer; and what is never answered."""

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.delivery.purpose import Purpose
from gateway.core.movement import facts as kinds
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, DALITSO, Exchange


def test_a_person_joins_in_three_answers_and_the_consent_is_kept_as_it_was_asked(exchange):
    (asked,) = exchange.sms(AMINA, "join")
    assert "name" in asked
    exchange.sms(AMINA, "Amina Banda")
    (question,) = exchange.sms(AMINA, "chipata")
    (welcome,) = exchange.sms(AMINA, "1")
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["number"], member["place"], member["consent"]) == (1, "ZM-03-05", "yes")
    assert exchange.name_of(AMINA) == "Amina Banda"
    assert welcome == "Thank you Amina Banda. You are member 1 of Mashinani."
    assert question.split("\n")[0] in exchange.facts(kinds.CONSENT_RECORDED)[0]["body"]


def test_the_number_alone_is_enough_to_be_a_member(exchange):
    for text in ("JOIN", "0", "0", "2"):
        exchange.sms(AMINA, text)
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["status"], member["place"], member["consent"]) == ("member", None, "no")
    assert exchange.name_of(AMINA) == ""


def test_one_message_with_commas_walks_all_the_questions(exchange):
    answers = exchange.sms(AMINA, "JOIN Amina Banda, Chipata, 1")
    assert answers == ["Thank you Amina Banda. You are member 1 of Mashinani."]


def test_a_keyword_of_a_language_is_answered_in_that_language_from_then_on(exchange):
    for phone, keyword, language in ((AMINA, "LOWANI", "ny"), (BWALYA, "ingila", "bem")):
        (first,) = exchange.sms(phone, keyword)
        in_english = exchange.sms(CHANDA, "join")[0]
        assert first != in_english
        for text in ("0", "0", "1"):
            exchange.sms(phone, text)
        member = exchange.member(phone)
        assert member is not None
        assert member["language"] == language
        assert exchange.sms(phone, "xyzzy") != exchange.sms(DALITSO, "xyzzy")


def test_the_language_that_was_chosen_stays_with_a_phone_that_is_no_member(exchange):
    exchange.sms(AMINA, "LANGUAGE")
    exchange.sms(AMINA, "2")
    assert exchange.rows("phones")[0]["language"] == "ny"
    assert exchange.sms(AMINA, "help") != exchange.sms(BWALYA, "help")


@pytest.mark.parametrize(
    ("offered", "language"),
    [
        pytest.param(("en", "ny", "bem"), "en", id="not where the movement does not offer it"),
        pytest.param(("en", "sw", "am"), "sw", id="where the movement offers it"),
    ],
)
def test_a_keyword_is_understood_everywhere_and_asks_for_its_language(exchange, offered, language):
    exchange.languages = offered
    exchange.restart(exchange.source)
    (asked,) = exchange.sms(AMINA, "jiunge")
    assert asked.startswith({"en": "Welcome to", "sw": "Karibu"}[language])
    for text in ("0", "0", "1"):
        exchange.sms(AMINA, text)
    member = exchange.member(AMINA)
    assert member is not None
    assert member["language"] == language


def test_the_menu_of_languages_has_those_that_the_movement_offers(exchange):
    assert exchange.sms(AMINA, "LANGUAGE") == ["Your language?\n1 English\n2 Nyanja\n3 Bemba"]
    exchange.languages = ("en", "am")
    exchange.restart(exchange.source)
    assert exchange.sms(AMINA, "LANGUAGE") == ["Your language?\n1 English\n6 Amarinya"]
    assert exchange.sms(AMINA, "ቋንቋ") == ["ቋንቋዎ?\n1 English\n6 አማርኛ"]
    assert exchange.sms(AMINA, "6") == ["በአማርኛ እንጽፍልዎታለን።"]


@pytest.mark.parametrize("text", ["please help", "HELP.", "Thandizani", "ngafweniko"])
def test_a_cry_for_help_in_any_wording_is_helped(exchange, text):
    assert exchange.sms(AMINA, text) == exchange.sms(BWALYA, "help")


def test_stop_in_every_language_ends_any_flow_is_confirmed_once_and_then_there_is_silence(
    exchange,
):
    words = sorted(exchange.ground.releases.current.words.meanings["stop"])
    assert {"stop", "siyani", "lekeni"} <= set(words)
    wordings = [*words, "Please STOP sending me messages", "STOP!!", "“Stop.”", "s t o p"]
    for number, text in enumerate(wordings):
        phone = f"+2609700003{number:02d}"
        exchange.join(phone)
        exchange.sms(phone, "REPORT")
        (goodbye,) = exchange.sms(phone, text)
        assert goodbye.startswith("You have left Mashinani."), text
        for later in (text, "1", "REPORT", "12 1", "hello"):
            assert exchange.sms(phone, later) == [], (text, later)
        member = exchange.member(phone)
        assert member is not None
        assert member["status"] == "left"
    assert len(exchange.facts(kinds.PHONE_STOPPED)) == len(wordings)
    assert len(exchange.facts(kinds.PARTICIPANT_LEFT)) == len(wordings)


def test_a_sentence_that_holds_the_word_stop_is_a_sentence(exchange):
    exchange.join(AMINA)
    for text in ("REPORT", "1", "1"):
        exchange.sms(AMINA, text)
    (said,) = exchange.sms(AMINA, "Please stop the water cuts in our street")
    assert "Your report is" in said
    assert exchange.facts(kinds.PHONE_STOPPED) == []


def test_the_confirmation_of_a_stop_is_the_only_text_that_may_still_leave(exchange):
    exchange.join(AMINA)
    exchange.sms(AMINA, "STOP")
    purposes = [row["purpose"] for row in exchange.rows("messages") if row["direction"] == 1]
    assert purposes == [Purpose.ANSWER, Purpose.CONFIRMATION]


@pytest.mark.parametrize("word", ["START", "Yambani", "tampeni", "unstop"])
def test_start_brings_a_person_back_who_had_left(exchange, word):
    exchange.join(AMINA)
    exchange.sms(AMINA, "STOP")
    (welcome,) = exchange.sms(AMINA, word)
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["status"], member["number"], member["left_at"]) == ("member", 1, None)
    assert welcome.startswith("Welcome back")
    assert exchange.rows("phones")[0]["opted_out_at"] is None
    assert exchange.sms(AMINA, "STATUS") != []


def test_joining_again_after_stop_keeps_the_number_and_the_day_of_joining(
    exchange: Exchange, clock: Clock
):
    exchange.join(AMINA, "Amina", "Chipata")
    before = exchange.member(AMINA)
    exchange.sms(AMINA, "STOP")
    clock.advance(days=3)
    exchange.join(AMINA, "Amina Banda", "Kitwe")
    after = exchange.member(AMINA)
    assert before is not None
    assert after is not None
    assert (after["number"], after["joined_at"]) == (before["number"], before["joined_at"])
    assert (after["status"], after["left_at"], after["place"]) == ("member", None, "ZM-08-04")
    assert exchange.name_of(AMINA) == "Amina Banda"
    assert len(exchange.rows("participants")) == 1


def test_who_is_a_member_already_is_told_so(exchange):
    exchange.join(AMINA)
    (said,) = exchange.sms(AMINA, "JOIN")
    assert said == "You are already a member. Your number is 1."
    assert len(exchange.facts(kinds.PARTICIPANT_JOINED)) == 1


def test_a_report_gets_a_case_code_and_its_words_are_sealed(exchange):
    exchange.join(AMINA)
    for text in ("REPORT", "1", "1"):
        exchange.sms(AMINA, text)
    (said,) = exchange.sms(AMINA, "The pump * at the market is broken")
    (report,) = exchange.rows("reports")
    assert f"{report['code'][:3]}-{report['code'][3:]}" in said
    member = exchange.member(AMINA)
    assert member is not None
    words = exchange.vault.person(member["salt"]).open(b"words", report["words_sealed"])
    assert words == b"The pump * at the market is broken"
    assert (report["category"], report["place"]) == ("water", "ZM-03-05")


def test_who_is_no_member_can_report_too(exchange):
    for text in ("REPORT", "2", "Kitwe"):
        exchange.sms(AMINA, text)
    (said,) = exchange.sms(AMINA, "No medicine at the clinic")
    (report,) = exchange.rows("reports")
    assert "Your report is" in said
    assert report["participant"] is None
    assert exchange.rows("participants") == []


def test_a_vote_by_motion_and_option_is_recorded_and_the_last_one_counts(exchange):
    exchange.join(AMINA)
    exchange.open_motions()
    assert exchange.sms(AMINA, "12 1")[0].startswith("Vote 12: we counted Yes.")
    assert exchange.sms(AMINA, "VOTE 12 no")[0].startswith("Vote 12: now we count No.")
    assert exchange.sms(AMINA, "v12-1")[0].startswith("Vote 12: now we count Yes.")
    assert exchange.votes(12) == {AMINA: 1}
    assert [row["changes"] for row in exchange.rows("ballots")] == [2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12 3", "Vote 12 has no such answer."),
        ("12 maybe", "Vote 12 has no such answer."),
        ("99 1", "There is no open vote 99 for you."),
    ],
)
def test_a_vote_that_cannot_count_is_told_why(exchange, text, said):
    exchange.join(AMINA)
    exchange.open_motions()
    assert exchange.sms(AMINA, text)[0].startswith(said)
    assert exchange.rows("ballots") == []


def test_a_vote_after_the_close_is_told_that_it_came_too_late(exchange: Exchange, clock: Clock):
    exchange.join(AMINA)
    exchange.open_motions(hours=1)
    exchange.sms(AMINA, "12 1")
    clock.advance(hours=1)
    assert exchange.sms(AMINA, "12 2")[0].startswith("Vote 12 has closed.")
    assert exchange.votes(12) == {AMINA: 1}
    assert len(exchange.facts(kinds.BALLOT_REFUSED)) == 1


def test_only_the_people_of_the_assemblys_place_vote(exchange):
    exchange.join(AMINA, "Amina", "Chipata")
    exchange.join(BWALYA, "Bwalya", "Kitwe")
    for text in ("JOIN", "Chanda", "0", "1"):
        exchange.sms(CHANDA, text)
    exchange.open_motions(place="ZM-03")
    assert "we counted" in exchange.sms(AMINA, "12 1")[0]
    assert "no open vote" in exchange.sms(BWALYA, "12 1")[0]
    assert "do not know your place" in exchange.sms(CHANDA, "12 1")[0]
    assert "Only members" in exchange.sms(DALITSO, "12 1")[0]
    assert exchange.votes(12) == {AMINA: 1}


def test_a_number_that_answers_a_question_is_no_vote(exchange):
    exchange.open_motions(first=1)
    exchange.sms(AMINA, "JOIN")
    assert "district" in exchange.sms(AMINA, "77 30")[0]
    assert exchange.name_of_waiting(AMINA) == "77 30"


def test_an_alphabetic_sender_is_kept_and_never_answered(exchange):
    for sender in ("MTN-Money", "20300", "AIRTEL"):
        exchange.post(CallbackKind.SMS, exchange.sms_form(sender, "STOP paying more! Dial *115#"))
    assert exchange.rows("messages") == []
    assert exchange.rows("phones") == []
    kept = exchange.rows("inbox")
    assert len(kept) == 3
    body = exchange.vault.node.open(b"payload", kept[0]["payload_sealed"])
    assert b"MTN-Money" in body


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "🙂", "\x00", "…", "*", "0" * 5000, "é" * 2000]
)
def test_a_message_of_any_kind_is_kept_and_answered_once(exchange, text):
    assert len(exchange.sms(AMINA, text)) == 1
    (kept,) = [row for row in exchange.rows("messages") if row["direction"] == 0]
    salt = exchange.rows("phones")[0]["salt"]
    assert exchange.vault.person(salt).open(b"text", kept["text_sealed"]).decode() == text


def test_a_conversation_that_was_left_for_long_is_not_continued(exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, "JOIN")
    clock.advance(hours=25)
    (said,) = exchange.sms(AMINA, "Amina")
    assert said.startswith("Sorry, we did not understand.")


def test_a_keyword_that_answers_a_question_with_more_words_is_an_answer(exchange):
    for text in ("REPORT", "1", "Kitwe"):
        exchange.sms(AMINA, text)
    assert "Your report is" in exchange.sms(AMINA, "Report: the school has no roof")[0]
    assert len(exchange.rows("reports")) == 1


MEMBER = "Thank you Amina. You are member 1 of Mashinani."
BOAT = """
flow: boat
start: {keywords: [boat]}
steps:
  where:
    menu: Where to?
    options: {1: Mongu, 2: Boat yard, 3: Report}
    confirm: true
    save: answer.where
  seats: {ask: How many seats?, expect: "number(1, 5)", save: answer.seats}
  done: {say: "@answer.seats to @answer.where."}
"""


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(["REPORT"], id="a menu waits"),
        pytest.param(["JOIN Ben"], id="a place is asked for, and the words name one"),
        pytest.param(["BOAT Mongo"], id="it was asked back what was meant"),
        pytest.param(["BOAT 1"], id="a number is asked for"),
    ],
)
def test_a_keyword_with_answers_begins_its_flow_where_it_answers_no_question(exchange, before):
    exchange.add(BOAT)
    for text in before:
        exchange.sms(AMINA, text)
    assert exchange.sms(AMINA, "JOIN Amina, Chipata, yes") == [MEMBER]


@pytest.mark.parametrize(
    ("before", "answer", "said"),
    [
        pytest.param(["BOAT"], "Boat yard", "How many seats?", id="an option"),
        pytest.param(["BOAT"], "report", "How many seats?", id="an option that is a keyword"),
        pytest.param(["BOAT 1"], "join us for 3", "3 to Mongu.", id="a number"),
    ],
)
def test_what_surely_answers_the_question_is_an_answer_though_it_is_a_keyword(
    exchange, before, answer, said
):
    exchange.add(BOAT)
    for text in before:
        exchange.sms(AMINA, text)
    assert exchange.sms(AMINA, answer) == [said]


def test_a_national_and_an_international_writing_are_the_same_person(exchange):
    for sender, text in (("0970000001", "JOIN Amina, Chipata, 1"), ("260970000001", "STOP")):
        exchange.post(CallbackKind.SMS, exchange.sms_form(sender, text))
    assert len(exchange.queued(AMINA)) == 2
    assert [row["status"] for row in exchange.rows("participants")] == ["left"]
