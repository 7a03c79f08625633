"""Counts that are kept: who waits for one, and who does not."""

import threading

from gateway.service.kept import Kept
from tests.patience import PATIENCE_S


def test_a_glance_waits_for_no_count_and_has_one_made_behind_it():
    may_count, counted = threading.Event(), threading.Event()

    def count() -> int:
        assert may_count.wait(PATIENCE_S)
        counted.set()
        return 7

    kept = Kept(count, lambda: 0)
    assert kept.glance() is None, "nothing was counted yet"
    assert kept.glance() is None, "one count is enough"
    may_count.set()
    assert counted.wait(PATIENCE_S)
    assert kept.look().value == 7


def test_a_look_counts_where_nothing_was_counted_and_a_glance_shows_it():
    counts = iter((1, 2))
    kept = Kept(lambda: next(counts), lambda: 0)
    assert kept.look().value == 1
    glimpsed = kept.glance()
    assert glimpsed is not None
    assert glimpsed.value == 1
    assert kept.fresh().value == 2
