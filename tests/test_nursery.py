"""What tests rely on where a process comes from a nursery: it is as if Python had started it."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.nursery import ROOT, Nursery
from tests.patience import until

PROGRAM = f"{__name__}:program"
PARENT = """
import sys, time
from pathlib import Path
from tests.nursery import Nursery
nursery = Nursery(sys.argv[1])
child = nursery.start(["program", "sleep"], {}, Path(sys.argv[2]))
print(nursery.zygote.pid, child.pid, flush=True)
time.sleep(600)
"""


def program() -> None:
    """What the nurseries of these tests run: tell what is seen here, then end as one is told."""
    seen = {
        "arguments": sys.argv,
        "environment": {**os.environ},
        "folder": str(Path.cwd()),
        "temporary": tempfile.gettempdir(),
        "zone": time.tzname[0],
        "chance": random.random(),
        "open": sorted(int(path.name) for path in Path("/proc/self/fd").iterdir()),
        "input": sys.stdin.read(),
        "ignored": [name for name in signal.Signals if signal.getsignal(name) == signal.SIG_IGN],
        "interrupts": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    }
    sys.stdout.write(f"{json.dumps(seen)}\n")
    match sys.argv[1:]:
        case ["exit", code]:
            sys.exit(int(code))
        case ["say", words]:
            sys.exit(words)
        case ["fail"]:
            raise LookupError("nobody is there")
        case ["sleep"]:
            sys.stdout.flush()
            time.sleep(600)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery(PROGRAM)
    yield made
    assert made.end() == 0


def told(log: Path) -> dict[str, Any]:
    return json.loads(log.read_text().partition("\n")[0])


def test_a_child_has_what_it_is_given_and_nothing_of_the_zygote_s(nursery: Nursery, tmp_path: Path):
    given = {"TZ": "Africa/Lusaka", "TMPDIR": str(tmp_path), "GATEWAY_NAME": "Māshinani\n=x"}
    child = nursery.start(["program", "two words"], given, tmp_path / "log")
    assert child.wait() == 0
    seen = told(tmp_path / "log")
    del seen["chance"]
    fresh = signal.SIGPIPE, signal.SIGXFSZ  # Python ignores these wherever it starts
    assert seen == {
        "arguments": ["program", "two words"],
        "environment": given,
        "folder": str(ROOT),
        "temporary": str(tmp_path),
        "zone": "CAT",
        "open": [0, 1, 2, 3],  # 3 is the folder in which it looks
        "input": "",
        "ignored": sorted(fresh),
        "interrupts": True,
    }


def test_chance_is_another_one_in_each_child(nursery: Nursery, tmp_path: Path):
    logs = [tmp_path / f"log-{number}" for number in range(3)]
    assert {nursery.start(["program"], {}, log).wait() for log in logs} == {0}
    assert len({told(log)["chance"] for log in logs}) == 3


@pytest.mark.parametrize(
    ("asked", "code", "last"),
    [
        pytest.param(["exit", "3"], 3, "}", id="it exits with a number"),
        pytest.param(["say", "It cannot be."], 1, "It cannot be.", id="it exits with words"),
        pytest.param(["fail"], 1, "LookupError: nobody is there", id="it fails"),
    ],
)
def test_what_a_child_ends_with_is_seen_and_what_it_says_is_at_the_end_of_its_log(
    nursery: Nursery, tmp_path: Path, asked: list[str], code: int, last: str
):
    log = tmp_path / "log"
    log.write_text("before\n")
    child = nursery.start(["program", *asked], {}, log)
    assert child.wait() == code
    assert child.poll() == code, "it is told again"
    assert log.read_text().startswith("before\n")
    assert log.read_text().rstrip().endswith(last)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_ends_a_child_is_seen(
    nursery: Nursery, tmp_path: Path, number: signal.Signals
):
    log = tmp_path / "log"
    log.touch()
    child = nursery.start(["program", "sleep"], {}, log)
    until(log.read_text)
    assert child.poll() is None
    child.send_signal(number)
    assert child.wait() == -number
    child.send_signal(number)  # to nobody: its id may be another's by now


def test_the_zygote_and_its_children_end_when_whoever_asked_for_them_is_killed(tmp_path: Path):
    command = [sys.executable, "-c", PARENT, PROGRAM, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        orphans = [psutil.Process(int(one)) for one in parent.stdout.readline().split()]
        assert len(orphans) == 2
        assert all(one.is_running() for one in orphans)
        parent.kill()
    until(lambda: not any(_lives(one) for one in orphans), every_s=0.01)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
