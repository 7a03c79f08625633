"""What the operators do with two values. Numbers are exact; a quotient has 16 decimal places."""

from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_05UP, Context, Decimal
from typing import Final, TypeAlias

from gateway.core.flow.expressions.conversions import show, to_number
from gateway.core.flow.expressions.numbers import ARITHMETIC, OUT_OF_RANGE, checked
from gateway.core.flow.expressions.sizes import SCALARS, weigh
from gateway.core.flow.expressions.values import Error, Evaluation, Value

Operator: TypeAlias = Callable[[Evaluation, Value, Value], Value]

DIVISION_BY_ZERO: Final = Error("division by zero")

# The last decimal place of a quotient, and of a power that has no end.
_PLACES: Final = Decimal("1E-16")

# Digits enough for a quotient in range; rounded so that rounding it again does no harm.
_DIVISION: Final = Context(prec=60, rounding=ROUND_05UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
_DIVISION_MAGNITUDE: Final = 40
_MOST_EXPONENT: Final = 100

# Texts this short are joined for the price of the operation.
_SHORT_TEXT: Final = 256


def concatenate(evaluation: Evaluation, one: Value, other: Value) -> Value:
    """Join two values as texts."""
    first = one if type(one) is str else text_of(evaluation, one)
    second = other if type(other) is str else text_of(evaluation, other)
    if isinstance(first, Error):
        return first
    if isinstance(second, Error):
        return second
    size = len(first) + len(second)
    if size > _SHORT_TEXT:
        evaluation.spend(size)
    return first + second


def equal(evaluation: Evaluation, one: Value, other: Value) -> bool | Error:
    """Whether two values are the same as texts."""
    first = one if type(one) is str else text_of(evaluation, one)
    second = other if type(other) is str else text_of(evaluation, other)
    if isinstance(first, Error):
        return first
    return second if isinstance(second, Error) else first == second


def unequal(evaluation: Evaluation, one: Value, other: Value) -> bool | Error:
    """Whether two values differ as texts."""
    same = equal(evaluation, one, other)
    return same if isinstance(same, Error) else not same


def negate(evaluation: Evaluation, value: Value) -> Decimal | Error:
    """Return the number below zero."""
    number = to_number(evaluation.environment, value)
    return number if isinstance(number, Error) else number.copy_negate()


def divide(one: Decimal, other: Decimal) -> Decimal | Error:
    """Return the quotient, rounded to 16 decimal places, half away from zero."""
    if not other:
        return DIVISION_BY_ZERO
    quotient = _DIVISION.divide(one, other)
    if quotient.adjusted() < _DIVISION_MAGNITUDE:
        quotient = quotient.quantize(_PLACES, context=ARITHMETIC)
    return checked(quotient)


def power(one: Decimal, other: Decimal) -> Decimal | Error:
    """Return the power. What has no value, as a root of less than zero, is zero."""
    if abs(other) > _MOST_EXPONENT:
        return OUT_OF_RANGE
    whole = other == other.to_integral_value()
    if not one or (one < 0 and not whole):
        return Decimal(0)
    if not whole:
        return checked(_DIVISION.power(one, other).quantize(_PLACES, context=ARITHMETIC))
    result = checked(ARITHMETIC.power(one, abs(other)))
    return result if other >= 0 or isinstance(result, Error) else divide(Decimal(1), result)


def text_of(evaluation: Evaluation, value: Value) -> str | Error:
    """Return the value as text, and spend what it weighs."""
    if isinstance(value, Error):
        return value
    if type(value) not in SCALARS:
        weigh(evaluation, value)
    return show(evaluation.environment, value)


def _of_numbers(compute: Callable[[Decimal, Decimal], Value]) -> Operator:
    def operate(evaluation: Evaluation, one: Value, other: Value) -> Value:
        first = one if type(one) is Decimal else to_number(evaluation.environment, one)
        second = other if type(other) is Decimal else to_number(evaluation.environment, other)
        if isinstance(first, Error):
            return first
        return second if isinstance(second, Error) else compute(first, second)

    return operate


OPERATORS: Final[Mapping[str, Operator]] = {
    "&": concatenate,
    "=": equal,
    "!=": unequal,
    "<": _of_numbers(lambda one, other: one < other),
    "<=": _of_numbers(lambda one, other: one <= other),
    ">": _of_numbers(lambda one, other: one > other),
    ">=": _of_numbers(lambda one, other: one >= other),
    "+": _of_numbers(lambda one, other: checked(ARITHMETIC.add(one, other))),
    "-": _of_numbers(lambda one, other: checked(ARITHMETIC.subtract(one, other))),
    "*": _of_numbers(lambda one, other: checked(ARITHMETIC.multiply(one, other))),
    "/": _of_numbers(divide),
    "^": _of_numbers(power),
}
