"""`gateway groups`: members who are reached together."""

from collections.abc import Callable
from typing import Annotated

import typer

from gateway.cli.command import WRONG_USAGE, fail, opened_store
from gateway.cli.tables import print_json, print_table
from gateway.flowfiles.place_files import read_places
from gateway.service import groups
from gateway.service.groups import GroupError
from gateway.store.database import Database
from gateway.store.groups import Whom

app = typer.Typer(help="Groups of members.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The group's name.")]
Members = Annotated[list[int] | None, typer.Option("--member", help="A member's number.")]
InPlaces = Annotated[list[str] | None, typer.Option("--place", help="A place, code or name.")]
Speaking = Annotated[list[str] | None, typer.Option("--language", help="A language, such as en.")]
All = Annotated[bool, typer.Option("--all", help="Everybody.")]


@app.command(name="list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List the groups and how many are in each."""
    with opened_store() as store:
        found = groups.listed(store.database)
    if as_json:
        print_json([{"group": name, "members": members} for name, members in found])
        return
    print_table(("group", "members"), found)


@app.command()
def add(
    group: Name,
    member: Members = None,
    place: InPlaces = None,
    language: Speaking = None,
    everybody: All = False,
) -> None:
    """Put members into a group, which begins to exist with its first one."""
    moved = _move(groups.add, group, member, place, language, everybody=everybody)
    typer.echo(f"{moved} added to {groups.group_name(group)}.")


@app.command()
def remove(
    group: Name,
    member: Members = None,
    place: InPlaces = None,
    language: Speaking = None,
    everybody: All = False,
) -> None:
    """Take members out of a group."""
    moved = _move(groups.remove, group, member, place, language, everybody=everybody)
    typer.echo(f"{moved} removed from {groups.group_name(group)}.")


def _move(
    move: Callable[[Database, str, Whom], int],
    group: str,
    numbers: list[int] | None,
    places: list[str] | None,
    languages: list[str] | None,
    *,
    everybody: bool,
) -> int:
    if everybody is bool(numbers or places or languages):
        fail("Say whom: --member, --place or --language, or --all for everybody.", WRONG_USAGE)
    with opened_store() as store:
        try:
            known = read_places(store.settings.places_path)
            codes = groups.places_within(known, places) if places else ()
            whom = Whom(tuple(numbers or ()), codes, tuple(languages or ()))
            return move(store.database, group, whom)
        except GroupError as trouble:
            fail(str(trouble))
