"""Counts that a page asks for and does not wait for: made behind it, one after the other, and kept.

A page gets what was counted last, with its time, and has it counted anew when it is old. What was
never counted is waited for shortly; then the page says that it is still being counted.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.service.kept import Counted
from gateway.service.surviving import surviving
from gateway.store.database import UNAVAILABLE

T = TypeVar("T")

_SHARE = 20  # a count that took a second is not repeated within this many
_MOST = 64  # counts that are kept; the one that was asked for longest ago goes


@dataclass(slots=True)
class _Entry(Generic[T]):
    last: Counted[T] | None = None
    took_ms: int = 0
    counting: bool = False
    began_s: float = 0  # the count that is under way
    ready: threading.Event = field(default_factory=threading.Event)


class Behind(Generic[T]):
    """Kept counts by key. Safe to share between threads."""

    def __init__(
        self,
        clock: Callable[[], int],
        *,
        fresh_ms: int = 5_000,
        patience_s: float = 0.3,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """A count is new for `fresh_ms`.

        A first one is waited for until it took `patience_s` of `stopwatch`: one of minutes must not
        slow every look down.
        """
        self._clock = clock
        self._stopwatch = stopwatch
        self._fresh_ms = fresh_ms
        self._patience_s = patience_s
        self._kept: OrderedDict[Hashable, _Entry[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # counts look at everything: one at a time is enough

    def look(self, key: Hashable, count: Callable[[], T]) -> Counted[T] | None:
        """Return what was counted last under a key; None while it is counted for the first time."""
        with self._lock:
            entry = self._kept.setdefault(key, _Entry())
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            begin = not entry.counting and self._is_old(entry)
            entry.counting = entry.counting or begin
        if begin:
            entry.began_s = self._stopwatch()
            entry.ready.clear()
            arguments = (entry, count)
            threading.Thread(target=self._run, args=arguments, name="count", daemon=True).start()
        if entry.last is None:
            entry.ready.wait(max(0.0, entry.began_s + self._patience_s - self._stopwatch()))
        return entry.last

    def _is_old(self, entry: _Entry[T]) -> bool:
        if entry.last is None:
            return True
        age = self._clock() - entry.last.at
        return age < 0 or age > max(self._fresh_ms, entry.took_ms * _SHARE)

    def _run(self, entry: _Entry[T], count: Callable[[], T]) -> None:
        try:
            with surviving("counting_broke"), suppress(*UNAVAILABLE), self._turn:
                began = self._clock()
                entry.last = Counted(count(), began)  # else the next look tries again
                entry.took_ms = max(0, self._clock() - began)
        finally:
            entry.counting = False
            entry.ready.set()
