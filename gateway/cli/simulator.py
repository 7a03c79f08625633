"""`gateway simulator`: an aggregator with its phones on this machine. Reaches no real one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from gateway.channels.base import CallbackKind
from gateway.cli.command import fail, settings_only
from gateway.cli.ports import listening
from gateway.config.channels import ChannelSettings, load_channels
from gateway.config.settings import Settings
from gateway.simulator import parent
from gateway.simulator.app import serve
from gateway.simulator.settings import SimulatorSettings
from gateway.web.callbacks import callback_path

DEMO_CHANNEL = "demo"
PORT = 8001


def simulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = PORT,
    gateway: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The gateway; else the one that the settings serve at."),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(help=f"Which channel; else '{DEMO_CHANNEL}', or the only one."),
    ] = None,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="Stop when standard input closes.")
    ] = False,
) -> None:
    """Behave as the aggregator of a channel does, on a real port, until stopped."""
    with settings_only() as settings:
        played = _chosen(load_channels(settings), channel)
        base = gateway or address(settings)
    listening(host, port, "--port").close()
    if with_parent:
        parent.follow()
    serve(_as_played(played, base, host, port))


def address(settings: Settings) -> str:
    """Return where the gateway of these settings is reached from this machine."""
    host = settings.serve.host
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - it is compared, nothing listens
        host = "127.0.0.1"
    return f"http://{host if ':' not in host else f'[{host}]'}:{settings.serve.port}"


def _as_played(channel: ChannelSettings, gateway: str, host: str, port: int) -> SimulatorSettings:
    """Return the simulator whose account, numbers and callbacks are a channel's."""
    settings = SimulatorSettings(
        callbacks={
            str(kind): gateway.rstrip("/") + callback_path(channel.name, channel.secret, kind)
            for kind in CallbackKind
        },
        host=host,
        port=port,
        username=channel.username,
        api_key=channel.api_key,
    )
    if channel.short_code is not None:
        settings = replace(settings, shortcode=channel.short_code)
    if channel.dialled is not None:
        settings = replace(settings, ussd_code=channel.dialled)
    return settings


def _chosen(channels: Sequence[ChannelSettings], wanted: str | None) -> ChannelSettings:
    """Return the channel to play."""
    by_name = {one.name: one for one in channels}
    name = wanted
    if name is None:
        name = DEMO_CHANNEL if DEMO_CHANNEL in by_name else next(iter(by_name), DEMO_CHANNEL)
        if name != DEMO_CHANNEL and len(by_name) > 1:
            fail(f"Choose one with --channel: {', '.join(by_name)}.")
    if name not in by_name:
        known = ", ".join(by_name) or "none"
        fail(f"There is no channel '{name}'. Known: {known}.")
    return by_name[name]
