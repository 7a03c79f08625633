"""`gateway demo run`: a gateway in this process, a simulator beside it, and an open assembly."""

import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from gateway import bootstrap
from gateway.bootstrap import Station
from gateway.cli.command import fail, speaking
from gateway.cli.demo.folder import CHANNEL, SERVICE_CODE, SHORT_CODE, Folder, prepare
from gateway.cli.demo.processes import Child, NotStarted
from gateway.cli.demo_data import SEED, fill
from gateway.cli.ports import listening
from gateway.cli.serve import make_server
from gateway.cli.simulator import PORT as SIMULATOR_PORT
from gateway.core.staff.roles import Grant, Role
from gateway.flowfiles.assembly_files import Setting, read_assembly
from gateway.service import assembly
from gateway.service.pretence.fill import NotEmpty, check

DIRECTORY = Path("var/demo")
WITH_DATA = Path("var/full")
PORT = 8000
_A_YEAR = "The people and the year that the pages show are made up."
_NO_YEAR = f"""\
Pages with a year of work in them: `make demo`, or this command with --with-data and a
--directory of its own, such as {WITH_DATA}."""
PEOPLE = 600  # made up in some seconds
ADMIN = ("demo", "Demo", tuple(Role))  # plays every part but the second person
SECOND = ("second", "Second", (Role.APPROVER,))


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the gateway.", min=1, max=65535)] = PORT,
    simulator_port: Annotated[
        int, typer.Option(help="Port of the simulator.", min=1, max=65535)
    ] = SIMULATOR_PORT,
    directory: Annotated[Path, typer.Option(help="Where the demo keeps everything.")] = DIRECTORY,
    with_data: Annotated[
        bool, typer.Option("--with-data", help="Begin a new demo with a year of made-up work.")
    ] = False,
    people: Annotated[
        int, typer.Option(help="With data: how many people there are.", min=1, max=100_000)
    ] = PEOPLE,
) -> None:
    """Start a gateway, a simulator and a phone in the browser; Ctrl-C stops all of it."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _leave)
    with listening(host, port, "--port") as listener:
        listening("127.0.0.1", simulator_port, "--simulator-port").close()
        with speaking():
            bootstrap.configure_logs()
            folder = prepare(directory, host=host, port=port, simulator_port=simulator_port)
            if with_data:
                _fill(folder, people)
            arguments = ["simulator", "--port", str(simulator_port), "--with-parent"]
            with Child(arguments, folder.environment) as simulator:
                station = bootstrap.open_station(folder.settings)
                try:
                    _put_something_to_the_vote(station, folder)
                    simulator.wait_until_ready(f"{folder.simulator_url}/simulator/state")
                    ways_in = _way_in(station, *ADMIN), _way_in(station, *SECOND)
                    _tell(folder, *ways_in, with_data=with_data)
                    make_server(station).run(sockets=[listener])
                except NotStarted as trouble:
                    fail(str(trouble))
                finally:
                    station.close()


def _leave(_number: int, _frame: object) -> NoReturn:
    # A second Ctrl-C while we stop must not leave half of it running.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    raise SystemExit(0)


def _fill(folder: Folder, people: int) -> None:
    """Make a movement up, unless the demo has one already."""
    store = bootstrap.open_store(folder.settings)
    try:
        if check(store.database) is None:
            sys.stdout.write(f"Making a movement of {people:,} people up ...\n")
            sys.stdout.flush()
            fill(store, CHANNEL, people, SEED)
    except NotEmpty:
        fail(
            f"The demo in {_near(folder.path)} has a life of its own already. Delete the folder, "
            "or choose another with --directory."
        )
    finally:
        store.close()


def _put_something_to_the_vote(station: Station, folder: Folder) -> None:
    """Open the example assembly, so that there is a vote to cast, unless one is open."""
    store = station.store
    now = store.database.clock()
    if any(one.opens_at <= now < one.ends_at for one, _ in assembly.all_assemblies(store.database)):
        return
    movement = store.settings.movement
    setting = Setting(
        places=station.places,
        languages=[movement.language, *(x for x in movement.languages if x != movement.language)],
        zone=ZoneInfo(movement.timezone),
        now=now,
    )
    plan = read_assembly(folder.examples / "assembly.yaml", setting)
    assembly.open_assembly(store.database, plan)


def _way_in(station: Station, username: str, name: str, roles: Iterable[Role]) -> str:
    """Return the path of a link that signs in one of the demo's own staff."""
    staff = bootstrap.identity(station.store, station.places).staff
    known = {one.username: one.id for one in staff.directory()}
    if username in known:
        return f"/signin/link/{staff.link(None, known[username])}"
    _, secret = staff.invite(None, username, name, [Grant(role) for role in roles])
    return f"/signin/link/{secret}"


def _tell(folder: Folder, way_in: str, second: str, *, with_data: bool) -> None:
    sys.stdout.write(
        f"""
Mashinani is running, for you alone: no phone company is near, and nothing leaves this machine.

  {folder.gateway_url}/demo    what is going on
  {folder.gateway_url}/phone   a phone: dial {SERVICE_CODE}, or text JOIN to {SHORT_CODE}

The pages of organisers and coordinators open with this link, once and within the hour:

  {folder.gateway_url}{way_in}

A call to action leaves only after a second person approved it. In a private window, that is:

  {folder.gateway_url}{second}

  . {_near(folder.variables)}   points other commands of a shell at this demo; then:
      gateway play                              a phone in the terminal
      gateway assembly list                     what is put to the vote
      gateway export signups --by place         who joined, counted

{_A_YEAR if with_data else _NO_YEAR}

Everything is kept in {_near(folder.path)}. Ctrl-C stops it.
"""
    )
    sys.stdout.flush()


def _near(path: Path) -> str:
    """Return a path as it is written from here."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
