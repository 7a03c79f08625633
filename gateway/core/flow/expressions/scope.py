"""Where an expression finds its values by name, and what may be looked up in a value."""

from collections.abc import Mapping
from typing import Final, Protocol, cast

from gateway.core.flow.expressions.conversions import describe, to_integer, to_text
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.sizes import TEXT_SHIFT
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Value

# What no scope and no object holds.
_NOTHING: Final = Error("")


class Scope(Protocol):
    """What an expression is evaluated in."""

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation that every operation is counted in."""

    def find(self, path: Path, /) -> Value:
        """Return the value that a dotted name leads to, or an `Error` that says what is missing."""


class DictScope:
    """A scope over an object: the first part of a path is one of its keys, in lower case."""

    __slots__ = ("evaluation", "roots")

    def __init__(self, roots: Mapping[str, Value], environment: Environment) -> None:
        """Begin an evaluation of its own."""
        self.evaluation = Evaluation(environment)
        self.roots = roots

    def find(self, path: Path, /) -> Value:
        """Return what the path leads to."""
        parts = path.parts
        value = self.roots.get(parts[0], _NOTHING)
        if value is _NOTHING:
            return no_root(parts[0])
        return value if len(parts) == 1 else descend(self.evaluation, value, parts[1:])


def descend(evaluation: Evaluation, value: Value, parts: tuple[str, ...]) -> Value:
    """Follow the parts of a path, in lower case, from a value."""
    for part in parts:
        if type(value) is dict and part in value and part != DEFAULT:
            value = cast("Value", value[part])
        else:
            value = look_up(evaluation, value, part)
            if isinstance(value, Error):
                return value
    return value


def look_up(evaluation: Evaluation, container: Value, key: Value) -> Value:
    """Return a property of an object, whatever its case, or an item of an array by position.

    This is what a dot does: a property that the object does not have is an error.
    """
    if isinstance(container, Mapping):
        name = to_text(evaluation.environment, key)
        if isinstance(name, Error):
            return name
        value = _property(evaluation, container, name)
        return Error(f"object has no property '{name}'") if value is _NOTHING else value
    if isinstance(container, list | tuple):
        index = to_integer(evaluation.environment, key)
        if isinstance(index, Error):
            return index
        if not -len(container) <= index < len(container):
            return Error(f"index {index} out of range for {len(container)} items")
        return cast("Value", container[index])
    if isinstance(container, Error):
        return container
    return Error(f"{describe(container)} doesn't support lookups")


def take(evaluation: Evaluation, container: Value, key: Value) -> Value:
    """Return what brackets take: as a dot does, but null where the object has no such property."""
    if isinstance(container, Mapping):
        name = to_text(evaluation.environment, key)
        if isinstance(name, Error):
            return name
        value = _property(evaluation, container, name)
        return None if value is _NOTHING else value
    return look_up(evaluation, container, key)


def no_root(name: str) -> Error:
    """Return the error for a name that nothing in the scope has."""
    return Error(f"context has no property '{name}'")


def _property(evaluation: Evaluation, container: Mapping[str, Value], name: str) -> Value:
    """Return a property, `_NOTHING` if there is none of this name."""
    if name in container and name != DEFAULT:
        return container[name]
    folded = name.lower()
    evaluation.spend(len(container) >> TEXT_SHIFT)
    for key, value in container.items():
        if key.lower() == folded and key != DEFAULT:
            return value
    return _NOTHING
