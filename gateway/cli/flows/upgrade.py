"""`gateway flows upgrade`: flow files of an older edition, rewritten in the newest."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import COULD_NOT, fail, speaking
from gateway.cli.flows.folder import Directory, opened_folder
from gateway.flowfiles.releases import SYSTEM
from gateway.flowfiles.upgrades import upgraded


def upgrade(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Flow files; else all of the folder.")
    ] = None,
    directory: Directory = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 where a file is older.")
    ] = False,
) -> None:
    """Rewrite flow files in the newest edition of the language, comments and all; show the change.

    Older editions are read too: nothing has to be upgraded for a gateway to work.
    """
    older = 0
    with speaking():
        for path in files or _all(directory):
            older += _upgrade(path, write=not check)
    if not older:
        typer.echo("Every file is of the newest edition.")
    elif check:
        raise typer.Exit(COULD_NOT)


def _all(directory: Path | None) -> list[Path]:
    """Return the flow files of the folder."""
    with opened_folder(directory) as folder:
        names = sorted(folder.source.files)
        return [folder.path / name for name in names if name.endswith(".yaml") and name != SYSTEM]


def _upgrade(path: Path, *, write: bool) -> bool:
    """Show how a file changes and write it; return whether it does."""
    try:
        content = path.read_bytes()
    except OSError as trouble:
        fail(f"{path} cannot be read: {trouble.strerror}.")
    before, after = content.decode("utf-8-sig", "replace"), upgraded(str(path), content)
    if before == after:
        return False
    changes = difflib.unified_diff(
        before.splitlines(), after.splitlines(), str(path), str(path), lineterm="", n=1
    )
    typer.echo("\n".join(changes))
    if write:
        path.write_bytes(after.encode())
    return True
