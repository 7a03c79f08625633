"""What an import will write, and what it cannot take over, before anything is written."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final

import orjson

from gateway.flowfiles.imported_assets import MODES, short
from gateway.flowfiles.imported_files import ASSETS_FILE, FOLDER, is_imported, read_imported
from gateway.flowfiles.importing.documents import written
from gateway.flowfiles.importing.naming import names_for
from gateway.flowfiles.importing.presuming import Presuming
from gateway.flowfiles.importing.starting import Beginnings, Refused
from gateway.flowfiles.rapidpro import limits
from gateway.flowfiles.rapidpro.export_parts import Campaign, CampaignEvent, Named
from gateway.flowfiles.rapidpro.exports import Export, ExportedFlow
from gateway.flowfiles.rapidpro.survey import Finding, is_silent, left_out, survey
from gateway.flowfiles.releases import ALONE, Source, read_files
from gateway.flowfiles.system_file import SystemFile
from gateway.flowfiles.yaml_flows import FlowFile

_START_MODES: Final = {"I": "interrupt", "S": "skip", "P": "passive"}


@dataclass(frozen=True, slots=True)
class Planned:
    """A flow that will be there: its name here and its title, its file, how large it is."""

    name: str
    title: str
    file: str
    nodes: int
    actions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import will do.

    `files` are those that change, as they will be; `replaced` are those of them that are there.
    """

    files: Mapping[str, bytes]
    replaced: tuple[str, ...]
    flows: tuple[Planned, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether the import stops unless it is allowed to be partial."""
        return any(one.blocking for one in self.findings)

    def source(self, before: Source) -> Source:
        """Return a folder's files as they will be."""
        return Source({**before.files, **self.files})


def plan(export: Export, source: Source, folder: str, *, replaces: bool = False) -> Plan:
    """Plan the import of an export into a folder. Raises `FlowFileError` for a broken folder.

    With `replaces` fields and groups become those of the export where they differ.
    """
    return _Planner(export, source, folder, replaces=replaces).plan()


class _Planner:
    """Plans one import."""

    def __init__(self, export: Export, source: Source, folder: str, *, replaces: bool) -> None:
        self.export = export
        self.source = source
        self.folder = folder
        self.replaces = replaces
        self.flows = [one for one in export.flows if one.kind in limits.KEPT_FLOWS]
        out = {one.name for one in export.flows} - {one.name for one in self.flows}
        self.findings = [
            replace(one, instead="it is left out with its flow")
            if one.node and one.flow in out
            else one
            for one in survey(export)
        ]
        system, own = read_files(source, folder, {})
        self.names = names_for(
            {one.uuid: one.name for one in self.flows},
            _known(source),
            [one.flow.name for one in own],
        )
        self.beginnings = self._beginnings(system, own)

    def plan(self) -> Plan:
        """Plan everything."""
        assets = orjson.loads(self.source.files.get(ASSETS_FILE, b"{}"))
        presuming = Presuming(assets, replaces=self.replaces)
        for refused in presuming.add(self.export, self.flows):
            self._refuse(refused)
        self._begin()
        files = {
            f"{FOLDER}/{self.names[flow.uuid]}.json": self._document(flow) for flow in self.flows
        }
        if self.flows:
            files[ASSETS_FILE] = self._assets(assets, presuming)
        changed = {
            name: content
            for name, content in sorted(files.items())
            if self.source.files.get(name) != content
        }
        return Plan(
            changed,
            tuple(name for name in changed if name in self.source.files and name != ASSETS_FILE),
            tuple(self._planned(flow) for flow in self.flows),
            tuple(self.findings),
        )

    def _planned(self, flow: ExportedFlow) -> Planned:
        nodes = flow.definition.get("nodes") or ()
        name = self.names[flow.uuid]
        count = sum(len(node.get("actions") or ()) for node in nodes)
        return Planned(name, flow.name, f"{FOLDER}/{name}.json", len(nodes), count)

    def _document(self, flow: ExportedFlow) -> bytes:
        name = self.names[flow.uuid]
        start = self.beginnings.starts.get(name)
        begins = {} if start is None else {"start": start}
        return written({"flow": name, **begins, "definition": flow.definition})

    # What begins flows

    def _beginnings(self, system: SystemFile, own: Sequence[FlowFile]) -> Beginnings:
        """Collect what begins the flows that stay as they are."""
        coming = {f"{FOLDER}/{name}.json" for name in self.names.values()}
        staying = {name: one for name, one in self.source.files.items() if name not in coming}
        kept = read_imported(staying, self.folder, system.language, ALONE).files
        taken = {
            (str(claim.kind), claim.value): file.flow.name
            for file in (*own, *kept)
            for claim in file.starts.claims
        }
        return Beginnings(taken, system.words)

    def _begin(self) -> None:
        for trigger in self.export.triggers:
            if left_out(trigger, self.export):
                continue
            flow = self._flow(trigger.flow)
            if flow is None:
                self._refuse(
                    Refused(f"a trigger of type {trigger.kind}", limits.FLOW_LEFT_OUT),
                    trigger.flow.name,
                )
                continue
            language = short(str(flow.definition["language"]))
            for refused in self.beginnings.add(trigger, self.names[flow.uuid], language):
                self._refuse(refused, flow.name)

    # What flows presume

    def _assets(self, here: Mapping[str, Any], presuming: Presuming) -> bytes:
        campaigns = {one["uuid"]: one for one in here.get("campaigns", ())}
        campaigns |= {one.uuid: self._campaign(one) for one in self.export.campaigns}
        return written(
            {
                "fields": sorted(presuming.fields.values(), key=lambda one: one["key"]),
                "groups": sorted(presuming.groups.values(), key=lambda one: one["name"]),
                "globals": dict(sorted(presuming.globals.items())),
                "hooks": here.get("hooks") or {},
                "campaigns": list(campaigns.values()),
            }
        )

    def _campaign(self, campaign: Campaign) -> dict[str, Any]:
        events = [
            event for one in campaign.events if (event := self._event(one, campaign)) is not None
        ]
        return {
            "uuid": campaign.uuid,
            "name": campaign.name,
            "group": campaign.group.name or campaign.group.uuid,
            "events": events,
        }

    def _event(self, event: CampaignEvent, campaign: Campaign) -> dict[str, Any] | None:
        if is_silent(event):
            return None
        made: dict[str, Any] = {
            "uuid": event.uuid,
            "offset": event.offset,
            "unit": event.unit,
            "field": event.relative_to.key,
            "mode": _START_MODES.get(event.start_mode, next(iter(MODES))),
        }
        if event.hour is not None:
            made["hour"] = event.hour
        if event.flow is None:
            return {**made, "message": dict(event.message), "language": event.language}
        flow = self._flow(event.flow)
        if flow is not None:
            return {**made, "flow": self.names[flow.uuid]}
        if any(_is(event.flow, one) for one in self.export.flows):
            self._refuse(
                Refused(f"an event of the campaign {campaign.name}", limits.FLOW_LEFT_OUT),
                event.flow.name,
            )
        return None

    # Finding and refusing

    def _flow(self, named: Named) -> ExportedFlow | None:
        """Return a flow that will be there."""
        return next((one for one in self.flows if _is(named, one)), None)

    def _refuse(self, refused: Refused, flow: str = "") -> None:
        limit = refused.limit
        self.findings.append(
            Finding(limit.kind, flow, "", refused.what, limit.why, limit.instead, limit.blocking)
        )


def _is(named: Named, flow: ExportedFlow) -> bool:
    return named.uuid == flow.uuid if named.uuid else named.name == flow.name


def _known(source: Source) -> dict[str, str]:
    """Return the names of the imported flows that are there already, by uuid."""
    found: dict[str, str] = {}
    for name, content in source.files.items():
        if is_imported(name) and name != ASSETS_FILE:
            # One that cannot be read any more is mended by the import of a flow of its name.
            with suppress(orjson.JSONDecodeError, KeyError, TypeError):
                uuid = orjson.loads(content)["definition"]["uuid"]
                found[str(uuid)] = PurePath(name).stem
    return found
