"""Real gateways as processes, to be killed. They come from a nursery, so a start is cheap."""

import os
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.nursery import Child, Nursery
from tests.patience import until

# What a gateway loads only when it serves.
_LATE = (
    "httpcore",
    "jinja2.ext",
    "psycopg",
    "pydantic.v1",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlite3",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
)

_NURSERIES: dict[int, Nursery] = {}  # of this run, once they were wanted
_ASKING = threading.Lock()


def _nursery(family: int) -> Nursery:
    with _ASKING:
        if family not in _NURSERIES:
            _NURSERIES[family] = Nursery("gateway.cli:main", *_LATE)
        return _NURSERIES[family]


def end() -> None:
    """End every process that is left, and where they come from."""
    while _NURSERIES:
        _, nursery = _NURSERIES.popitem()
        nursery.end()


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `log` is where its errors go; `url` is where it serves once it is ready."""

    child: Child
    port: int
    log: Path
    health: str

    @classmethod
    def start(
        cls, variables: Mapping[str, str], log: Path, *options: str, family: int = 0
    ) -> "Process":
        """Start `gateway serve` with more variables than there are here."""
        port = free_port()
        arguments = ["serve", "--port", str(port), *options]
        return cls.run(arguments, variables, log, port, family=family)

    @classmethod
    def run(
        cls,
        arguments: Sequence[str],
        variables: Mapping[str, str],
        log: Path,
        port: int,
        *,
        health: str = "/health",
        family: int = 0,
    ) -> "Process":
        """Start a command that will answer at a port; at `health` it says that it is ready.

        Sets of texts have one order in the processes of a family, and another in another's.
        """
        environment = {**os.environ, **variables}
        child = _nursery(family).start(["gateway", *arguments], environment, log)
        return cls(child, port, log, health)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> "Process":
        """Return once it answers; fail with its log when it does not."""
        until(lambda: self._answers() or self.child.poll() is not None, self._why, every_s=0.01)
        assert self.child.poll() is None, self._why()
        return self

    def _answers(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            try:
                connection.request("GET", self.health)
                return connection.getresponse().status == 200
            except (OSError, HTTPException):
                return False

    def _why(self) -> str:
        return f"it does not serve: {self.log.read_text()[-2000:]}"

    def kill(self) -> None:
        """End it as a power cut does."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait()


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
