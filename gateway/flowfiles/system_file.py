"""Reads ``system.yaml``: what the gateway says by itself, and the words that it knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.graph import Text
from gateway.core.flow.names import STAND_INS
from gateway.core.flow.release import KEYS
from gateway.core.text.keywords import Words, fold
from gateway.flowfiles.catalogues import Catalogue
from gateway.flowfiles.language import system_parts
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Original, Texts

NAME: Final = "system"


@dataclass(frozen=True, slots=True)
class SystemFile:
    """What the file holds. `originals` are its texts as they are written.

    `languages` are those that it has words of.
    """

    language: str
    texts: Mapping[str, Text]
    words: Words
    vocabulary: Vocabulary
    keys: Mapping[str, str]
    originals: tuple[Original, ...]
    languages: frozenset[str]


def read_system(file: Section, catalogues: Mapping[str, Catalogue]) -> SystemFile:
    """Compile the system file. Raises `FlowFileError`, also for a text or a meaning left out."""
    check(file, system_parts.SYSTEM)
    language = file.text("language") or ""
    section = file.section("texts")
    check(section, system_parts.TEXTS)
    texts = Texts(NAME, language, catalogues, frozenset())
    words_of = file.section("words")
    words = _by_meaning(words_of)
    said = {name: texts.text(section, name, name) for name in section}
    stand_ins = {name: said[other] for name, other in STAND_INS.items() if name not in said}
    return SystemFile(
        language=language,
        texts=said | stand_ins,
        words=Words.of(words),
        vocabulary=Vocabulary(
            yes=frozenset(map(fold, words["yes"])),
            no=frozenset(map(fold, words["no"])),
            numbers=_numbers(file.section("numbers")),
            days=_days(file.section("days")),
            months=_months(file.section("months")),
        ),
        keys=_keys(file),
        originals=tuple(texts.found),
        languages=frozenset(code for meaning in words_of for code in words_of.section(meaning)),
    )


def _keys(file: Section) -> Mapping[str, str]:
    """Return what is pressed on a screen to go back and to go to the first menu."""
    if "keys" not in file:
        return KEYS
    section = file.section("keys")
    check(section, system_parts.PRESSED)
    found = {**KEYS, **{name: section.text(name) or "" for name in section}}
    if len(set(found.values())) != len(found):
        raise section.error(None, "two keys are the same", "Give each another one")
    return found


def _by_meaning(section: Section) -> dict[str, list[str]]:
    """Return the words of each meaning, of all languages together."""
    check(section, system_parts.MEANING)
    found: dict[str, list[str]] = {}
    for meaning in section:
        by_language = section.section(meaning)
        found[meaning] = [word for code in by_language for word in by_language.words(code)]
        if not found[meaning]:
            raise section.error(meaning, f"{meaning} has no words", "Give it at least one")
    return found


def _numbers(section: Section) -> dict[str, str]:
    """Return spelled numbers, listed from zero up in each language, with their digits."""
    return {
        fold(word): str(number)
        for code in section
        for number, word in enumerate(section.words(code))
    }


def _days(section: Section) -> dict[str, int]:
    """Return words for days, with how many days from today they are."""
    found: dict[str, int] = {}
    for code in section:
        words = section.section(code)
        for word in words:
            distance = words.scalar(word)
            if not isinstance(distance, int):
                raise words.error(word, f"{word} is not a number of days", "Write 1 for tomorrow")
            found[fold(word)] = distance
    return found


def _months(section: Section) -> dict[str, int]:
    """Return the names of the months, listed from January in each language, with their numbers."""
    found: dict[str, int] = {}
    for code in section:
        names = section.words(code)
        if len(names) != 12:
            raise section.error(code, f"{code} has {len(names)} months", "List all twelve")
        found |= {fold(name): number for number, name in enumerate(names, start=1)}
    return found
