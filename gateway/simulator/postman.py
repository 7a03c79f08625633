"""Posts callbacks to the gateway when they are due, and again until they are taken.

Decides nothing: how often and how late a callback is posted, the network says.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import httpx

from gateway.simulator.network import Callback, Network

_AT_ONCE = 16
_MOST_WAITING = 500_000
_LONGEST_PAUSE = 10.0
_PATIENCE = 10.0  # seconds that the aggregator waits for an answer
_FORM = {"content-type": "application/x-www-form-urlencoded"}
# Answers that another try will not change. The aggregator tries again all the same; whoever
# waits for the outcome need not.
_HOPELESS = frozenset({400, 401, 403, 404, 413})


@dataclass(order=True, slots=True)
class _Letter:
    """One copy of a callback. Ordered by when it is due, then by when it was handed in."""

    due: float
    order: int
    kind: str = field(compare=False)
    body: bytes = field(compare=False)
    round: int = field(compare=False)
    attempts: int = field(compare=False)
    outcome: asyncio.Future[int] | None = field(compare=False)


class Postman:
    """Delivers to one gateway. Runs in one event loop, inside its ``async with``."""

    def __init__(self, network: Network, callbacks: Mapping[str, str], attempts: int) -> None:
        """`callbacks` are addresses by kind; each callback is tried at most `attempts` times."""
        self.callbacks = dict(callbacks)
        self._network = network
        self._attempts = attempts
        self._waiting: list[_Letter] = []
        self._rounds = 0  # letters of a round that was cleared are not tried again
        self._order = itertools.count()
        self._woken = asyncio.Event()
        self._posts: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._client = httpx.AsyncClient(
            timeout=_PATIENCE,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=False,
        )
        self._walking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._walking = asyncio.create_task(self._walk())
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [*self._posts, *([self._walking] if self._walking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()

    @property
    def waiting(self) -> int:
        """How many copies are still to be taken by the gateway."""
        return len(self._waiting) + len(self._posts)

    def clear(self) -> None:
        """Throw away what has not been posted yet."""
        for letter in self._waiting:
            _settle(letter, 0)
        self._waiting.clear()
        self._rounds += 1

    def hand_in(self, callback: Callback) -> None:
        """Take a callback for delivery; nobody waits for what becomes of it."""
        self._take(callback, watched=False)

    async def deliver(self, callback: Callback, wait: float) -> int | None:
        """Take a callback, wait until the gateway has answered each copy, and return the answer.

        The answer is an HTTP status, or None if `wait` seconds were not enough.
        """
        outcomes = [o for o in self._take(callback, watched=True) if o is not None]
        if wait <= 0:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                return max(await asyncio.gather(*outcomes), default=0)
        return None

    async def ask(self, callback: Callback) -> httpx.Response | None:
        """Post a USSD turn now and return the gateway's answer; None if there was none in time.

        Of two copies the second one's answer counts, as for an aggregator that tried again.
        """
        url = self.callbacks.get(callback.kind)
        counts = self._network.counts
        answers: list[httpx.Response] = []
        for wait in self._network.copies(callback):
            await asyncio.sleep(wait)
            if url is not None and not self._network.loses():
                counts["callbacks_posted"] += 1
                with suppress(httpx.HTTPError):
                    answers.append(
                        await self._client.post(
                            url, content=urlencode(callback.fields), headers=_FORM
                        )
                    )
        counts["repeats_answered_otherwise"] += len({answer.text for answer in answers}) > 1
        return answers[-1] if answers else None

    def _take(self, callback: Callback, *, watched: bool) -> list[asyncio.Future[int] | None]:
        counts = self._network.counts
        if callback.kind not in self.callbacks or len(self._waiting) >= _MOST_WAITING:
            counts["callbacks_dropped"] += 1
            return []
        now = time.monotonic()
        body = urlencode(callback.fields).encode()
        outcomes: list[asyncio.Future[int] | None] = []
        for wait in self._network.copies(callback):
            outcome = asyncio.get_running_loop().create_future() if watched else None
            letter = _Letter(
                now + wait, next(self._order), callback.kind, body, self._rounds, 0, outcome
            )
            heapq.heappush(self._waiting, letter)
            outcomes.append(outcome)
        self._woken.set()
        return outcomes

    async def _walk(self) -> None:
        """Post each letter when it is due, a few at a time."""
        while True:
            self._woken.clear()
            pause = self._waiting[0].due - time.monotonic() if self._waiting else None
            if pause is None or pause > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()
                continue
            await self._slots.acquire()
            if not self._waiting:  # cleared while all slots were taken
                self._slots.release()
                continue
            post = asyncio.create_task(self._post(heapq.heappop(self._waiting)))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _post(self, letter: _Letter) -> None:
        try:
            status = await self._attempt(letter)
        finally:
            self._slots.release()
        letter.attempts += 1
        counts = self._network.counts
        if 200 <= status < 300:
            counts[f"taken_{letter.kind}"] += 1
            _settle(letter, status)
            return
        over = letter.attempts >= self._attempts or letter.round != self._rounds
        if over or status in _HOPELESS:
            _settle(letter, status)
        if over:
            counts["callbacks_given_up"] += 1
            return
        counts["callbacks_retried"] += 1
        pause = self._network.behaviour.retry_ms / 1000 * 2 ** min(letter.attempts - 1, 20)
        letter.due = time.monotonic() + min(pause, _LONGEST_PAUSE)
        heapq.heappush(self._waiting, letter)
        self._woken.set()

    async def _attempt(self, letter: _Letter) -> int:
        """Return the gateway's status, or 0 where it could not be reached or the post was lost."""
        url = self.callbacks.get(letter.kind)
        if url is None or self._network.loses():
            return 0
        self._network.counts["callbacks_posted"] += 1
        try:
            answer = await self._client.post(url, content=letter.body, headers=_FORM)
        except httpx.HTTPError:
            return 0
        return answer.status_code


def _settle(letter: _Letter, status: int) -> None:
    if letter.outcome is not None and not letter.outcome.done():
        letter.outcome.set_result(status)
