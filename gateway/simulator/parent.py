"""Ends this process with the one that started it, however that one ends. Watches nothing else."""

import os
import signal
import sys
import threading

_GRACE_SECONDS = 5.0


def follow() -> None:
    """Stop this process when its standard input closes.

    Whoever starts it keeps the other end of the pipe, and the system closes that end even where the
    starter is killed. So no simulator of a demo lingers and holds its port.
    """
    threading.Thread(target=_wait_for_the_end, name="follow", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    # A second thread ends what does not end by itself.
    stubborn = threading.Timer(_GRACE_SECONDS, os._exit, (1,))
    stubborn.daemon = True
    stubborn.start()
    os.kill(os.getpid(), signal.SIGTERM)
