"""Reads a folder although there are mistakes in it, and finds all of them, not only the first.

The loader stops at a mistake. Here the step, or the part of the file, that holds it is put aside,
and the rest is read again, until nothing is left to find.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from gateway.core.flow.release import Release
from gateway.flowfiles.catalogues import Catalogue, read_catalogue, with_fallbacks
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.imported_files import Imported, read_imported
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place
from gateway.flowfiles.releases import ALONE, SYSTEM, Source, assemble, clashes
from gateway.flowfiles.sections import Section, read_sections
from gateway.flowfiles.system_file import SystemFile, read_system
from gateway.flowfiles.yaml_flows import FlowFile, read_flow
from gateway.flowfiles.yaml_tree import Branch, Leaf, Node

MISTAKE: Final = Rule(
    "mistake",
    ERROR,
    "Something that the flow language does not have",
    "No flow begins until it is mended; a gateway that runs goes on with the files it had",
    "Write what the finding says",
    "hello: {sya: Hello.}",
)
CONFLICT: Final = Rule(
    "conflict",
    ERROR,
    "Two flows that claim the same keyword, code or name, or a call of a flow that is not there",
    "None begins until it is clear which flow is meant",
    "Take it out of one of them",
    "hello: {call: nowhere}",
)

RULES: Final = (MISTAKE, CONFLICT)

# How many mistakes of one file are looked for.
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Read:
    """What could be read of a folder. `release` is None where not even the system's texts could.

    `broken` are the names of flows, or of their files, of which something was put aside.
    """

    findings: tuple[Finding, ...]
    release: Release | None
    system: SystemFile | None
    files: tuple[FlowFile, ...]
    catalogues: Mapping[str, Catalogue]
    broken: frozenset[str]


def read(source: Source, folder: str, fallbacks: Mapping[str, Sequence[str]] = ALONE) -> Read:
    """Read a folder's files as far as they can be read."""
    reader = _Reader(folder, with_fallbacks(_catalogues(source, folder), fallbacks))
    for name, content in sorted(source.files.items()):
        if name.endswith(".yaml"):
            reader.read(name, content)
    if SYSTEM not in source.files:
        path, mend = f"{folder}/{SYSTEM}", f"Add the file {SYSTEM}"
        reader.faults.append(FlowFileError(path, 1, "the system's texts are missing", mend))
    release = None
    if reader.system is not None:
        imported = reader.imported(source, reader.system.language, fallbacks)
    findings = [_finding(MISTAKE, one) for one in reader.faults]
    if reader.system is not None:
        rivals = clashes(reader.system, reader.files, reader.broken)
        findings += [_finding(CONFLICT, one) for one in rivals]
        release = assemble(source.hash, reader.system, reader.files, reader.catalogues, imported)
    return Read(
        tuple(findings),
        release,
        reader.system,
        tuple(reader.files),
        reader.catalogues,
        frozenset(reader.broken),
    )


class _Reader:
    """Reads files one after the other and keeps what is wrong with them."""

    def __init__(self, folder: str, catalogues: dict[str, Catalogue]) -> None:
        self.folder = folder
        self.catalogues = catalogues
        self.faults: list[FlowFileError] = []
        self.broken: set[str] = set()
        self.system: SystemFile | None = None
        self.files: list[FlowFile] = []

    def read(self, name: str, content: bytes) -> None:
        """Read one file again and again, without what was wrong in it the time before."""
        before = len(self.faults)
        try:
            section = read_sections(f"{self.folder}/{name}", content)
        except FlowFileError as fault:
            self.faults.append(fault)
            self.broken.add(PurePath(name).stem)
            return
        for _ in range(_MOST):
            try:
                self._take(name, section)
                break
            except FlowFileError as fault:
                if fault.path != section.path:
                    # A translation: the text is read without it; the catalogue's check says why.
                    if not self._forget(fault):
                        break
                    continue
                self.faults.append(fault)
                if not _put_aside(section, fault.line):
                    break
        if len(self.faults) > before:
            self.broken.add(PurePath(name).stem)
            named = section.items.get("flow")
            self.broken |= {named.written} if isinstance(named, Leaf) else set()

    def imported(
        self, source: Source, language: str, fallbacks: Mapping[str, Sequence[str]]
    ) -> Imported:
        """Read the imported flows; one that cannot be read is put aside."""
        files = dict(source.files)
        for _ in range(_MOST):
            try:
                found = read_imported(files, self.folder, language, fallbacks)
            except FlowFileError as fault:
                self.faults.append(fault)
                name = fault.path.removeprefix(f"{self.folder}/")
                self.broken.add(PurePath(name).stem)
                if files.pop(name, None) is None:
                    break
            else:
                self.files += found.files
                return found
        return Imported()

    def _take(self, name: str, section: Section) -> None:
        if name == SYSTEM:
            self.system = read_system(section, self.catalogues)
        else:
            self.files.append(read_flow(section, self.catalogues))

    def _forget(self, fault: FlowFileError) -> bool:
        """Take a translation out of its catalogue; False where it is in none."""
        for language, catalogue in self.catalogues.items():
            kept = {key: one for key, one in catalogue.entries.items() if one.line != fault.line}
            if catalogue.path == fault.path and len(kept) < len(catalogue.entries):
                self.catalogues[language] = replace(catalogue, entries=kept)
                return True
        return False


def _catalogues(source: Source, folder: str) -> dict[str, Catalogue]:
    """Return the catalogues that can be read; of the others the catalogues' own check tells."""
    found: dict[str, Catalogue] = {}
    for name, content in sorted(source.files.items()):
        if name.endswith(".po"):
            language = PurePath(name).stem
            with suppress(FlowFileError):
                found[language] = read_catalogue(f"{folder}/{name}", language, content)
    return found


def _put_aside(section: Section, line: int) -> bool:
    """Take the part of a file that holds a line out of it; False where the file is nothing then.

    A step stays, but does nothing that could be wrong, so that others still lead to it.
    """
    items, lines = section.items, section.lines
    key = _holding(items, lines, line)
    inside = items.get(key or "")
    if key is None or key in {"flow", "system"}:
        return False
    if not isinstance(inside, Branch):
        del items[key]
        return key != "steps"
    name = _holding(inside.items, inside.lines, line)
    if name is None:
        del items[key]
    elif key in {"steps", "texts"} and inside.items[name] != _harmless(key, inside, name):
        inside.items[name] = _harmless(key, inside, name)
    else:
        del inside.items[name]
    return bool(inside.items)


def _harmless(key: str, holder: Branch, name: str) -> Node:
    """Return a text, or a step without one, that there is nothing wrong with."""
    line = holder.lines.get(name, holder.line)
    words = Leaf(line, "-", "-")
    if key == "texts":
        return words
    saved = Branch(line, {"answer.aside": words}, {"answer.aside": line})
    return Branch(line, {"set": saved}, {"set": line})


def _holding(items: Mapping[str, Node], lines: Mapping[str, int], line: int) -> str | None:
    """Return the last key that begins at or before a line."""
    before = [key for key in items if lines.get(key, 0) <= line]
    return max(before, key=lambda key: lines.get(key, 0), default=None)


def _finding(rule: Rule, fault: FlowFileError) -> Finding:
    return rule.at(Place(fault.path, fault.line), fault.what, mend=fault.mend)
