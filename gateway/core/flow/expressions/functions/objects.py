"""Functions of objects, and of JSON."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from gateway.core.flow.expressions.conversions import properties, to_json, to_text
from gateway.core.flow.expressions.numbers import ARITHMETIC, in_range
from gateway.core.flow.expressions.patterns import writable
from gateway.core.flow.expressions.sizes import MOST_LEVELS, depth_of, weigh
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Function, Value

_Object = Mapping[str, Value]

# An escape of JSON: both halves of a character, one half alone, or any other.
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def object_of(evaluation: Evaluation, *pairs: Value) -> Value:
    """An object of names and values in turn.

    @(object("name", "Amina", "age", 34)) → {age: 34, name: Amina}
    @(object("name")) → ERROR
    """
    if len(pairs) % 2:
        return Error("requires an even number of arguments")
    made: dict[str, Value] = {}
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        key = to_text(evaluation.environment, name)
        if isinstance(key, Error):
            return key
        made[key] = value
    return made


def keys(_evaluation: Evaluation, holder: _Object) -> Value:
    """The names of an object's properties, in order.

    @(keys(object("name", "Amina", "age", 34))) → [age, name]
    """
    return sorted(properties(holder))


def extract(evaluation: Evaluation, holder: _Object, name: str) -> Value:
    """A property of an object, null if it has none of this name.

    @(extract(object("name", "Amina"), "name")) → Amina
    """
    return _property(evaluation, holder, name)


def extract_object(evaluation: Evaluation, holder: _Object, *names: str) -> Value:
    """An object of some of the properties of another.

    @(extract_object(object("name", "Amina", "age", 34), "name")) → {name: Amina}
    """
    return {name: _property(evaluation, holder, name) for name in names}


def foreach_value(
    evaluation: Evaluation, holder: _Object, function: Function, *others: Value
) -> Value:
    """The object with what the function gives for each property, called with it and the others.

    @(foreach_value(object("a", "maize", "b", "rice"), upper)) → {a: MAIZE, b: RICE}
    """
    made = {}
    for key, item in properties(holder).items():
        evaluation.spend(1)
        result = function.call(evaluation, [item, *others])
        if isinstance(result, Error):
            return result
        made[key] = result
    return made


def json_of(evaluation: Evaluation, value: Value) -> Value:
    """The value as JSON.

    @(json(object("name", "Amina"))) → {"name":"Amina"}
    @(json("dry")) → "dry"
    """
    return to_json(evaluation.environment, value)


def parse_json(evaluation: Evaluation, text: str) -> Value:
    """The value that a JSON text stands for.

    @(parse_json("[1, 2, 3]")[1]) → 2
    @(parse_json("what?")) → ERROR
    """
    evaluation.spend(len(text) >> 3)
    invalid = Error("invalid JSON")
    if depth_of(text) > MOST_LEVELS:
        return invalid
    try:
        value: Value = json.loads(
            _whole(writable(text)), parse_float=_number, parse_int=_number, parse_constant=_number
        )
    except ValueError:
        return invalid
    weigh(evaluation, value)
    return value


def _property(evaluation: Evaluation, holder: _Object, name: str) -> Value:
    """Return a property whatever the case of its name."""
    if name in holder and name != DEFAULT:
        return holder[name]
    evaluation.spend(len(holder) >> 3)
    folded = name.lower()
    return next((holder[key] for key in properties(holder) if key.lower() == folded), None)


def _number(written: str) -> Decimal:
    """Return a number. Raises ValueError if it is none that we can hold, as ``NaN``."""
    number = ARITHMETIC.create_decimal(written)
    if not in_range(number):
        raise ValueError("a number out of range")
    return number


def _whole(text: str) -> str:
    """Return a JSON text whose escapes are of whole characters, as no encoding can write halves."""
    return _ESCAPE.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
