"""`gateway deliver`: sends what waits in the outbox, in a process of its own."""

import signal
from threading import Event
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.command import speaking
from gateway.config.settings import load_settings


def deliver(
    once: Annotated[
        bool, typer.Option("--once", help="Send what may leave now, then end.")
    ] = False,
) -> None:
    """Send messages until stopped; beside `gateway serve --no-deliver`, as many as you like."""
    with speaking():
        bootstrap.configure_logs()
        station = bootstrap.open_station(load_settings())
        try:
            deliverer = bootstrap.deliverer(station)
            if once:
                handled = 0
                while done := deliverer.run_once():
                    handled += done
                typer.echo(f"{handled:,} messages handled.")
                return
            stopping = Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stopping.set())
            watch = bootstrap.watch(station)
            watch.start()
            deliverer.start()
            stopping.wait()
            watch.close()
            deliverer.close()
        finally:
            station.close()
