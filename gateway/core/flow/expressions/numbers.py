"""Decimal numbers as expressions know them: how far they reach, how they are read and written.

A number has at most 36 digits that count and lies between 1E-100 and 1E+101. What would be beyond
is an `Error`, so that no arithmetic grows without end.
"""

import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from gateway.core.flow.expressions.values import Error

MOST_DIGITS: Final = 36
MOST_MAGNITUDE: Final = 100

# Ample for any product or quotient of two numbers in range; nothing traps, `checked` looks instead.
ARITHMETIC: Final = Context(
    prec=320, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[]
)

# What is the same with so many digits has no more digits that count.
_SHORT: Final = Context(prec=MOST_DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])

OUT_OF_RANGE: Final = Error("number value out of range")

_WRITTEN: Final = re.compile(r"-?(?:[0-9]+|[0-9]+\.[0-9]+|\.[0-9]+)").fullmatch


def read_number(text: str) -> Decimal | None:
    """Read digits with or without a decimal point, as in ``-1.5`` or ``.5``; None for all else."""
    text = text.strip()
    if _WRITTEN(text) is None:
        return None
    number = ARITHMETIC.create_decimal(text) if len(text) <= ARITHMETIC.prec else None
    return number if number is not None and in_range(number) else None


def write_number(number: Decimal | int) -> str:
    """Write a number in full, without the zeros at its end: ``1.50`` is ``1.5``."""
    text = str(number if isinstance(number, Decimal) else Decimal(number))
    if "E" in text:
        text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def in_range(number: Decimal) -> bool:
    """Whether expressions may hold this number."""
    if not number.is_finite():
        return False
    return not number or (
        abs(number.adjusted()) <= MOST_MAGNITUDE and _SHORT.plus(number) == number
    )


def checked(number: Decimal) -> Decimal | Error:
    """Return the number, or the error when it is out of range."""
    return number if in_range(number) else OUT_OF_RANGE
