"""Counts made behind a page: waited for shortly, kept by key, made anew when they are old."""

import threading
from itertools import count

from gateway.service.behind import Behind
from tests.conftest import Clock

PATIENT_S = 30.0


def test_a_count_is_kept_by_its_key_and_made_anew_when_it_is_old(clock: Clock):
    numbers = count(1)
    behind: Behind[int] = Behind(clock, fresh_ms=1000, patience_s=PATIENT_S)
    first = behind.look("a", lambda: next(numbers))
    again = behind.look("a", lambda: next(numbers))
    other = behind.look("b", lambda: next(numbers))
    assert (first, again, other) == (first, first, other)
    assert first is not None
    assert other is not None
    assert (first.value, other.value) == (1, 2)
    clock.advance(seconds=2)
    done = threading.Event()

    def anew() -> int:
        done.set()
        return next(numbers)

    behind.look("a", anew)
    assert done.wait(PATIENT_S)


def test_a_count_that_takes_long_is_not_waited_for(clock: Clock):
    behind: Behind[int] = Behind(clock, patience_s=0)
    held, ended = threading.Event(), threading.Event()

    def slow() -> int:
        held.wait(PATIENT_S)
        ended.set()
        return 7

    assert behind.look("a", slow) is None
    assert behind.look("a", slow) is None
    held.set()
    assert ended.wait(PATIENT_S)
