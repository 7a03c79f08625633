"""A process that has loaded a program, and forks whenever one is to run: no start loads it again.

    python -m tests.zygote PROGRAM MODULE...

PROGRAM is a function, as in `gateway.cli:main`; what it loads late is named beside it. Each line of
input is an order: `{"start": ...}` is answered with the id of a child, `{"look": id}` with its exit
code, or null while it runs. Where the input ends, because whoever wrote it is gone, all ends.

A child runs as in a fresh interpreter: what ends it, an exit, an error, a signal, is Python's own
doing. It only keeps what Python takes up when it starts: the locale, the seed of hashes and what
variables like PYTHONPATH say. The zygote has one thread and opens no database and no connection.
"""

import gc
import json
import os
import pkgutil
import random
import signal
import sys
import time
from typing import Any


def obey() -> None:
    """Obey until the input ends. It returns in the children alone: each is to run the program."""
    running: set[int] = set()
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if "start" in order:
            child = os.fork()
            if child == 0:
                _become(**order["start"])
                return
            running.add(child)
            answer: int | None = child
        else:
            answer = _exit_code(order["look"])
            if answer is not None:
                running.remove(order["look"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for child in running:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    sys.exit()


def _become(arguments: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    """Take up in a child what is its own."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for place, opened in enumerate((nothing, written, written)):
        os.dup2(opened, place)
    os.close(nothing)
    os.close(written)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.argv[:] = arguments
    random.seed()


def _exit_code(child: int) -> int | None:
    found, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _load() -> Any:
    loaded = [pkgutil.resolve_name(name) for name in sys.argv[1:]]
    # What was loaded stays: nobody looks through it again, and children share it with the zygote.
    gc.collect()
    gc.freeze()
    return loaded[0]


if __name__ == "__main__":
    # Ctrl-C is for the tests; they end this when they have ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = _load()
    obey()
    run()
