"""What the variables of old expressions are called now: ``contact.age`` is ``fields.age``."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from gateway.flowfiles.rapidpro.migrations.legacy.codes import Code, Kind, written

# The schemes that a contact's addresses may have, each once a variable such as @contact.tel.
SCHEMES: Final = frozenset(
    {
        *("discord", "ext", "facebook", "fcm", "freshchat", "instagram", "jiochat", "line"),
        *("mailto", "rocketchat", "slack", "tel", "telegram", "twitter", "twitterid", "viber"),
        *("vk", "webchat", "wechat", "whatsapp"),
    }
)

_PLAIN: Final = re.compile(r"[^\W\d]\w*")
_PARTS_OF_RESULT: Final[Mapping[str, str]] = {
    "value": "value",
    "category": "category_localized",
    "text": "input",
    "time": "created_on",
}
_OF_CONTACT: Final = frozenset({"created_on", "first_name", "id", "language", "name", "uuid"})
_STEP: Final[Mapping[str, str]] = {
    "value": "input",
    "text": "input.text",
    "time": "input.created_on",
}
_ATTACHMENTS: Final = 'foreach(foreach(input.attachments, attachment_parts), extract, "url")'
_CHANNEL: Final = "contact.channel"
_ADDRESSES: Final = frozenset({"address", "tel", "tel_e164"})
_DATES: Final[Mapping[str, str]] = {
    "today": "today()",
    "tomorrow": 'datetime_add(now(), 1, "D")',
    "yesterday": 'datetime_add(now(), -1, "D")',
}


def reference(path: str, *, raw_dates: bool = False) -> Code | None:
    """Return a variable in the new language, or None for one that the old language did not have.

    Dates are written out as people read them, unless `raw_dates`.
    """
    first, *rest = path.lower().split(".")
    if first in {"flow", "step"} and rest[:1] and _is_contact(rest):
        first, *rest = rest
    if first in {"parent", "child"} and rest[:1] == ["contact"]:
        return _contact(f"{first}.", rest[1:])
    if first == "extra" and rest[:1] == ["flow"]:
        first, *rest = "parent", *rest[1:]
    if first == "contact":
        return _contact("", rest)
    if first in {"flow", "parent", "child"}:
        return _result("results" if first == "flow" else f"{first}.results", rest)
    if first == "step":
        return _step(rest)
    if first == "channel":
        return _channel(rest)
    if first == "date":
        return _date(rest, raw_dates=raw_dates)
    if first == "extra":
        return Code(_look_up("legacy_extra", rest))
    return None


def _is_contact(path: Sequence[str]) -> bool:
    return path[0] == "contact" or (path[0] in {"parent", "child"} and path[1:2] == ["contact"])


def _contact(whose: str, path: Sequence[str]) -> Code | None:
    if not path:
        return Code(f"{whose}contact")
    name, *rest = path
    if name in SCHEMES:
        return _address(f"{whose}urns.{name}", name, rest)
    if rest:
        return None
    if name in _OF_CONTACT:
        return Code(f"{whose}contact.{name}")
    if name == "groups":
        return Code(f'join({whose}contact.groups, ",")')
    if name == "tel_e164":
        return Code(f'default(urn_parts({whose}urns.tel).path, "")')
    return Code(_look_up(f"{whose}fields", path))


def _address(urn: str, scheme: str, path: Sequence[str]) -> Code | None:
    match list(path):
        case []:
            shown = f"format_urn({urn})"
            return Code(shown if scheme == "tel" else f'default(urn_parts({urn}).path, "")')
        case ["display"]:
            return Code(f"format_urn({urn})")
        case ["path" | "scheme" as part]:
            return Code(f"urn_parts({urn}).{part}")
        case ["urn"]:
            return Code(urn)
    return None


def _result(results: str, path: Sequence[str]) -> Code | None:
    if len(path) < 2:
        return Code(_look_up(results, path))
    name, part = path[0], _PARTS_OF_RESULT.get(path[1])
    if len(path) > 2 or part is None:
        return None
    return Code(_look_up(results, [name, part]))


def _step(path: Sequence[str]) -> Code | None:
    if not path:
        return Code("input")
    if path[0] == "attachments" and len(path) < 3:
        if len(path) == 1:
            return Code(_ATTACHMENTS)
        if path[1].isdecimal():
            return Code(f"attachment_parts(input.attachments[{int(path[1])}]).url")
    now = _STEP.get(path[0]) if len(path) == 1 else None
    return None if now is None else Code(now)


def _channel(path: Sequence[str]) -> Code | None:
    if not path or (len(path) == 1 and path[0] in _ADDRESSES):
        return Code(f"{_CHANNEL}.address")
    return Code(f"{_CHANNEL}.name") if list(path) == ["name"] else None


def _date(path: Sequence[str], *, raw_dates: bool) -> Code | None:
    if not path or list(path) == ["now"]:
        return Code("now()", Kind.DATETIME)
    day = _DATES.get(path[0]) if len(path) == 1 else None
    if day is None:
        return None
    code = Code(day, Kind.DATE)
    return code if raw_dates else written(code, as_date="format_date")


def _look_up(base: str, path: Sequence[str]) -> str:
    """Return a look-up; a key that begins with a digit is written in brackets."""
    steps = (f".{key}" if _PLAIN.fullmatch(key) else f'["{key}"]' for key in path)
    return base + "".join(steps)
