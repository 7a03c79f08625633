"""The keys of ``system.yaml``: what the gateway says by itself, and the words that it knows."""

from typing import Final

from gateway.core.flow.names import MEANINGS, STAND_INS, SYSTEM_TEXTS
from gateway.core.flow.release import KEYS
from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.kinds import (
    COUNT,
    LANGUAGE,
    TEXT,
    WORD,
    WORDS,
    Kind,
    section,
    table,
)

_BY_LANGUAGE: Final = table("\\S+", WORDS, "one list for each language")
_DAYS: Final = table(
    "\\S+",
    table("[\\s\\S]+", Kind("a whole number", {"type": "integer"}), "days from today by word"),
    "one section for each language",
)


def _described(name: str, says: str) -> str:
    """Return what a text is for, and what is said in a file without it."""
    return f"{says} Without it `{STAND_INS[name]}` is said." if name in STAND_INS else says


SYSTEM: Final = Part(
    "system",
    "file",
    "What the gateway says by itself, and the words that it knows. Every folder has one file of "
    "the kind, `system.yaml`.",
    (
        Key("system", COUNT, "The edition of the file: 1.", "system: 1", needed=True),
        Key("language", LANGUAGE, "The language of its texts.", "language: en", needed=True),
        Key("texts", section("system_texts", "a section"), "What is said, all of it.",
            "texts: {more: 98 More}", needed=True),
        Key("words", section("system_words", "a section"), "The words of each meaning.",
            "words: {stop: {en: [stop]}}", needed=True),
        Key("keys", section("system_keys", "a section"), "What is pressed on a screen.",
            'keys: {back: "0", home: "00"}'),
        Key("numbers", _BY_LANGUAGE, "Spelled numbers from zero up.",
            "numbers: {en: [zero, one, two]}", needed=True),
        Key("days", _DAYS, "Words for days, with how many days from today they are.",
            "days: {en: {today: 0, tomorrow: 1}}", needed=True),
        Key("months", _BY_LANGUAGE, "The names of the months from January on, all twelve.",
            "months: {en: [January, February, March]}", needed=True),
    ),
)  # fmt: skip

TEXTS: Final = Part(
    "system_texts",
    "text",
    "What the gateway says by itself.",
    tuple(
        Key(name, TEXT, _described(name, says), f"{name}: …", needed=name not in STAND_INS)
        for name, says in SYSTEM_TEXTS.items()
    ),
)

MEANING: Final = Part(
    "system_words",
    "meaning",
    "The words of all languages, by what they mean.",
    (
        *(
            Key(name, _BY_LANGUAGE, says, f"{name}: {{en: […]}}", needed=True)
            for name, says in MEANINGS.items()
        ),
        Key("filler", _BY_LANGUAGE, "Words that may stand around a word for stop.",
            "filler: {sw: [tafadhali]}"),
    ),
)  # fmt: skip

PRESSED: Final = Part(
    "system_keys",
    "key",
    "What is pressed on a screen where the question has no such answer of its own.",
    tuple(
        Key(name, WORD, f"Leads to {says}.", f'{name}: "{KEYS[name]}"')
        for name, says in (("back", "the question before"), ("home", "the first menu"))
    ),
)

PARTS: Final = (SYSTEM, TEXTS, MEANING, PRESSED)
