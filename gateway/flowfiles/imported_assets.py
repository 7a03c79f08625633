"""Reads ``imported/assets.json``: what imported flows presume to be there, and their campaigns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, get_args

import orjson

from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.properties import Known, ValueType
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.graph import Flow
from gateway.core.flow.triggers import CampaignEvent
from gateway.core.text.languages import twin
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.export_parts import FARTHEST
from gateway.flowfiles.rapidpro.json_places import line_of
from gateway.flowfiles.rapidpro.migrations.documents import Part, Unmigratable
from gateway.flowfiles.rapidpro.neighbours import Neighbours

FILE: Final = "assets.json"

Unit: TypeAlias = Literal["minutes", "hours", "days", "weeks"]

# What an event does with a conversation under way: see `CampaignEvent.interrupts`.
MODES: Final[Mapping[str, bool | None]] = {"interrupt": True, "skip": False, "passive": None}

_KEYS: Final = ("fields", "groups", "globals", "hooks", "campaigns")
_UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
_KINDS: Final[tuple[ValueType, ...]] = get_args(ValueType)
_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Message:
    """The flow of an event that says one text, and the line of the event."""

    flow: Flow
    line: int


@dataclass(frozen=True, slots=True)
class _Event:
    """An event as it is written. It begins the flow of a title or name, or says `texts`."""

    event: CampaignEvent
    campaign: str
    texts: Mapping[str, str]
    language: str
    line: int


@dataclass(frozen=True, slots=True)
class Presumed:
    """Everything in the file."""

    assets: Assets = field(default_factory=Assets)
    events: tuple[_Event, ...] = ()

    def campaigns(self, around: Neighbours) -> tuple[CampaignEvent, ...]:
        """Return the events of which the flow is here."""
        said = {message_flow(one.event.uuid) for one in self.events if one.texts}
        flows = {*around.names.values(), *said}
        return tuple(one.event for one in self.events if one.event.flow in flows)

    def messages(self, around: Neighbours) -> list[Message]:
        """Return a flow for each event that says a text."""
        return [Message(_said(one, around), one.line) for one in self.events if one.texts]


def short(code: str) -> str:
    """Return the code of two letters of a language that has one, as flow files write languages."""
    return twin(code) if len(code) == 3 else code


def message_flow(uuid: str) -> str:
    """Return the name of the flow that says the text of an event."""
    return f"event_{uuid.replace('-', '_')}"


def read_presumed(path: str, content: bytes) -> Presumed:
    """Read the file. Raises `FlowFileError`."""
    text = content.decode("utf-8", "replace")

    def line(pointer: str) -> int:
        return line_of(text, pointer)

    try:
        return _read(Part(orjson.loads(content)), line)
    except orjson.JSONDecodeError as fault:
        what = f"this is not JSON: {fault.msg}"
        raise FlowFileError(path, fault.lineno, what, "Import once more") from fault
    except Unmigratable as fault:
        what = f"{fault.pointer}: {fault.what}"
        raise FlowFileError(path, line(fault.pointer), what, fault.mend) from fault


def _read(whole: Part, line: Callable[[str], int]) -> Presumed:
    for key in whole.fields():
        if key not in _KEYS:
            raise whole.child(key).wrong(f"there is no {key} here", f"Use {', '.join(_KEYS)}")
    fields = {one.key: one for one in map(_field, whole.each("fields"))}
    named = whole.each("groups")
    known = Known.of(
        {one.key: one.kind for one in fields.values()},
        (part.need("name").words() for part in named),
    )
    listeners = {
        name: tuple(one.words() for one in part.items()) for name, part in _inside(whole, "hooks")
    }
    assets = Assets(
        fields=fields,
        groups=tuple(_group(part, known) for part in named),
        global_texts={name: part.words() for name, part in _inside(whole, "globals")},
        hooks=listeners,
    )
    events = tuple(
        _event(event, campaign, line)
        for campaign in whole.each("campaigns")
        for event in campaign.each("events")
    )
    return Presumed(assets, events)


def _inside(whole: Part, key: str) -> Iterator[tuple[str, Part]]:
    """Yield the fields of an object by their names; none where it is not there."""
    found = whole.get(key)
    if found is not None:
        yield from ((name, found.child(name)) for name in found.fields())


def _field(part: Part) -> Field:
    kind = part.text("kind", "text")
    for known in _KINDS:
        if kind == known:
            key = part.need("key").words()
            return Field(key, part.text("name", key), known)
    raise part.child("kind").wrong(f"{kind} is no kind of field", f"Write {', '.join(_KINDS)}")


def _group(part: Part, known: Known) -> Group:
    name = part.need("name").words()
    return Group(part.text("uuid", name), name, _query(part, known))


def _query(part: Part, known: Known) -> Query | None:
    """Read the query of a group; groups that people are put into have none."""
    query = part.get("query")
    if query is None or not query.words():
        return None
    try:
        return parse_query(query.words(), Environment(), with_flows(known, query.words()))
    except QueryError as fault:
        raise query.wrong(fault.message, "Write it as it works in RapidPro") from fault


def with_flows(known: Known, query: str) -> Known:
    """Return what is known with the flows that a query asks about: those are nobody's mistake."""
    try:
        asked = parse_query(query, Environment(), None)
    except QueryError:
        return known
    return replace(known, flows=frozenset(name.casefold() for name in asked.flows))


def _event(part: Part, campaign: Part, line: Callable[[str], int]) -> _Event:
    unit = part.need("unit").words()
    if unit not in _UNITS:
        raise part.child("unit").wrong(f"{unit} is no unit", f"Write {', '.join(_UNITS)}")
    mode = part.text("mode", "interrupt")
    if mode not in MODES:
        raise part.child("mode").wrong(f"there is no mode {mode}", f"Write {', '.join(MODES)}")
    offset = part.whole("offset")
    if abs(offset) > FARTHEST:
        raise part.child("offset").wrong("this is too far away", f"Write {FARTHEST} at most")
    hour = part.whole("hour", -1)
    if not -1 <= hour < _HOURS:
        raise part.child("hour").wrong(f"{hour} is no hour", "Write 0 to 23")
    uuid = part.need("uuid").words()
    message = part.get("message")
    event = CampaignEvent(
        uuid=uuid,
        group=campaign.need("group").words(),
        field=part.need("field").words(),
        offset=offset,
        unit=next(one for one in _UNITS if one == unit),
        hour=None if hour < 0 else hour,
        flow=message_flow(uuid) if message is not None else part.need("flow").words(),
        # What says one text and waits for nothing takes nobody out of a conversation.
        interrupts=None if message is not None and MODES[mode] else MODES[mode],
        campaign=(campaign.text("uuid"), campaign.text("name")),
    )
    texts = {} if message is None else {code: message.text(code) for code in message.fields()}
    language = part.text("language") or next(iter(texts), "")
    return _Event(event, campaign.text("name"), texts, language, line(part.pointer))


def _said(one: _Event, around: Neighbours) -> Flow:
    """Return a flow of one node, which says the text of an event."""
    uuid = one.event.uuid
    own = one.texts.get(one.language) or next(iter(one.texts.values()))
    node = {
        "uuid": uuid,
        "actions": [{"uuid": uuid, "type": "send_msg", "text": own}],
        "exits": [{"uuid": uuid}],
    }
    definition: Mapping[str, Any] = {
        "uuid": uuid,
        "name": one.campaign,
        "language": one.language,
        "nodes": [node],
        "localization": {code: {uuid: {"text": [text]}} for code, text in one.texts.items()},
    }
    made = compile_flow(definition, around)
    return replace(made, name=one.event.flow, language=short(made.language))
