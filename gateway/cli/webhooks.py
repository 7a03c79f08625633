"""`gateway webhooks`: the servers that flows ask, and why they did not answer."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.command import opened_store
from gateway.cli.tables import print_json, print_table
from gateway.servers.answers import Trouble
from gateway.store import webhooks
from gateway.store.webhooks import Listed

app = typer.Typer(help="Servers that flows ask.", no_args_is_help=True)

_SHOWN = ("id", "asked", "flow", "server", "method", "status", "answer", "why")


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
        print_table(_SHOWN, [_row(one, zone) for one in found])
    else:
        typer.echo("No server is being asked, and none failed.")


def _row(one: Listed, zone: ZoneInfo) -> tuple[object, ...]:
    code = "" if not one.code else one.code
    return (
        one.id, _times(one, zone)["created_at"], one.flow, one.host, one.method, one.status, code,
        _why(one),
    )  # fmt: skip


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
