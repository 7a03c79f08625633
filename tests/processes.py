"""Real `gateway serve` processes, to be killed: started warm, so that a round takes no second.

A warm process has loaded the program and waits for a line; then it is `gateway serve` as ever.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]

_WARM = """
import sys
import gateway.asgi, gateway.channels.registry, gateway.store.schema, uvicorn.loops.auto
import uvicorn.protocols.http.auto, uvicorn.lifespan.on, zoneinfo, yaml
from gateway.cli import main
sys.stdin.readline()
main()
"""


@dataclass(slots=True)
class Process:
    """One process. `log` is where its errors go; `url` is where it serves once it was let go."""

    child: subprocess.Popen[bytes]
    url: str
    log: Path

    @classmethod
    def warm(cls, variables: Mapping[str, str], log: Path, *options: str) -> "Process":
        """Start a process that waits to be let go."""
        port = free_port()
        with log.open("ab") as errors:
            child = subprocess.Popen(
                [sys.executable, "-c", _WARM, "serve", "--port", str(port), *options],
                env={**os.environ, **variables},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
            )
        return cls(child, f"http://127.0.0.1:{port}", log)

    def go(self) -> "Process":
        """Let it serve."""
        assert self.child.stdin is not None
        self.child.stdin.write(b"\n")
        self.child.stdin.close()
        return self

    def wait_until_ready(self) -> "Process":
        """Return once it answers; fail with its log when it does not."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.child.poll() is None:
            try:
                if httpx.get(f"{self.url}/health", timeout=10).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.01)
        raise AssertionError(f"it does not serve: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End it as a power cut does."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        if self.child.stdin is not None:
            self.child.stdin.close()

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        self.child.terminate()
        return self.child.wait(PATIENCE_S)


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
