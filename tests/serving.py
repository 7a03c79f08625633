"""The real application on a real database file, put together from settings as a process does it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvicorn
from fastapi import FastAPI

from gateway import bootstrap
from gateway.asgi import create_app
from gateway.bootstrap import Station
from gateway.channels.base import CallbackKind
from gateway.config.settings import load_settings
from gateway.store import schema
from gateway.store.database import Database
from gateway.store.keyring import write_new_keyring
from tests.patience import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a-secret-that-only-tests-know"
GUARDED_SECRET = "another-secret-of-the-tests"
FRIEND, STRANGER = "127.0.0.1", "127.0.0.2"

CHANNELS = """
[channels.demo]
kind = "africastalking"
address = "20200"
service_code = "*384*20200#"
username = "sandbox"
api_key_env = "TEST_API_KEY"
secret_env = "TEST_SECRET"
base_url = "{base_url}"

[channels.guarded]
kind = "africastalking"
address = "20300"
username = "sandbox"
api_key_env = "TEST_API_KEY"
secret_env = "TEST_GUARDED_SECRET"
base_url = "{base_url}"
allow_from = ["127.0.0.1/32"]
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """An application on a real port, and a client that speaks from a friend's address."""

    app: FastAPI
    station: Station
    client: httpx.Client
    url: str

    def post(
        self,
        kind: CallbackKind | str,
        form: Mapping[str, str] | bytes,
        *,
        channel: str = "demo",
        secret: str = SECRET,
    ) -> httpx.Response:
        """Post one callback: a form, or a body as it is."""
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        return self.client.post(
            f"/callbacks/{channel}/{secret}/{kind}",
            content=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with self.station.store.database.read() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def environment(
    folder: Path, url: str | None = None, *, base_url: str = "http://127.0.0.1:9", **more: str
) -> dict[str, str]:
    """Lay out settings, keys and an empty database in a folder; return the environment.

    `more` are settings, such as ``INTAKE_QUEUE="1"``.
    """
    config = folder / "config"
    (config / "places").mkdir(parents=True)
    (config / "channels.toml").write_text(CHANNELS.format(base_url=base_url))
    places = ROOT / "config" / "places" / "zm.csv"
    (config / "places" / "zm.csv").write_bytes(places.read_bytes())
    write_new_keyring(folder / "gateway.key")
    variables = {
        "GATEWAY_CONFIG_DIR": str(config),
        "GATEWAY_DATABASE_URL": url or f"sqlite:///{folder}/gateway.db",
        "GATEWAY_KEY_FILE": str(folder / "gateway.key"),
        "GATEWAY_FLOWS_DIRECTORY": str(ROOT / "flows"),
        "GATEWAY_EXPORTS_FOLDER": str(folder / "exports"),
        "GATEWAY_MOVEMENT_QUIET_HOURS": "",  # tests run at any hour
        "GATEWAY_INTAKE_ANSWER_SECONDS": "60",  # and on machines of any speed
        "TEST_API_KEY": "a-key-of-nobody",
        "TEST_SECRET": SECRET,
        "TEST_GUARDED_SECRET": GUARDED_SECRET,
    } | {f"GATEWAY_{name}": value for name, value in more.items()}
    with Database(variables["GATEWAY_DATABASE_URL"]) as database:
        schema.upgrade(database)
    return variables


@contextmanager
def serving(variables: Mapping[str, str], *, deliver: bool = False) -> Iterator[Serving]:
    """Run the application in this process until the end of the block."""
    settings = load_settings(variables, Path(variables["GATEWAY_CONFIG_DIR"]))
    station = bootstrap.open_station(settings)
    try:
        app = create_app(station, bootstrap.deliverer(station) if deliver else None)
        with _listening(app) as url, calling(url, FRIEND) as client:
            yield Serving(app, station, client, url)
    finally:
        station.close()


def calling(url: str, address: str) -> httpx.Client:
    """Return a client that speaks from one of this machine's own addresses."""
    return httpx.Client(
        base_url=url, transport=httpx.HTTPTransport(local_address=address), timeout=PATIENCE_S
    )


@contextmanager
def _listening(app: FastAPI) -> Iterator[str]:
    config = uvicorn.Config(
        app,
        port=0,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, every_s=0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
