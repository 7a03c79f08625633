"""Random nonces, drawn from the system many at a time: asking for each costs more than sealing.

No nonce is given out twice, to whichever thread, and a process that was forked draws its own.
"""

import os
from collections import deque
from typing import Final

NONCE_BYTES: Final = 12
_AT_ONCE: Final = 64

_drawn: deque[bytes] = deque()
os.register_at_fork(after_in_child=_drawn.clear)


def new_nonce() -> bytes:
    """Return 12 random bytes that nothing else was sealed with."""
    while True:
        try:
            return _drawn.popleft()
        except IndexError:
            fresh = os.urandom(NONCE_BYTES * _AT_ONCE)
            cuts = range(0, len(fresh), NONCE_BYTES)
            _drawn.extend([fresh[at : at + NONCE_BYTES] for at in cuts])
