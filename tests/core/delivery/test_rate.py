from hypothesis import given
from hypothesis import strategies as st

from gateway.core.delivery.rate import MESSAGE, burst, refill, wait_ms

rates = st.floats(0.1, 10_000)


def test_twenty_a_second_earn_a_message_in_fifty_milliseconds():
    assert refill(0, 1000, 1050, 20) == (MESSAGE, 1050)


def test_what_is_not_used_is_kept_for_one_second_only():
    assert refill(0, 0, 3_600_000, 20) == (20 * MESSAGE, 3_600_000)


def test_a_slow_channel_may_always_keep_one_whole_message():
    assert refill(0, 0, 3_600_000, 0.1) == (MESSAGE, 3_600_000)


def test_a_clock_that_was_set_back_earns_nothing_and_starts_again_from_there():
    assert refill(500, 10_000, 4_000, 20) == (500, 4_000)


def test_a_rate_that_was_lowered_takes_back_what_is_too_much():
    assert refill(100 * MESSAGE, 1000, 1000, 20) == (20 * MESSAGE, 1000)


@given(rates, st.lists(st.integers(1, 50), min_size=1, max_size=200))
def test_looking_often_never_earns_more_and_loses_less_than_a_thousandth_a_look(rate, pauses):
    total = sum(pauses)
    allowance, at, earned, now = 0, 0, 0, 0
    for pause in pauses:
        now += pause
        allowance, at = refill(allowance, at, now, rate)
        earned += allowance // MESSAGE
        allowance %= MESSAGE
    assert earned <= total * rate / MESSAGE + 1e-6
    if burst(rate) > 50 * rate + MESSAGE:  # no pause was long enough to fill it
        assert earned >= int((total * rate - len(pauses)) / MESSAGE) - 1


@given(rates, st.integers(0, MESSAGE - 1))
def test_after_the_wait_there_is_a_message(rate, allowance):
    refilled, _ = refill(allowance, 0, wait_ms(allowance, rate), rate)
    assert refilled >= MESSAGE


@given(rates)
def test_a_whole_message_needs_no_wait(rate):
    assert wait_ms(MESSAGE, rate) == 0
