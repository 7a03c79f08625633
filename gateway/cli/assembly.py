"""`gateway assembly`: what is put to the vote, and the count."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.bootstrap import Store
from gateway.cli import halls
from gateway.cli.command import fail, opened_store
from gateway.cli.login import login_name
from gateway.cli.tables import print_json, print_table
from gateway.core.movement.ballots import Motion, Tally, in_language
from gateway.core.movement.moments import iso, local
from gateway.core.movement.places import Places
from gateway.flowfiles.assembly_files import Setting, read_assembly
from gateway.flowfiles.place_files import read_places
from gateway.service import assembly
from gateway.service.assembly import AssemblyError, Result
from gateway.service.recount import recount
from gateway.store.assemblies import AssemblyRow

app = typer.Typer(help="Assemblies, their motions and votes.", no_args_is_help=True)
halls.add(app)

Number = Annotated[int, typer.Argument(help="The assembly's number.", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command(name="open")
def open_(
    file: Annotated[Path, typer.Argument(help="The assembly file; see config/examples.")],
    as_json: AsJson = False,
) -> None:
    """Put the motions of a file to the vote. What was put never changes afterwards."""
    with opened_store() as store:
        movement = store.settings.movement
        languages = [movement.language, *(x for x in movement.languages if x != movement.language)]
        setting = Setting(
            places=read_places(store.settings.places_path),
            languages=languages,
            zone=ZoneInfo(movement.timezone),
            now=store.database.clock(),
        )
        plan = read_assembly(file, setting)
        made = assembly.open_assembly(store.database, plan)
        if as_json:
            print_json({"number": made.number, "motions": made.motions})
            return
        opens = (
            "is open" if plan.opens_at <= setting.now else f"opens {_moment(store, plan.opens_at)}"
        )
        typer.echo(f"Assembly {made.number} {opens}, until {_moment(store, plan.closes_at)}.")
        for number, motion in zip(made.motions, plan.motions, strict=True):
            typer.echo(f"  Motion {number}: {in_language(motion.question, movement.language)}")
            choices = [
                f"{one.number} {in_language(one.label, movement.language)}"
                for one in motion.options
            ]
            typer.echo(f"    Vote with {number} and one of: {', '.join(choices)}")


@app.command()
def close(number: Number) -> None:
    """Close an assembly before its time. Votes that come later are told so and do not count."""
    with opened_store() as store:
        try:
            closed = assembly.close_assembly(store.database, number, by=login_name())
        except AssemblyError as trouble:
            fail(str(trouble))
        typer.echo(f"Assembly {number} closed {_moment(store, closed.ends_at)}.")


@app.command()
def tally(
    number: Number,
    as_json: AsJson = False,
    language: Annotated[str | None, typer.Option(help="The language of the questions.")] = None,
) -> None:
    """Count the votes of an assembly; the last vote of each member counts."""
    with opened_store() as store:
        places = read_places(store.settings.places_path)
        try:
            result = assembly.count(store.database, number, places)
        except AssemblyError as trouble:
            fail(str(trouble))
        spoken = language or store.settings.movement.language
        if as_json:
            print_json(_as_json(result, spoken))
            return
        _print_result(store, result, places, spoken)


@app.command()
def verify(
    number: Number,
    noted: Annotated[
        str, typer.Argument(help="The fingerprint that you noted when it opened.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check what was put, and count every vote again from the journal. For scrutineers."""
    with opened_store() as store:
        try:
            found = recount(store.database, number, noted)
        except AssemblyError as trouble:
            fail(str(trouble))
        if as_json:
            print_json(
                {
                    "fingerprint": found.fingerprint,
                    "facts": found.facts,
                    "votes": found.votes,
                    "troubles": list(found.troubles),
                }
            )
        else:
            typer.echo(f"Assembly {number}: {found.fingerprint}")
            typer.echo(f"  {found.facts:,} facts read, {found.votes:,} votes that count.")
        if found.troubles:
            fail(f"Assembly {number} is not right: {'; '.join(found.troubles)}.")
        if not as_json:
            typer.echo("  What was put and every vote are what the journal says.")


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """List every assembly with its motions, the latest first."""
    with opened_store() as store:
        listed = assembly.all_assemblies(store.database)
        now = store.database.clock()
        if as_json:
            print_json([_summary(row, [one.number for one in put], now) for row, put in listed])
            return
        print_table(
            ("number", "title", "place", "state", "until", "motions"),
            [
                (
                    row.number,
                    row.title,
                    row.place,
                    _state(row, now),
                    _moment(store, row.ends_at),
                    _numbers(put),
                )
                for row, put in listed
            ],
        )


def _as_json(result: Result, language: str) -> dict[str, object]:
    row = result.assembly
    return {
        "assembly": row.number,
        "title": row.title,
        "place": row.place,
        "opens_at": iso(row.opens_at),
        "closes_at": iso(row.ends_at),
        "provisional": result.provisional,
        "motions": [_motion_json(one, language) for one in result.tallies],
    }


def _motion_json(one: Tally, language: str) -> dict[str, object]:
    return {
        "number": one.motion.number,
        "question": in_language(one.motion.question, language),
        "options": [
            {
                "number": count.option.number,
                "label": in_language(count.option.label, language),
                "votes": count.votes,
            }
            for count in one.counts
        ],
        "turnout": one.turnout,
        "eligible": one.eligible,
    }


def _print_result(store: Store, result: Result, places: Places, language: str) -> None:
    row = result.assembly
    place = None if row.place is None else places.get(row.place)
    where = (
        "all members" if row.place is None else f"members in {place.name if place else row.place}"
    )
    typer.echo(f"Assembly {row.number}: {row.title} ({where})")
    until = _moment(store, row.ends_at)
    typer.echo(f"Provisional, open until {until}." if result.provisional else f"Closed {until}.")
    for one in result.tallies:
        typer.echo(f"\nMotion {one.motion.number}: {in_language(one.motion.question, language)}")
        typer.echo(f"  {one.turnout} of {one.eligible} members voted.")
        for count in one.counts:
            label = in_language(count.option.label, language)
            typer.echo(f"  {count.option.number} {label}: {count.votes}")


def _summary(row: AssemblyRow, motions: list[int], now: int) -> dict[str, object]:
    return {
        "number": row.number,
        "title": row.title,
        "place": row.place,
        "state": _state(row, now),
        "opens_at": iso(row.opens_at),
        "closes_at": iso(row.ends_at),
        "motions": motions,
    }


def _state(row: AssemblyRow, now: int) -> str:
    if now < row.opens_at:
        return "to come"
    return "open" if now < row.ends_at else "closed"


def _numbers(motions: Sequence[Motion]) -> str:
    return ", ".join(str(one.number) for one in motions)


def _moment(store: Store, ms: int) -> str:
    return local(ms, ZoneInfo(store.settings.movement.timezone))
