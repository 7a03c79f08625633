"""`gateway inbox`: callbacks that could not be handled."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from gateway.cli import tables
from gateway.cli.command import fail, opened, opened_store
from gateway.service import inbox
from gateway.store.inbox import Taken

app = typer.Typer(help="Callbacks that could not be handled.", no_args_is_help=True)


class Status(StrEnum):
    """Which ones to list."""

    FAILED = "failed"
    UNREADABLE = "unreadable"


@app.command("list")
def list_(
    status: Annotated[Status | None, typer.Option(help="Only these.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """List kept callbacks: when, where, why. What they say stays sealed."""
    wanted = None if status is None else Taken[status.name]
    with opened_store() as store:
        found = inbox.troubles(store.database, wanted)
    rows = [
        {
            "id": one.id,
            "received_at": datetime.fromtimestamp(one.received_at / 1000, UTC).isoformat(),
            "channel": one.channel,
            "kind": one.kind,
            "status": one.status.word,
            "error": one.error,
        }
        for one in found
    ]
    if as_json:
        tables.print_json(rows)
    elif rows:
        tables.print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        typer.echo("Nothing is waiting: every callback was handled.")


@app.command()
def retry(
    number: Annotated[int | None, typer.Argument(help="The id of one callback.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every kept callback.")] = False,
) -> None:
    """Handle kept callbacks again, after the cause has been mended."""
    if (number is None) is not everything:
        fail("Name one callback's id, or --all for every one.", code=2)
    with opened() as station:
        done = inbox.retry(station.store.database, station.ground, station.aggregators, number)
    typer.echo(f"{done.handled} handled, {done.failed} failed, {done.unreadable} unreadable.")
    if done.handled + done.failed + done.unreadable == 0:
        fail("There is no such callback. `gateway inbox list` shows them.")
    if done.failed or done.unreadable:
        raise typer.Exit(1)
