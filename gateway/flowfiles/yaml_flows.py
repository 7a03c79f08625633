"""Reads a flow written in YAML into the graph. Refuses what it does not know, with the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.asking import PROMPT
from gateway.core.flow.graph import Flow, Node
from gateway.core.flow.parts import templates, ways
from gateway.flowfiles.catalogues import Catalogue
from gateway.flowfiles.durations import read_duration
from gateway.flowfiles.language.flow_parts import FLOW, SPEC
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.language.kinds import NAME_FORM
from gateway.flowfiles.paths import saved_roots
from gateway.flowfiles.sections import Section
from gateway.flowfiles.starts import Starts, read_starts
from gateway.flowfiles.steps import Reference, Steps
from gateway.flowfiles.texts import Compiled, Original, Texts

# The edition of files that do not say which.
FIRST_SPEC: Final = 1


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow as its file states it. `references` are the flows it names, with the lines.

    `originals` are its texts as they are written, `compiled` all its templates with their lines.
    """

    path: str
    line: int
    flow: Flow
    starts: Starts
    references: tuple[Reference, ...]
    originals: tuple[Original, ...]
    compiled: tuple[Compiled, ...] = ()


def read_flow(file: Section, catalogues: Mapping[str, Catalogue]) -> FlowFile:
    """Compile a flow from its file's sections. Raises `FlowFileError`."""
    _check_spec(file)
    check(file, FLOW)
    name = file.text("flow") or ""
    if not NAME_FORM.fullmatch(name):
        raise file.error(
            "flow", f"{name} cannot be a flow's name", "Use small letters, digits and _"
        )
    language = file.text("language", "en") or ""
    section = file.section("steps")
    texts = Texts(name, language, catalogues, saved_roots(section))
    steps = Steps(section, texts)
    nodes = {node.name: node for node in steps.nodes()}
    flow = Flow(
        name=name,
        title=file.text("name", name) or name,
        language=language,
        first=next(iter(nodes)),
        nodes=nodes,
        resume=file.flag("resume", default=True),
        keeps_prompt=_keepers(nodes) if PROMPT in texts.used else frozenset(),
        by_sms_after=_duration(file, "by_sms_after"),
        expires=_duration(file, "expires"),
        path=file.path,
    )
    return FlowFile(
        file.path,
        file.line("flow"),
        flow,
        read_starts(file, name, language),
        tuple(steps.references),
        tuple(texts.found),
        tuple(texts.compiled),
    )


def _check_spec(file: Section) -> None:
    """Refuse a file of an edition that is not known yet, before any of its keys are looked at."""
    spec = file.whole("spec", FIRST_SPEC)
    if spec > SPEC:
        raise file.error(
            "spec",
            f"this gateway reads the flow language up to spec {SPEC}, and the file is of {spec}",
            "Use a newer gateway",
        )


def _duration(file: Section, key: str) -> int | None:
    return read_duration(file, key) if key in file else None


# Which questions have to be kept as they were shown


def _keepers(nodes: Mapping[str, Node]) -> frozenset[str]:
    """Return the questions whose text is shown later, before any other question is put."""
    found = set()
    for node in nodes.values():
        if not _asks(node):
            continue
        ahead, seen = [way.to for way in ways(node)], set[str]()
        while ahead:
            name = ahead.pop()
            if name is None or name in seen:
                continue
            seen.add(name)
            if _shows_prompt(nodes[name]):
                found.add(node.name)
            if not _asks(nodes[name]):
                ahead += [way.to for way in ways(nodes[name])]
    return frozenset(found)


def _asks(node: Node) -> bool:
    """Whether the node puts a question."""
    wait = None if node.router is None else node.router.wait
    return wait is not None and wait.prompt is not None


def _shows_prompt(node: Node) -> bool:
    """Whether anything in the node names the last question."""
    return any(path.parts[0] == PROMPT for template in templates(node) for path in template.paths)
