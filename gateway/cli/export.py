"""`gateway export`: counts of sign-ups, and rows, as CSV, XLSX or JSON lines."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.bootstrap import Store
from gateway.cli.command import WRONG_USAGE, fail, opened_store
from gateway.cli.login import login_name
from gateway.core.movement.disclosure import LEAST, TooFineError
from gateway.core.movement.places import LEVELS
from gateway.flowfiles.place_files import read_places
from gateway.service.export import Source, Wanted, Write, export
from gateway.service.results import NoResultsError, export_results
from gateway.service.signups import DIMENSIONS, Question, count_signups
from gateway.service.spreadsheets import FORMATS, ExportError, new_file

app = typer.Typer(help="Exports for coordinators.", no_args_is_help=True)

Format = Annotated[str, typer.Option("--format", help="csv, xlsx or jsonl.")]
Output = Annotated[Path | None, typer.Option("--output", help="The file; without it, stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
WithNumbers = Annotated[
    bool,
    typer.Option("--with-numbers", help="With phone numbers. The journal keeps who asked and why."),
]
Suppression = Annotated[
    bool,
    typer.Option(
        "--suppression/--no-suppression",
        help="Hold back counts of fewer than ten people, in which somebody might be recognised.",
    ),
]
Who = Annotated[str | None, typer.Option(help="Who exports; else the name of the login.")]
Reason = Annotated[str, typer.Option(help="Why numbers are needed.")]


@app.command()
def signups(
    by: Annotated[
        list[str] | None,
        typer.Option(help=f"What to count by, with commas: {', '.join(DIMENSIONS)}."),
    ] = None,
    place_level: Annotated[
        str | None, typer.Option(help=f"Count places at this level: {', '.join(LEVELS)}.")
    ] = None,
    include_left: Annotated[bool, typer.Option(help="Count those who left as well.")] = False,
    suppression: Suppression = False,
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
) -> None:
    """Count members by any of place, day, week, month, channel, language and gender.

    With --suppression counts of fewer than ten people are held back, and with them as many others
    as it takes that they cannot be worked out: for tables that leave your hands.
    """
    asked = [name.strip() for one in by or [] for name in one.split(",") if name.strip()]
    for name in asked:
        if name not in DIMENSIONS:
            known = ", ".join(DIMENSIONS)
            fail(f"--by {name} is not known. Use one or more of: {known}.", WRONG_USAGE)
    if place_level is not None and place_level not in LEVELS:
        fail(f"--place-level {place_level} is not one of: {', '.join(LEVELS)}.", WRONG_USAGE)
    _check(format, output)
    with opened_store() as store:
        question = Question(
            by=tuple(dict.fromkeys(asked)),
            zone=ZoneInfo(store.settings.movement.timezone),
            place_level=place_level,
            include_left=include_left,
            least=LEAST if suppression else 0,
        )
        places = read_places(store.settings.places_path)
        count = partial(count_signups, store.database, places, question)
        try:
            _write(count, format, output, force=force)
        except TooFineError as trouble:
            fail(str(trouble))


@app.command()
def participants(
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
    with_numbers: WithNumbers = False,
    who: Who = None,
    reason: Reason = "",
) -> None:
    """Export everybody who ever joined, and whether they are members now."""
    _rows("participants", format, output, force=force, numbers=with_numbers, who=who, reason=reason)


@app.command()
def reports(
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
    with_numbers: WithNumbers = False,
    who: Who = None,
    reason: Reason = "",
) -> None:
    """Export the issues that people reported, in their words."""
    _rows("reports", format, output, force=force, numbers=with_numbers, who=who, reason=reason)


@app.command()
def votes(
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
    with_numbers: WithNumbers = False,
    who: Who = None,
    reason: Reason = "",
) -> None:
    """Export the vote of each member on each motion."""
    _rows("votes", format, output, force=force, numbers=with_numbers, who=who, reason=reason)


@app.command()
def messages(
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
    with_numbers: WithNumbers = False,
    who: Who = None,
    reason: Reason = "",
) -> None:
    """Export every SMS, in and out, and what became of it."""
    _rows("messages", format, output, force=force, numbers=with_numbers, who=who, reason=reason)


@app.command()
def results(
    flow: Annotated[str, typer.Argument(help="The flow's name.")],
    format: Format = "csv",
    output: Output = None,
    force: Force = False,
) -> None:
    """Export what a flow saved, a line for each person, without numbers and names."""
    _check(format, output)
    with opened_store() as store:
        try:
            _write(partial(export_results, _source(store), flow), format, output, force=force)
        except NoResultsError as trouble:
            fail(str(trouble))


def _rows(
    what: str,
    format: str,
    output: Path | None,
    *,
    force: bool,
    numbers: bool,
    who: str | None,
    reason: str,
) -> None:
    _check(format, output)
    with opened_store() as store:
        wanted = Wanted(what, numbers, who or login_name(), reason)
        _write(partial(export, _source(store), wanted), format, output, force=force)


def _source(store: Store) -> Source:
    movement = store.settings.movement
    return Source(
        database=store.database,
        vault=store.vault,
        places=read_places(store.settings.places_path),
        language=movement.language,
        movement=movement.name,
    )


def _check(format: str, output: Path | None) -> None:
    if format not in FORMATS:
        fail(f"--format {format} is not one of: {', '.join(FORMATS)}.", WRONG_USAGE)
    if format == "xlsx" and output is None:
        fail("An XLSX file needs a name: give --output FILE.xlsx.", WRONG_USAGE)


def _write(make: Callable[[Write], int], format: str, output: Path | None, *, force: bool) -> None:
    if output is None:
        make(partial(FORMATS[format], sys.stdout.buffer))
        sys.stdout.buffer.flush()
        return
    try:
        with new_file(output, force=force) as file:
            rows = make(partial(FORMATS[format], file))
    except ExportError as trouble:
        fail(str(trouble))
    typer.echo(f"{output}: {rows} rows.", err=True)
