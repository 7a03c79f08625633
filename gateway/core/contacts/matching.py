"""Whether a contact is meant by a query. A date means the whole day of the local zone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

from gateway.core.contacts.conditions import Condition, Node
from gateway.core.contacts.names import has_all, sought
from gateway.core.contacts.properties import Kind, ValueType
from gateway.core.flow.expressions.answer_tests.dates import local_day
from gateway.core.flow.expressions.conversions import to_datetime, to_number, to_text
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.locations import ARROW
from gateway.core.flow.expressions.values import Error, Value

# (kind, key) -> the values that a contact has for a property; none when it is not set.
Lookup: TypeAlias = Callable[[Kind, str], Sequence[Value]]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
_PLACES: Final = frozenset({"state", "district", "ward"})
# How the values of a field that nobody knows are compared.
_KINDS: Final[Mapping[type, ValueType]] = {
    Decimal: "number",
    int: "number",
    datetime: "datetime",
    date: "datetime",
}


def matches(node: Node, environment: Environment, lookup: Lookup) -> bool:
    """Whether the conditions hold for the contact whose values `lookup` gives."""
    if isinstance(node, Condition):
        return _holds(node, environment, lookup(node.kind, node.key))
    among = all if node.joiner == "AND" else any
    return among(matches(part, environment, lookup) for part in node.parts)


def _holds(condition: Condition, environment: Environment, values: Sequence[Value]) -> bool:
    """Whether a condition holds for all the values a contact has.

    An empty value asks whether there are any. ``!=`` holds when it does for every one, where there
    are none too; all else needs one.
    """
    if not condition.value and condition.operator in {"=", "!="}:
        return (len(values) > 0) is (condition.operator == "!=")
    among = all if condition.operator == "!=" else any
    return among(_compared(condition, environment, value) for value in values)


def _compared(condition: Condition, environment: Environment, value: Value) -> bool:
    pair: tuple[Value, Value]
    kind = condition.type or _KINDS.get(type(value), "text")
    if condition.operator == "~":
        kind = "text"
    if kind == "number":
        pair = to_number(environment, value), to_number(environment, condition.value)
    elif kind == "datetime":
        pair = _day(environment, value), _day(environment, condition.value)
    else:
        return _alike(condition, environment, value)
    if isinstance(pair[0], Error) or isinstance(pair[1], Error):
        return False
    return _COMPARISONS[condition.operator](*pair)


def _alike(condition: Condition, environment: Environment, value: Value) -> bool:
    text = to_text(environment, value)
    if isinstance(text, Error):
        return False
    if condition.type in _PLACES:
        # What is stored may be the path; what is asked for is a name.
        text = text.rsplit(ARROW, 1)[-1]
    has, wanted = text.strip().casefold(), condition.value.strip().casefold()
    if condition.operator != "~":
        return _COMPARISONS[condition.operator](has, wanted)
    return has_all(has, sought(wanted)) if condition.key == "name" else wanted in has


def _day(environment: Environment, value: Value) -> Value:
    moment = to_datetime(environment, value)
    return moment if isinstance(moment, Error) else local_day(environment, moment)
