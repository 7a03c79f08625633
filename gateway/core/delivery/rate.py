"""How many messages may leave now: an allowance that refills with time. Keeps nothing itself.

Allowances are whole thousandths of a message, because a rate of one message per second earns one
thousandth per millisecond.
"""

from math import ceil

MESSAGE = 1000  # thousandths
_LARGEST = 2_000_000_000  # fits a 32-bit column


def refill(allowance: int, since: int, now: int, rate: float) -> tuple[int, int]:
    """Return the allowance at `now` and the time up to which it has been earned.

    `allowance` stood at `since`; times are milliseconds, `rate` is messages per second and greater
    than 0. What is not used is kept for one second, or until it makes one message. What is earned
    and the time left to be earned are both rounded down, so that looking often never earns more. A
    clock that was set back earns nothing.
    """
    most = burst(rate)
    if now <= since:
        return min(allowance, most), now
    earned = int((now - since) * rate)
    if allowance + earned >= most:
        return most, now
    return allowance + earned, min(now, since + ceil(earned / rate))


def burst(rate: float) -> int:
    """Return the largest allowance at a rate, in thousandths: one second's, at least a message."""
    return min(max(MESSAGE, int(rate * MESSAGE)), _LARGEST)


def wait_ms(allowance: int, rate: float) -> int:
    """Return the milliseconds until the allowance holds a whole message."""
    lacking = MESSAGE - allowance
    return 0 if lacking <= 0 else int(lacking / rate) + 1
