"""What an export holds besides flows: triggers, campaigns, contact fields, groups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gateway.core.flow.events import Said
from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.legacy.model import Translations
from gateway.flowfiles.rapidpro.migrations.legacy.named import read_flow
from gateway.flowfiles.rapidpro.migrations.legacy.reading import read_texts
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Surroundings

# Brings the expressions of a text up to date, given where it stands.
Translate: TypeAlias = Callable[[str, str], str]

TRIGGER_KINDS: Final[Mapping[str, str]] = {
    "C": "catch_all",
    "I": "opt_in",
    "K": "keyword",
    "M": "missed_call",
    "N": "new_conversation",
    "O": "opt_out",
    "R": "referral",
    "S": "schedule",
    "T": "closed_ticket",
    "U": "ussd",
    "V": "inbound_call",
}
FIELD_KINDS: Final[Mapping[str, str]] = {
    "D": "datetime",
    "I": "district",
    "N": "number",
    "S": "state",
    "T": "text",
    "W": "ward",
}
UNITS: Final[Mapping[str, str]] = {"M": "minutes", "H": "hours", "D": "days", "W": "weeks"}

# How far from a date an event may be, so that there is a date there.
FARTHEST: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Named:
    """A flow, group or channel that is named somewhere. What is not known is empty."""

    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A contact field: text, number, datetime, state, district or ward."""

    key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of contacts; with a query, one whose members are found by it."""

    uuid: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a flow. `kind` is a value of `TRIGGER_KINDS`, or the letter it does not know.

    `match` is whether a keyword must be the message's first word or its only one.
    """

    kind: str
    flow: Named
    keywords: tuple[str, ...]
    match: Literal["first", "only"]
    groups: tuple[Named, ...]
    exclude_groups: tuple[Named, ...]
    channel: Named | None
    pointer: str


@dataclass(frozen=True, slots=True)
class CampaignEvent:
    """Something that happens `offset` units (minutes, hours, days, weeks) from a date of a contact.

    It starts `flow`, or sends `message` (texts by language, in the new expression language), which
    came with so many `attachments`. `hour` is that of the day, None for any. `start_mode` is I
    (interrupt), S (skip) or P (passive).
    """

    uuid: str
    offset: int
    unit: str
    relative_to: Field
    hour: int | None
    flow: Named | None
    message: Translations
    attachments: int
    language: str
    start_mode: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A series of events for the members of a group."""

    uuid: str
    name: str
    group: Named
    events: tuple[CampaignEvent, ...]


def read_field(part: Part) -> Field:
    """Read a contact field, as today or as in the first exports."""
    kind = part.text("type") or part.text("value_type") or "text"
    key = part.need("key").words()
    name = part.text("name") or part.text("label") or key
    return Field(key, name, FIELD_KINDS.get(kind, kind))


def read_group(part: Part) -> Group:
    """Read a group."""
    return Group(part.text("uuid"), part.need("name").words(), part.text("query"))


def read_trigger(part: Part, ids: Ids, surroundings: Surroundings) -> Trigger:
    """Read a trigger. It had one keyword and has a list now."""
    letter = part.need("trigger_type").words()
    keywords = [item.words() for item in part.each("keywords")]
    single = part.text("keyword")
    channel = part.get("channel")
    return Trigger(
        kind=TRIGGER_KINDS.get(letter, letter),
        flow=_flow(part.get("flow"), ids, surroundings),
        keywords=tuple(keywords or ([single] if single else [])),
        match="only" if part.text("match_type") == "O" else "first",
        groups=tuple(_named(item) for item in part.each("groups")),
        exclude_groups=tuple(_named(item) for item in part.each("exclude_groups")),
        channel=None if channel is None else _named(channel),
        pointer=part.pointer,
    )


def read_campaign(
    part: Part, ids: Ids, surroundings: Surroundings, translate: Translate
) -> Campaign:
    """Read a campaign. `translate` brings its messages up to date."""
    name = part.need("name").words()
    uuid = part.text("uuid") or ids(f"campaign {part.text('id') or name}")
    events = [
        _event(item, ids, surroundings, translate, f"{at} of campaign {uuid}")
        for at, item in enumerate(part.each("events"))
    ]
    return Campaign(uuid, name, _named(part.need("group")), tuple(events))


def _event(
    part: Part, ids: Ids, surroundings: Surroundings, translate: Translate, place: str
) -> CampaignEvent:
    unit = part.need("unit").words()
    if unit not in UNITS:
        raise part.child("unit").wrong(
            f"{unit} is no unit of time", f"Write one of {', '.join(UNITS)}"
        )
    offset = part.whole("offset")
    if abs(offset) > FARTHEST:
        raise part.child("offset").wrong("this is too far away", f"Write {FARTHEST} at most")
    hour = part.whole("delivery_hour", -1)
    language = part.text("base_language", "base")
    flow = part.get("flow")
    found = part.get("translations") or part.get("message")
    said = None if flow is not None else found
    texts = {} if said is None else _message(said, language)
    pointer = part.pointer if found is None else found.pointer
    return CampaignEvent(
        uuid=part.text("uuid") or ids(f"event {place}"),
        offset=offset,
        unit=UNITS[unit],
        relative_to=_relative_to(part.need("relative_to")),
        hour=hour if 0 <= hour < 24 else None,
        flow=None if flow is None else _flow(flow, ids, surroundings),
        message={code: translate(text, pointer) for code, text in texts.items()},
        attachments=0 if said is None else _attachments(said),
        language=language,
        start_mode=part.text("start_mode", "I"),
        pointer=part.pointer,
    )


def _message(part: Part, language: str) -> Translations:
    """Read texts by language, plain or each in an object with its quick replies."""
    if not isinstance(part.value, dict):
        return {language: part.words()}
    if any(isinstance(value, dict) for value in part.value.values()):
        return {code: _worded(part.child(code)) for code in part.value}
    return read_texts(part, language)


def _worded(part: Part) -> str:
    """Read a text with its quick replies on lines below it."""
    replies = [
        one.text("text") if isinstance(one.value, dict) else one.words()
        for one in part.each("quick_replies")
    ]
    return Said(part.text("text"), (), tuple(replies)).worded


def _attachments(part: Part) -> int:
    """Return how many attachments a message has, in the language that has the most."""
    if not isinstance(part.value, dict):
        return 0
    values = [value for value in part.value.values() if isinstance(value, dict)]
    return max((len(value.get("attachments") or ()) for value in values), default=0)


def _relative_to(part: Part) -> Field:
    """Read the date that an event counts from; its name was called a label."""
    name = part.text("name") or part.text("label")
    key = part.text("key") or name.strip().lower().replace(" ", "_")
    return Field(key, name or key, "datetime")


def _flow(part: Part | None, ids: Ids, surroundings: Surroundings) -> Named:
    found = read_flow(part, ids, surroundings)
    return Named(found["uuid"], found["name"])


def _named(part: Part) -> Named:
    """Read a group or channel, which may be named by an object or by a uuid or number alone."""
    if isinstance(part.value, dict):
        return Named(part.text("uuid"), part.text("name"))
    return Named(part.words(), "")
