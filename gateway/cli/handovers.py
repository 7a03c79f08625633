"""`gateway handovers`: conversations that a person of the staff looks after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from getpass import getuser
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.command import fail, opened, opened_store
from gateway.cli.tables import print_json, print_table
from gateway.service import handovers
from gateway.service.handovers import HandoverError, Listed, Read

app = typer.Typer(help="Conversations that staff look after.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The handover's number.")]
Who = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who you are; else your login.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class Kind(StrEnum):
    """Why somebody has to look."""

    HANDED_OVER = "handed_over"
    PARKED = "parked"
    STUB = "stub"


@app.command("list")
def list_(
    kind: Annotated[Kind | None, typer.Option(help="Only these.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    as_json: Json = False,
) -> None:
    """List what waits for staff: when and why, and no words. Numbers are masked."""
    with opened_store() as store:
        zone = ZoneInfo(store.settings.movement.timezone)
        wanted = None if kind is None else str(kind)
        found = handovers.listed(store.database, store.vault, closed=everything, kind=wanted)
    if as_json:
        print_json([_as_dict(one, zone) for one in found])
    elif found:
        for one in found:
            about = f"{one.id}  {one.kind}  {one.number}  opened {_time(one.opened_at, zone)}"
            more = (_place(one), one.topic, one.status, one.assigned and f"with {one.assigned}")
            typer.echo("  ".join([about, *filter(None, more)]))
    else:
        typer.echo("Nobody waits for staff.")


@app.command()
def show(number: Number, who: Who = None, as_json: Json = False) -> None:
    """Show what was written to and fro. It is recorded in the journal that you read it."""
    with opened_store() as store, _speaking():
        zone = ZoneInfo(store.settings.movement.timezone)
        read = handovers.read(store.database, store.vault, number, who or getuser())
    if as_json:
        print_json(
            {**_as_dict(read.about, zone), "note": read.note, "messages": _lines(read, zone)}
        )
        return
    about = read.about
    typer.echo(f"{about.id}  {about.kind}  {about.number}  {_place(about)}  {about.topic}".rstrip())
    if read.note:
        typer.echo(f"  {read.note}")
    for line in _lines(read, zone):
        typer.echo(f"  {line['at']}  {'staff' if line['to_person'] else 'person'}: {line['text']}")


@app.command()
def take(number: Number, who: Who = None) -> None:
    """Say that you look after one."""
    with opened_store() as store, _speaking():
        handovers.take(store.database, number, who or getuser())
    typer.echo(f"{number} is with {who or getuser()}.")


@app.command()
def reply(
    number: Number, text: Annotated[str, typer.Argument(help="What to write.")], who: Who = None
) -> None:
    """Write an SMS to the person."""
    with opened() as station, _speaking():
        handovers.reply(station.store.database, station.ground, number, text, who or getuser())
    typer.echo("It leaves with the next delivery.")


@app.command()
def close(number: Number) -> None:
    """Close one: the gateway answers the person by itself again."""
    with opened() as station, _speaking():
        handovers.close(station.store.database, station.ground, number)
    typer.echo(f"{number} is closed.")


@app.command()
def notices(
    kind: Annotated[str | None, typer.Option(help="Only these, such as labels.")] = None,
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1)] = 50,
    read: Annotated[
        bool, typer.Option("--read", help="Show what they say; recorded in the journal.")
    ] = False,
    who: Who = None,
    as_json: Json = False,
) -> None:
    """List what flows told staff without asking for anybody: labels, mails, calls."""
    with opened_store() as store:
        zone = ZoneInfo(store.settings.movement.timezone)
        reader = (who or getuser()) if read else None
        found = handovers.noticed(store.database, store.vault, kind, limit, who=reader)
    rows = [{**asdict(one), "at": _time(one.at, zone)} for one in found]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        typer.echo("No flow told staff anything.")


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except HandoverError as trouble:
        fail(str(trouble))


def _place(one: Listed) -> str:
    """Return where the person was, such as ``advice, step what``."""
    return f"{one.flow}, step {one.step}" if one.step else one.flow


def _as_dict(one: Listed, zone: ZoneInfo) -> dict[str, object]:
    heard = None if one.heard_at is None else _time(one.heard_at, zone)
    return {**asdict(one), "opened_at": _time(one.opened_at, zone), "heard_at": heard}


def _lines(read: Read, zone: ZoneInfo) -> list[dict[str, object]]:
    return [{**asdict(one), "at": _time(one.at, zone)} for one in read.messages]


def _time(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).isoformat(sep=" ", timespec="minutes")
