"""The folder of flow files that a command works on: the one of the settings, or another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import WRONG_USAGE, fail, settings_only
from gateway.config.settings import Settings
from gateway.core.flow.graph import Flow
from gateway.core.flow.release import Release
from gateway.flowfiles.releases import Source, compile_release, read_source

Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory", help="The folder of flow files; else the one of the settings.", metavar="DIR"
    ),
]


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder's path, what it holds, and the settings in force."""

    path: Path
    source: Source
    settings: Settings

    @property
    def title(self) -> str:
        """The folder's own name, for files that are to be the same wherever they are written."""
        return self.path.resolve().name

    @property
    def name(self) -> str:
        """The folder as messages write it: from the working directory where it is inside that."""
        here = Path.cwd()
        inside = self.path.is_absolute() and self.path.is_relative_to(here)
        return str(self.path.relative_to(here) if inside else self.path)


@contextmanager
def opened_folder(directory: Path | None) -> Iterator[Folder]:
    """Give a command the folder; what cannot be read ends it with a sentence."""
    with settings_only() as settings:
        path = settings.flows_path if directory is None else directory
        yield Folder(path, read_source(path), settings)


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder's flows, ready to be walked, and the settings in force."""

    release: Release
    settings: Settings


@contextmanager
def opened_release(directory: Path | None) -> Iterator[Opened]:
    """Give a command the folder's flows; a mistake in them ends it with a sentence."""
    with opened_folder(directory) as folder:
        fallbacks = folder.settings.flows.fallbacks
        yield Opened(
            compile_release(folder.source, folder=folder.name, fallbacks=fallbacks), folder.settings
        )


def chosen_flows(release: Release, name: str | None) -> list[Flow]:
    """Return the flow of a name, or all of them by name; an unknown name ends the command."""
    if name is None:
        return [release.flows[one] for one in sorted(release.flows)]
    if name not in release.flows:
        known = ", ".join(sorted(release.flows))
        fail(f"There is no flow {name}. There are: {known}.", WRONG_USAGE)
    return [release.flows[name]]
