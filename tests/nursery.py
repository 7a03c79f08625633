"""Where processes of a program that is loaded already come from: a zygote, asked from many threads.

It is a process of its own (`tests.zygote`), and so is each child: they can be killed as any other.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[1]


class Nursery:
    """A zygote and how it is spoken to: an order is answered before the next one."""

    def __init__(self, program: str, *modules: str) -> None:
        """Start a zygote for a program, such as `gateway.cli:main`, and more that it loads."""
        self.lock = threading.RLock()
        self.zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote", program, *modules],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> "Child":
        """Run the program in the project's folder, told its own name and what it is to do.

        It has these variables and no others. What it prints goes to the end of `log`.
        """
        order = {
            "arguments": [*arguments],
            "environment": {**environment},
            "folder": str(ROOT),
            "log": str(log),
        }
        return Child(self, self.ask({"start": order}))

    def ask(self, order: Mapping[str, Any]) -> Any:
        """Give an order and return the answer."""
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        with self.lock:
            self.zygote.stdin.write(json.dumps(order).encode() + b"\n")
            self.zygote.stdin.flush()
            answer = self.zygote.stdout.readline()
        assert answer, "the zygote has ended: what it said last is among the errors of this process"
        return json.loads(answer)

    def end(self) -> int:
        """End the zygote and every child that is left; return its exit code."""
        with self.zygote:
            assert self.zygote.stdin is not None
            self.zygote.stdin.close()
            return self.zygote.wait(PATIENCE_S)


@dataclass(slots=True)
class Child:
    """One process, as `subprocess.Popen` shows it. Its id is its own until its end was seen."""

    nursery: Nursery
    pid: int
    returncode: int | None = field(default=None, init=False)

    def poll(self) -> int | None:
        """Return its exit code, or nothing while it runs; a signal that ended it is negative."""
        with self.nursery.lock:
            if self.returncode is None:
                self.returncode = self.nursery.ask({"look": self.pid})
            return self.returncode

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        until(lambda: self.poll() is not None, lambda: f"{self.pid} does not end", every_s=0.002)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, where it runs still."""
        with self.nursery.lock:
            if self.poll() is None:
                os.kill(self.pid, number)
