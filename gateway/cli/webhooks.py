"""`gateway webhooks`: the servers that flows ask, and why they did not answer."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.command import opened_store
from gateway.cli.tables import print_json
from gateway.servers.answers import Trouble
from gateway.store import webhooks
from gateway.store.webhooks import Listed

app = typer.Typer(help="Servers that flows ask.", no_args_is_help=True)


@app.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what went well, and what nobody waited for.")
    ] = False,
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List questions to servers that are under way or went wrong, and why. No words, no numbers."""
    with opened_store() as store:
        zone = ZoneInfo(store.settings.movement.timezone)
        with store.database.read() as view:
            found = webhooks.listed(view, limit, everything=everything)
    if as_json:
        print_json([{**asdict(one), "why": _why(one), **_times(one, zone)} for one in found])
    elif found:
        for one in found:
            typer.echo(_line(one, zone))
    else:
        typer.echo("No server is being asked, and none failed.")


def _line(one: Listed, zone: ZoneInfo) -> str:
    about = (one.id, _time(one.created_at, zone), one.flow, one.method, one.host, one.status)
    more = (one.code and f"answered {one.code}", _why(one))
    return "  ".join([str(part) for part in (*about, *more) if part])


def _why(one: Listed) -> str:
    """Return why there was no answer, in words that say what to do."""
    if one.error is None:
        return ""
    return next((why.value for why in Trouble if why.name.lower() == one.error), one.error)


def _times(one: Listed, zone: ZoneInfo) -> dict[str, str | None]:
    return {"created_at": _time(one.created_at, zone), "done_at": _time(one.done_at, zone)}


def _time(at: int | None, zone: ZoneInfo) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, zone).isoformat(sep=" ", timespec="minutes")
