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


def test_whoever_looks_later_waits_no_longer_for_a_count_that_took_long(clock: Clock):
    seconds = [0.0]
    behind: Behind[int] = Behind(clock, patience_s=PATIENT_S, stopwatch=lambda: seconds[0])
    begun, held = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        held.wait(PATIENT_S)
        return 7

    first = threading.Thread(target=lambda: behind.look("a", slow))
    first.start()
    assert begun.wait(PATIENT_S)
    seconds[0] = PATIENT_S + 1
    end = threading.Timer(PATIENT_S / 6, held.set)  # whoever waits all the same finds a count
    end.start()
    assert behind.look("a", slow) is None
    end.cancel()
    held.set()
    first.join()
