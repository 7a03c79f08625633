"""A demo that really runs, in a process of its own, for tests that look at it from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gateway.cli.ports import free_ports
from gateway.simulator.client import SimulatorClient
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]


@dataclass(slots=True)
class Demo:
    """A running demo: its process, its folder and its addresses."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    simulator_port: int

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        """Where the simulator answers."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def variables(self) -> Mapping[str, str]:
        """What the demo's file of variables sets in a shell that sources it."""
        script = f'. "{self.folder}/env"; env -0'
        found = subprocess.run(
            ["sh", "-c", script], capture_output=True, check=True, env=plain_environment()
        ).stdout.decode()
        pairs = [pair.split("=", 1) for pair in found.split("\0") if pair]
        return {name: value for name, value in pairs if name.startswith("GATEWAY_")}

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of such a shell."""
        return {**plain_environment(), **self.variables}

    def phone(self) -> SimulatorClient:
        """Return a client of the simulator; the caller closes it."""
        return SimulatorClient(self.simulator_url)

    def command(self, *arguments: str) -> str:
        """Run a `gateway` command on the demo's database and return what it prints."""
        return gateway(*arguments, environment=self.environment, check=True).stdout

    def kill(self) -> None:
        """End the gateway at once, as a power cut does."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE_S)


def plain_environment() -> dict[str, str]:
    """Return this process's environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}


def gateway(
    *arguments: str,
    typed: str = "",
    environment: Mapping[str, str] | None = None,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a `gateway` command in the project's folder and return what became of it."""
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=ROOT,
        env=environment or plain_environment(),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=check,
    )


@contextmanager
def running_demo(folder: Path, ports: tuple[int, int] | None = None) -> Iterator[Demo]:
    """Run `gateway demo run` on a folder while inside; it is stopped at the end."""
    port, simulator_port = ports or free_ports()
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gateway", "demo", "run"),
                *("--directory", str(folder)),
                *("--port", str(port), "--simulator-port", str(simulator_port)),
            ],
            cwd=ROOT,
            env=plain_environment(),
            stdout=log,
            stderr=log,
        )
        demo = Demo(process, folder, port, simulator_port)
        try:
            _wait_until_healthy(demo, Path(log.name))
            yield demo
        finally:
            if process.poll() is None:
                demo.stop()


def _wait_until_healthy(demo: Demo, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and demo.process.poll() is None:
        try:
            if httpx.get(f"{demo.url}/health", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(f"The demo did not start:\n{log.read_text()}")


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
