"""Tests of the words of an answer, and of an answer as a whole."""

from collections.abc import Sequence
from typing import Final

import re2

from gateway.core.flow.expressions.answer_tests.collation import collate
from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.patterns import compile_pattern, find_words, writable
from gateway.core.flow.expressions.values import Error, Evaluation, Value

_EMAIL: Final = re2.compile(
    r"[\pL\pN][\pL\pN\pM_.+-]*@[\pL\pN][\pL\pN\pM_-]*(?:\.[\pL\pN][\pL\pN\pM_-]*)+"
).search


def has_error(_evaluation: Evaluation, value: Value) -> Value:
    """Whether the value is an error. The match is its message.

    @(has_error(1 / 0).match) → division by zero
    @(has_error("the well is dry")) → false
    """
    return matched(value.message) if isinstance(value, Error) else False


def has_text(_evaluation: Evaluation, text: str) -> Value:
    """Whether there is any text but spaces.

    @(has_text(" the well ").match) → the well
    @(has_text("  ")) → false
    """
    text = text.strip()
    return matched(text) if text else False


def has_only_text(_evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether the text is the other to the letter.

    @(has_only_text("Yes", "Yes").match) → Yes
    @(has_only_text("yes", "Yes")) → false
    """
    return matched(text) if text == wanted else False


def has_beginning(_evaluation: Evaluation, text: str, beginning: str) -> Value:
    """Whether the text begins with the other, upper and lower case alike, as it is spaced there.

    @(has_beginning("JOIN Amina", "join").match) → JOIN
    @(has_beginning("please join", "join")) → false
    """
    beginning = beginning.strip()
    start = text.strip()[: len(beginning)]
    return matched(start) if start and start.lower() == beginning.lower() else False


def has_any_word(evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether at least one of the words is in the text. The match is all that are.

    @(has_any_word("We want WATER", "road water").match) → WATER
    @(has_any_word("waterfall", "water")) → false
    """
    env = evaluation.environment
    sought = set(_collated(env, wanted))
    found = [word for word in find_words(text) if collate(env, word) in sought]
    return matched(" ".join(found)) if found else False


def has_all_words(evaluation: Evaluation, text: str, wanted: str) -> Value:
    """Whether all the words are in the text, in any order.

    @(has_all_words("Water and a road", "road water").match) → Water road
    @(has_all_words("water", "road water")) → false
    """
    env = evaluation.environment
    sought = set(_collated(env, wanted))
    pairs = [(word, collate(env, word)) for word in find_words(text)]
    if sought - {key for _, key in pairs}:
        return False
    return matched(" ".join([word for word, key in pairs if key in sought]))


def has_phrase(evaluation: Evaluation, text: str, phrase: str) -> Value:
    """Whether the words are in the text one after the other. No words are in every text.

    @(has_phrase("A new Bore hole", "bore hole").match) → Bore hole
    @(has_phrase("bore a hole", "bore hole")) → false
    """
    env = evaluation.environment
    sought = _collated(env, phrase)
    if not sought:
        return matched("")
    typed = find_words(text)
    at = _find([collate(env, word) for word in typed], sought)
    return False if at is None else matched(" ".join(typed[at : at + len(sought)]))


def has_only_phrase(evaluation: Evaluation, text: str, phrase: str) -> Value:
    """Whether the words are all of the text, and in this order.

    @(has_only_phrase("Bore-hole!", "bore hole").match) → Bore hole
    @(has_only_phrase("a bore hole", "bore hole")) → false
    """
    env = evaluation.environment
    if _collated(env, text) != _collated(env, phrase):
        return False
    return matched(" ".join(find_words(text)))


def has_pattern(evaluation: Evaluation, text: str, pattern: str) -> Value:
    r"""Whether a regular expression is found in the text, upper and lower case alike.

    The extra holds the whole match as ``0`` and the groups as ``1``, ``2`` and so on.

    @(has_pattern("pay K50", "k(\\d+)").match) → K50
    @(has_pattern("pay K50", "k(\\d+)").extra) → {0: K50, 1: 50}
    @(has_pattern("pay", "(")) → ERROR
    """
    compiled = compile_pattern(evaluation, pattern.strip(), len(text))
    if compiled is None:
        return Error("must be called with a valid regular expression")
    found = compiled.search(writable(text))
    if found is None:
        return False
    groups = (found.group(), *found.groups(""))
    return matched(groups[0], {str(index): group for index, group in enumerate(groups)})


def has_email(_evaluation: Evaluation, text: str) -> Value:
    """Whether an e-mail address is in the text. The match is the first.

    @(has_email("write to amina@mail.example, please").match) → amina@mail.example
    @(has_email("amina")) → false
    """
    found = _EMAIL(writable(text))
    return matched(found[0]) if found is not None else False


def _collated(env: Environment, text: str) -> list[str]:
    return [collate(env, word) for word in find_words(text)]


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
