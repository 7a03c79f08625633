"""The release that people know already, wherever it is: in the database, a folder, a file, git."""

import subprocess
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

import typer

from gateway.bootstrap import open_database
from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.flows.folder import Folder
from gateway.core.flow.release import Release
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source, compile_release, read_source, unpack
from gateway.store import releases, schema
from gateway.store.database import DRIVER_ERRORS, DatabaseError, may_be_there

# Where to look if nobody says: in the database, if it is there.
NEWEST: Final = ""
_DATABASE: Final = "db"
_NONE: Final = "none"


def earlier(folder: Folder, against: str, *, quiet: bool) -> Release | None:
    """Return the release to compare with, or None where there is none. `quiet` keeps notes back."""
    if against == _NONE:
        return None
    if against in {NEWEST, _DATABASE}:
        return _of_database(folder, wanted=against == _DATABASE, quiet=quiet)
    path = Path(against)
    if path.is_dir():
        return _compiled(read_source(path), against)
    if path.is_file():
        try:
            return unpack(path.read_bytes())
        except (ValueError, zlib.error) as trouble:
            fail(f"{against} is no packed release ({trouble}).", WRONG_USAGE)
    return _compiled(_of_git(folder, against), against)


def _compiled(source: Source, against: str) -> Release:
    try:
        return compile_release(source, against)
    except FlowFileError as fault:
        fail(f"--against {against} is no release that this gateway reads: {fault}")


def _of_database(folder: Folder, *, wanted: bool, quiet: bool) -> Release | None:
    """Return the newest release that the database keeps."""
    try:
        if not may_be_there(folder.settings.database.url):
            raise DatabaseError("There is no database yet.")
        opened = open_database(folder.settings)
        try:
            schema.check(opened)
            with opened.read() as connection:
                files = releases.newest(connection)
        finally:
            opened.close()
        if files is not None:
            return compile_release(Source(files))
        why = "the database has kept no release"
    except (DatabaseError, FlowFileError, *DRIVER_ERRORS) as trouble:
        if wanted:
            fail(f"--against db: {trouble}")
        why = "no database can be opened"
    if not quiet:
        typer.echo(f"Menu numbers are not compared with what people know: {why}.", err=True)
    return None


def _of_git(folder: Folder, revision: str) -> Source:
    """Return the flow files of a revision, read through git."""
    listed = _git(folder.path, "ls-tree", "-r", "--name-only", "-z", revision, "--", ".")
    names = [name for name in listed.decode().split("\0") if _is_flow_file(PurePosixPath(name))]
    if not names:
        fail(f"--against {revision}: the revision has no flow files here.", WRONG_USAGE)
    return Source({name: _git(folder.path, "show", f"{revision}:./{name}") for name in names})


def _is_flow_file(name: PurePosixPath) -> bool:
    if len(name.parts) == 2:
        return name.parts[0] == "translations" and name.suffix == ".po"
    return len(name.parts) == 1 and name.suffix == ".yaml" and not name.stem.endswith(".test")


def _git(directory: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own words and a revision, and no shell reads them
            ["git", *words],  # noqa: S607 - wherever the author has it
            cwd=directory,
            capture_output=True,
            check=False,
        )
    except OSError:
        fail("--against: neither a folder nor a file, and there is no git here.", WRONG_USAGE)
    if done.returncode:
        what = done.stderr.decode("utf-8", "replace").strip().splitlines()
        fail(
            f"--against {words[-1].partition(':')[0] if words[0] == 'show' else words[-3]} is "
            f"neither a folder, a file nor a revision of git ({what[0] if what else 'it failed'}).",
            WRONG_USAGE,
        )
    return done.stdout
