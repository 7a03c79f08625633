"""Tests of the words of an answer, and of an answer as a whole."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import re2

from gateway.core.flow.expressions.answer_tests.collation import collate
from gateway.core.flow.expressions.answer_tests.signature import matched
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import Error, Evaluation, Value

# A word is letters, marks, digits, apostrophes and underscores; any other symbol, such as an emoji,
# is a word of its own.
_WORDS: Final = re2.compile(r"[\pL\pN\pM_']+|\pS").findall
_ASCII_WORDS: Final = re.compile(r"[A-Za-z0-9_']+|[$+<=>^`|~]").findall
_EMAIL: Final = re2.compile(
    r"[\pL\pN][\pL\pN\pM_.+-]*@[\pL\pN][\pL\pN\pM_-]*(?:\.[\pL\pN][\pL\pN\pM_-]*)+"
).search

# What a pattern may take in memory once compiled, and what it costs to make and to run: as much as
# an unreasonable one, since an expression may make those.
_MOST_MEMORY: Final = 1 << 20
_PATTERN_COST: Final = 400
_PATTERN_CHARACTERS_A_UNIT: Final = 8


def words(text: str) -> Sequence[str]:
    """Return the words of a text, as they are typed."""
    if text.isascii():
        return _ASCII_WORDS(text)
    return _WORDS(writable(text))  # type: ignore[no-any-return] # re2 ships no types


def writable(text: str) -> str:
    """Return a text without halves of characters, which no encoding can write."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def has_error(_evaluation: Evaluation, value: Value) -> Value:
    """Whether the value is an error. The match is its message."""
    return matched(value.message) if isinstance(value, Error) else False


def has_text(_evaluation: Evaluation, text: str) -> Value:
    """Whether there is any text but spaces."""
    text = text.strip()
    return matched(text) if text else False


def has_only_text(_evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether the text is the other to the letter."""
    return matched(text) if text == wanted else False


def has_beginning(_evaluation: Evaluation, text: str, beginning: str) -> Value:
    """Whether the text begins with the other, upper and lower case alike, as it is spaced there."""
    beginning = beginning.strip()
    start = text.strip()[: len(beginning)]
    return matched(start) if start and start.lower() == beginning.lower() else False


def has_any_word(evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether at least one of the words is in the text. The match is all that are."""
    env = evaluation.environment
    sought = set(_collated(env, wanted))
    found = [word for word in words(text) if collate(env, word) in sought]
    return matched(" ".join(found)) if found else False


def has_all_words(evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether all the words are in the text, in any order."""
    env = evaluation.environment
    sought = set(_collated(env, wanted))
    pairs = [(word, collate(env, word)) for word in words(text)]
    if sought - {key for _, key in pairs}:
        return False
    return matched(" ".join([word for word, key in pairs if key in sought]))


def has_phrase(evaluation: Evaluation, text: str, phrase: str) -> Value:
    """Whether the words are in the text one after the other. No words are in every text."""
    env = evaluation.environment
    sought = _collated(env, phrase)
    if not sought:
        return matched("")
    typed = words(text)
    at = _find([collate(env, word) for word in typed], sought)
    return False if at is None else matched(" ".join(typed[at : at + len(sought)]))


def has_only_phrase(evaluation: Evaluation, text: str, phrase: str) -> Value:
    """Whether the words are all of the text, and in this order."""
    env = evaluation.environment
    if _collated(env, text) != _collated(env, phrase):
        return False
    return matched(" ".join(words(text)))


def has_pattern(evaluation: Evaluation, text: str, pattern: str) -> Value:
    """Whether a regular expression is found in the text, upper and lower case alike.

    The extra holds the whole match as ``0`` and the groups as ``1``, ``2`` and so on.
    """
    evaluation.spend(_PATTERN_COST + len(text) // _PATTERN_CHARACTERS_A_UNIT)
    compiled = _compiled(writable(pattern.strip()))
    if compiled is None:
        return Error("must be called with a valid regular expression")
    found = compiled.search(writable(text))
    if found is None:
        return False
    groups = (found.group(), *found.groups(""))
    return matched(groups[0], {str(index): group for index, group in enumerate(groups)})


def has_email(_evaluation: Evaluation, text: str) -> Value:
    """Whether an e-mail address is in the text. The match is the first."""
    found = _EMAIL(writable(text))
    return matched(found[0]) if found is not None else False


def _collated(env: Environment, text: str) -> list[str]:
    return [collate(env, word) for word in words(text)]


def _find(keys: Sequence[str], sought: Sequence[str]) -> int | None:
    """Return where one list of words begins within another, in time linear in their lengths."""
    failed = [0] * len(sought)
    held = 0
    for index in range(1, len(sought)):
        while held and sought[index] != sought[held]:
            held = failed[held - 1]
        held += sought[index] == sought[held]
        failed[index] = held
    held = 0
    for index, key in enumerate(keys):
        while held and key != sought[held]:
            held = failed[held - 1]
        held += key == sought[held]
        if held == len(sought):
            return index - held + 1
    return None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None
