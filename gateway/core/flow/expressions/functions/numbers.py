"""Functions of numbers, and those of chance. Halves are rounded away from zero."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from gateway.core.flow.expressions.numbers import (
    ARITHMETIC,
    MOST_MAGNITUDE,
    OUT_OF_RANGE,
    checked,
)
from gateway.core.flow.expressions.operators import DIVISION_BY_ZERO, divide
from gateway.core.flow.expressions.values import Error, Evaluation, Value

# A percentage is a whole number of 64 bits.
_MOST_PERCENT: Final = 2**63 - 1

_ONE: Final = Decimal(1)


def number(_evaluation: Evaluation, value: Decimal) -> Value:
    """The value as a number.

    @(number(" 12.50 ")) → 12.5
    @(number("ten")) → ERROR
    """
    return value


def absolute(_evaluation: Evaluation, number: Decimal) -> Value:
    """The number without its sign.

    @(abs(-7)) → 7
    """
    return number.copy_abs()


def round_half(_evaluation: Evaluation, number: Decimal, places: int = 0) -> Value:
    """The number rounded to so many decimal places, halves away from zero.

    @(round(2.5)) → 3
    @(round(-2.5)) → -3
    @(round(12.345, 2)) → 12.35
    """
    return _rounded(number, places, ROUND_HALF_UP)


def round_up(_evaluation: Evaluation, number: Decimal, places: int = 0) -> Value:
    """The next number with so many decimal places that is not less.

    @(round_up(2.1)) → 3
    @(round_up(12.341, 2)) → 12.35
    """
    return _rounded(number, places, ROUND_CEILING)


def round_down(_evaluation: Evaluation, number: Decimal, places: int = 0) -> Value:
    """The last number with so many decimal places that is not more.

    @(round_down(2.9)) → 2
    @(round_down(12.349, 2)) → 12.34
    """
    return _rounded(number, places, ROUND_FLOOR)


def greatest(_evaluation: Evaluation, *numbers: Decimal) -> Value:
    """The greatest of the numbers.

    @(max(3, 12, 7)) → 12
    """
    return max(numbers)


def least(_evaluation: Evaluation, *numbers: Decimal) -> Value:
    """The least of the numbers.

    @(min(3, 12, 7)) → 3
    """
    return min(numbers)


def mean(_evaluation: Evaluation, *numbers: Decimal) -> Value:
    """The arithmetic mean of the numbers.

    @(mean(3, 12, 9)) → 8
    """
    total = Decimal(0)
    for number in numbers:
        total = ARITHMETIC.add(total, number)
    total_checked = checked(total)
    if isinstance(total_checked, Error):
        return total_checked
    return divide(total_checked, Decimal(len(numbers)))


def remainder(_evaluation: Evaluation, dividend: Decimal, divisor: Decimal) -> Value:
    """What is left when one number is divided by another; it has the sign of the first.

    @(mod(17, 5)) → 2
    @(mod(17, 0)) → ERROR
    """
    if not divisor:
        return DIVISION_BY_ZERO
    return checked(ARITHMETIC.remainder(dividend, divisor))


def percent(_evaluation: Evaluation, number: Decimal) -> Value:
    """The number as a percentage without decimal places.

    @(percent(0.125)) → 13%
    """
    whole = _rounded(ARITHMETIC.multiply(number, Decimal(100)), 0, ROUND_HALF_UP)
    if isinstance(whole, Error) or not -_MOST_PERCENT - 1 <= whole <= _MOST_PERCENT:
        return OUT_OF_RANGE
    return f"{int(whole)}%"


def rand(evaluation: Evaluation) -> Value:
    """A number by chance, from 0 up to 1, 1 itself excluded.

    @(rand() < 1) → true
    """
    return Decimal(str(evaluation.environment.chance()))


def rand_between(evaluation: Evaluation, first: Decimal, last: Decimal) -> Value:
    """A whole number by chance, between two numbers that may come up too.

    @(rand_between(1, 6) <= 6) → true
    """
    span = ARITHMETIC.add(ARITHMETIC.subtract(last, first), _ONE)
    chance = Decimal(str(evaluation.environment.chance()))
    return _rounded(ARITHMETIC.add(ARITHMETIC.multiply(chance, span), first), 0, ROUND_FLOOR)


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal | Error:
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and places >= -exponent:
        return number
    if places < -MOST_MAGNITUDE - 1:
        # Rounded to more than a number can hold: to zero, or away from it and out of range.
        away = (rounding == ROUND_CEILING and number > 0) or (
            rounding == ROUND_FLOOR and number < 0
        )
        return OUT_OF_RANGE if away else Decimal(0)
    step = _ONE.scaleb(-places)
    return checked(number.quantize(step, rounding=rounding, context=ARITHMETIC))
