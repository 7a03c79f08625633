"""What is known of each text: its kind, its question, whether a dial may begin with it."""

import pytest

from gateway.flowfiles.messages.languages import alphabet_of, headers, name_of
from gateway.flowfiles.messages.script import read_script
from gateway.flowfiles.releases import read_source
from tests.flowfiles.messages.stage import WELLS, script
from tests.stage import FLOWS

SHIPPED = read_script(read_source(FLOWS))


def test_options_and_retries_know_their_question() -> None:
    own = script().by_context
    assert own["wells.works.option.2"].question == "wells.works.menu"
    assert own["wells.works.option.2"].number == "2"
    assert own["wells.words.retry"].question == "wells.words.ask"
    assert [one.number for one in script().options("wells.works.menu")] == ["1", "2"]


@pytest.mark.parametrize(
    ("context", "opening"),
    [
        ("home.menu.menu", True),
        ("vote.choice.menu", True),
        ("call.screen.menu", True),
        ("system.resume_prompt", True),
        ("join.name.ask", False),
        ("vote.cast.say", False),
        ("report.file.say", False),
        ("system.not_understood", False),
    ],
)
def test_it_is_known_what_the_first_screen_of_a_dial_may_be(context: str, opening: bool) -> None:
    assert SHIPPED.by_context[context].opening is opening


@pytest.mark.parametrize(
    ("word", "does"),
    [
        ("STOP", "stop"),
        ("siyani", "stop"),
        ("START", "start"),
        ("JOIN", "join"),
        ("lowani", "join"),
        ("HELP", "help"),
        ("thandizani", "help"),
        ("LANGUAGE", "language"),
        ("SMS", None),
    ],
)
def test_words_that_people_send_are_known_by_what_they_do(word: str, does: str | None) -> None:
    assert SHIPPED.command(word) == does


def test_flows_of_several_languages_each_have_their_own_to_translate() -> None:
    own = script(WELLS.replace("language: en", "language: fr"))
    assert "wells.works.menu" not in {one.context for one in own.to_translate("fr")}
    assert "wells.works.menu" in {one.context for one in own.to_translate("en")}


@pytest.mark.parametrize(
    ("language", "name", "alphabet"),
    [
        ("fr", "French", "GSM-7"),
        ("sw", "Swahili", "GSM-7"),
        ("bem", "Bemba", "GSM-7"),
        ("am", "Amharic", "UCS-2"),
        ("bn", "Bangla", "UCS-2"),
        ("zzz", "zzz", "GSM-7"),
    ],
)
def test_a_language_has_its_name_and_alphabet(language: str, name: str, alphabet: str) -> None:
    assert (name_of(language), alphabet_of(language)) == (name, alphabet)
    assert headers(language)["Plural-Forms"].startswith("nplurals=")
