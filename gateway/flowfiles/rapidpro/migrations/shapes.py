"""What the actions hold that flows can be made of: which fields, and of what kind each is.

Reads no further than an import needs; fields that are not here are passed over, and so are actions.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import Part

# Raises `Unmigratable` for a field that is not of its kind.
Kind: TypeAlias = Callable[[Part], object]

_AGAIN: Final = "Open and save the flow in its editor, then export it once more"


def check_action(action: Part) -> None:
    """Raise `Unmigratable` for an action of a known type that lacks a field or has an odd one."""
    for name, kind in SHAPES.get(action.need("type").words(), {}).items():
        key = name.removesuffix("!")
        field = action.need(key) if name.endswith("!") else action.get(key)
        if field is not None:
            kind(field)


def _text(part: Part) -> None:
    part.words()


def _texts(part: Part) -> None:
    for item in part.items():
        item.words()


def _replies(part: Part) -> None:
    """Read quick replies: texts, or objects with a text."""
    for item in part.items():
        if isinstance(item.value, dict):
            item.need("text").words()
        else:
            item.words()


def _headers(part: Part) -> None:
    for name in part.fields():
        part.child(name).words()


def _flag(part: Part) -> None:
    if not isinstance(part.value, bool):
        raise part.wrong("this is neither true nor false", _AGAIN)


def _reference(part: Part) -> None:
    """Read what names a flow, group, label or contact: by uuid, name, or an expression."""
    if not any(part.text(key) for key in ("uuid", "name", "name_match")):
        raise part.wrong("this names nothing", _AGAIN)


def _references(part: Part) -> None:
    for item in part.items():
        _reference(item)


def _field(part: Part) -> None:
    part.need("key").words()
    part.text("name")


_RECIPIENTS: Final[Mapping[str, Kind]] = {
    "contact_query": _text,
    "contacts": _references,
    "groups": _references,
    "legacy_vars": _texts,
    "urns": _texts,
}
_MESSAGE: Final[Mapping[str, Kind]] = {
    "attachments": _texts,
    "quick_replies": _replies,
    "text": _text,
}

# The fields of each action. An exclamation mark is on those that must be there.
SHAPES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "add_contact_groups": {"groups!": _references},
    "add_contact_urn": {"path!": _text, "scheme!": _text},
    "add_input_labels": {"labels!": _references},
    "call_resthook": {"resthook!": _text, "result_name": _text},
    "call_webhook": {
        "body": _text,
        "headers": _headers,
        "method!": _text,
        "result_name": _text,
        "url!": _text,
    },
    "enter_flow": {"flow!": _reference, "terminal": _flag},
    "open_ticket": {"body": _text, "note": _text, "result_name": _text, "topic": _reference},
    "remove_contact_groups": {"all_groups": _flag, "groups": _references},
    "send_broadcast": {**_MESSAGE, **_RECIPIENTS},
    "send_email": {"addresses!": _texts, "body": _text, "subject": _text},
    "send_msg": {**_MESSAGE, "all_urns": _flag},
    "set_contact_channel": {"channel": _reference},
    "set_contact_field": {"field!": _field, "value": _text},
    "set_contact_language": {"language": _text},
    "set_contact_name": {"name": _text},
    "set_contact_status": {"status!": _text},
    "set_contact_timezone": {"timezone": _text},
    "set_run_local": {"local!": _text, "operation": _text, "value": _text},
    "set_run_result": {"category": _text, "name!": _text, "value": _text},
    "start_session": {**_RECIPIENTS, "create_contact": _flag, "flow!": _reference},
}
