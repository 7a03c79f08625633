"""Reads a file that RapidPro or TextIt exported: a whole export, or a single flow of any version.

Everything in it comes out as of today. What cannot be carried is in `survey.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.rapidpro.export_parts import (
    Campaign,
    Field,
    Group,
    Trigger,
    read_campaign,
    read_field,
    read_group,
    read_trigger,
)
from gateway.flowfiles.rapidpro.json_places import line_of
from gateway.flowfiles.rapidpro.migrations.chain import CURRENT, migrate
from gateway.flowfiles.rapidpro.migrations.documents import (
    JsonObject,
    Part,
    Unmigratable,
    refuse_deep,
)
from gateway.flowfiles.rapidpro.migrations.legacy.definition import is_legacy
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import MESSAGE, Translator
from gateway.flowfiles.rapidpro.migrations.legacy.habits import habits_for
from gateway.flowfiles.rapidpro.migrations.surroundings import (
    Ids,
    Note,
    Surroundings,
    derived_ids,
)
from gateway.flowfiles.rapidpro.migrations.versions import Version, read_version

# The export of a large organisation is some megabytes.
MOST_BYTES: Final = 20_000_000

_MEND: Final = "Export it once more from RapidPro or TextIt"

# The parts of an export that are read.
_PARTS: Final = frozenset({"campaigns", "fields", "flows", "groups", "site", "triggers", "version"})


@dataclass(frozen=True, slots=True)
class ExportedFlow:
    """A flow of an export. `definition` is of today's version; `was` is the version it had."""

    uuid: str
    name: str
    kind: str
    definition: JsonObject
    was: Version
    pointer: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that could not be read as it was meant, and where: a line and a JSON pointer."""

    line: int
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """A whole export, or a single flow as an export of nothing else.

    `unknown` are the names of parts of it that nothing is known of here.
    """

    path: str
    version: Version
    site: str
    flows: tuple[ExportedFlow, ...]
    campaigns: tuple[Campaign, ...]
    triggers: tuple[Trigger, ...]
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    remarks: tuple[Remark, ...]
    unknown: tuple[str, ...] = ()


def read_export(path: str, content: bytes, ids: Ids | None = None) -> Export:
    """Read an export. `ids` gives ids to what came without; by default they follow from the site.

    Raises `FlowFileError` for what is no export, with the line and the JSON pointer of the mistake.
    """
    if len(content) > MOST_BYTES:
        what = f"this has {len(content)} bytes, and an export has {MOST_BYTES} at most"
        raise FlowFileError(path, 1, what, "Export fewer flows at a time")
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fault:
        raise FlowFileError(path, fault.lineno, f"this is not JSON: {fault.msg}", _MEND) from fault
    text = content.decode("utf-8-sig")
    try:
        refuse_deep(document)
        return _read(path, Part(document), ids, lambda pointer: line_of(text, pointer))
    except Unmigratable as fault:
        line = line_of(text, fault.pointer)
        what = f"{fault.pointer}: {fault.what}" if fault.pointer else fault.what
        raise FlowFileError(path, line, what, fault.mend) from fault


def _read(path: str, whole: Part, ids: Ids | None, line: Callable[[str], int]) -> Export:
    site = whole.text("site")
    ids = ids or derived_ids(site)
    notes: list[Note] = []
    single = whole.get("flows") is None
    flows = [whole] if single else whole.each("flows")
    fields = () if single else tuple(read_field(part) for part in whole.each("fields"))
    surroundings = _surroundings(flows, fields, site, ids)
    migrated = [_flow(part, whole, ids, surroundings, notes) for part in flows]
    _refuse_twice(migrated, whole)
    version = _version(whole, migrated)
    messages = _messages(version, surroundings, notes)
    campaigns = [] if single else whole.each("campaigns")
    triggers = [] if single else whole.each("triggers")
    groups = [] if single else whole.each("groups")
    return Export(
        path=path,
        version=version,
        site=site,
        flows=tuple(migrated),
        campaigns=tuple(read_campaign(part, ids, surroundings, messages) for part in campaigns),
        triggers=tuple(read_trigger(part, ids, surroundings) for part in triggers),
        fields=fields,
        groups=tuple(read_group(part) for part in groups),
        remarks=tuple(Remark(line(note.pointer), note.pointer, note.text) for note in notes),
        unknown=() if single else _unknown(whole),
    )


def _flow(
    part: Part, whole: Part, ids: Ids, surroundings: Surroundings, notes: list[Note]
) -> ExportedFlow:
    definition = part.fields()
    if part is not whole and "version" not in definition and is_legacy(part):
        # The first exports said their version once, for all of their flows.
        definition = {**definition, "version": whole.text("version", "11.12")}
    found = migrate(definition, ids, surroundings, part.pointer)
    notes.extend(found.notes)
    flow = found.flow
    return ExportedFlow(
        uuid=flow["uuid"],
        name=flow["name"],
        kind=flow["type"],
        definition=flow,
        was=found.was,
        pointer=part.pointer,
    )


def _refuse_twice(flows: list[ExportedFlow], whole: Part) -> None:
    seen: dict[str, str] = {}
    for flow in flows:
        if flow.uuid in seen:
            raise Unmigratable(
                flow.pointer,
                f"the flow {flow.name} has the uuid of {seen[flow.uuid]}",
                "Remove one of the two",
            )
        seen[flow.uuid] = flow.name
    if not flows:
        raise whole.wrong("there is no flow in this export", "Choose some when you export")


def _surroundings(
    flows: list[Part], fields: tuple[Field, ...], site: str, ids: Ids
) -> Surroundings:
    """Return what flows may ask of each other: uuids of those that had numbers, and kinds."""
    uuids: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for part in flows:
        inner = part.get("definition") or part
        metadata = inner.get("metadata") or inner
        number = metadata.text("id") or part.text("id")
        uuid = metadata.text("uuid") or part.text("uuid") or ids(f"flow {number or 'only'}")
        if number:
            uuids[number] = uuid
        kind = inner.text("flow_type") or part.text("flow_type")
        if kind:
            kinds[uuid] = kind
    types = {field.key: field.kind for field in fields}
    return Surroundings(uuids, kinds, types, site)


def _messages(
    version: Version, surroundings: Surroundings, notes: list[Note]
) -> Callable[[str, str], str]:
    """Return what brings the messages of campaigns up to date."""
    if version >= Version(13):
        return lambda text, _: text
    habits = habits_for(version, surroundings.field_types)
    translator = Translator(habits, notes.append)
    return lambda text, pointer: translator.template(text, pointer, MESSAGE)


def _version(whole: Part, flows: list[ExportedFlow]) -> Version:
    """Return the version of an export, or else that of its first flow."""
    found: Mapping[str, Any] = whole.fields()
    stated = read_version(str(found["version"])) if "version" in found else None
    if stated is not None and stated.major > CURRENT.major:
        raise whole.child("version").wrong(
            f"exports of version {stated} cannot be read",
            f"Export it from a server whose exports are of version {CURRENT.major} at most",
        )
    return stated or flows[0].was


def _unknown(whole: Part) -> tuple[str, ...]:
    """Return the names of the parts that are not read, and hold something."""
    return tuple(name for name, part in whole.fields().items() if part and name not in _PARTS)
