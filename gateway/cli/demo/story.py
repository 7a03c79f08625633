"""`gateway demo story`: a movement's day, told and checked over real HTTP; then pages to see."""

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import fail, speaking
from gateway.cli.demo import running
from gateway.cli.demo.chapters import CHAPTERS
from gateway.cli.demo.folder import prepare, with_own_flows
from gateway.cli.demo.processes import NotStarted
from gateway.cli.demo.stage import NotAsTold, Stage
from gateway.cli.ports import free_ports, usual_ports
from gateway.cli.simulator import PORT as SIMULATOR_PORT


def story(
    look: Annotated[
        bool | None,
        typer.Option(
            help="Open pages full of made-up work afterwards, until Ctrl-C; in a terminal it does."
        ),
    ] = None,
    directory: Annotated[
        Path, typer.Option(help="Where the demo that is opened afterwards keeps everything.")
    ] = running.WITH_DATA,
) -> None:
    """Play a day on a folder of its own: people join, report and vote, a call goes out.

    Every sentence is checked against what the phones received and what the database says; exit code
    1 if one of them is not so. In the middle the gateway is killed and started again. Afterwards a
    movement with a year behind it is opened, to sign in and look.
    """
    _play()
    if look or (look is None and sys.stdin.isatty() and sys.stdout.isatty()):
        _say("\nAnd a year later: a movement that never was, to sign in and look.\n")
        port, simulator_port = usual_ports(running.PORT, SIMULATOR_PORT)
        running.run(port=port, simulator_port=simulator_port, directory=directory, with_data=True)


def _play() -> None:
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
