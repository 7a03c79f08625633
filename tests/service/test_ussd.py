"""What a USSD turn shows: input is what was added, a repeat moves nothing, and sessions resume."""

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.movement import facts as kinds
from gateway.core.text.screens import fits
from gateway.flowfiles.releases import Source
from gateway.service.thread import Thread
from gateway.service.world import STATE
from gateway.store import people
from gateway.store.people import ConversationRow
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, DIALLED, Exchange

ODD_TEXTS = ("*", "**", "", " ", "0", "98", "99", "#", "1*", "é" * 200, "🙂", "\x00", "9" * 90)


def test_the_first_screen_is_the_menu_and_fits_the_opening_limit(exchange):
    screen = exchange.dial(AMINA).screen
    assert screen.startswith("CON Welcome to Mashinani.\n1 Join\n2 Report a problem")
    assert fits(screen.removeprefix("CON "), 140)


def test_a_person_joins_by_ussd(exchange):
    session = exchange.dial(AMINA)
    for text in ("1", "Amina Banda", "Chipata"):
        assert session.type(text).startswith("CON ")
    assert session.type("1") == "END Thank you Amina Banda. You are member 1 of Mashinani."
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["place"], member["consent"]) == ("ZM-03-05", "yes")


def test_stars_in_free_text_belong_to_the_text(exchange):
    session = exchange.dial(AMINA)
    for text in ("2", "1", "Kitwe"):
        session.type(text)
    assert "Your report is" in session.type("Pump *broken* at 5*6 street**")
    (report,) = exchange.rows("reports")
    phone = exchange.rows("phones")[0]
    words = exchange.vault.person(phone["salt"]).open(b"words", report["words_sealed"])
    assert words == b"Pump *broken* at 5*6 street**"


def test_a_name_that_begins_with_a_star_loses_nothing_but_the_separator(exchange):
    session = exchange.dial(AMINA)
    session.type("1")
    session.type("*7*")
    assert exchange.name_of_waiting(AMINA) == "*7*"


def test_a_session_that_an_older_version_began_goes_on(exchange):
    session = exchange.dial(AMINA)
    session.type("1")
    (row,) = exchange.rows("conversations")
    person = exchange.vault.person(exchange.rows("phones")[0]["salt"])
    thread = Thread.from_bytes(person.open(STATE, row["state_sealed"]), row["updated_at"])
    thread.session = exchange.vault.request_key("demo", session.name, DIALLED).hex()
    sealed = person.seal(STATE, thread.to_bytes())
    with exchange.database.write() as tx:
        before = ConversationRow(row["phone"], row["release"], sealed, row["updated_at"])
        people.save_conversations(tx, [before])
    assert session.type("Amina Banda").startswith("CON ")
    assert session.type("Chipata").startswith("CON ")
    assert exchange.name_of_waiting(AMINA) == "Amina Banda"


def test_an_equal_text_gets_the_stored_screen_again_and_moves_nothing(exchange):
    session = exchange.dial(AMINA)
    first = session.screen
    assert session.post("") == first
    asked = session.type("1")
    assert session.post("1") == asked
    session.type("Amina")
    assert session.post("1") == asked
    assert session.post("1*Amina") == session.screen
    assert exchange.name_of_waiting(AMINA) == "Amina"
    assert len(exchange.rows("inbox")) == 3


@pytest.mark.parametrize(
    "stale",
    [
        pytest.param("1*Ami", id="a shorter text"),
        pytest.param("2", id="another first answer"),
        pytest.param("1*Amina2", id="a longer text without a separator"),
        pytest.param("1*amina*Chipata", id="another second answer"),
    ],
)
def test_a_text_that_does_not_continue_the_session_shows_the_screen_again(exchange, stale):
    session = exchange.dial(AMINA)
    session.type("1")
    session.type("Amina")
    assert session.post(stale) == session.screen
    assert session.type("Chipata").startswith("CON May we text you")


def test_dialling_further_walks_the_steps_at_once(exchange):
    session = exchange.dial(AMINA, "1*Amina*Chipata*1")
    assert session.screen == "END Thank you Amina. You are member 1 of Mashinani."
    asked = exchange.dial(BWALYA, "2*1")
    assert asked.screen.startswith("CON Which district")
    assert asked.type("Kitwe").startswith("CON What is wrong")


def test_dialling_further_than_the_menu_goes_stops_where_it_is_not_understood(exchange):
    session = exchange.dial(AMINA, "77*1")
    assert session.screen.startswith("CON ")
    assert "1 Join" in session.screen
    assert session.type("1").startswith("CON Welcome to Mashinani. What is your name?")


def test_the_opening_screen_keeps_its_limit_when_more_was_dialled(exchange):
    for index, text in enumerate(("2", "1", "3", "5", "6", "2*1", "1*Amina", "4*4*4")):
        screen = exchange.dial(f"+2609700004{index:02d}", text).screen
        assert fits(screen[4:], 140), screen


def test_a_dropped_session_resumes_on_the_next_dial(exchange):
    session = exchange.dial(AMINA)
    session.type("1")
    asked = session.type("Amina")
    again = exchange.dial(AMINA)
    assert again.screen == "CON You had not finished.\n1 Continue\n2 Start again"
    assert again.type("1") == asked
    assert again.type("Chipata").startswith("CON May we text you")
    again.type("1")
    assert exchange.name_of(AMINA) == "Amina"


def test_a_dropped_session_can_start_again_and_an_odd_answer_is_asked_again(exchange):
    exchange.dial(AMINA, "1*Amina")
    again = exchange.dial(AMINA)
    offered = again.screen
    assert again.type("7") == offered
    assert again.type("2").startswith("CON Welcome to Mashinani.\n1 Join")
    assert exchange.dial(AMINA).screen.startswith("CON Welcome to Mashinani.\n1 Join")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("1.", "Which district"), ("pitirizani", "Which district"), ("start again", "1 Join")],
)
def test_the_offer_to_carry_on_is_taken_in_words_too(exchange, typed, shown):
    exchange.dial(AMINA, "1*Amina")
    assert shown in exchange.dial(AMINA).type(typed)


def test_the_menu_itself_and_a_finished_conversation_are_not_resumed(exchange):
    exchange.dial(AMINA)
    assert "Continue" not in exchange.dial(AMINA).screen
    exchange.dial(BWALYA, "1*Bwalya*Kitwe*1")
    assert "Continue" not in exchange.dial(BWALYA).screen


def test_a_conversation_older_than_the_limit_is_not_resumed(exchange: Exchange, clock: Clock):
    exchange.dial(AMINA, "1*Amina")
    clock.advance(hours=25)
    assert "Continue" not in exchange.dial(AMINA).screen


def test_a_conversation_begun_by_sms_goes_on_by_ussd(exchange):
    exchange.sms(AMINA, "JOIN")
    session = exchange.dial(AMINA)
    assert "1 Continue" in session.screen
    assert "What is your name?" in session.type("1")
    session.type("Amina")
    session.type("Kitwe")
    assert session.type("1").startswith("END Thank you Amina.")


def test_stop_typed_into_any_screen_ends_everything(exchange):
    exchange.join(AMINA)
    session = exchange.dial(AMINA, "2*1*1")
    assert session.type("Stop").startswith("END You have left Mashinani.")
    assert exchange.rows("phones")[0]["opted_out_at"] is not None
    assert exchange.dial(AMINA, "siyani").screen.startswith("END You have left already")
    assert len(exchange.facts(kinds.PHONE_STOPPED)) == 1
    member = exchange.member(AMINA)
    assert member is not None
    assert member["status"] == "left"


def test_a_session_that_a_stop_by_sms_ended_says_so(exchange):
    session = exchange.dial(AMINA, "1*Amina")
    exchange.sms(AMINA, "STOP")
    assert session.type("Chipata") == "END This session is over. Please dial again."
    assert exchange.rows("participants") == []


def test_a_session_that_is_over_says_so_to_whatever_still_comes(exchange):
    session = exchange.dial(AMINA, "6")
    assert session.screen.startswith("END ")
    assert session.type("1") == "END This session is over. Please dial again."
    assert session.post("6").startswith("END Mashinani.")


def test_joining_by_ussd_after_stop_starts_messages_again(exchange):
    exchange.join(AMINA)
    exchange.sms(AMINA, "STOP")
    exchange.dial(AMINA, "1*0*0*1")
    assert exchange.rows("phones")[0]["opted_out_at"] is None
    member = exchange.member(AMINA)
    assert member is not None
    assert (member["number"], member["status"]) == (1, "member")


def test_a_vote_that_waits_comes_before_the_menu_and_once_cast_no_more(exchange):
    exchange.join(AMINA)
    exchange.open_motions()
    session = exchange.dial(AMINA)
    assert "More boreholes?" in session.screen
    session.type("12")
    assert session.type("1").startswith("END Your vote is counted: Yes.")
    assert "More boreholes?" not in exchange.dial(AMINA).screen.split("\n")[1]
    changing = exchange.dial(AMINA, "3*12*2")
    assert changing.screen.startswith("END Your vote is changed to: No.")
    assert exchange.votes(12) == {AMINA: 2}
    assert [row["changes"] for row in exchange.rows("ballots")] == [1]


def test_a_vote_typed_after_the_close_is_told_that_it_came_too_late(
    exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    exchange.open_motions(hours=1)
    session = exchange.dial(AMINA)
    session.type("12")
    clock.advance(hours=1)
    assert session.type("1").startswith("END This vote has closed.")
    assert exchange.rows("ballots") == []


def test_who_lives_elsewhere_is_not_asked_to_vote(exchange):
    exchange.join(AMINA, "Amina", "Chipata")
    exchange.open_motions(place="ZM-08")
    assert "Welcome" in exchange.dial(AMINA).screen
    assert exchange.dial(AMINA, "3").screen == "END Nothing is open for your vote now."


def test_the_numbers_of_the_menu_are_the_same_for_everybody(exchange):
    exchange.join(AMINA)
    for line in exchange.dial(AMINA).screen.split("\n")[1:]:
        assert line in {"2 Report a problem", "3 Vote", "4 My details", "5 Language", "6 Help"}
    assert "1 Join" not in exchange.dial(AMINA).screen
    assert "1 Join" in exchange.dial(BWALYA).screen


def test_a_language_once_chosen_speaks_on_every_later_screen(exchange):
    exchange.dial(AMINA, "5*2")
    exchange.dial(BWALYA, "5*3")
    english, nyanja, bemba = (exchange.dial(one).screen for one in (CHANDA, AMINA, BWALYA))
    assert len({english, nyanja, bemba}) == 3
    for screen in (english, nyanja, bemba):
        assert fits(screen[4:], 140)


LONG = "flow: home\nname: Long\nlanguage: en\nresume: false\nstart: {ussd: true}\nsteps:\n"


def _long_menu(exchange: Exchange) -> None:
    options = "".join(f"      {n}: Option number {n} of many\n" for n in range(1, 31))
    text = f"{LONG}  all:\n    menu: Choose.\n    options:\n{options}  over:\n    say: Thank you.\n"
    exchange.restart(Source({**exchange.source.files, "home.yaml": text.encode()}))


def test_a_long_screen_is_read_page_by_page(exchange):
    _long_menu(exchange)
    session = exchange.dial(AMINA)
    pages = [session.screen]
    while "98 More" in session.screen:
        pages.append(session.type("98"))
    assert len(pages) > 3
    assert fits(pages[0][4:], 140)
    assert all(fits(page[4:], 160) for page in pages)
    assert all(page.startswith("CON ") for page in pages)
    shown = "\n".join(page.replace("CON ", "\n") for page in pages)
    assert all(f"\n{n} Option number {n} of many" in shown for n in range(1, 31))
    assert session.type("98") == pages[-1]
    assert session.type("99") == pages[-2]
    assert session.type("30") == "END Thank you."


def test_a_network_with_smaller_screens_gets_smaller_pages(exchange):
    exchange.networks = {"64502": 80}
    _long_menu(exchange)
    session = exchange.dial(AMINA, network="64502")
    assert fits(session.screen[4:], 80)
    assert fits(session.type("98")[4:], 80)
    wide = exchange.dial(BWALYA, network="64501")
    assert not fits(wide.type("98")[4:], 80)


def test_a_repeated_page_turn_turns_once(exchange):
    _long_menu(exchange)
    session = exchange.dial(AMINA)
    second = session.type("98")
    assert session.post("98") == second
    assert session.type("98") != second


def test_a_last_page_without_a_question_ends_the_session(exchange):
    said = " ".join(f"word{n}" for n in range(60))
    text = f"{LONG}  all:\n    say: {said}\n"
    exchange.restart(Source({**exchange.source.files, "home.yaml": text.encode()}))
    session = exchange.dial(AMINA)
    seen = [session.screen]
    while session.screen.startswith("CON "):
        seen.append(session.type("98"))
    assert seen[-1].startswith("END ")
    assert "word59" in seen[-1]


def test_a_conversation_ends_on_the_flows_it_began_with(exchange):
    session = exchange.dial(AMINA, "1*Amina")
    files = dict(exchange.source.files)
    files["join.yaml"] = files["join.yaml"].replace(b"Which district do you live in?", b"Where?")
    files["join.yaml"] = files["join.yaml"].replace(b"Thank you @participant.name", b"Hi")
    exchange.restart(Source(files))
    assert session.type("Nowhere").startswith("CON We do not know that district.\nWhich district")
    session.type("Kitwe")
    assert session.type("1").startswith("END Thank you Amina.")
    assert exchange.dial(BWALYA, "1*Bwalya").screen.startswith("CON Where? Reply 0 to skip.")


def test_a_flow_that_runs_in_circles_ends_with_an_apology(exchange):
    text = f"{LONG}  around:\n    set: {{report.words: x}}\n    goto: around\n"
    exchange.restart(Source({**exchange.source.files, "home.yaml": text.encode()}))
    assert exchange.dial(AMINA).screen.startswith("END Sorry, something went wrong")


def test_a_caller_without_a_number_gets_an_apology_each_time(exchange):
    form = {"sessionId": "s", "phoneNumber": "anonymous", "serviceCode": DIALLED, "text": ""}
    first = exchange.post(CallbackKind.USSD, form)
    assert first.screen.startswith("END Sorry")
    assert exchange.post(CallbackKind.USSD, form) == first


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_whatever_is_typed_gets_a_screen_within_the_limit(exchange, text):
    for before in ("", "1", "2*1", "1*Amina*Chipata"):
        session = exchange.dial(AMINA, before)
        for screen in (session.type(text), session.type(text)):
            assert screen[:4] in {"CON ", "END "}
            assert fits(screen[4:], 160)


def test_two_phones_on_one_session_name_do_not_mix(exchange):
    one = exchange.dial(AMINA, "1")
    other = exchange.dial(BWALYA)
    other.name = one.name
    other.send("")
    other.type("6")
    assert one.type("Amina").startswith("CON Which district")


def test_an_sms_that_only_asks_for_help_does_not_end_the_session_under_way(exchange):
    session = exchange.dial(AMINA)
    session.type("1")
    exchange.sms(AMINA, "HELP")
    assert "Which district" in session.type("Amina")
