"""The thread that goes on with files of people, behind the pages. Decides nothing itself."""

from threading import Event, Thread
from typing import Final

import structlog

from gateway.service.imports import Imports
from gateway.store.database import UNAVAILABLE

log = structlog.get_logger()

_POLL_S: Final = 5.0
_BREATH_S: Final = 0.02  # between two slices, so that callbacks come first


class Clerk:
    """Works through files as long as there are any. `start` and `close` are called once."""

    def __init__(self, imports: Imports) -> None:
        """Prepare; nothing runs yet."""
        self._imports = imports
        self._closing = False
        self._woken = Event()
        self._thread = Thread(target=self._run, name="imports", daemon=True)

    def start(self) -> None:
        """Go on with whatever was left undone."""
        self._thread.start()

    def nudge(self) -> None:
        """Look at once: there is something to do."""
        self._woken.set()

    def close(self) -> None:
        """Stop after the slice that is being written."""
        self._closing = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._woken.clear()
            if self._closing:
                return
            self._woken.wait(_BREATH_S if self._turn() else _POLL_S)

    def _turn(self) -> int:
        try:
            return self._imports.turn()
        except UNAVAILABLE as trouble:
            log.warning("import_put_off", error=type(trouble).__name__)
            return 0
