"""What checks look at: a release, the places of everything in it, and where it is to run."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Flow, Node
from gateway.core.flow.parts import reached
from gateway.core.flow.release import Release
from gateway.flowfiles.catalogues import Catalogue
from gateway.flowfiles.messages.script import Script
from gateway.flowfiles.releases import Source
from gateway.flowfiles.texts import Compiled
from gateway.flowfiles.yaml_flows import FlowFile

_NONE: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the flows are to run. What a screen holds is in septets, by network where they differ.

    `hosts` are the servers that webhooks may ask, `secrets` the names of what they may be sent,
    None where nothing is said of them.
    """

    movement: str = "Mashinani"
    languages: tuple[str, ...] = ("en",)
    country: str = "ZM"
    screen: int = 160
    first_screen: int = 140
    networks: Mapping[str, int] = field(default_factory=lambda: _NONE)
    hosts: tuple[str, ...] | None = None
    secrets: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Subject:
    """A folder that is checked. `before` is the release that people know already, if there is one.

    `broken` are the flows of which a part could not be read; what follows from that is not found.
    `spoken` are the languages that the system file has texts or words of.
    """

    source: Source
    folder: str
    release: Release
    files: Sequence[FlowFile]
    script: Script
    catalogues: Mapping[str, Catalogue]
    deployment: Deployment
    before: Release | None = None
    broken: AbstractSet[str] = frozenset()
    spoken: AbstractSet[str] = frozenset()

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """The flows that could be read whole, by name."""
        return {name: flow for name, flow in self.release.flows.items() if name not in self.broken}

    @cached_property
    def by_flow(self) -> Mapping[str, FlowFile]:
        """The files by the names of their flows."""
        return {file.flow.name: file for file in self.files}

    def nodes(self) -> Iterator[tuple[Flow, Node]]:
        """Yield the nodes of all flows that something leads to, flow by flow."""
        for flow in self.flows.values():
            names = reached(flow)
            yield from ((flow, node) for node in flow.nodes.values() if node.name in names)

    def at(self, flow: Flow, node: Node | None = None, template: Template | None = None) -> Place:
        """Return where a flow, a step of it or a template in a step is stated."""
        file = self.by_flow.get(flow.name)
        if file is None:
            return Place(flow.path or self.folder, max(1, 0 if node is None else node.line))
        if node is None:
            return Place(file.path, file.line)
        used = None if template is None else self._used(file, node, template)
        return Place(file.path, node.line) if used is None else Place(used.path, used.line)

    def _used(self, file: FlowFile, node: Node, template: Template) -> Compiled | None:
        """Return where a template of a step is written: of several alike, the step's own."""
        alike = [one for one in file.compiled if one.template.source == template.source]
        lines = [line for line in self._lines[file.flow.name] if line > node.line]
        end = min(lines, default=1 << 30)
        own = [one for one in alike if one.path == file.path]
        inside = [one for one in own if node.line <= one.line < end]
        return next(iter(inside or own or alike), None)

    @cached_property
    def _lines(self) -> Mapping[str, Sequence[int]]:
        return {
            name: sorted({node.line for node in flow.nodes.values()})
            for name, flow in self.release.flows.items()
        }
