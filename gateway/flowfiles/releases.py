"""A folder of flow files as one release: read, checked against each other, hashed and packed.

The folder's files are taken as bytes first, so that a release compiles from what was stored exactly
as it did from the disk.
"""

import difflib
import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson

from gateway.core.flow.release import Release
from gateway.flowfiles.catalogues import Catalogue, read_catalogue, with_fallbacks
from gateway.flowfiles.claims import Claimant, read_claims, rivals
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.imported_files import FOLDER, Imported, read_imported
from gateway.flowfiles.sections import read_sections
from gateway.flowfiles.system_file import SystemFile, read_system
from gateway.flowfiles.yaml_flows import FlowFile, read_flow

SYSTEM: Final = "system.yaml"
TRANSLATIONS: Final = "translations"

# No language has another one that serves for it.
ALONE: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a release by name: ``join.yaml``, ``translations/ny.po`` and so on."""

    files: Mapping[str, bytes]

    @property
    def hash(self) -> str:
        """The SHA-256 over the names and contents, in hexadecimal."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            content = self.files[name]
            digest.update(f"{len(name.encode())}:{name}{len(content)}:".encode())
            digest.update(content)
        return digest.hexdigest()


def read_source(directory: Path) -> Source:
    """Read the flow files, imported ones too, and catalogues of a folder, but no transcripts.

    Raises `FlowFileError` for a folder that is not there or has no flows.
    """
    paths = flow_files(directory)
    if not paths:
        what = "there are no flow files here" if directory.is_dir() else "this is no folder"
        raise FlowFileError(str(directory), 0, what, "Name the folder that holds *.yaml")
    return Source({path.relative_to(directory).as_posix(): path.read_bytes() for path in paths})


def flow_files(directory: Path) -> list[Path]:
    """Return the files of a folder that make up a release; what editors hide is no part of it."""
    found = [
        *(path for path in directory.glob("*.yaml") if not path.name.endswith(".test.yaml")),
        *(directory / TRANSLATIONS).glob("*.po"),
        *(directory / FOLDER).glob("*.json"),
    ]
    return [path for path in found if not path.name.startswith(".")]


def read_release(directory: Path) -> Release:
    """Read and compile a folder. Raises `FlowFileError` for the first mistake found."""
    return compile_release(read_source(directory), directory.name)


def pack(source: Source) -> bytes:
    """Return a source as one value that can be stored."""
    files = {name: content.decode() for name, content in sorted(source.files.items())}
    return zlib.compress(orjson.dumps(files))


def unpack(packed: bytes) -> Release:
    """Compile the release that `pack` stored."""
    files = orjson.loads(zlib.decompress(packed))
    return compile_release(Source({name: text.encode() for name, text in files.items()}))


def compile_release(
    source: Source,
    folder: str = "flows",
    fallbacks: Mapping[str, Sequence[str]] = ALONE,
    language: str = "",
) -> Release:
    """Compile a release. `folder` is what messages call the files' folder.

    `fallbacks` are the languages that serve, by language, for texts without a translation.
    `language` is the movement's, for texts of imported flows that have none in a person's; else
    that of the system's texts.
    """
    return compile_files(source, folder, fallbacks, language)[0]


def compile_files(
    source: Source, folder: str, fallbacks: Mapping[str, Sequence[str]], language: str
) -> tuple[Release, list[FlowFile]]:
    """Compile a release as `compile_release` does, and return it with its files as they stand."""
    own = {
        catalogue.language: catalogue
        for catalogue in (
            read_catalogue(f"{folder}/{name}", Path(name).stem, content)
            for name, content in sorted(source.files.items())
            if name.endswith(".po")
        )
    }
    catalogues = with_fallbacks(own, fallbacks)
    system, files = read_files(source, folder, catalogues)
    imported = read_imported(source.files, folder, language or system.language, fallbacks)
    files += imported.files
    for fault in clashes(system, files):
        raise fault
    return assemble(source.hash, system, files, catalogues, imported), files


def assemble(
    name: str,
    system: SystemFile,
    files: Sequence[FlowFile],
    catalogues: Mapping[str, Catalogue],
    imported: Imported,
) -> Release:
    """Make a release of files without `clashes`; of two that claim the same, the first has it.

    The files of the imported flows are among `files`.
    """
    flows: dict[str, FlowFile] = {}
    for file in files:
        flows.setdefault(file.flow.name, file)
    languages = {system.language, *catalogues, *imported.languages}
    languages |= {one.flow.language for one in flows.values()}
    triggers = read_claims(_claimants(flows.values()))
    return Release(
        hash=name,
        flows={name: one.flow for name, one in flows.items()},
        languages=(system.language, *sorted(languages - {system.language})),
        triggers=replace(triggers, campaigns=imported.campaigns),
        texts=system.texts,
        words=system.words,
        vocabulary=system.vocabulary,
        keys=system.keys,
        imports=bool(imported.files),
        assets=imported.assets,
    )


def read_files(
    source: Source, folder: str, catalogues: Mapping[str, Catalogue]
) -> tuple[SystemFile, list[FlowFile]]:
    """Read the system file and every flow file, each by itself. Raises `FlowFileError`."""
    files = {
        name: read_sections(f"{folder}/{name}", content)
        for name, content in sorted(source.files.items())
        if name.endswith(".yaml")
    }
    if SYSTEM not in files:
        raise FlowFileError(
            f"{folder}/{SYSTEM}", 1, "the system's texts are missing", f"Add the file {SYSTEM}"
        )
    system = read_system(files.pop(SYSTEM), catalogues)
    return system, [read_flow(file, catalogues) for file in files.values()]


def clashes(
    system: SystemFile, files: Sequence[FlowFile], others: Collection[str] = ()
) -> Iterator[FlowFileError]:
    """Yield what is wrong between files that are right by themselves, ready to be raised.

    `others` are names of flows that are there, in files that could not be read.
    """
    flows: dict[str, FlowFile] = {}
    for file in files:
        first = flows.setdefault(file.flow.name, file)
        if first is not file:
            yield FlowFileError(
                file.path,
                file.line,
                f"the flow {file.flow.name} is in {first.path} already",
                "Give one of them another name",
            )
    for file in flows.values():
        for one in file.references:
            if one.flow not in flows and one.flow not in others:
                near = difflib.get_close_matches(one.flow, flows, n=1)
                yield FlowFileError(
                    file.path,
                    one.line,
                    f"there is no flow {one.flow} {one.what}",
                    f"Write {near[0]}" if near else f"Use one of {', '.join(flows)}",
                )
    yield from rivals(_claimants(flows.values()), system.words)


def _claimants(files: Iterable[FlowFile]) -> list[Claimant]:
    return [Claimant(file.flow.name, file.path, file.starts) for file in files]
