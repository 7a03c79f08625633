"""Values as conversations keep them: plain JSON, found by whole paths, shown as people read them.

A path that leads nowhere is nothing: a person never sees an error in a text.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.conversions import write_datetime
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.numbers import write_number
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Function, Value

_PLAIN: Final = frozenset({str, int, bool, float, type(None)})
_NOWHERE: Final = Environment()

# The largest whole number that is kept as one, and the most digits of a position in a list.
_MOST_WHOLE: Final = 2**63 - 1
_MOST_DIGITS: Final = 9


class Later:
    """A value that is worked out when a text names it, and once: what is sealed may stay so."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Json]) -> None:
        """Take what works it out; the answer must not depend on when it is asked."""
        self._make: Callable[[], Json] | None = make
        self._made: Json = None

    @property
    def value(self) -> Json:
        """The value itself."""
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made


class Roots:
    """A scope of given values alone, for texts outside of a conversation."""

    __slots__ = ("evaluation", "roots")

    def __init__(self, roots: Mapping[str, Json], environment: Environment = _NOWHERE) -> None:
        """Take the values by their first names, in lower case."""
        self.evaluation = Evaluation(environment)
        self.roots = roots

    def find(self, path: Path, /) -> Value:
        """Return what a path leads to."""
        return value_of(descend(self.roots.get(path.parts[0]), path.parts[1:]))


def look_up(wanted: Path, values: Mapping[str, Json], roots: Mapping[str, Json]) -> Json:
    """Return what a path leads to: a value saved in the conversation wins over the roots."""
    if values:
        if wanted.full in values:
            return values[wanted.full]
        for prefix, rest in wanted.prefixes:
            if prefix in values:
                return descend(values[prefix], rest)
    parts = wanted.parts
    value = roots.get(parts[0])
    return value if len(parts) == 1 else descend(value, parts[1:])


def descend(value: Json, parts: tuple[str, ...]) -> Json:
    """Follow keys whatever their case, and positions in lists from 0. None where nothing is."""
    for part in parts:
        if value.__class__ is dict or isinstance(value, Mapping):
            value = value[part] if part in value else _in_any_case(value, part)
        elif isinstance(value, list | tuple) and part.isdecimal():
            position = int(part[:_MOST_DIGITS])
            value = value[position] if position < len(value) else None
        else:
            return None
    return value


def _in_any_case(value: Mapping[str, Json], wanted: str) -> Json:
    """Return what a key leads to: paths are in lower case, and what servers answer is not."""
    return next((one for key, one in value.items() if key.lower() == wanted), None)


def value_of(found: Json | Later) -> Value:
    """Return plain JSON as a value of expressions: numbers with a point become exact ones."""
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, dict):
        return {key: value_of(one) for key, one in found.items()}
    if isinstance(found, list):
        return [value_of(one) for one in found]
    if isinstance(found, float):
        return Decimal(repr(found))
    return value_of(found.value) if isinstance(found, Later) else found


def kept(value: Value) -> Json:
    """Return a value as it can be kept; of an error or a function there is nothing to keep."""
    if value.__class__ in _PLAIN:
        return value  # type: ignore[return-value] # these are the plain ones
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [kept(one) for one in value]
    if isinstance(value, Error | Function):
        return None
    return str(value)


def _number(number: Decimal) -> Json:
    """Return a number as JSON has it; one that JSON would not keep exactly stays a text."""
    if number == number.to_integral_value():
        return int(number) if abs(number) <= _MOST_WHOLE else write_number(number)
    short = float(number)
    return short if Decimal(repr(short)) == number else write_number(number)


def shown(value: Value | Json) -> str:
    """Return a value as a person reads it. Things are shown by their ``__default__``."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Error | Function):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return shown(value.get(DEFAULT))
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, Decimal):
        return write_number(value)
    return write_datetime(value) if isinstance(value, datetime) else str(value)


def holds(value: Json) -> bool:
    """Whether a value counts as true: something is there, and it is not zero or false.

    A thing counts as what it stands for, as the result of an answer test does.
    """
    if isinstance(value, Mapping) and DEFAULT in value:
        return holds(value[DEFAULT])
    return bool(value) and not (isinstance(value, str) and value.lower() == "false")
