"""No two things are sealed with one nonce: not by two threads, and not on two sides of a fork."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from gateway.store.nonces import NONCE_BYTES, new_nonce

FORKED = """
import os
from gateway.store.nonces import new_nonce
new_nonce()
child = os.fork()
drawn = b"".join(new_nonce() for _ in range(100))
os.write(1, drawn)
if child:
    os.waitpid(child, 0)
"""


def test_threads_that_draw_at_once_get_different_ones():
    with ThreadPoolExecutor(8) as pool:
        drawn = [
            one for part in pool.map(lambda _: [new_nonce() for _ in range(500)], range(40))
            for one in part
        ]  # fmt: skip
    assert len(set(drawn)) == len(drawn) == 20_000
    assert {len(one) for one in drawn} == {NONCE_BYTES}


def test_a_process_and_the_one_forked_from_it_draw_different_ones():
    said = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, check=True).stdout
    drawn = [said[at : at + NONCE_BYTES] for at in range(0, len(said), NONCE_BYTES)]
    assert len(set(drawn)) == len(drawn) == 200
