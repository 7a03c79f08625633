"""Counts that take long are kept, and counted anew behind the page that shows them.

A page must not wait for millions of rows to be counted. The first look counts; later ones get what
was counted last, with its time, and have it counted anew when it is old.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.service.surviving import surviving
from gateway.store.database import UNAVAILABLE

T = TypeVar("T")

_SHARE = 20  # a count that took a second is not repeated within this many


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """What was counted, and when (milliseconds)."""

    value: T
    at: int


class Kept(Generic[T]):
    """One kept count. Safe to share between threads."""

    def __init__(
        self, count: Callable[[], T], clock: Callable[[], int], *, fresh_ms: int = 15_000
    ) -> None:
        """`count` counts; what it found counts as new for `fresh_ms`, longer if it took long."""
        self._count = count
        self._clock = clock
        self._fresh_ms = fresh_ms
        self._last: Counted[T] | None = None
        self._took_ms = 0
        self._lock = threading.Lock()
        self._counting = False

    @property
    def last(self) -> Counted[T] | None:
        """What was counted last, if anything was, however old."""
        return self._last

    def look(self) -> Counted[T]:
        """Return what was counted last; counts only where nothing was counted yet."""
        last, begin = self._begin()
        if last is None:
            return self._again() if begin else self._wait()
        if begin:
            self._begin_behind()
        return last

    def glance(self) -> Counted[T] | None:
        """Return what was counted last, if anything was, and wait for no count."""
        last, begin = self._begin()
        if begin:
            self._begin_behind()
        return last

    def fresh(self) -> Counted[T]:
        """Count now, whatever is kept: for what follows a change that its maker wants to see."""
        return self._again()

    def _begin(self) -> tuple[Counted[T] | None, bool]:
        """Return what is kept, and whether whoever asks is to count anew."""
        with self._lock:
            last = self._last
            stale = last is None or self._is_old(last)
            begin = stale and not self._counting
            if begin:
                self._counting = True
        return last, begin

    def _begin_behind(self) -> None:
        threading.Thread(target=self._behind, name="count", daemon=True).start()

    def _is_old(self, last: Counted[T]) -> bool:
        age = self._clock() - last.at
        return age < 0 or age > max(self._fresh_ms, self._took_ms * _SHARE)

    def _again(self) -> Counted[T]:
        began = self._clock()
        try:
            found = Counted(self._count(), began)
        finally:
            with self._lock:
                self._counting = False
        with self._lock:
            self._took_ms = max(0, self._clock() - began)
            self._last = found
        return found

    def _behind(self) -> None:
        with surviving("counting_broke"), suppress(*UNAVAILABLE):
            self._again()  # else what is kept stays, with its time; the next look tries again

    def _wait(self) -> Counted[T]:
        """Somebody else counts for the first time: count too, rather than show nothing."""
        return self._again()
