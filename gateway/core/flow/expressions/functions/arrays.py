"""Functions of arrays. None of them changes an array; each makes a new one."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from gateway.core.flow.expressions.conversions import (
    compare,
    equals,
    properties,
    to_boolean,
    to_number,
    to_text,
)
from gateway.core.flow.expressions.moments import instant
from gateway.core.flow.expressions.numbers import ARITHMETIC, checked
from gateway.core.flow.expressions.signature import MOST_ITEMS, pay_for_text
from gateway.core.flow.expressions.values import Error, Evaluation, Function, Value

_Array = Sequence[Value]


def array(evaluation: Evaluation, *values: Value) -> Value:
    """An array of the values.

    @(array("maize", 3, true)) → [maize, 3, true]
    """
    return _made(evaluation, values)


def slice_of(_evaluation: Evaluation, array: _Array, start: int, end: int | None = None) -> Value:
    """The items from one position up to another; positions below 0 count from the end.

    @(slice(array("a", "b", "c", "d"), 1, 3)) → [b, c]
    @(slice(array("a", "b", "c", "d"), -1)) → [d]
    """
    return array[start:end]


def contains(evaluation: Evaluation, array: _Array, value: Value) -> Value:
    """Whether the value is one of the items.

    @(contains(array("maize", "rice"), "rice")) → true
    @(contains(array(1), 2)) → false
    """
    env = evaluation.environment
    return any(equals(env, item, value) for item in array)


def join(evaluation: Evaluation, array: _Array, separator: str) -> Value:
    """The items as one text, with the separator between them.

    @(join(array("maize", "rice"), " & ")) → maize & rice
    """
    texts = []
    for item in array:
        text = to_text(evaluation.environment, item)
        if isinstance(text, Error):
            return text
        pay_for_text(evaluation, len(text) + len(separator))
        texts.append(text)
    return separator.join(texts)


def reverse(evaluation: Evaluation, array: _Array) -> Value:
    """The items from the last to the first.

    @(reverse(array(1, 2, 3))) → [3, 2, 1]
    """
    return _made(evaluation, array[::-1])


def sort(evaluation: Evaluation, array: _Array) -> Value:
    """The items from the least to the greatest; they must be of one kind that has an order.

    @(sort(array(3, 1, 2))) → [1, 2, 3]
    @(sort(array(3, "maize"))) → ERROR
    """
    evaluation.spend(len(array))
    for item in array:
        order = compare(evaluation.environment, array[0], item)
        if isinstance(order, Error):
            return order
    if array and isinstance(array[0], datetime):
        return sorted(cast("Sequence[datetime]", array), key=instant)
    return sorted(cast("Sequence[Decimal]", array))  # of one kind that has an order


def total(evaluation: Evaluation, array: _Array) -> Value:
    """The sum of the items as numbers.

    @(sum(array(1, 2, "3"))) → 6
    """
    amount = Decimal(0)
    for item in array:
        number = to_number(evaluation.environment, item)
        if isinstance(number, Error):
            return number
        amount = ARITHMETIC.add(amount, number)
    return checked(amount)


def unique(evaluation: Evaluation, array: _Array) -> Value:
    """The items, each once, where it came first.

    @(unique(array(1, 3, 1, 2))) → [1, 3, 2]
    """
    evaluation.spend(len(array))
    found: dict[Hashable, Value] = {}
    for item in array:
        found.setdefault(_sameness(item), item)
    return list(found.values())


def concat(evaluation: Evaluation, array1: _Array, array2: _Array) -> Value:
    """The items of one array and, after them, those of another.

    @(concat(array(1, 2), array(3))) → [1, 2, 3]
    """
    return _made(evaluation, [*array1, *array2])


def filter_by(evaluation: Evaluation, array: _Array, test: Function) -> Value:
    """The items for which the function gives what holds.

    @(filter(array(5, 12, 8), (age) => age > 6)) → [12, 8]
    """
    kept = []
    for item in array:
        evaluation.spend(1)
        holds = to_boolean(evaluation.environment, test.call(evaluation, [item]))
        if isinstance(holds, Error):
            return holds
        if holds:
            kept.append(item)
    return kept


def foreach(evaluation: Evaluation, array: _Array, function: Function, *others: Value) -> Value:
    """What the function gives for each item, called with the item and the other values.

    @(foreach(array("a", "b"), upper)) → [A, B]
    @(foreach(array("Amina Phiri", "Moses Zulu"), word, 0)) → [Amina, Moses]
    @(foreach(array(1, 2), (n) => n * 10)) → [10, 20]
    """
    made = []
    for item in array:
        evaluation.spend(1)
        result = function.call(evaluation, [item, *others])
        if isinstance(result, Error):
            return result
        made.append(result)
    return made


def count(_evaluation: Evaluation, value: Value) -> Value:
    """How many items an array has, or properties an object.

    @(count(array(1, 2, 3))) → 3
    @(count(object("a", 1))) → 1
    @(count("abc")) → ERROR
    """
    if value is None:
        return Decimal(0)
    if isinstance(value, Mapping):
        return Decimal(len(properties(value)))
    if isinstance(value, list | tuple):
        return Decimal(len(value))
    return Error("value isn't countable")


def _made(evaluation: Evaluation, items: _Array) -> Value:
    if len(items) > MOST_ITEMS:
        return Error(f"an array may have {MOST_ITEMS} items, not {len(items)}")
    evaluation.spend(len(items))
    return items


def _sameness(value: Value) -> Hashable:
    """Return what two values that are the same have in common, and no others."""
    if isinstance(value, Mapping):
        return "object", frozenset(
            (key, _sameness(item)) for key, item in properties(value).items()
        )
    if isinstance(value, list | tuple):
        return "array", tuple(_sameness(item) for item in value)
    return type(value) is bool, instant(value) if isinstance(value, datetime) else value
