"""`gateway flows check`: everything that is wrong in a folder of flows, each with line and mend."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap import deployment
from gateway.cli.flows.earlier import NEWEST, earlier
from gateway.cli.flows.findings import Format, FormatOption, report
from gateway.cli.flows.folder import opened_folder
from gateway.flowfiles.lint.checks import check_folder


def check(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    against: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="The release that people know, for menu numbers: a folder, a file of a packed "
            "release, a git revision, db for the newest of the database, or none. Else db, where "
            "the database can be opened.",
        ),
    ] = NEWEST,
    how: FormatOption = Format.TEXT,
) -> None:
    """Find dead ends, unknown names, texts that are too long, secrets, and much more."""
    with opened_folder(directory) as folder:
        before = earlier(folder, against, quiet=how is not Format.TEXT)
        settings = folder.settings
        found = check_folder(
            folder.source, folder.name, deployment(settings), settings.flows.fallbacks, before
        )
        report(found, how, done="Nothing is wrong with these flows.", strict=strict)
