"""Reads the flows that were imported, which lie beside those written here: one JSON file each.

``imported/NAME.json`` has the flow's name here, what begins it as in any flow file, and its
definition. ``imported/assets.json`` has what all of them presume: fields, groups, campaigns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Final

import orjson

from gateway.core.flow.assets import Assets
from gateway.core.flow.graph import Flow
from gateway.core.flow.triggers import CampaignEvent
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.imported_assets import FILE, Presumed, read_presumed, short
from gateway.flowfiles.language.kinds import NAME_FORM
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.json_places import line_of, lines_of, text_of
from gateway.flowfiles.rapidpro.migrations.chain import migrate
from gateway.flowfiles.rapidpro.migrations.documents import Unmigratable
from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings, derived_ids
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from gateway.flowfiles.sections import read_sections
from gateway.flowfiles.starts import Starts, read_starts
from gateway.flowfiles.yaml_flows import FlowFile

FOLDER: Final = "imported"
ASSETS_FILE: Final = f"{FOLDER}/{FILE}"

_MEND: Final = "Import the flow once more, with --replace"
_KEYS: Final = ("flow", "start", "definition")
_BACKGROUND: Final = "messaging_background"  # waits for nothing, and interrupts nobody


@dataclass(frozen=True, slots=True)
class Imported:
    """The imported flows of a release. `languages` are those that they have texts in."""

    files: tuple[FlowFile, ...] = ()
    assets: Assets = field(default_factory=Assets)
    campaigns: tuple[CampaignEvent, ...] = ()
    languages: frozenset[str] = frozenset()


def is_imported(name: str) -> bool:
    """Whether a file of a release belongs to the imported flows."""
    path = PurePath(name)
    return path.parent == PurePath(FOLDER) and path.suffix == ".json"


def read_imported(
    files: Mapping[str, bytes],
    folder: str,
    language: str,
    fallbacks: Mapping[str, Sequence[str]],
) -> Imported:
    """Read those of a release's files that were imported. Raises `FlowFileError`.

    `language` is what people read whose language a text has no translation in.
    """
    names = sorted(name for name in files if is_imported(name))
    if not names:
        return Imported()
    kept = {name: _Kept(f"{folder}/{name}", files[name]) for name in names if name != ASSETS_FILE}
    _refuse_twice(kept.values())
    presumed = Presumed()
    if ASSETS_FILE in files:
        presumed = read_presumed(f"{folder}/{ASSETS_FILE}", files[ASSETS_FILE])
    around = Neighbours(
        {one.uuid: one.name for one in kept.values()},
        {one.title: one.name for one in kept.values()},
        language,
        fallbacks,
        presumed.assets.hooks,
        all_here=True,
    )
    found = [one.compiled(around) for one in kept.values()]
    found += [
        FlowFile(f"{folder}/{ASSETS_FILE}", one.line, one.flow, Starts(), (), ())
        for one in presumed.messages(around)
    ]
    spoken = {short(code) for one in kept.values() for code in one.languages}
    background = {one.name for one in kept.values() if one.background}
    campaigns = tuple(
        replace(event, interrupts=None) if event.interrupts and event.flow in background else event
        for event in presumed.campaigns(around)
    )
    return Imported(tuple(found), presumed.assets, campaigns, frozenset(spoken))


def _refuse_twice(kept: Iterable["_Kept"]) -> None:
    seen: dict[str, _Kept] = {}
    for one in kept:
        if seen.setdefault(one.uuid, one) is not one:
            raise FlowFileError(
                one.path,
                line_of(one.text, "/definition/uuid"),
                f"this is the flow of {seen[one.uuid].path}, by its uuid",
                "Keep one of the two files",
            )


class _Kept:
    """One file, read and checked, and not compiled yet."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.text = content.decode("utf-8", "replace")
        document = self._document(content)
        self.name = str(document["flow"])
        try:
            found = migrate(
                document["definition"], derived_ids(self.name), Surroundings(), "/definition"
            )
        except Unmigratable as fault:
            raise self._wrong(fault.pointer, f"{fault.pointer}: {fault.what}") from fault
        self.definition: Mapping[str, Any] = found.flow
        self.uuid = str(found.flow["uuid"])
        self.title = str(found.flow["name"])
        self.background = found.flow.get("type") == _BACKGROUND
        self.begins = "start" in document

    @property
    def languages(self) -> Iterator[str]:
        """The languages that it has texts in, by the codes of its definition."""
        yield str(self.definition["language"])
        yield from self.definition.get("localization") or ()

    def compiled(self, around: Neighbours) -> FlowFile:
        """Return the flow, with the lines of its nodes."""
        made = compile_flow(self.definition, around)
        lines = lines_of(self.text, "/definition/nodes")
        nodes = {
            node.name: replace(node, line=line)
            for node, line in zip(made.nodes.values(), lines, strict=False)
        }
        language = short(made.language)
        flow = replace(made, language=language, nodes=nodes, path=self.path)
        return FlowFile(self.path, line_of(self.text, "/flow"), flow, self._starts(flow), (), ())

    def _starts(self, flow: Flow) -> Starts:
        """Return what begins the flow; it is written as in any flow file."""
        if not self.begins:
            return Starts()
        lines = "\n" * (line_of(self.text, "/start") - 1)
        start = f'{lines}{{"start": {text_of(self.text, "/start")}}}'
        return read_starts(read_sections(self.path, start.encode()), flow.name, flow.language)

    def _document(self, content: bytes) -> dict[str, Any]:
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError as fault:
            what = f"this is not JSON: {fault.msg}"
            raise FlowFileError(self.path, fault.lineno, what, _MEND) from fault
        if not isinstance(document, dict):
            raise self._wrong("", "this is no imported flow")
        for key in document:
            if key not in _KEYS:
                raise self._wrong(f"/{key}", f"an imported flow has no {key}")
        for key in ("flow", "definition"):
            if key not in document:
                raise self._wrong("", f"an imported flow has its {key}, and here is none")
        name = document["flow"]
        if name != PurePath(self.path).stem:
            raise self._wrong("/flow", f"the flow of this file is not called {name}")
        if not NAME_FORM.fullmatch(name):
            raise self._wrong("/flow", f"{name} cannot be a flow's name")
        return document

    def _wrong(self, pointer: str, what: str) -> FlowFileError:
        return FlowFileError(self.path, line_of(self.text, pointer), what, _MEND)
