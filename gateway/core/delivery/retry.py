"""When to try again. Chance and time are the caller's; nothing waits here."""

_LARGEST_POWER = 30


def next_attempt(attempts: int, base_s: float, max_s: float, chance: float) -> float:
    """Return the seconds to wait after `attempts` failed ones (1 or more).

    The bound doubles with each attempt up to `max_s`, and the wait is a part of it given by
    `chance` in [0, 1): with full jitter thousands of messages that failed together do not come back
    together (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
    """
    power = min(max(attempts, 1) - 1, _LARGEST_POWER)
    return min(max_s, base_s * 2.0**power) * chance
