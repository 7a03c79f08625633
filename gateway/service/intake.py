"""The queue in front of the database: callbacks wait here for the one thread that writes.

The thread takes whatever has queued up while it was busy, so a batch of one is the ordinary case
and there is no artificial wait. The queue is bounded; what does not fit is refused, never dropped.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

import structlog

from gateway.service.receive import Receiver
from gateway.service.requests import BUSY, Answer, Callback

log = structlog.get_logger()

_Waiting = tuple[Callback, "asyncio.Future[Answer]", asyncio.AbstractEventLoop]


class Full(Exception):
    """More callbacks wait than may. The aggregator is asked to come again."""


class Intake:
    """Hands callbacks from event loops to one writer thread, and answers back."""

    def __init__(
        self, receiver: Receiver, *, queue: int, batch: int, after: Callable[[], None] | None = None
    ) -> None:
        """Bound the queue and the batches. `after` is called behind each batch that committed."""
        self._receiver = receiver
        self._bound = queue
        self._batch = batch
        self._after = after
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()  # None is the last of all
        self._entrance = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Start the writer thread."""
        self._thread.start()

    def submit(self, callback: Callback) -> "asyncio.Future[Answer]":
        """Queue one callback; the future holds its answer once that is committed. Raises `Full`."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._entrance:
            if self._closing or self._waiting.qsize() >= self._bound:
                raise Full
            self._waiting.put((callback, future, loop))
        return future

    def close(self) -> None:
        """Take what has queued up, then stop. Callbacks that come after are refused."""
        with self._entrance:
            self._closing = True
            self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the writer thread is at work."""
        return self._thread.is_alive()

    @property
    def depth(self) -> int:
        """How many callbacks wait."""
        return self._waiting.qsize()

    def _run(self) -> None:
        while batch := self._next():
            callbacks = [callback for callback, _, _ in batch]
            try:
                answers = self._receiver.receive(callbacks)
            except Exception as trouble:  # noqa: BLE001 - this loop must survive a lost database
                log.error("batch_refused", size=len(batch), error=type(trouble).__name__)
                answers = [Answer(BUSY)] * len(batch)
            _answer(batch, answers)
            if self._after is not None:
                self._after()

    def _next(self) -> list[_Waiting]:
        """Return the callbacks that wait, at least one of them, or none when it is time to stop."""
        batch: list[_Waiting] = []
        while (one := self._waiting.get()) is not None:
            batch.append(one)
            if len(batch) == self._batch or self._waiting.empty():
                return batch
        if batch:
            self._waiting.put(None)  # the next time it is the first
        return batch


def _answer(batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    """Set the futures of a batch, with one call into each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer]]] = {}
    for (_, future, loop), answer in zip(batch, answers, strict=True):
        by_loop.setdefault(loop, []).append((future, answer))
    for loop, settled in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple["asyncio.Future[Answer]", Answer]]) -> None:
    for future, answer in settled:
        if not future.done():
            future.set_result(answer)
