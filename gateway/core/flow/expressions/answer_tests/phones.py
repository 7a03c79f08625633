"""The test for a phone number in an answer."""

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.values import Evaluation, Value

# What may be a number: digits with what people put between them. The bound keeps a text of digits
# from being taken for one number again and again.
_CANDIDATE: Final = re.compile(r"\+?\(?\d[\d \t.()/\-\u00a0\u2010-\u2013]{3,40}")
_FEWEST_DIGITS: Final = 5
# What one look at a number plan costs.
_COST: Final = 50


def has_phone(evaluation: Evaluation, text: str, country: str | None = None) -> Value:
    """Whether a phone number of the country, or an international one, is in the text.

    The match is the first in E.164. Without a country it is the environment's.

    @(has_phone("call 0970000001").match) → +260970000001
    @(has_phone("call 0710000001", "KE").match) → +254710000001
    @(has_phone("call me")) → false
    """
    region = country if country is not None else evaluation.environment.country
    for typed in _candidates(text):
        evaluation.spend(_COST)
        number = read_phone(typed, region or "")
        if number is not None:
            return matched(number)
    return False


def read_phone(typed: str, country: str) -> str | None:
    """Return a number as E.164, or None when the plan of its country has none of that length.

    A number with a country's code but no plus is understood when it is valid that way.
    """
    digits = "".join([char for char in typed if char.isdecimal()])
    if not typed.startswith("+"):
        national = _parsed(digits, country.upper())
        if national is not None:
            return national
    return _parsed(f"+{digits}", None, valid=not typed.startswith("+"))


def _candidates(text: str) -> Iterator[str]:
    """Yield what may be a number: a run of digits and separators, then its parts between spaces."""
    for found in _CANDIDATE.finditer(text):
        run = found[0].strip()
        parts = run.split()
        for typed in (run, *parts) if len(parts) > 1 else (run,):
            if sum(map(str.isdecimal, typed)) >= _FEWEST_DIGITS:
                yield typed


def _parsed(digits: str, country: str | None, *, valid: bool = False) -> str | None:
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if valid:
        fits = phonenumbers.is_valid_number(number)
    else:
        reason = phonenumbers.is_possible_number_with_reason(number)
        fits = reason == phonenumbers.ValidationResult.IS_POSSIBLE
    if not fits:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
