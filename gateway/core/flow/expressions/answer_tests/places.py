"""Tests for a state, a district or a ward in an answer. Names must be right but for case."""

from collections.abc import Iterator, Sequence
from typing import Final

import re2

from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.environment import Location, Locations
from gateway.core.flow.expressions.patterns import writable
from gateway.core.flow.expressions.values import Error, Evaluation, Value

STATE: Final = 1
DISTRICT: Final = 2
WARD: Final = 3

# The most words that a name within a sentence has.
_LONGEST_NAME: Final = 4
# Names cost a step for so many characters that they are looked for in, as a power of two.
_SEARCH_SHIFT: Final = 3

_WORDS: Final = re2.compile(r"[\pL\pN\pM']+(?:-[\pL\pN\pM']+)*").findall

_NO_PLACES: Final = Error("can't find locations in environment which is not location enabled")


def has_state(evaluation: Evaluation, text: str) -> Value:
    """Whether a state's name is in the text. The match is its path.

    @(has_state("I am from Copperbelt").match) → Zambia > Copperbelt
    @(has_state("far away")) → false
    """
    places = evaluation.environment.locations
    if places is None:
        return _NO_PLACES
    return _path(_find(evaluation, places, text, STATE))


def has_district(evaluation: Evaluation, text: str, state: str = "") -> Value:
    """Whether the name of a district of the state is in the text.

    Without a state the district must be the only one of that name.

    @(has_district("in Kitwe", "Copperbelt").match) → Zambia > Copperbelt > Kitwe
    @(has_district("in Kitwe", "Western")) → false
    """
    places = evaluation.environment.locations
    if places is None:
        return _NO_PLACES
    if not state.strip():
        return _path(_find(evaluation, places, text, DISTRICT), alone=True)
    states = _find(evaluation, places, state, STATE)
    return _path(_find(evaluation, places, text, DISTRICT, states[0]) if states else ())


def has_ward(evaluation: Evaluation, text: str, *within: str) -> Value:
    """Whether the name of a ward is in the text; `within` are its state and its district, or none.

    Without them the ward must be the only one of that name.

    @(has_ward("Kwacha", "Copperbelt", "Ndola").match) → Zambia > Copperbelt > Ndola > Kwacha
    @(has_ward("Kwacha")) → false
    """
    places = evaluation.environment.locations
    if places is None:
        return _NO_PLACES
    if len(within) == 1:
        return Error("need 1 or 3 argument(s), got 2")
    if not within or not within[1].strip():
        return _path(_find(evaluation, places, text, WARD), alone=True)
    states = _find(evaluation, places, within[0], STATE)
    districts = _find(evaluation, places, within[1], DISTRICT, states[0]) if states else ()
    return _path(_find(evaluation, places, text, WARD, districts[0]) if districts else ())


def _path(found: Sequence[Location], *, alone: bool = False) -> Value:
    if not found or (alone and len(found) > 1):
        return False
    return matched(found[0].path)


def _find(
    evaluation: Evaluation,
    places: Locations,
    text: str,
    level: int,
    parent: Location | None = None,
) -> Sequence[Location]:
    """Return the places that a text names: whole, but for punctuation, or within a sentence."""
    evaluation.spend(len(text) >> _SEARCH_SHIFT)
    for name in _names(text):
        found = places.find_name(name, level, parent)
        if found:
            return found
    return ()


def _names(text: str) -> Iterator[str]:
    """Yield what may be a name: the text, it without punctuation, runs of words, long first."""
    yield text
    words = _WORDS(writable(text))
    yield " ".join(words)
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])
