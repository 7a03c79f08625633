"""`gateway demo story`: a movement's day, told and checked, over real HTTP."""

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from gateway.cli.command import fail, speaking
from gateway.cli.demo.chapters import CHAPTERS
from gateway.cli.demo.folder import prepare, with_own_flows
from gateway.cli.demo.processes import NotStarted
from gateway.cli.demo.stage import NotAsTold, Stage
from gateway.cli.ports import free_ports


def story() -> None:
    """Play a day on a folder of its own: people join, report and vote, a call goes out.

    Every sentence is checked against what the phones received and what the database says; exit code
    1 if one of them is not so. In the middle the gateway is killed and started again.
    """
    began = time.monotonic()
    with ExitStack() as open_things, speaking():
        path = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="gateway-demo-")))
        port, simulator_port = free_ports()
        folder = prepare(path, host="127.0.0.1", port=port, simulator_port=simulator_port)
        stage = open_things.enter_context(Stage(with_own_flows(folder), _say))
        try:
            stage.open()
            for number, chapter in enumerate(CHAPTERS, start=1):
                _say(f"\n{number}. {chapter.__doc__}\n")
                chapter(stage)
        except (NotAsTold, NotStarted) as trouble:
            sys.stdout.flush()
            fail(f"The story is not as told: {trouble}{stage.last_words()}")
    _say(f"\nAll of it was as told, in {time.monotonic() - began:.0f} seconds.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
