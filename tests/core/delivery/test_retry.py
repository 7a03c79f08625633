from hypothesis import given
from hypothesis import strategies as st

from gateway.core.delivery.retry import next_attempt

NEARLY_ONE = 0.999_999


def test_the_bound_doubles_with_each_attempt():
    waits = [next_attempt(attempts, 30, 3600, 0.5) for attempts in range(1, 5)]
    assert waits == [15, 30, 60, 120]


def test_the_bound_stops_at_the_longest_wait():
    assert next_attempt(50, 30, 3600, 0.5) == 1800


def test_a_message_that_was_tried_ten_thousand_times_does_not_overflow():
    assert next_attempt(10_000, 30, 3600, NEARLY_ONE) <= 3600


@given(st.integers(0, 200), st.floats(0, 86_400), st.floats(0, NEARLY_ONE))
def test_a_wait_is_never_negative_and_never_past_the_longest(attempts, base, chance):
    assert 0 <= next_attempt(attempts, base, 3600, chance) <= 3600
