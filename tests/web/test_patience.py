"""What takes too long is ended, once, and nothing else is."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway.web.patience import Patience


def _run(what: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await what()

    asyncio.run(all_of_it())


def test_a_future_without_a_result_ends_and_one_with_a_result_keeps_it():
    async def run() -> None:
        patience, loop = Patience(0), asyncio.get_running_loop()
        late, done = loop.create_future(), loop.create_future()
        patience.watch(done)
        patience.watch(late)
        done.set_result("in time")
        with pytest.raises(TimeoutError):
            await late
        assert await done == "in time"

    _run(run)


def test_a_block_that_waits_too_long_is_left_by_a_time_out_and_the_task_goes_on():
    async def run() -> None:
        patience = Patience(0)
        for _ in range(2):
            with pytest.raises(TimeoutError), patience.reading():
                await asyncio.Event().wait()
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    _run(run)


def test_a_block_that_was_left_is_not_ended_later():
    async def run() -> None:
        patience = Patience(0)
        with patience.reading():
            pass
        late = asyncio.get_running_loop().create_future()
        patience.watch(late)
        with pytest.raises(TimeoutError):  # so a sweep has gone past both
            await late
        await asyncio.sleep(0)

    _run(run)


def test_an_error_in_a_block_stays_what_it_is():
    async def run() -> None:
        with pytest.raises(KeyError), Patience(60).reading():
            raise KeyError

    _run(run)


def test_a_task_that_somebody_else_cancels_is_cancelled():
    async def run() -> None:
        async def read() -> None:
            with Patience(60).reading():
                await asyncio.Event().wait()

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    _run(run)


def test_a_task_that_somebody_else_cancels_when_it_is_given_up_is_cancelled():
    async def run() -> None:
        async def read() -> None:
            with Patience(60).reading() as reading:
                reading.set_exception(TimeoutError())
                asyncio.current_task().cancel()  # type: ignore[union-attr] # it is one
                await asyncio.Event().wait()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(read())

    _run(run)
