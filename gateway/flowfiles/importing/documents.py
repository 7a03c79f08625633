"""The files of imported flows as they are written: indented, in one order, for readable diffs."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import orjson

JsonObject: TypeAlias = Mapping[str, Any]

# Keys that come before all others, and after them; the rest is sorted.
_FIRST: Final = ("flow", "start", "uuid", "type", "key", "name", "spec_version", "language")
_LAST: Final = ("nodes", "localization", "_ui", "definition")
_RANKS: Final = {
    **{key: rank for rank, key in enumerate(_FIRST, start=-len(_FIRST))},
    **{key: rank for rank, key in enumerate(_LAST, start=1)},
}


def written(document: JsonObject) -> bytes:
    """Return a document as its file holds it."""
    return orjson.dumps(_ordered(document), option=orjson.OPT_INDENT_2) + b"\n"


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_RANKS.get(key, 0), key))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list) else value
