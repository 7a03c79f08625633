"""Rewrites names in the expressions of a definition of version 13 or 14, and nothing else."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.spec import actions, routers, translations
from gateway.flowfiles.rapidpro.migrations.templates import scan

# Given the words of an expression, its names, dots and everything else, returns the new ones.
Rewrite: TypeAlias = Callable[[list[str]], list[str]]

_TOKEN: Final = re.compile(r'"(?:\\"|[^"])*"|[^\W\d]\w*|\d+(?:\.\d+)?|\s+|.', re.DOTALL)

# Where templates stand in an action, by its type: fields, lists of texts, and fields below.
_PLACES: Final[Mapping[str, Collection[str]]] = {
    "add_contact_groups": ("groups/name_match",),
    "add_contact_urn": ("path",),
    "add_input_labels": ("labels/name_match",),
    "call_classifier": ("input",),
    "call_llm": ("input", "instructions"),
    "call_webhook": ("body", "headers/*", "url"),
    "open_ticket": ("assignee/email_match", "body", "note", "subject"),
    "play_audio": ("audio_url",),
    "remove_contact_groups": ("groups/name_match",),
    "say_msg": ("text",),
    "send_broadcast": (
        *("attachments", "contact_query", "groups/name_match", "legacy_vars", "quick_replies"),
        "text",
    ),
    "send_email": ("addresses", "body", "subject"),
    "send_msg": (
        *("attachments", "quick_replies", "template_variables", "templating/components/params"),
        *("templating/variables", "text"),
    ),
    "set_contact_field": ("value",),
    "set_contact_language": ("language",),
    "set_contact_name": ("name",),
    "set_contact_timezone": ("timezone",),
    "set_run_local": ("value",),
    "set_run_result": ("value",),
    "start_session": ("contact_query", "groups/name_match", "legacy_vars"),
}
_IN_ROUTERS: Final = ("operand", "cases/arguments")

# The properties that are translated and may hold expressions. Names of categories may not.
_TRANSLATED: Final = frozenset(
    {
        *("arguments", "attachments", "audio_url", "body", "params", "quick_replies", "subject"),
        *("template_variables", "text", "variables"),
    }
)


def rewrite_templates(flow: JsonObject, top: str, rewrite: Rewrite) -> None:
    """Rewrite every expression of a flow that may name the variable `top`."""

    def change(text: Any) -> Any:
        if not isinstance(text, str) or "@" not in text:
            return text
        return _rewritten(text, top, rewrite)

    _visit_all(flow, change)


def templates_of(flow: JsonObject) -> list[str]:
    """Return every text of a flow that may hold expressions, translations among them."""
    found: list[str] = []

    def take(text: Any) -> Any:
        if isinstance(text, str):
            found.append(text)
        return text

    _visit_all(flow, take)
    return found


def _visit_all(flow: JsonObject, change: Callable[[Any], Any]) -> None:
    """Put what a function makes of it in place of everything that may hold expressions."""
    for action in actions(flow):
        for place in _PLACES.get(str(action.get("type")), ()):
            _visit(action, place.split("/"), change)
    for router in routers(flow):
        for place in _IN_ROUTERS:
            _visit(router, place.split("/"), change)
    for _, items in translations(flow):
        for item in items.values():
            if isinstance(item, dict):
                for name in sorted(item.keys() & _TRANSLATED):
                    _visit(item, [name], change)


def names(words: list[str], name: str) -> list[int]:
    """Return where a variable is named, and not a part of another one that is called so too."""
    found = []
    before = ""
    for index, word in enumerate(words):
        if word.lower() == name and before != ".":
            found.append(index)
        if not word.isspace():
            before = word
    return found


def variables(text: str, top: str) -> set[str]:
    """Return what a text looks up in a variable: for ``globals``, the names of the globals."""
    found: set[str] = set()
    for piece in scan(text, {top}, escapes=True):
        words = [] if piece.kind == "words" else _TOKEN.findall(piece.source)
        for index in names(words, top):
            if words[index + 1 : index + 2] == ["."]:
                found.update(word.lower() for word in words[index + 2 : index + 3])
    return found


def _rewritten(text: str, top: str, rewrite: Rewrite) -> str:
    pieces = []
    for piece in scan(text, {top}, escapes=True):
        if piece.kind == "words":
            pieces.append(piece.source)
            continue
        code = "".join(rewrite(_TOKEN.findall(piece.source)))
        pieces.append(f"@{code}" if piece.kind == "path" else f"@({code})")
    return "".join(pieces)


def _visit(holder: JsonObject, path: list[str], change: Callable[[Any], Any]) -> None:
    """Change the texts at a path: of a field, of every item of a list, of every field (`*`)."""
    name, *rest = path
    for key in list(holder) if name == "*" else [name]:
        value = holder.get(key)
        if rest:
            below = value if isinstance(value, list) else [value]
            for item in below:
                if isinstance(item, dict):
                    _visit(item, rest, change)
        elif isinstance(value, list):
            holder[key] = [change(item) for item in value]
        elif isinstance(value, str):
            holder[key] = change(value)
