"""Layouts of dates and times: ``DD-MM-YYYY tt:mm`` says how one is written and how it is read.

A layout is a row of fields, such as ``YYYY`` or ``tt``, and of the characters that may stand
between them. Anything else in it is an error: a layout is written by a person, and a misspelt one
should be seen and not be sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal, TypeAlias

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments.names import Names, names_in
from gateway.core.flow.expressions.values import Error

Kind: TypeAlias = Literal["datetime", "date", "time"]

# The characters that stand for themselves between fields.
LITERALS: Final = frozenset(" :/.,T-_")

_LONGEST_LAYOUT: Final = 256

_Write: TypeAlias = Callable[[datetime, Names], str]


def _digits(width: int, part: Callable[[datetime], int]) -> _Write:
    return lambda moment, _: f"{part(moment):0{width}}"


def _half(moment: datetime, names: Names) -> str:
    return names.halves[moment.hour >= 12]


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


# How each field is written, for all but the kinds of value that have no such part.
_DATE_FIELDS: Final[dict[str, _Write]] = {
    "YY": _digits(2, lambda m: m.year % 100),
    "YYYY": _digits(4, lambda m: m.year),
    "M": _digits(1, lambda m: m.month),
    "MM": _digits(2, lambda m: m.month),
    "MMM": lambda m, names: names.short_months[m.month - 1],
    "MMMM": lambda m, names: names.months[m.month - 1],
    "D": _digits(1, lambda m: m.day),
    "DD": _digits(2, lambda m: m.day),
    "EEE": lambda m, names: names.short_days[m.weekday()],
    "EEEE": lambda m, names: names.days[m.weekday()],
}
_TIME_FIELDS: Final[dict[str, _Write]] = {
    "h": _digits(1, lambda m: m.hour % 12 or 12),
    "hh": _digits(2, lambda m: m.hour % 12 or 12),
    "t": _digits(1, lambda m: m.hour),
    "tt": _digits(2, lambda m: m.hour),
    "m": _digits(1, lambda m: m.minute),
    "mm": _digits(2, lambda m: m.minute),
    "s": _digits(1, lambda m: m.second),
    "ss": _digits(2, lambda m: m.second),
    "fff": _digits(3, lambda m: m.microsecond // 1000),
    "ffffff": _digits(6, lambda m: m.microsecond),
    "fffffffff": _digits(9, lambda m: m.microsecond * 1000),
    "aa": lambda m, names: _half(m, names).lower(),
    "AA": lambda m, names: _half(m, names).upper(),
}
_ZONE_FIELDS: Final[dict[str, _Write]] = {
    "Z": lambda m, _: _offset(m) if m.utcoffset() else "Z",
    "ZZZ": lambda m, _: _offset(m),
}
FIELDS: Final[dict[Kind, dict[str, _Write]]] = {
    "datetime": _DATE_FIELDS | _TIME_FIELDS | _ZONE_FIELDS,
    "date": _DATE_FIELDS,
    "time": _TIME_FIELDS,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One field of a layout, or the characters between two fields."""

    text: str
    is_field: bool


@lru_cache(maxsize=1024)
def read_layout(layout: str, kind: Kind, purpose: str) -> Sequence[Piece] | Error:
    """Return the pieces of a layout. `purpose` is "formatting" or "parsing", for the message."""
    if len(layout) > _LONGEST_LAYOUT:
        return Error(f"a layout may have {_LONGEST_LAYOUT} characters, this has {len(layout)}")
    pieces = []
    for letter, same in groupby(layout):
        text = "".join(same)
        if letter not in LITERALS and text not in FIELDS[kind]:
            return Error(f"'{text}' is not valid in a {kind} {purpose} layout")
        pieces.append(Piece(text, letter not in LITERALS))
    return pieces


def format_moment(env: Environment, value: datetime | date | time, layout: str) -> str | Error:
    """Return a datetime, a date or a time written by a layout, in the environment's language.

    A datetime is written as it is, in the zone that it has.
    """
    kind, moment = _kind(value)
    pieces = read_layout(layout, kind, "formatting")
    if isinstance(pieces, Error):
        return pieces
    names = names_in(env.languages[0] if env.languages else "")
    fields = FIELDS[kind]
    return "".join(
        fields[piece.text](moment, names) if piece.is_field else piece.text for piece in pieces
    )


def _kind(value: datetime | date | time) -> tuple[Kind, datetime]:
    if isinstance(value, datetime):
        return "datetime", value
    if isinstance(value, time):
        return "time", datetime.combine(date.min, value)
    return "date", datetime.combine(value, time())
