"""The queue in front of the database: bounded, drained at the end, alive whatever happens."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from gateway.channels.base import CallbackKind
from gateway.service.intake import Full, Intake
from gateway.service.receive import Receiver
from gateway.service.requests import Answer, Callback
from tests.exchange import AMINA, Exchange

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Gate(Receiver):
    """A receiver that waits to be let through, counts its batches, and can be told to break."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.database, exchange.ground)
        self.open = threading.Event()
        self.busy = threading.Event()
        self.batches: list[int] = []
        self.trouble: Exception | None = None

    def receive(self, batch: Sequence[Callback]) -> list[Answer]:
        self.busy.set()
        self.open.wait(10)
        self.batches.append(len(batch))
        if self.trouble is not None:
            raise self.trouble
        return super().receive(batch)


def _sms(exchange: Exchange, count: int) -> list[Callback]:
    return [
        exchange.callback(CallbackKind.SMS, exchange.sms_form(AMINA, "HELP")) for _ in range(count)
    ]


async def test_what_queued_up_while_the_writer_was_busy_is_one_batch(exchange):
    gate = Gate(exchange)
    told: list[int] = []
    intake = Intake(gate, queue=100, batch=8, after=lambda: told.append(1))
    intake.start()
    callbacks = _sms(exchange, 11)
    first = intake.submit(callbacks[0])
    await asyncio.to_thread(gate.busy.wait, 10)
    rest = [intake.submit(one) for one in callbacks[1:]]
    assert not first.done()
    gate.open.set()
    answers = await asyncio.wait_for(asyncio.gather(first, *rest), 10)
    intake.close()
    assert answers == [Answer(200)] * 11
    assert gate.batches == [1, 8, 2]
    assert len(told) == 3


async def test_past_the_bound_a_callback_is_refused_and_the_others_are_not_lost(exchange):
    gate = Gate(exchange)
    intake = Intake(gate, queue=3, batch=8)
    callbacks = _sms(exchange, 4)
    waiting = [intake.submit(one) for one in callbacks[:3]]
    with pytest.raises(Full):
        intake.submit(callbacks[3])
    gate.open.set()
    intake.start()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [Answer(200)] * 3
    intake.close()
    assert len(exchange.rows("inbox")) == 3


async def test_a_database_that_went_away_means_try_again_and_the_writer_lives_on(exchange):
    gate = Gate(exchange)
    gate.open.set()
    gate.trouble = OperationalError("BEGIN", {}, Exception("gone"))
    intake = Intake(gate, queue=10, batch=8)
    intake.start()
    one, other = _sms(exchange, 2)
    assert (await asyncio.wait_for(intake.submit(one), 10)).status == 503
    gate.trouble = None
    assert intake.alive
    assert await asyncio.wait_for(intake.submit(one), 10) == Answer(200)
    assert await asyncio.wait_for(intake.submit(other), 10) == Answer(200)
    intake.close()
    assert not intake.alive


async def test_closing_takes_what_waits_and_refuses_what_comes_after(exchange):
    gate = Gate(exchange)
    intake = Intake(gate, queue=10, batch=2)
    waiting = [intake.submit(one) for one in _sms(exchange, 3)]
    gate.open.set()
    intake.start()
    await asyncio.to_thread(intake.close)
    assert await asyncio.gather(*waiting) == [Answer(200)] * 3
    with pytest.raises(Full):
        intake.submit(_sms(exchange, 1)[0])
