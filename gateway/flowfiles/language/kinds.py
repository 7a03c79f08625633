"""What may stand under a key of a flow file: in words for people, as a JSON Schema for editors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.core.flow.events import Json
from gateway.core.movement.places import LEVELS
from gateway.flowfiles.durations import DURATION, UNITS

Schema: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand under a key. `part` is the name of the part whose keys it has, if it has."""

    words: str
    schema: Mapping[str, Json]
    part: str = ""


def _pattern(pattern: str, **more: Json) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$", **more}


def section(part: str, words: str) -> Kind:
    """Return a section with the keys of a part."""
    return Kind(words, {"$ref": f"#/$defs/{part}"}, part)


def many(kind: Kind, words: str) -> Kind:
    """Return a list of one kind, with one thing in it at least."""
    return Kind(words, {"type": "array", "minItems": 1, "items": dict(kind.schema)}, kind.part)


def table(keys: str, kind: Kind, words: str, *, not_keys: str = "") -> Kind:
    """Return a section with keys of the author's own; `keys` is their pattern."""
    names: Schema = {"pattern": f"^(?:{keys})$"}
    if not_keys:
        names["not"] = {"pattern": f"^(?:{not_keys})$"}
    return Kind(
        words,
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": names,
            "additionalProperties": dict(kind.schema),
        },
        kind.part,
    )


def either(*kinds: Kind) -> Kind:
    """Return what may be of several kinds."""
    return Kind(
        ", or ".join(kind.words for kind in kinds),
        {"anyOf": [dict(kind.schema) for kind in kinds]},
        next((kind.part for kind in kinds if kind.part), ""),
    )


def one_of(words: str, choices: Mapping[str, str]) -> Kind:
    """Return a word out of several, each with what it means."""
    return Kind(
        words,
        {"anyOf": [{"const": word, "description": says} for word, says in choices.items()]},
    )


NAME_PATTERN: Final = "[a-z][a-z0-9_]*"
NAME_FORM: Final = re.compile(NAME_PATTERN)
PATH_PATTERN: Final = "[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*"
KEY_PATTERN: Final = "0|[1-9][0-9]{0,3}|00"

# A text may be a number in YAML: it is taken as it is written. It has a character that is no space.
_WRITTEN: Final[Schema] = {"type": ["string", "number"], "pattern": "\\S"}

TEXT: Final = Kind("a text", _WRITTEN)
WORD: Final = Kind("a word", _WRITTEN)
NAME: Final = Kind("a name of small letters, digits and _", _pattern(NAME_PATTERN))
FLAG: Final = Kind("`true` or `false`", {"type": "boolean"})
TRUE: Final = Kind("`true`", {"type": "boolean"})
COUNT: Final = Kind("a whole number above 0", {"type": "integer", "minimum": 1})
VALUE: Final = Kind("a text, a number or an expression", {"type": ["string", "number", "boolean"]})
ANYTHING: Final = Kind("a value, a list or a section of such", {})
EXPRESSION: Final = Kind(
    "an expression such as `@participant.member` or `@(answer.age >= 18)`",
    {"type": "string", "pattern": "@"},
)
STEP: Final = Kind("a step, or `end`", _pattern(NAME_PATTERN))
FLOW: Final = Kind("a flow's name", _pattern(NAME_PATTERN))
PATH: Final = Kind("a path such as `answer.age`", _pattern(PATH_PATTERN))
DURATION_KIND: Final = Kind(
    "a time such as `10 minutes`, `2 hours`, `3 days` or `1 week`",
    _pattern(DURATION, examples=[f"2 {unit}s" for unit in UNITS]),
)
LANGUAGE: Final = Kind("a language's code", {"type": "string", "pattern": "\\S"})
WORDS: Final = many(WORD, "a list of words")
BY_LANGUAGE: Final = either(WORDS, table("\\S+", WORDS, "one list for each language"))
ANSWER: Final = Kind(
    "`text`, `number`, `yes_no`, `phone`, `date`, `place`, or a test such as `has_pattern(…)`",
    {
        "anyOf": [
            {"enum": ["text", "number", "yes_no", "phone", "date", "place"]},
            _pattern("text\\([0-9]+\\)", examples=["text(160)"]),
            _pattern("number\\([^()]+\\)", examples=["number(1, 5)"]),
            _pattern(f"place\\((?:{'|'.join(LEVELS)})\\)", examples=["place(district)"]),
            _pattern(
                "\\s*has_\\w+\\s*(?:\\([\\s\\S]*\\))?\\s*", examples=['has_pattern("^[0-9]{4}$")']
            ),
        ]
    },
)
