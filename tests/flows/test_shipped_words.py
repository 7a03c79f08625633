"""The words of the system file: STOP in every language, and no word that means two things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.flow.names import MEANINGS
from gateway.core.text.keywords import fold, match_command
from gateway.flowfiles.releases import SYSTEM, read_release
from gateway.flowfiles.sections import Section, read_sections
from tests.stage import FLOWS, ROOT

RELEASE = read_release(FLOWS)
FILE = read_sections(SYSTEM, (FLOWS / SYSTEM).read_bytes())
LANGUAGES = ("en", "ny", "bem", "sw", "fr", "am")
TABLES = ROOT / "tests" / "core" / "text"


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the phrases of a table with their languages."""
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            language, _, phrase = line.partition(": ")
            yield language, phrase


def words(meaning: str, language: str) -> list[str]:
    return FILE.section("words").section(meaning).words(language)


@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_meaning_has_words_in_every_language(meaning: str) -> None:
    assert list(FILE.section("words").section(meaning)) == list(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_stop_is_understood_alone_and_with_a_please(language: str) -> None:
    polite = {
        "en": "please", "ny": "chonde", "bem": "napapata", "sw": "tafadhali",
        "fr": "s'il vous plaît", "am": "እባክዎ",
    }[language]  # fmt: skip
    for word in words("stop", language):
        for text in (word, word.upper(), f"{word}!", f"{word} {polite}", f"{polite} {word}"):
            assert match_command(text, RELEASE.words) == "stop", text


def wishes() -> list[str]:
    """Return the phrases of the table that have a word for stop of these languages."""
    known = {fold(word) for language in LANGUAGES[1:] for word in words("stop", language)}
    found = [phrase for _, phrase in rows(TABLES / "stop_meant.txt")]
    return [one for one in found if known.intersection(fold(one).replace(",", "").split())]


def test_there_are_wishes_in_every_language_to_look_at() -> None:
    assert len(wishes()) > 50


@pytest.mark.parametrize("phrase", wishes())
def test_wishes_to_leave_in_other_languages_than_english_are_understood(phrase: str) -> None:
    assert match_command(phrase, RELEASE.words) == "stop"


@pytest.mark.parametrize("phrase", [phrase for _, phrase in rows(TABLES / "stop_not_meant.txt")])
def test_no_campaign_sentence_is_a_wish_to_leave(phrase: str) -> None:
    assert match_command(phrase, RELEASE.words) != "stop"


def test_no_word_for_stop_is_an_answer_to_anything() -> None:
    stop = RELEASE.words.meanings["stop"]
    others = {
        word for meaning, found in RELEASE.words.meanings.items() if meaning != "stop"
        for word in found
    }  # fmt: skip
    vocabulary = RELEASE.vocabulary
    others |= {*vocabulary.numbers, *vocabulary.days, *vocabulary.months, *RELEASE.triggers.words}
    others |= {
        fold(label)
        for flow in RELEASE.flows.values()
        for node in flow.nodes.values()
        if node.router and node.router.wait and node.router.wait.menu
        for option in node.router.wait.menu.options
        for label in (
            option.label.original.source,
            *(one.source for one in option.label.translations.values()),
        )
    }
    assert stop & others == set()


def test_yes_and_no_have_no_word_in_common() -> None:
    assert RELEASE.vocabulary.yes & RELEASE.vocabulary.no == set()


def pairs(section: Section) -> Iterator[tuple[str, int]]:
    """Yield the words of a table of all languages with what they stand for."""
    for language in section:
        if section.is_list(language):
            yield from ((fold(word), at) for at, word in enumerate(section.words(language)))
        else:
            inner = section.section(language)
            yield from ((fold(word), int(inner.scalar(word))) for word in inner)


@pytest.mark.parametrize("table", ["numbers", "days", "months"])
def test_a_word_stands_for_the_same_in_every_language_that_has_it(table: str) -> None:
    found: dict[str, int] = {}
    section = FILE.section(table)
    assert list(section) == list(LANGUAGES)
    for word, stands_for in pairs(section):
        assert word
        assert found.setdefault(word, stands_for) == stands_for, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_offer_to_carry_on_says_is_understood_as_an_answer(language: str) -> None:
    for text, meaning in (("resume_continue", "continue"), ("resume_again", "again")):
        assert RELEASE.words.mean(meaning, RELEASE.text(text, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flow_begins_with_a_word_of_every_language(language: str) -> None:
    begun = {one.flow for one in RELEASE.triggers.words.values() if one.language == language}
    assert begun == set(RELEASE.flows)
