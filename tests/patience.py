"""How long tests wait for what should come: no machine that runs them is so slow as to need it."""

import time
from collections.abc import Callable

PATIENCE_S = 180.0


def until(
    holds: Callable[[], object],
    why: Callable[[], str] = lambda: "it never came to be",
    *,
    every_s: float = 0.02,
) -> None:
    """Return once something holds; fail and say why where it never does."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, why()
        time.sleep(every_s)
