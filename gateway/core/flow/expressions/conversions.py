"""Turns one kind of value into another, as operators and functions ask. Refuses to raise.

What cannot be turned is an `Error` that says so, and an error stays the error it is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments import (
    instant,
    localise,
    read_date,
    read_datetime,
    read_time,
)
from gateway.core.flow.expressions.numbers import in_range, read_number, write_number
from gateway.core.flow.expressions.values import DEFAULT, Error, Function, Value
from gateway.core.text.quoting import quote

# What a whole number may be where a position or a count is asked for.
LEAST_INTEGER: Final = -(2**31)
MOST_INTEGER: Final = 2**31 - 1


def to_text(env: Environment, value: Value) -> str | Error:
    """Return the value as text. Null is the empty text."""
    if type(value) is str:
        return value
    return value if isinstance(value, Error) else show(env, value)


def to_number(env: Environment, value: Value) -> Decimal | Error:
    """Return the value as a number: a number, or a text of digits."""
    if type(value) is Decimal:
        return value
    if type(value) is str:
        number = read_number(value)
    elif isinstance(value, bool):
        number = None
    elif isinstance(value, int | float):
        number = Decimal(str(value))
        number = number if in_range(number) else None
    elif isinstance(value, Mapping) and DEFAULT in value:
        return to_number(env, value[DEFAULT])
    elif isinstance(value, Error):
        return value
    else:
        number = None
    return number if number is not None else _cannot(value, "a number")


def to_integer(env: Environment, value: Value) -> int | Error:
    """Return the whole part of the value as a number."""
    number = to_number(env, value)
    if isinstance(number, Error):
        return number
    whole = int(number)
    if not LEAST_INTEGER <= whole <= MOST_INTEGER:
        return Error(f"number value {write_number(number)} is out of range for an integer")
    return whole


def to_boolean(env: Environment, value: Value) -> bool | Error:
    """Return whether the value holds: something is there, and it is not zero or false."""
    if isinstance(value, bool):
        return value
    if type(value) is str:
        return bool(value) and value.lower() != "false"
    if isinstance(value, Error):
        return value
    if isinstance(value, Mapping):
        if DEFAULT in value:
            return to_boolean(env, value[DEFAULT])
        return len(value) > 0
    if isinstance(value, time):
        return value != time()
    if isinstance(value, date | Function):
        return True
    return bool(value)


def to_datetime(env: Environment, value: Value) -> datetime | Error:
    """Return the value as an aware datetime; a date is its midnight in the environment's zone."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        try:
            return localise(datetime.combine(value, time()), env.timezone)
        except OverflowError:
            return _cannot(value, "a datetime")
    if type(value) is str:
        found = read_datetime(env, value)
        return _cannot(value, "a datetime") if isinstance(found, Error) else found
    if isinstance(value, Mapping) and DEFAULT in value:
        return to_datetime(env, value[DEFAULT])
    return value if isinstance(value, Error) else _cannot(value, "a datetime")


def to_date(env: Environment, value: Value) -> date | Error:
    """Return the value as a date: of a datetime the day in its own zone."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if type(value) is str:
        found = read_date(env, value)
        return _cannot(value, "a date") if isinstance(found, Error) else found
    if isinstance(value, Mapping) and DEFAULT in value:
        return to_date(env, value[DEFAULT])
    return value if isinstance(value, Error) else _cannot(value, "a date")


def to_time(env: Environment, value: Value) -> time | Error:
    """Return the value as a time of day; of a number the whole part, from 0 to 24, is the hour."""
    if isinstance(value, time):
        return value
    if isinstance(value, datetime):
        return value.time()
    if type(value) is str:
        found = read_time(env, value)
        return _cannot(value, "a time") if isinstance(found, Error) else found
    if isinstance(value, Mapping) and DEFAULT in value:
        return to_time(env, value[DEFAULT])
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        hour = int(value)
        return time(hour % 24) if 0 <= hour <= 24 else _cannot(value, "a time")
    return value if isinstance(value, Error) else _cannot(value, "a time")


def to_array(env: Environment, value: Value) -> Sequence[Value] | Error:
    """Return the value when it is an array. Null is one without items."""
    if isinstance(value, list | tuple):
        return value
    if value is None:
        return ()
    if isinstance(value, Mapping) and DEFAULT in value:
        return to_array(env, value[DEFAULT])
    return value if isinstance(value, Error) else _cannot(value, "an array")


def to_object(_env: Environment, value: Value) -> Mapping[str, Value] | Error:
    """Return the value when it is an object. Null is one without properties."""
    if isinstance(value, Mapping):
        return value
    if value is None:
        return {}
    return value if isinstance(value, Error) else _cannot(value, "an object")


def to_json(env: Environment, value: Value) -> str | Error:
    """Return the value as JSON, keys sorted. What JSON does not have is null."""
    return value if isinstance(value, Error) else _json(env, value)


def equals(env: Environment, one: Value, other: Value) -> bool:
    """Whether two values are the same: of the same kind, and alike in every part."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return properties(one).keys() == properties(other).keys() and all(
            equals(env, value, other[key]) for key, value in properties(one).items()
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(equals, [env] * len(one), one, other))
    if isinstance(one, datetime) and isinstance(other, datetime):
        return instant(one) == instant(other)
    return _kind(one) == _kind(other) and one == other


def compare(_env: Environment, one: Value, other: Value) -> int | Error:
    """Return -1, 0 or 1 for two values of one kind that has an order."""
    if isinstance(one, Error):
        return one
    if isinstance(other, Error):
        return other
    kind = _kind(one)
    if kind != _kind(other) or kind in {"null", "array", "object", "function"}:
        return Error(f"unable to compare {describe(one)} and {describe(other)}")
    if isinstance(one, datetime) and isinstance(other, datetime):
        one, other = instant(one), instant(other)
    first: Decimal = one  # type: ignore[assignment] # any kind that has an order
    second: Decimal = other  # type: ignore[assignment] # the same kind as `first`
    return (first > second) - (first < second)


def describe(value: Value) -> str:
    """Return the value as error messages name it."""
    if isinstance(value, str):
        return quote(value)
    kind = _kind(value)
    if kind in {"array", "object", "function", "error", "null"}:
        return kind
    return _written(value)


def show(env: Environment, value: Value) -> str:
    """Return the text of a value as it stands within a text."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Mapping):
        if DEFAULT in value:
            return show(env, value[DEFAULT])
        parts = [f"{key}: {show(env, value[key])}" for key in sorted(value)]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join([show(env, item) for item in value]) + "]"
    return str(value)


def write_datetime(value: datetime) -> str:
    """Write a moment in ISO 8601 with microseconds, ``Z`` for UTC."""
    text = value.isoformat(timespec="microseconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def properties(value: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return an object's properties: all its keys but the one for what it is shown as."""
    if DEFAULT not in value:
        return value
    return {key: item for key, item in value.items() if key != DEFAULT}


def _written(value: Value) -> str:
    """Write a value that has no parts."""
    write = _WRITERS.get(type(value))
    return write(value) if write is not None else str(value)


def _json(env: Environment, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return write_number(value)
    if isinstance(value, Mapping):
        kept = properties(value)
        parts = [f"{_quoted(key)}:{_json(env, kept[key])}" for key in sorted(kept)]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_json(env, item) for item in value]) + "]"
    if value is None or isinstance(value, Function | Error):
        return "null"
    return _quoted(_written(value))


def _quoted(text: str) -> str:
    # The two ends of line that JavaScript would trip over are escaped, as in the field.
    written = json.dumps(text, ensure_ascii=False)
    return written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _kind(value: Value) -> str:
    """Return the name of the kind of a value."""
    for kind, types in _KINDS:
        if isinstance(value, types):
            return kind
    return "null" if value is None else type(value).__name__


_KINDS: Final[tuple[tuple[str, type | tuple[type, ...]], ...]] = (
    ("text", str),
    ("boolean", bool),
    ("number", (Decimal, int, float)),
    ("object", Mapping),
    ("array", (list, tuple)),
    ("datetime", datetime),
    ("date", date),
    ("time", time),
    ("function", Function),
    ("error", Error),
)


_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: write_number,
    datetime: write_datetime,
    time: lambda value: value.isoformat(timespec="microseconds"),
    date: date.isoformat,
    Function: lambda value: value.name or "<anon>",
    Error: lambda value: value.message,
    type(None): lambda _: "",
}


def _cannot(value: Value, wanted: str) -> Error:
    return Error(f"unable to convert {describe(value)} to {wanted}")
