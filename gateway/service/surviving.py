"""The threads that work behind callbacks and pages: no fault ends one. Knows nothing of their work.

A fault is recorded by its kind and by where it was, never by what it was about: its own words may
hold what somebody wrote.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, current_thread
from traceback import extract_tb
from typing import Final

import structlog

from gateway.store.database import UNAVAILABLE

log = structlog.get_logger()

_HERE: Final = Path(__file__).resolve()
_OURS: Final = _HERE.parents[1]
_BREATH_S: Final = 0.02  # between two turns, so that callbacks come first


@contextmanager
def surviving(event: str = "delivery_broke") -> Iterator[None]:
    """Let no fault end a thread: it is recorded without what it was about, and work goes on."""
    try:
        yield
    except Exception as trouble:  # noqa: BLE001 - what every thread that must survive runs in
        thread, error = current_thread().name, type(trouble).__name__
        log.error(event, thread=thread, error=error, where=_where(trouble))


class Loop:
    """A thread that does one turn after the other. `start` and `close` are called once."""

    def __init__(
        self, name: str, turn: Callable[[], bool], broken: Callable[[], None], *, look_s: float
    ) -> None:
        """Prepare; nothing runs yet.

        `turn` does one piece of work and says whether there may be more; without more it is done
        again after `look_s`. `broken` is called after a turn that a fault ended, to tell whoever
        waits for the work that nothing becomes of it; that the database did not answer is no fault.
        """
        self.name = name
        self._turn = turn
        self._broken = broken
        self._look_s = look_s
        self._closing = Event()
        self._woken = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self.faults = 0  # turns that a fault ended, since this process began

    def start(self) -> None:
        """Begin with whatever was left undone."""
        self._thread.start()

    def nudge(self) -> None:
        """Look at once: there is something to do."""
        self._woken.set()

    def close(self) -> None:
        """Stop after the turn that is being done."""
        self._closing.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def closing(self) -> bool:
        """Whether it is to stop: a long turn looks now and then."""
        return self._closing.is_set()

    @property
    def alive(self) -> bool:
        """Whether its thread is at work."""
        return self._thread.is_alive()

    def once(self) -> bool:
        """Do one turn in the calling thread, whatever comes of it; say whether there is more."""
        more = done = False
        with surviving(f"{self.name}_broke"):
            try:
                more = self._turn()
            except UNAVAILABLE as trouble:
                log.warning("work_put_off", work=self.name, error=type(trouble).__name__)
            done = True
        if not done:
            self.faults += 1
            with surviving(f"{self.name}_broke"):
                self._broken()
        return more

    def _run(self) -> None:
        while not self.closing:
            self._woken.clear()
            more = self.once()
            if not self.closing:
                self._woken.wait(_BREATH_S if more else self._look_s)


def _where(trouble: Exception) -> str:
    """Return the line of our own code that a fault was in, by file and number."""
    frames = [(Path(one.filename), one) for one in extract_tb(trouble.__traceback__)]
    ours = [one for path, one in frames if path.is_relative_to(_OURS) and path != _HERE]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
