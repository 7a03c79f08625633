"""The JSON Schema of flow files, for editors that complete and check while somebody types.

It is the model in other words. What a schema cannot know, such as which steps there are, the
loader says.
"""

from typing import Final

import orjson

from gateway.core.flow.events import Json
from gateway.core.flow.names import ACTIONS
from gateway.flowfiles.language.flow_parts import FLOW
from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.kinds import Schema
from gateway.flowfiles.language.model import PARTS
from gateway.flowfiles.language.step_parts import STEP_PART
from gateway.flowfiles.language.system_parts import SYSTEM

FILE: Final = "schema.json"

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

# What may become of a webhook, and of the short forms of two actions.
_OUTCOMES: Final = {
    "webhook": ("answered", "failed"),
    "join_group": ACTIONS["add_to_group"].categories,
    "leave_group": ACTIONS["leave_group"].categories,
}


def schema() -> Schema:
    """Return the schema of every file of a flows folder."""
    return {
        "$schema": DIALECT,
        "title": "Flow files",
        "description": "A conversation, or the texts and words of the system.",
        "type": "object",
        "if": {"required": [SYSTEM.name]},
        "then": {"$ref": f"#/$defs/{SYSTEM.name}"},
        "else": {"$ref": f"#/$defs/{FLOW.name}"},
        "$defs": {name: _part(part) for name, part in PARTS.items()},
    }


def written() -> bytes:
    """Return the schema as its file holds it."""
    return orjson.dumps(schema(), option=orjson.OPT_INDENT_2) + b"\n"


def _part(part: Part) -> Schema:
    """Return the definition of a part."""
    found: Schema = {
        "title": part.title,
        "description": part.says,
        "type": "object",
        "minProperties": 1,
        "properties": {key.name: _key(key) for key in part.keys},
        "additionalProperties": False,
    }
    needed: list[Json] = [key.name for key in part.keys if key.needed]
    if needed:
        found["required"] = needed
    beside: Schema = {
        key.name: {"anyOf": [{"required": [owner]} for owner in key.beside]}
        for key in part.keys
        if key.beside
    }
    if beside:
        found["dependentSchemas"] = beside
    if part.acts:
        found["anyOf"] = [{"required": [name]} for name in part.acts]
    rules: list[Json] = [
        {"not": {"required": [one, other]}}
        for group in part.rivals
        for position, one in enumerate(group)
        for other in group[position + 1 :]
    ]
    rules += [_any_of(*group) for group in part.needs]
    if part is STEP_PART:
        rules += _step_rules()
    if rules:
        found["allOf"] = rules
    return found


def _key(key: Key) -> Schema:
    """Return the schema of one key: what it may be, what it does, how it is written."""
    return {
        **key.kind.schema,
        "description": key.says,
        "markdownDescription": f"{key.says}\n\n```yaml\n{key.example}\n```",
    }


def _step_rules() -> list[Json]:
    """Return what depends on the action of a step: its arguments, and its outcomes."""
    rules: list[Json] = [
        {
            "if": {"required": ["when"], "not": {"required": ["cases"]}},
            "then": {"required": ["then"]},
        },
        {"if": {"required": ["menu"]}, "then": _any_of("options", "options_from")},
    ]
    for name, spec in ACTIONS.items():
        needed: list[Json] = [one for one, usual in spec.arguments.items() if usual is None]
        then: Schema = {
            "properties": {
                "with": {
                    "properties": dict.fromkeys(spec.arguments, True),
                    "additionalProperties": False,
                    "required": needed,
                },
                "on": _outcomes(spec.categories),
            }
        }
        if needed:
            then["required"] = ["with"]
        rules.append(
            {"if": {"required": ["do"], "properties": {"do": {"const": name}}}, "then": then}
        )
    for key, outcomes in _OUTCOMES.items():
        rules.append(
            {
                "if": {"required": [key, "on"], "not": {"required": ["do"]}},
                "then": {"properties": {"on": _outcomes(outcomes)}},
            }
        )
    return rules


def _outcomes(names: tuple[str, ...]) -> Schema:
    return {"properties": dict.fromkeys(names, True), "additionalProperties": False}


def _any_of(*names: str) -> Schema:
    return {"anyOf": [{"required": [name]} for name in names]}
