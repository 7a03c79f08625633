"""Reads contact queries. A query that was read is one that makes sense; all else is a `QueryError`.

A value without a property asks for a name or, when it is made of digits, for a phone number.
"""

import re
from dataclasses import dataclass
from typing import Final

from gateway.core.contacts import errors
from gateway.core.contacts.checks import check
from gateway.core.contacts.conditions import Combination, Condition, Node, each
from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.matching import Lookup, matches
from gateway.core.contacts.names import sought
from gateway.core.contacts.properties import ATTRIBUTES, SCHEMES, Known, ValueType
from gateway.core.contacts.syntax import Given, Tree, parse
from gateway.core.flow.expressions.answer_tests.phones import read_phone
from gateway.core.flow.expressions.environment import Environment

# A whole query that may be a phone number, with what people put between the digits.
_NUMBER: Final = re.compile(r"\+?[0-9 .()/-]{5,40}").fullmatch
# A bare value that may be a part of a number.
_DIGITS: Final = re.compile(r"\+?[0-9-]{4,}").fullmatch
_NO_DIGIT: Final = re.compile(r"[^+0-9]+")
_FEWEST_DIGITS: Final = 3
# What contacts are called where their numbers are not shown.
_REFERENCE: Final = re.compile(r"[A-Z2-7]{6}").fullmatch


@dataclass(frozen=True, slots=True)
class Query:
    """A query whose every property and value was checked."""

    root: Node

    @property
    def text(self) -> str:
        """The query in its normal form, which reads as the same query."""
        return self.root.text

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of the fields that the query asks about, sorted."""
        return tuple(sorted({one.key for one in each(self.root) if one.kind == "field"}))

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the groups that the query asks about, as written, sorted."""
        return self._values_of("group")

    @property
    def flows(self) -> tuple[str, ...]:
        """The names of the flows that the query asks about, as written, sorted."""
        return self._values_of("flow", "history")

    def matches(self, environment: Environment, lookup: Lookup) -> bool:
        """Whether a contact is meant. Dates are read as the environment writes them."""
        return matches(self.root, environment, lookup)

    def _values_of(self, *keys: str) -> tuple[str, ...]:
        asked = (one for one in each(self.root) if one.kind == "attribute" and one.key in keys)
        return tuple(sorted({one.value for one in asked if one.value}))


def parse_query(text: str, environment: Environment, known: Known | None) -> Query:
    """Read a query. Raises `QueryError`.

    `known` is what the workspace has, None when that is not known: then every name that is nothing
    else is a field.
    """
    text = text.strip()
    if not environment.redact_urns:
        number = read_phone(text, environment.country or "") if _NUMBER(text) else None
        if number is not None:
            return Query(Condition("urn", "tel", "=", number, "text"))
    return Query(_understood(parse(text), environment, known))


def _understood(tree: Tree, environment: Environment, known: Known | None) -> Node:
    if not isinstance(tree, Given):
        parts = tuple(_understood(part, environment, known) for part in tree.parts)
        return Combination(tree.joiner, parts)
    if not tree.name:
        return _implied(tree.value, environment)
    condition = _named(tree, known)
    check(condition, environment, known)
    return condition


def _named(given: Given, known: Known | None) -> Condition:
    """Return a condition on what its property's name means, the first of the kinds it may be."""
    prefix, _, key = given.name.rpartition(".")
    if prefix not in {"", "urns", "fields"}:
        raise QueryError(
            errors.UNKNOWN_PROPERTY_TYPE, f"unknown property type '{prefix}'", {"type": prefix}
        )
    if not prefix and key in ATTRIBUTES:
        return Condition("attribute", key, given.operator, given.value, ATTRIBUTES[key])
    if prefix != "fields" and key in SCHEMES:
        return Condition("urn", key, given.operator, given.value, "text")
    if prefix != "urns" and (known is None or key in known.fields):
        kind: ValueType | None = None if known is None else known.fields[key]
        return Condition("field", key, given.operator, given.value, kind)
    raise QueryError(
        errors.UNKNOWN_PROPERTY,
        f"can't resolve '{key}' to attribute, scheme or field",
        {"property": key},
    )


def _implied(value: str, environment: Environment) -> Condition:
    """Return the condition that a bare value means."""
    if environment.redact_urns:
        if _REFERENCE(value):
            return Condition("attribute", "ref", "=", value, "text")
    else:
        scheme, colon, path = value.partition(":")
        if colon and path and scheme.lower() in SCHEMES:
            return Condition("urn", scheme.lower(), "=", path, "text")
        digits = _NO_DIGIT.sub("", value)
        if _DIGITS(value) and len(digits) >= _FEWEST_DIGITS:
            return Condition("urn", "tel", "~", digits, "text")
    return Condition("attribute", "name", "~" if sought(value) else "=", value, "text")
