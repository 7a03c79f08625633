"""Child processes of a demo: started, waited for, stopped. None outlives who began it."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx

START_SECONDS = 30.0
STOP_SECONDS = 25.0

_LOOK_SECONDS = 0.05
_REQUEST_SECONDS = 2.0


class NotStarted(Exception):
    """A process did not begin to answer. One sentence that says which."""


class Child:
    """One `gateway` command running beside this process, in a process group of its own.

    Its standard input is a pipe whose other end we hold, for commands that end `--with-parent`.
    Ctrl-C in a terminal reaches us alone, so that we can stop children in the right order.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], log: Path | None = None
    ) -> None:
        """Start it. What it prints goes to the end of the file `log`, or where ours goes."""
        self.name = f"gateway {arguments[0]}"
        self._log: IO[bytes] | None = None if log is None else log.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "gateway", *arguments],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether it is still running."""
        return self._process.poll() is None

    def wait_until_ready(self, url: str) -> None:
        """Return when it answers 200 at an address. Raises `NotStarted`."""
        wait_until(lambda: self.alive and not _answers(url), START_SECONDS)
        if not self.alive:
            raise NotStarted(f"`{self.name}` ended before it answered.")
        if not _answers(url):
            raise NotStarted(f"`{self.name}` did not answer within {START_SECONDS:.0f} seconds.")

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._process.kill()
        self._finish()

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._finish()

    def _finish(self) -> None:
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._log is not None:
            self._log.close()


def wait_until(waiting: Callable[[], bool], seconds: float) -> None:
    """Return as soon as `waiting` says no, or after some seconds."""
    end = time.monotonic() + seconds
    while waiting() and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=_REQUEST_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        return False
