"""What a condition may ask for: which operators a property has, and which values."""

import re
from typing import Final

from gateway.core.contacts import errors
from gateway.core.contacts.conditions import Condition
from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.names import FEWEST_LETTERS, sought
from gateway.core.contacts.properties import ALWAYS_SET, STATUSES, Known
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments import read_datetime
from gateway.core.flow.expressions.numbers import read_number
from gateway.core.flow.expressions.values import Error

# A part of an address must be so long, or it would be in nearly every one.
FEWEST_CHARACTERS: Final = 3

# ISO 639-3, as the field writes languages, or the two letters that flow files of ours have.
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}").fullmatch


def check(condition: Condition, environment: Environment, known: Known | None) -> None:
    """Raise `QueryError` for a condition that makes no sense.

    A field of a type that nobody knows may be asked anything.
    """
    if condition.value and environment.redact_urns and _is_address(condition):
        raise QueryError(errors.REDACTED_URNS, "cannot query on redacted URNs")
    if condition.type is None:
        return
    if condition.operator == "~":
        _check_part(condition)
    elif condition.operator not in {"=", "!="}:
        _check_order(condition)
    elif not condition.value:
        _check_presence(condition)
        return
    _check_type(condition, environment)
    if condition.kind == "attribute":
        _check_attribute(condition, known)


def _is_address(condition: Condition) -> bool:
    return condition.kind == "urn" or (condition.kind, condition.key) == ("attribute", "urn")


def _check_part(condition: Condition) -> None:
    if _is_address(condition):
        if len(condition.value) < FEWEST_CHARACTERS:
            raise QueryError(
                errors.INVALID_PARTIAL_URN,
                f"contains operator on URN requires value of minimum length {FEWEST_CHARACTERS}",
                {"min_value_length": str(FEWEST_CHARACTERS)},
            )
    elif (condition.kind, condition.key) != ("attribute", "name"):
        raise QueryError(
            errors.UNSUPPORTED_CONTAINS,
            "contains conditions can only be used with name or URN values",
            {"property": condition.key},
        )
    elif not sought(condition.value):
        raise QueryError(
            errors.INVALID_PARTIAL_NAME,
            f"contains operator on name requires token of minimum length {FEWEST_LETTERS}",
            {"min_token_length": str(FEWEST_LETTERS)},
        )


def _check_order(condition: Condition) -> None:
    if condition.type not in {"number", "datetime"}:
        raise QueryError(
            errors.UNSUPPORTED_COMPARISON,
            f"comparisons with {condition.operator} can only be used with date and number fields",
            {"property": condition.key, "operator": condition.operator},
        )


def _check_presence(condition: Condition) -> None:
    if condition.kind == "attribute" and condition.key in ALWAYS_SET:
        raise QueryError(
            errors.UNSUPPORTED_SETCHECK,
            f"can't check whether '{condition.key}' is set or not set",
            {"property": condition.key, "operator": condition.operator},
        )


def _check_type(condition: Condition, environment: Environment) -> None:
    value = condition.value
    if condition.type == "number" and read_number(value) is None:
        code, message = errors.INVALID_NUMBER, f"can't convert '{value}' to a number"
    elif condition.type == "datetime" and isinstance(read_datetime(environment, value), Error):
        code, message = errors.INVALID_DATE, f"can't convert '{value}' to a date"
    else:
        return
    raise QueryError(code, message, {"value": value})


def _check_attribute(condition: Condition, known: Known | None) -> None:
    value = condition.value
    if condition.key == "status" and value.lower() not in STATUSES:
        code, message = errors.INVALID_STATUS, f"'{value}' is not a valid contact status"
    elif condition.key == "language" and not _LANGUAGE(value):
        code, message = errors.INVALID_LANGUAGE, f"'{value}' is not a valid language code"
    elif known is None:
        return
    elif condition.key == "group" and value.casefold() not in known.groups:
        code, message = errors.INVALID_GROUP, f"'{value}' is not a valid group name"
    elif condition.key in {"flow", "history"} and value.casefold() not in known.flows:
        code, message = errors.INVALID_FLOW, f"'{value}' is not a valid flow name"
    else:
        return
    raise QueryError(code, message, {"value": value})
