"""No fault ends a thread that works behind the pages; staff are told, and the log names nobody."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from gateway.core.text.phone import normalise
from gateway.service.surviving import Loop, surviving

SECRET = "Amina +260970000001"


class Work:
    """Turns that end as they are told to."""

    def __init__(self, *ends: Callable[[], bool]) -> None:
        self.ends = list(ends)
        self.turns = 0
        self.gave_up = 0
        self.over = threading.Event()

    def turn(self) -> bool:
        self.turns += 1
        if not self.ends:
            self.over.set()
            return False
        return self.ends.pop(0)()

    def broken(self) -> None:
        self.gave_up += 1
        raise KeyError(SECRET)

    def loop(self) -> Loop:
        return Loop("work", self.turn, self.broken, look_s=0.01)


def fault() -> bool:
    raise ValueError(SECRET)


def away() -> bool:
    raise OperationalError(SECRET, None, Exception(SECRET))


def test_a_loop_goes_on_after_a_fault_even_one_in_giving_up():
    work = Work(fault, lambda: True, fault)
    loop = work.loop()
    with capture_logs() as told:
        loop.start()
        assert work.over.wait(30)
        assert loop.alive
        loop.close()
    assert (work.gave_up, loop.faults, loop.alive) == (2, 2, False)
    assert SECRET not in str(told)
    faults = [line for line in told if line["event"] == "work_broke"]
    assert [line["error"] for line in faults] == ["ValueError", "KeyError"] * 2
    assert all(line["thread"] == "work" for line in faults)


def test_a_database_that_does_not_answer_is_no_fault():
    work = Work(away)
    loop = work.loop()
    with capture_logs() as told:
        assert not loop.once()
    assert (work.gave_up, loop.faults) == (0, 0)
    assert SECRET not in str(told)


def test_a_fault_is_told_with_the_line_of_ours_that_it_was_in():
    wrong: Any = 5
    with capture_logs() as told:
        with surviving("it_broke"):
            normalise(wrong, "ZM")
        with surviving("it_broke"):
            fault()
    assert told[0]["where"].startswith("phone.py:")
    assert told[1]["where"] == ""


@pytest.mark.parametrize("nudges", [0, 1])
def test_a_nudge_is_not_lost(nudges: int):
    seen = threading.Semaphore(0)

    def turn() -> bool:
        seen.release()
        return False

    loop = Loop("work", turn, lambda: None, look_s=60)
    loop.start()
    assert seen.acquire(timeout=30)
    for _ in range(nudges):
        loop.nudge()
        assert seen.acquire(timeout=30)
    loop.close()
