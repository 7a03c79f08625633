"""`gateway assembly hall …` and `minutes`: what happens in halls, from the command line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap import Store, identity
from gateway.cli.command import WRONG_USAGE, fail, opened_store
from gateway.cli.tables import print_json, print_table
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission, Viewer
from gateway.flowfiles.place_files import read_places
from gateway.service import assembly
from gateway.service.assembly import AssemblyError
from gateway.service.halls import Figures, Hall, HallError, Halls
from gateway.service.staff import StaffError

Number = Annotated[int, typer.Argument(help="The assembly's number.", min=1)]
Witness = Annotated[str, typer.Option("--witness", help="The user name of who counted.")]
Counted = Annotated[
    list[str], typer.Argument(help="A question's number and its answers' hands: 12=41,17,3")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class _Desk:
    """What these commands work with."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.places: Places = read_places(store.settings.places_path)
        self.identity = identity(store, self.places)
        self.halls = Halls(store.database, self.identity.audit)

    def witness(self, username: str, number: int) -> Viewer:
        """Return a witness of an assembly by user name. Ends the command for anybody else."""
        row, _, _ = assembly.look(self.store.database, number)
        viewer = self.identity.staff.viewer(username)
        if not viewer.may(Permission.WITNESS, row.place, self.places):
            fail(f"{username} may not witness a count there; a scrutineer of the place may.")
        return viewer

    def figures(self, number: int, counted: Sequence[str]) -> Figures:
        """Return what was counted, as it was written."""
        _, motions, _ = assembly.look(self.store.database, number)
        options = {one.number: [option.number for option in one.options] for one in motions}
        found: dict[int, dict[int, int]] = {}
        for written in counted:
            motion, _, hands = written.partition("=")
            parts = hands.split(",")
            if not all(one.isascii() and one.isdecimal() for one in (motion, *parts)):
                fail(f"'{written}' is no count. Write one such as 12=41,17,3.", WRONG_USAGE)
            own = options.get(int(motion), [])
            if len(own) != len(parts):
                fail(f"Question {motion} of this assembly has {len(own)} answers.", WRONG_USAGE)
            found[int(motion)] = dict(zip(own, map(int, parts), strict=True))
        return found


@contextmanager
def _desk() -> Iterator[_Desk]:
    with opened_store() as store:
        try:
            yield _Desk(store)
        except (AssemblyError, HallError, StaffError) as trouble:
            fail(str(trouble))


def add(app: typer.Typer) -> None:
    """Add the commands to those of assemblies."""
    app.command()(hall)
    app.command()(confirm)
    app.command()(halls)
    app.command()(minutes)


def hall(number: Number, name: Annotated[str, typer.Argument(help="The hall's name.")],
         counted: Counted, witness: Witness) -> None:  # fmt: skip
    """Write down the first count of a hall. A second witness has to count the same."""
    with _desk() as desk:
        by = desk.witness(witness, number)
        made = desk.halls.count(by, number, name, desk.figures(number, counted))
        typer.echo(f"Hall {made} of assembly {number} waits for a second witness.")


def confirm(number: Number, hall: Annotated[int, typer.Argument(help="The hall's number.")],
            counted: Counted, witness: Witness) -> None:  # fmt: skip
    """Write down what a hall's second witness counted, or what either counted anew."""
    with _desk() as desk:
        by = desk.witness(witness, number)
        after = desk.halls.confirm(by, number, hall, desk.figures(number, counted))
        typer.echo(f"Hall {hall} of assembly {number}: {_state(after)}.")


def halls(number: Number, as_json: AsJson = False) -> None:
    """List the halls of an assembly and whether their witnesses agree."""
    with _desk() as desk:
        assembly.look(desk.store.database, number)
        found = desk.halls.of(number)
        if as_json:
            print_json(
                [
                    {"hall": one.number, "name": one.name, "state": _state(one)}
                    | ({"hands": _written(one.first.figures)} if one.agreed else {})
                    for one in found
                ]
            )
            return
        print_table(("hall", "name", "state"), [(x.number, x.name, _state(x)) for x in found])


def minutes(
    number: Number,
    file: Annotated[Path | None, typer.Argument(help="A text file; without it, print.")] = None,
) -> None:
    """Print the minutes of an assembly, or keep new ones from a file. They are public."""
    with _desk() as desk:
        assembly.look(desk.store.database, number)
        if file is None:
            kept = desk.halls.minutes(number)
            typer.echo(kept[0].text if kept else "There are no minutes yet.")
            return
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as trouble:
            fail(f"{file} cannot be read: {trouble}.")
        version = desk.halls.write_minutes(None, number, text)
        typer.echo(f"The minutes of assembly {number} are kept as version {version}.")


def _state(one: Hall) -> str:
    if one.second is None:
        return "waits for a second witness"
    return "two witnesses agree" if one.agreed else "two witnesses differ"


def _written(figures: Figures) -> dict[str, dict[str, int]]:
    return {
        str(motion): {str(option): hands for option, hands in counted.items()}
        for motion, counted in figures.items()
    }
