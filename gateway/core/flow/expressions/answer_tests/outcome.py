"""What an answer test gives when it holds."""

from collections.abc import Mapping

from gateway.core.flow.expressions.values import DEFAULT, Value


def matched(match: Value, extra: Mapping[str, Value] | None = None) -> Mapping[str, Value]:
    """Return an object that is true, with what matched and what else was found with it."""
    if extra is None:
        return {DEFAULT: True, "match": match}
    return {DEFAULT: True, "match": match, "extra": extra}
