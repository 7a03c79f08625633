"""Tests of the numbers in an answer: digits of any script, among other words."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.environment import NumberFormat
from gateway.core.flow.expressions.numbers import read_number
from gateway.core.flow.expressions.values import Evaluation, Value


def has_number(evaluation: Evaluation, text: str) -> Value:
    """Whether a number is in the text. The match is the first.

    @(has_number("we are 1,250 people").match) → 1250
    @(has_number("many")) → false
    """
    return _first(evaluation, text, lambda _number: True)


def has_number_between(evaluation: Evaluation, text: str, least: Decimal, most: Decimal) -> Value:
    """Whether a number from `least` to `most`, these included, is in the text.

    @(has_number_between("we are 12", 10, 20).match) → 12
    @(has_number_between("we are 12", 1, 9)) → false
    """
    return _first(evaluation, text, lambda number: least <= number <= most)


def has_number_lt(evaluation: Evaluation, text: str, bound: Decimal) -> Value:
    """Whether a number less than the bound is in the text.

    @(has_number_lt("we are 12", 20).match) → 12
    @(has_number_lt("we are 12", 12)) → false
    """
    return _first(evaluation, text, lambda number: number < bound)


def has_number_lte(evaluation: Evaluation, text: str, bound: Decimal) -> Value:
    """Whether a number less than the bound, or the bound, is in the text.

    @(has_number_lte("we are 12", 12).match) → 12
    @(has_number_lte("we are 12", 11)) → false
    """
    return _first(evaluation, text, lambda number: number <= bound)


def has_number_eq(evaluation: Evaluation, text: str, wanted: Decimal) -> Value:
    """Whether this number is in the text.

    @(has_number_eq("we are 12", 12).match) → 12
    @(has_number_eq("we are 12", 11)) → false
    """
    return _first(evaluation, text, lambda number: number == wanted)


def has_number_gte(evaluation: Evaluation, text: str, bound: Decimal) -> Value:
    """Whether a number greater than the bound, or the bound, is in the text.

    @(has_number_gte("we are 12", 12).match) → 12
    @(has_number_gte("we are 12", 13)) → false
    """
    return _first(evaluation, text, lambda number: number >= bound)


def has_number_gt(evaluation: Evaluation, text: str, bound: Decimal) -> Value:
    """Whether a number greater than the bound is in the text.

    @(has_number_gt("we are 12", 10).match) → 12
    @(has_number_gt("we are 12", 12)) → false
    """
    return _first(evaluation, text, lambda number: number > bound)


def numbers(text: str, style: NumberFormat) -> Iterator[Decimal]:
    """Yield the numbers in a text: ``1,234.5`` among words, or ``۱۲``, in the style's signs.

    A sign or a decimal sign counts before a number only where no word ends there: ``hi.5`` holds a
    5 and ``covid-19`` a 19. Numbers that are too large are passed over.
    """
    for found in _pattern(style).finditer(text):
        written = found[0]
        if style.grouping:
            written = written.replace(style.grouping, "")
        written = written.replace(style.decimal, ".") if style.decimal else written
        if not written.isascii():
            written = "".join([_ascii_digit(char) for char in written])
        number = read_number(written)
        if number is not None:
            yield number


def _first(evaluation: Evaluation, text: str, holds: Callable[[Decimal], bool]) -> Value:
    for number in numbers(text, evaluation.environment.number_format):
        if holds(number):
            return matched(number)
    return False


def _ascii_digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


@lru_cache(maxsize=32)
def _pattern(style: NumberFormat) -> re.Pattern[str]:
    decimal, grouping = re.escape(style.decimal), re.escape(style.grouping)
    whole = rf"\d+(?:{grouping}\d+)*" if style.grouping else r"\d+"
    if not style.decimal:
        return re.compile(rf"(?:(?<!\w)-)?{whole}")
    part = rf"{decimal}\d+"
    return re.compile(rf"(?:(?<!\w)-)?(?:{whole}(?:{part})?|(?<!\w){part})")
