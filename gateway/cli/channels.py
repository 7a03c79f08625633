"""`gateway channels`: what we are connected to."""

from typing import Annotated

import typer

from gateway.channels.base import CallbackKind, SendFailed
from gateway.cli import tables
from gateway.cli.command import fail, opened, opened_store, settings_only
from gateway.config.channels import ChannelSettings, load_channels
from gateway.service import channels
from gateway.service.catch_up import catch_up as take_missed
from gateway.web.callbacks import callback_path

app = typer.Typer(help="Connections to aggregators.", no_args_is_help=True)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """List the channels with the addresses to give to the aggregator. They hold secrets."""
    with settings_only() as settings:
        found = load_channels(settings)
    if as_json:
        tables.print_json(
            [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "address": one.address,
                    "service_code": one.dialled,
                    "callbacks": _callbacks(one),
                }
                for one in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.name} ({one.kind}, {one.address})")
        tables.print_table(("callback", "path"), _callbacks(one).items())


def _callbacks(channel: ChannelSettings) -> dict[str, str]:
    return {str(kind): callback_path(channel.name, channel.secret, kind) for kind in CallbackKind}


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Tell which channels send and which are paused, by whom and why."""
    with opened_store() as store:
        found = channels.states(store.database)
    if as_json:
        fields = ("name", "paused_by", "paused_why")
        tables.print_json([{field: getattr(one, field) for field in fields} for one in found])
        return
    tables.print_table(
        ("channel", "state", "why"),
        [
            (one.name, f"paused by {one.paused_by}" if one.paused_by else "sends", one.paused_why)
            for one in found
        ],
    )


@app.command()
def pause(
    name: Annotated[str, typer.Argument(help="The channel.")],
    why: Annotated[str, typer.Option(help="A word for those who come after you.")] = "",
) -> None:
    """Send nothing more through a channel until it is resumed; what waits keeps waiting."""
    with opened_store() as store:
        channels.pause(store.database, name, why)
    typer.echo(f"{name} is paused. `gateway channels resume {name}` lets it send again.")


@app.command()
def resume(name: Annotated[str, typer.Argument(help="The channel.")]) -> None:
    """Let a channel send again, after credit was bought or a hold was lifted."""
    with opened_store() as store:
        channels.resume(store.database, name)
    typer.echo(f"{name} sends again.")


@app.command()
def catch_up(
    name: Annotated[str | None, typer.Argument(help="One channel; else all of them.")] = None,
) -> None:
    """Take the messages that came while the gateway was away, from the aggregator's archive."""
    with opened() as station:
        if name is not None and name not in station.channels:
            known = ", ".join(station.channels) or "none"
            fail(f"There is no channel '{name}'. Known: {known}.")
        days = station.store.settings.retention.inbox_days
        for channel in [name] if name is not None else list(station.channels):
            aggregator = station.aggregators[channel]
            try:
                done = take_missed(
                    station.store.database, station.ground, channel, aggregator, days
                )
            except SendFailed as trouble:
                fail(f"Channel '{channel}': {trouble.advice}")
            typer.echo(
                f"{channel}: {done.read} read, {done.taken} taken, {done.known} known already, "
                f"{done.too_old} older than the inbox."
            )
