"""`gateway serve`: callbacks, pages and, unless told otherwise, delivery, in one process."""

import signal
from typing import Annotated, NoReturn

import typer
import uvicorn

from gateway import bootstrap
from gateway.asgi import create_app
from gateway.bootstrap import Station
from gateway.cli.command import speaking
from gateway.config.settings import load_settings
from gateway.web.lines import Line

SHUTDOWN_SECONDS = 20


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    deliver: Annotated[
        bool, typer.Option(help="Also send what waits in the outbox (else: `gateway deliver`).")
    ] = True,
) -> None:
    """Take callbacks and send messages until stopped."""
    with speaking():
        bootstrap.configure_logs()
        settings = load_settings()
        station = bootstrap.open_station(settings)
        # The server hands the signal on when it has stopped; the rest is closed after that.
        signal.signal(signal.SIGTERM, _leave)
        try:
            server = make_server(station, host=host, port=port, deliver=deliver)
            server.run()
        finally:
            station.close()


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def make_server(
    station: Station, *, host: str | None = None, port: int | None = None, deliver: bool = True
) -> uvicorn.Server:
    """Return a server over an open station, which stays the caller's. Nothing runs yet."""
    serving = station.store.settings.serve
    deliverer = bootstrap.deliverer(station) if deliver else None
    config = uvicorn.Config(
        create_app(station, deliverer, bootstrap.watch(station)),
        http=Line,
        ws="none",
        host=host or serving.host,
        port=port or serving.port,
        # Addresses of callbacks hold secrets: they are in no log.
        access_log=False,
        log_level="warning",
        server_header=False,
        # Whoever is not named here could write any address there.
        proxy_headers=bool(serving.proxies),
        forwarded_allow_ips=list(serving.proxies),
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return uvicorn.Server(config)
