"""Values as the tables write them: read into ours, and compared with what an expression gave."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.values import Error, Value


def read_typed(written: Mapping[str, Any]) -> Value:
    """Read a typed value: an object with one key that names the type."""
    if "error" in written:
        return Error(str(written.get("message", "an error")))
    ((kind, inner),) = written.items()
    if kind in {"text", "boolean"}:
        value: Value = inner
    elif kind == "text_repeat":
        value = inner["text"] * inner["times"]
    elif kind == "array":
        value = read_items(inner)
    elif kind == "object":
        value = {key: read_typed(item) for key, item in inner.items()}
    elif kind == "null":
        value = None
    else:
        value = _READERS[kind](inner)
    return value


def read_items(written: Sequence[Mapping[str, Any]]) -> list[Value]:
    """Read typed values, of which one may stand for many."""
    items: list[Value] = []
    for item in written:
        if "repeat" in item:
            items += [read_typed(item["repeat"])] * item["times"]
        else:
            items.append(read_typed(item))
    return items


def read_plain(written: Any) -> Value:
    """Read plain JSON in which other types are marked by a key that begins with ``$``."""
    if isinstance(written, list):
        return [read_plain(item) for item in written]
    if isinstance(written, dict):
        for mark, read in _MARKS.items():
            if mark in written:
                return read(written[mark])
        return {key: read_plain(item) for key, item in written.items()}
    if isinstance(written, float | int) and not isinstance(written, bool):
        return Decimal(str(written))
    plain: Value = written
    return plain


def same(expected: Value, given: Value) -> bool:
    """Whether two values are alike: numbers by value, moments as instants, errors whatever."""
    if isinstance(expected, Error) or isinstance(given, Error):
        return isinstance(expected, Error) and isinstance(given, Error)
    if isinstance(expected, Mapping) and isinstance(given, Mapping):
        return expected.keys() == given.keys() and all(
            same(value, given[key]) for key, value in expected.items()
        )
    if isinstance(expected, list | tuple) and isinstance(given, list | tuple):
        return len(expected) == len(given) and all(map(same, expected, given))
    return _kind(expected) == _kind(given) and expected == given


def _kind(value: Value) -> type:
    return Decimal if type(value) is int else type(value)


def _moment(written: str) -> datetime:
    # The tables have up to nine digits of a second; six are kept.
    head, dot, tail = written.partition(".")
    if not dot:
        return datetime.fromisoformat(written)
    digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
    return datetime.fromisoformat(f"{head}.{digits[:6].ljust(6, '0')}{tail[len(digits) :]}")


def _time(written: str) -> time:
    head, _, tail = written.partition(".")
    return time.fromisoformat(f"{head}.{tail[:6].ljust(6, '0')}")


def _function(name: str) -> Value:
    return BUILTINS.get(name, Error(f"there is no function {name}"))


_READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "number": Decimal,
    "datetime": _moment,
    "date": date.fromisoformat,
    "time": _time,
    "function": _function,
}
_MARKS: Final[Mapping[str, Callable[[str], Value]]] = {
    "$datetime": _moment,
    "$function": _function,
    "$error": Error,
}
