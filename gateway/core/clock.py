"""The hybrid logical clock: wall time that never goes back. Reads no clock itself.

A stamp is an integer: milliseconds since 1970 in the upper bits, a counter in the lower 16. Within
one node a later fact has a larger stamp even when the wall clock was set back (Kulkarni and others,
"Logical Physical Clocks", 2014).
"""

COUNTER_BITS = 16


def next_stamp(last: int, now_ms: int) -> int:
    """Return the smallest stamp after `last` that is not before `now_ms`."""
    return max(last + 1, now_ms << COUNTER_BITS)


def stamp_ms(stamp: int) -> int:
    """Return the milliseconds of a stamp."""
    return stamp >> COUNTER_BITS
