"""What replies mean: a registry of answer tests, tolerant of how people type. Asks nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from gateway.core.fast_init import fast_init
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.scope import Scope
from gateway.core.flow.expressions.values import Value
from gateway.core.flow.saved import holds, kept, shown
from gateway.core.flow.turn import Context
from gateway.core.text.keywords import fold
from gateway.core.text.phone import normalise

# Countries that write the month before the day; all others write the day first.
MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW"})

_NUMBER: Final = re.compile(r"[+-]?\d[\d,' ]*(?:\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")
_SLIPPED: Final = re.compile(r"\b(?=[oli|]*\d)[\doli|]+\b")
_SLIPS: Final = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_DATE_PARTS: Final = re.compile(r"\d+|[^\W\d_]+")


@fast_init
@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that was understood. `value` None: nothing to save, as for a skipped question.

    `extra` is what a test found beside it, such as the groups of a pattern.
    """

    value: Json
    extra: Json = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """A reply that may mean one of several places; `codes` are theirs, the likeliest first."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that answers may be made of, of all languages together, folded.

    `numbers` maps spelled numbers to digits, `days` words such as *tomorrow* to days from today,
    `months` names of months to 1-12.
    """

    yes: frozenset[str]
    no: frozenset[str]
    numbers: Mapping[str, str]
    days: Mapping[str, int]
    months: Mapping[str, int]


@fast_init
@dataclass(frozen=True, slots=True)
class Asked:
    """The world in which a reply is read; `scope` is where expressions find their values."""

    context: Context
    vocabulary: Vocabulary
    scope: Scope | None = None


# (what was given, the case's arguments, the world) -> what it means; None: the case does not hold.
Test: TypeAlias = Callable[[Value, tuple[Json, ...], Asked], Answer | Unsure | None]


def has_text(given: Value, arguments: tuple[Json, ...], _asked: Asked) -> Answer | None:
    """Any words, as typed but for spaces; the argument is the most characters there may be."""
    text = " ".join(shown(given).split())
    if not text or (arguments and len(text) > _whole(arguments[0])):
        return None
    return Answer(text)


def has_number(given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
    """The only number in the reply, in digits or spelled, within the two arguments if given."""
    found = read_number(shown(given), asked.vocabulary)
    if found is None:
        return None
    if len(arguments) == 2:
        low, high = (float(shown(argument)) for argument in arguments)
        if not low <= found <= high:
            return None
    return Answer(found)


def has_yes_no(given: Value, _arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
    """Yes or no in any language of the release, or 1 and 2. The value is true or false."""
    said = read_yes_no(shown(given), asked.vocabulary)
    return None if said is None else Answer(said)


def read_yes_no(text: str, known: Vocabulary) -> bool | None:
    """Return whether a text says yes, or begins with it; None where it says neither yes nor no."""
    words = fold(text)
    for phrase in (words, words.split(" ")[0]):
        if phrase == "1" or phrase in known.yes:
            return True
        if phrase == "2" or phrase in known.no:
            return False
    return None


def has_phone(given: Value, _arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
    """A phone number of the country, or an international one. The value is E.164."""
    number = normalise(shown(given), asked.context.country)
    return None if number is None else Answer(number)


def has_date(given: Value, _arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
    """A day: 12/5, 12 May 2026, 2026-05-12, tomorrow. The value is its ISO form.

    Without a year it is this year's. The country says whether the day or the month comes first.
    """
    words = fold(shown(given))
    today = asked.context.now.date()
    if words in asked.vocabulary.days:
        return Answer((today + timedelta(days=asked.vocabulary.days[words])).isoformat())
    found = _read_date(words, today, asked)
    return None if found is None else Answer(found.isoformat())


def has_place(given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | Unsure | None:
    """A place by name, of the level that the argument names. Ambiguous names come back `Unsure`."""
    level = shown(arguments[0]) if arguments else None
    match = asked.context.places.find(shown(given), level)
    if match.place is not None:
        return Answer(place_value(match.place.code, asked))
    if match.candidates:
        return Unsure(tuple(place.code for place in match.candidates))
    return None


def is_one_of(given: Value, arguments: tuple[Json, ...], _asked: Asked) -> Answer | None:
    """The value is one of the arguments, but for case and punctuation. Saves nothing.

    A choice and a place are known by their code too, which no language changes.
    """
    values = {fold(shown(given))}
    if isinstance(given, Mapping) and "code" in given:
        values.add(fold(shown(given["code"])))
    return Answer(None) if any(fold(shown(one)) in values for one in arguments) else None


def is_key(given: Value, arguments: tuple[Json, ...], asked: Asked) -> Answer | None:
    """The reply is the number that the argument names, in any way of typing it. Saves nothing."""
    typed = fold(shown(given)).strip(" .-")
    forms = (typed, asked.vocabulary.numbers.get(typed), typed.translate(_SLIPS))
    return Answer(None) if arguments[0] in forms else None


def is_there(given: Value, _arguments: tuple[Json, ...], _asked: Asked) -> Answer | None:
    """The value is there, and it is not zero or false. Saves nothing."""
    return Answer(None) if holds(kept(given)) else None


# Every test that a case may name.
TESTS: Final[Mapping[str, Test]] = {
    "text": has_text,
    "number": has_number,
    "yes_no": has_yes_no,
    "phone": has_phone,
    "date": has_date,
    "place": has_place,
    "one_of": is_one_of,
    "key": is_key,
    "there": is_there,
}


def place_value(code: str, asked: Asked) -> Json:
    """Return what is saved for a place. It is shown by its name."""
    place = asked.context.places.get(code)
    if place is None:
        return None
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "__default__": place.name,
    }


def read_number(text: str, vocabulary: Vocabulary) -> int | float | None:
    """Return the one number in a text; None where there is none or more than one."""
    words = fold(text)
    if words in vocabulary.numbers:
        return int(vocabulary.numbers[words])
    if _DECIMAL_COMMA.fullmatch(words):
        words = words.replace(",", ".")
    found = _NUMBER.findall(_undo_slips(words))
    if len(found) != 1:
        return None
    digits = found[0].replace(",", "").replace("'", "").replace(" ", "")
    number = float(digits)
    if abs(number) >= 1e15:
        return None
    return int(number) if number.is_integer() and "." not in digits else number


def _undo_slips(words: str) -> str:
    """Read o as 0 and l as 1 beside digits, and where the whole reply is such a letter."""
    if words.translate(_SLIPS).isdecimal():
        return words.translate(_SLIPS)
    return _SLIPPED.sub(lambda word: word[0].translate(_SLIPS), words)


def _read_date(words: str, today: date, asked: Asked) -> date | None:
    """Return the day that up to three parts name, or None."""
    parts = _DATE_PARTS.findall(words)
    months = [_month(part, asked.vocabulary) for part in parts]
    named = [month for month in months if month]
    written = [part for part in parts if part.isdecimal()]
    if any(len(part) > len("2026") for part in written):
        return None
    numbers = [int(part) for part in written]
    if len(named) == 1 and 1 <= len(numbers) <= 2:
        day, month, rest = numbers[0], named[0], numbers[1:]
    elif not named and len(numbers) == 3 and numbers[0] > 31:
        day, month, rest = numbers[2], numbers[1], [numbers[0]]
    elif not named and 2 <= len(numbers) <= 3:
        day, month, rest = numbers[0], numbers[1], numbers[2:]
        if asked.context.country in MONTH_FIRST:
            day, month = month, day
    else:
        return None
    year = rest[0] if rest else today.year
    try:
        return date(2000 + year if year < 100 else year, month, day)
    except ValueError:
        return None


def _month(word: str, vocabulary: Vocabulary) -> int | None:
    """Return the month that a word names, whole or by three letters or more that are no other's."""
    if len(word) < 3:
        return None
    named = {month for name, month in vocabulary.months.items() if name.startswith(word)}
    return named.pop() if len(named) == 1 else None


def _whole(value: Json) -> int:
    """Return an argument that the loader has checked to be a whole number."""
    return int(shown(value))
