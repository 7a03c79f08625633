"""What old webhooks posted, as an expression that makes it: who, where in the flow, the answers."""

from collections.abc import Mapping
from typing import Final, TypeAlias

# The code of a value, or the values of an object by their names.
Shape: TypeAlias = "str | Mapping[str, Shape]"

_RESULT: Final = ("category", "category_localized", "created_on", "input", "name", "node_uuid")


def _code(shape: Shape) -> str:
    if isinstance(shape, str):
        return shape
    pairs = (f'"{name}", {_code(value)}' for name, value in shape.items())
    return f"object({', '.join(pairs)})"


def _if_there(thing: str, shape: Shape) -> str:
    return f"if({thing}, {_code(shape)}, null)"


_ADDRESS: Final[Shape] = {
    "display": 'default(format_urn(input.urn), "")',
    "path": "urn_parts(input.urn).path",
    "scheme": "urn_parts(input.urn).scheme",
}

_INPUT: Final[Shape] = {
    "attachments": "foreach(input.attachments, attachment_parts)",
    "channel": "input.channel",
    "created_on": "input.created_on",
    "text": "input.text",
    "type": "input.type",
    "urn": _if_there("input.urn", _ADDRESS),
    "uuid": "input.uuid",
}

_POSTED: Final[Shape] = {
    "channel": "default(input.channel, null)",
    "contact": {"name": "contact.name", "urn": "contact.urn", "uuid": "contact.uuid"},
    "flow": "run.flow",
    "input": _if_there("input", _INPUT),
    "path": "run.path",
    "results": "foreach_value(results, extract_object, {})".format(
        ", ".join(f'"{name}"' for name in (*_RESULT, "value"))
    ),
    "run": {"created_on": "run.created_on", "uuid": "run.uuid"},
}

PAYLOAD: Final = f"@(json({_code(_POSTED)}))"
