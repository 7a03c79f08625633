"""Gives up on what takes too long: one timer for all requests, where each would need one."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, Final, Protocol, Self

_SWEEP_SECONDS: Final = 0.25


class _Watched(Protocol):
    """What a future does."""

    def done(self) -> bool:
        """Whether it is over."""

    def set_exception(self, trouble: BaseException, /) -> None:
        """End it with an error."""


class Patience:
    """Ends what is not over within a time, and up to a quarter of a second later."""

    def __init__(self, seconds: float) -> None:
        """Wait that long for each."""
        self._seconds = seconds
        self._waiting: deque[tuple[float, _Watched]] = deque()
        self._ticking = False

    def watch(self, waited_for: _Watched) -> None:
        """Set `TimeoutError` on a future that has no result in time."""
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + self._seconds, waited_for))
        if not self._ticking:
            self._ticking = True
            loop.call_later(_SWEEP_SECONDS, self._sweep, loop)

    def reading(self) -> "Reading":
        """Raise `TimeoutError` in the task that runs if it does not leave the block in time."""
        reading = Reading()
        self.watch(reading)
        return reading

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        waiting = self._waiting
        while waiting and (waiting[0][1].done() or waiting[0][0] <= now):
            _, waited_for = waiting.popleft()
            if not waited_for.done():
                waited_for.set_exception(TimeoutError())
        self._ticking = bool(waiting)
        if waiting:
            loop.call_later(_SWEEP_SECONDS, self._sweep, loop)


class Reading:
    """A block that one task runs through. It is left by an error when it is ended from outside."""

    __slots__ = ("_cancelling", "_over", "_task", "_trouble")

    def __init__(self) -> None:
        """Begin with the task that runs."""
        task: asyncio.Task[Any] | None = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be given up")
        self._task, self._cancelling = task, task.cancelling()
        self._trouble: BaseException | None = None
        self._over = False

    def done(self) -> bool:
        """Whether the block was left."""
        return self._over

    def set_exception(self, trouble: BaseException, /) -> None:
        """Stop whatever the block waits for, and leave it with an error."""
        self._trouble = trouble
        self._task.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self._over = True
        if self._trouble is None or self._task.uncancel() > self._cancelling:
            return  # nobody gave up, or somebody else cancels the task too
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            raise self._trouble
