"""Tells when a folder of flow files has changed and has been left alone since. Reads no content.

An editor that saves, a copy and a checkout all write a file in parts. What is seen while a folder
moves is no state of it that anybody meant.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from gateway.flowfiles.releases import flow_files

State: TypeAlias = Mapping[Path, tuple[int, ...]]
"""The files of a folder, each with what changes about it whenever it is written."""


class Stillness:
    """Watches one folder. One thread asks it; `clock` gives seconds and never goes back."""

    def __init__(self, directory: Path, seconds: float, clock: Callable[[], float]) -> None:
        """A folder is still when nothing in it changed for `seconds`."""
        self._directory = directory
        self._seconds = seconds
        self._clock = clock
        self._seen: State | None = None
        self._since = 0.0
        self._settled: State | None = None

    def changed(self) -> State | None:
        """Return the folder's state if it is still and is another one than was settled last."""
        now, state = self._clock(), state_of(self._directory)
        if state != self._seen:
            self._seen, self._since = state, now
            return None
        still = now - self._since >= self._seconds
        return state if still and state != self._settled else None

    def settle(self, state: State) -> None:
        """Note that what is in the folder was read when it was in this state, or after it."""
        self._settled = state


def state_of(directory: Path) -> State:
    """Return the state of a folder; one that is not there has no files."""
    found: dict[Path, tuple[int, ...]] = {}
    for path in flow_files(directory):
        try:
            about = path.stat()
        except OSError:
            continue  # it went away, or leads nowhere
        # A copy may keep a file's time and size; the time of its own change it cannot keep.
        found[path] = (about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino)
    return found
