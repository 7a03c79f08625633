"""Lets programs through so often in a minute, each on its own account. Counts in this process."""

import threading
from collections.abc import Callable
from typing import Final

A_MINUTE: Final = 120  # requests of one token, or of one address without one
_MINUTE_MS: Final = 60_000
_MOST_CALLERS: Final = 10_000


class Turnstile:
    """Counts callers by minutes. Safe to share between threads."""

    def __init__(self, clock: Callable[[], int], per_minute: int = A_MINUTE) -> None:
        """`clock` gives milliseconds."""
        self._clock = clock
        self._per_minute = per_minute
        self._passed: dict[bytes, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def wait_ms(self, caller: bytes) -> int:
        """Count a caller, and return how long it must wait; 0 lets it through."""
        now = self._clock()
        with self._lock:
            if len(self._passed) >= _MOST_CALLERS:
                self._passed.clear()
            began, passed = self._passed.get(caller, (now, 0))
            if now - began >= _MINUTE_MS:
                began, passed = now, 0
            if passed >= self._per_minute:
                return began + _MINUTE_MS - now
            self._passed[caller] = began, passed + 1
        return 0
