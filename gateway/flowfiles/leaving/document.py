"""A whole export: the chosen flows, what they call, and all that they presume.

Flows that were imported leave as they came. Nothing is dropped that is not told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.core.flow.graph import Call, Flow
from gateway.core.flow.release import Release
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.imported_files import ASSETS_FILE, FOLDER
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.beginning import triggers
from gateway.flowfiles.leaving.flows import Called, Writing
from gateway.flowfiles.leaving.meanings import Meanings
from gateway.flowfiles.leaving.naming import Ids, can_be_field
from gateway.flowfiles.leaving.nodes import JsonObject
from gateway.flowfiles.leaving.notes import Notes, in_order
from gateway.flowfiles.leaving.presumed import Presumed
from gateway.flowfiles.rapidpro.migrations.rewriting import templates_of, variables
from gateway.flowfiles.rapidpro.migrations.spec import actions
from gateway.flowfiles.releases import Source
from gateway.flowfiles.yaml_flows import FlowFile

VERSION: Final = "13"
SITE: Final = "mashinani"


@dataclass(frozen=True, slots=True)
class Movement:
    """What texts may say of the movement: its name, and the languages that it offers."""

    name: str
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Leaving:
    """An export: its document, the names of its flows, and what cannot be as it is here."""

    document: JsonObject
    flows: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether the export stops unless it is allowed to be partial."""
        return any(one.level == ERROR for one in self.findings)

    @property
    def content(self) -> bytes:
        """The file, the same for the same flows."""
        return orjson.dumps(self.document, option=orjson.OPT_INDENT_2) + b"\n"


def leave(
    release: Release,
    files: Iterable[FlowFile],
    source: Source,
    movement: Movement,
    wanted: Sequence[str] = (),
) -> Leaving:
    """Return the export of flows, by default of all, with those that they call.

    `files` are those of the release's flows, `source` is what it was read from. Raises KeyError for
    a flow that is not there.
    """
    return _Document(release, files, source, movement, wanted).made()


class _Document:
    """Makes one export."""

    def __init__(
        self,
        release: Release,
        files: Iterable[FlowFile],
        source: Source,
        movement: Movement,
        wanted: Sequence[str],
    ) -> None:
        self.release = release
        self.files = {one.flow.name: one for one in files}
        self.imported = {
            name: orjson.loads(source.files[f"{FOLDER}/{name}.json"])["definition"]
            for name in self.files
            if f"{FOLDER}/{name}.json" in source.files
        }
        # The messages of campaigns are flows here, and stay parts of their campaigns.
        self.own = {name for name, one in self.files.items() if not one.flow.runs}
        self.ids = Ids("mashinani", movement.name)
        self.called = {
            name: Called(title, self._uuid(name)) for name, title in self._titles().items()
        }
        self.titles = {one.uuid: name for name, one in self.called.items()}
        self.presumed = Presumed(
            orjson.loads(source.files.get(ASSETS_FILE, b"{}")),
            self.ids,
            {name: (one.title, one.uuid) for name, one in self.called.items()},
        )
        self.meanings = Meanings(
            release.flows, movement.name, movement.languages, self.presumed.group
        )
        self.wanted = self._with_called(wanted or sorted(self.called))

    def made(self) -> Leaving:
        """Make it."""
        flows: list[JsonObject] = []
        begins: list[JsonObject] = []
        notes: list[Notes] = []
        for name in self.wanted:
            file = self.files[name]
            told = Notes(file.path)
            notes.append(told)
            flows.append(self._definition(name, file, told))
            begins += triggers(file, self.called[name], told)
        return Leaving(
            {
                "version": VERSION,
                "site": SITE,
                "flows": flows,
                "campaigns": self.presumed.campaigns(self.wanted),
                "triggers": begins,
                "fields": self.presumed.fields(),
                "groups": self.presumed.groups(),
            },
            tuple(self.wanted),
            in_order(notes),
        )

    def _definition(self, name: str, file: FlowFile, notes: Notes) -> JsonObject:
        if name not in self.imported:
            writing = Writing(file.flow, self.release, self.meanings, self.called, notes)
            made = writing.definition()
            for key, kind in self.meanings.fields(name):
                if can_be_field(key):
                    self.presumed.field(key, kind)
            return made
        definition: JsonObject = self.imported[name]
        self.presumed.imported()
        shown = {one for text in templates_of(definition) for one in variables(text, "globals")}
        for one in sorted(shown):
            notes.tell(limits.GLOBAL, f"@globals.{one}", line=1)
        return definition

    def _titles(self) -> dict[str, str]:
        """Return the titles of flows, each of them once, as RapidPro wants it."""
        imported = {name: self.files[name].flow.title for name in sorted(self.imported)}
        taken = {title.casefold() for title in imported.values()}
        found = dict(imported)
        for name in sorted(self.own):
            title = self.files[name].flow.title
            if title.casefold() in taken:
                title = f"{title} ({name})"
            taken.add(title.casefold())
            found[name] = title
        return found

    def _uuid(self, name: str) -> str:
        if name in self.imported:
            return str(self.imported[name]["uuid"])
        return self.ids("flow", name)

    # Which flows

    def _with_called(self, wanted: Iterable[str]) -> list[str]:
        """Return flows with those that they enter or begin, and those of their campaigns."""
        found: dict[str, None] = {}
        ahead = list(wanted)
        while ahead:
            name = ahead.pop()
            if name not in found:
                found[self.files[name].flow.name] = None
                ahead += self._enters(name)
                ahead += self.presumed.beside(name)
        return sorted(found)

    def _enters(self, name: str) -> Iterator[str]:
        if name not in self.imported:
            yield from _calls(self.files[name].flow)
            return
        for action in actions(self.imported[name], "enter_flow", "start_session"):
            flow: Mapping[str, Any] = action.get("flow") or {}
            known = self.titles.get(str(flow.get("uuid") or ""))
            if known is not None:
                yield known


def _calls(flow: Flow) -> Iterator[str]:
    calls = (node.call for node in flow.nodes.values())
    yield from (call.flow for call in calls if isinstance(call, Call))
