"""Words and keys that work in every question: help, another language, back, the first menu."""

import pytest

from gateway.core.text.screens import fits
from tests.exchange import AMINA, BWALYA, Exchange

COLOURS = """
flow: colours
language: en
start: {keywords: [colours]}
steps:
  first: {ask: "Which colour do you like?", expect: text, save: answer.colour}
  second: {ask: "How many do you have?", expect: number, save: answer.count}
  third:
    menu: Shall we paint @answer.colour?
    options: {1: "Yes", 2: "No"}
  done: {say: "@answer.colour, @answer.count"}
"""
OPENING = """
flow: opening
language: en
steps:
  first: {ask: "Which colour do you like?", expect: text, save: answer.colour}
  second:
    menu: Shall we paint the walls of the clinic in the colour that you like, in every room of it?
    options: {1: "Yes, all of them", 2: "No, not WHERE"}
"""


@pytest.fixture
def painting(exchange: Exchange) -> Exchange:
    exchange.add(COLOURS)
    return exchange


@pytest.mark.parametrize("word", ["HELP", "please help", "Thandizo", "ubwafwilisho"])
def test_help_in_the_middle_of_a_question_is_given_in_its_language_and_the_question_put_again(
    painting: Exchange, word: str
):
    (asked,) = painting.sms(AMINA, "colours")
    (help_alone,) = painting.sms(BWALYA, word)
    assert painting.sms(AMINA, word) == [f"{help_alone}\n{asked}"]
    assert painting.sms(AMINA, "green") == ["How many do you have?"]


def test_help_by_ussd_is_given_by_word_and_the_question_put_again(exchange: Exchange):
    session = exchange.dial(AMINA, "1")
    session.type("help")
    pages = [session.screen]
    while "98 More" in session.screen:
        pages.append(session.type("98"))
    assert pages[0].startswith("CON Mashinani. Send JOIN")
    assert "What is your name?" in pages[-1]
    assert session.type("Amina").startswith("CON Which district")


def test_another_language_in_the_middle_of_a_question_is_spoken_from_that_question_on(
    exchange: Exchange,
):
    (english,) = exchange.sms(AMINA, "JOIN")
    (offered,) = exchange.sms(AMINA, "language")
    assert offered.startswith("Your language?")
    (again,) = exchange.sms(AMINA, "2")
    assert english not in again
    nyanja = exchange.sms(BWALYA, "lowani")[0]
    assert again.endswith(nyanja)
    exchange.sms(AMINA, "Amina")
    assert exchange.name_of_waiting(AMINA) == "Amina"


def test_a_command_within_its_own_flow_puts_its_question_again_and_asks_it_once(exchange: Exchange):
    exchange.sms(AMINA, "JOIN")
    (offered,) = exchange.sms(AMINA, "language")
    assert exchange.sms(AMINA, "LANGUAGE") == [offered]
    exchange.sms(AMINA, "1")
    exchange.sms(AMINA, "Amina")
    assert exchange.name_of_waiting(AMINA) == "Amina"


def test_back_by_word_puts_the_question_before_again(painting: Exchange):
    (asked,) = painting.sms(AMINA, "colours")
    painting.sms(AMINA, "green")
    assert painting.sms(AMINA, "go back") == [asked]
    painting.sms(AMINA, "blue")
    assert painting.sms(AMINA, "7")[0].startswith("Shall we paint blue?")


def test_home_by_word_leads_to_the_menu_on_both_channels(painting: Exchange):
    painting.sms(AMINA, "colours")
    painting.sms(AMINA, "green")
    (menu,) = painting.sms(AMINA, "main menu")
    assert menu.startswith("Welcome to Mashinani.\n1 Join")
    assert painting.sms(AMINA, "6")[0].startswith("Mashinani. Send JOIN")
    session = painting.dial(BWALYA, "2*1")
    assert session.type("tsamba loyamba").startswith("CON Welcome to Mashinani.")


def test_the_keys_lead_back_and_home_and_a_screen_says_so_where_they_are_no_answers(
    exchange: Exchange,
):
    exchange.add(COLOURS, codes={"*384*77#": "colours"})
    session = exchange.dial(AMINA, code="*384*77#")
    assert session.screen == "CON Which colour do you like?", "there is nothing to go back to"
    assert session.type("green") == "CON How many do you have?", "0 and 00 are numbers here"
    menu = session.type("3")
    assert menu == "CON Shall we paint green?\n1 Yes\n2 No\n0 Back\n00 Menu"
    assert session.type("0") == "CON How many do you have?"
    assert session.type("0").startswith("CON Shall we paint green?"), "0 was the number"
    assert session.type("00").startswith("CON Welcome to Mashinani.\n1 Join")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        pytest.param("", ["0 Back", "00 Menu"], id="both fit"),
        pytest.param("in rooms where people sit and wait", ["0 Back"], id="one fits"),
        pytest.param("in the rooms where people have to wait", [], id="none fits"),
    ],
)
def test_the_ways_back_never_cost_a_page_more(exchange: Exchange, words: str, lines: list[str]):
    exchange.add(OPENING.replace("WHERE", words), codes={"*384*77#": "opening"})
    session = exchange.dial(AMINA, code="*384*77#")
    screen = session.type("green")
    assert screen.split("\n")[3:] == lines
    assert fits(screen[4:], 160)


def test_a_name_of_zero_is_a_name_and_the_screen_does_not_offer_to_go_back_with_it(
    exchange: Exchange,
):
    exchange.add(COLOURS, codes={"*384*77#": "colours"})
    session = exchange.dial(AMINA, code="*384*77#")
    assert session.type("0") == "CON How many do you have?"
