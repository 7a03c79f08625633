"""`gateway flows export`: writes flows as RapidPro has them, so that nobody is locked in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import COULD_NOT, WRONG_USAGE, fail
from gateway.cli.flows.folder import Directory, Folder, opened_folder
from gateway.cli.flows.importing import write_file
from gateway.core.flow.release import Release
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.leaving.document import Leaving, Movement, leave
from gateway.flowfiles.releases import compile_files


def export_flows(
    flows: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FLOW]...", help="Names of flows; else all of them."),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")
    ] = Path("export.json"),
    directory: Directory = None,
    allow_partial: Annotated[
        bool,
        typer.Option(
            "--allow-partial",
            help="Write the rest although something cannot be expressed; stubs say where.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file if it is there already.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; end as if it had been written.")
    ] = False,
) -> None:
    """Write flows as an export of RapidPro's, version 13, with the flows that they call.

    Everything that cannot be expressed there is listed before anything is written.
    """
    with opened_folder(directory) as folder:
        leaving = _leaving(folder, flows or ())
        _tell(leaving.findings)
        if leaving.blocked and not allow_partial:
            fail("Nothing was written. Give --allow-partial to write the rest.", COULD_NOT)
        _refuse_place(output, force=force)
        if dry_run:
            typer.echo("Nothing was written.")
            return
        try:
            write_file(output, leaving.content)
        except OSError as trouble:
            why = trouble.strerror or "it cannot be written"
            fail(f"Nothing was written: {output}: {why}. Name another file with -o.")
        typer.echo(f"Wrote {output}: {_size(leaving)}. RapidPro and TextIt import it.")


def _leaving(folder: Folder, wanted: Sequence[str]) -> Leaving:
    """Return the export; a flow that is not there ends the command."""
    settings = folder.settings
    release, files = compile_files(
        folder.source, folder.name, settings.flows.fallbacks, settings.movement.language
    )
    _refuse_unknown(release, wanted)
    movement = Movement(settings.movement.name, settings.movement.languages)
    return leave(release, files, folder.source, movement, wanted)


def _refuse_unknown(release: Release, wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in release.flows:
            known = ", ".join(sorted(release.flows))
            fail(f"There is no flow {name}. There are: {known}.", WRONG_USAGE)


def _refuse_place(output: Path, *, force: bool) -> None:
    if output.is_dir():
        fail(f"Nothing was written: {output} is a folder. Name a file with -o.")
    if output.exists() and not force:
        fail(f"Nothing was written: {output} is there already. Give --force to overwrite it.")


def _tell(findings: Sequence[Finding]) -> None:
    """Print what cannot be expressed, and what RapidPro does in a way of its own."""
    lost = [one for one in findings if one.level == ERROR]
    others = [one for one in findings if one.level != ERROR]
    if lost:
        typer.echo(f"Cannot be expressed ({len(lost)}):")
    for one in lost:
        typer.echo(f"  {_line(one)}")
    if others:
        typer.echo(f"Will be another way there ({len(others)}):")
    for one in others:
        typer.echo(f"  {_line(one)}")


def _line(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}"
    return f"{place}: {finding.what}. {finding.why}. {finding.mend}. [{finding.rule}]"


def _size(leaving: Leaving) -> str:
    document = leaving.document
    counts = [
        _count(len(document[key]), key.removesuffix("s"))
        for key in ("flows", "triggers", "fields", "groups", "campaigns")
        if document[key] or key == "flows"
    ]
    return ", ".join(counts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
