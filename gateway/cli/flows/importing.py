"""`gateway flows import`: takes the flows of a RapidPro or TextIt export into the flow folder."""

import os
from collections.abc import Sized
from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap import deployment
from gateway.cli.command import COULD_NOT, fail
from gateway.cli.flows.folder import Folder, opened_folder
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.findings import ERROR
from gateway.flowfiles.imported_files import FOLDER
from gateway.flowfiles.importing.plan import Plan, Planned, plan
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.rapidpro.exports import Export, read_export
from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.spec import actions as every
from gateway.flowfiles.rapidpro.survey import Finding
from gateway.flowfiles.releases import Source, compile_release


def import_flows(
    export: Annotated[Path, typer.Argument(metavar="EXPORT.json", help="What RapidPro exported.")],
    allow_partial: Annotated[
        bool,
        typer.Option(
            "--allow-partial",
            help="Import the rest although something cannot be carried; staff are told where.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; end as if it had been written.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite flows that were imported before.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option(help="The folder of flow files; else the one of the settings.", metavar="DIR"),
    ] = None,
) -> None:
    """Import flows, triggers, fields, groups, translations and campaigns of an export.

    Everything that cannot be carried is listed before anything is written.
    """
    with opened_folder(into) as folder:
        found = read_export(str(export), _content(export))
        planned = plan(found, folder.source, folder.name, replaces=replace)
        _tell(found, planned, folder)
        if planned.blocked and not allow_partial:
            fail("Nothing was written. Give --allow-partial to import the rest.", COULD_NOT)
        if planned.replaced and not replace:
            names = ", ".join(f"{folder.name}/{name}" for name in planned.replaced)
            fail(f"Nothing was written: {names} would be overwritten. Give --replace to do it.")
        if not planned.flows:
            fail("Nothing was written: no flow of this export can be carried.")
        _check(planned.source(folder.source), folder)
        if dry_run or not planned.files:
            typer.echo("Nothing was written.")
            return
        for name, content in planned.files.items():
            write_file(folder.path / name, content)
        typer.echo(f"Wrote {len(planned.files)} files. Try them: gateway flows check")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: whoever reads it meanwhile sees what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        what = f"this cannot be read: {fault.strerror}"
        raise FlowFileError(str(path), 1, what, "Name the file that was exported") from fault


def _tell(export: Export, planned: Plan, folder: Folder) -> None:
    """Print what is in the export, what of it cannot be carried, and what would be written."""
    typer.echo(
        f"{export.path}: version {export.version}, {_count(export.flows, 'flow')}, "
        f"{_count(export.triggers, 'trigger')}, {_count(export.campaigns, 'campaign')}, "
        f"{_count(export.fields, 'field')}, {_count(export.groups, 'group')}."
    )
    for remark in export.remarks:
        typer.echo(f"{export.path}:{remark.line}: {remark.text} ({remark.pointer})")
    blocking = [one for one in planned.findings if one.blocking]
    others = [one for one in planned.findings if not one.blocking]
    if blocking:
        typer.echo(f"\nCannot be carried ({len(blocking)}):")
    for one in blocking:
        typer.echo(f"  {_sentence(one)}")
    if others:
        typer.echo(f"\nWill be another way here ({len(others)}):")
    for one in others:
        typer.echo(f"  {_sentence(one)}")
    if any(_asks_server(flow.definition) for flow in export.flows):
        typer.echo(
            "\nWebhooks ask no server but those that [webhooks] allow of the settings names."
        )
    typer.echo("\nTo be written:" if planned.files else "\nNothing changes.")
    flows = {one.file: one for one in planned.flows}
    for name in planned.files:
        flow = flows.get(name)
        about = "" if flow is None else f": {_size(flow)}"
        there = " (is there already)" if name in planned.replaced else ""
        typer.echo(f"  {folder.name}/{name}{about}{there}")


def _size(flow: Planned) -> str:
    return f"{flow.title}, {flow.nodes} nodes, {flow.actions} actions"


def _count(things: Sized, what: str) -> str:
    return f"1 {what}" if len(things) == 1 else f"{len(things)} {what}s"


def _sentence(finding: Finding) -> str:
    node = f"node {finding.node}" if finding.node else ""
    where = ", ".join(filter(None, (finding.flow, node))) or "The export"
    return f"{where}: {finding.what}: {finding.why}; {finding.instead}."


def _check(source: Source, folder: Folder) -> None:
    """Make sure that the folder will be a release, and tell what a check finds in new flows."""
    settings = folder.settings
    language = settings.movement.language
    compile_release(source, folder.name, settings.flows.fallbacks, language)
    found = check_folder(source, folder.name, deployment(settings), settings.flows.fallbacks)
    inside = [one for one in found if one.path.startswith(f"{folder.name}/{FOLDER}/")]
    errors = sum(one.level == ERROR for one in inside)
    if inside:
        typer.echo(f"\nA check finds {errors} errors and {len(inside) - errors} warnings in them:")
    for one in inside:
        typer.echo(f"  {one.text}")


def _asks_server(definition: JsonObject) -> bool:
    """Whether any action of a flow calls a webhook."""
    return any(True for _ in every(definition, "call_webhook", "call_resthook"))
