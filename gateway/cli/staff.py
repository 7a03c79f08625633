"""`gateway staff`: those who run the movement, from the first of them on, and their programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway import bootstrap
from gateway.bootstrap import Identity
from gateway.cli.command import WRONG_USAGE, fail, opened_store
from gateway.cli.simulator import address
from gateway.cli.tables import print_json, print_table
from gateway.config.settings import Settings
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Grant, Permission, Role
from gateway.flowfiles.place_files import read_places
from gateway.service.groups import GroupError, one_place

app = typer.Typer(help="Those who run the movement.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens of programs that read.", no_args_is_help=True)
app.add_typer(tokens, name="tokens")

Username = Annotated[str, typer.Argument(help="The user name.", metavar="USERNAME")]
Roles = Annotated[list[Role], typer.Option("--role", help="A role; may be given again.")]
OneRole = Annotated[Role, typer.Option("--role", help="The role.")]
PlaceOption = Annotated[
    str | None, typer.Option("--place", help="The place it is for, code or name; else everywhere.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@dataclass(frozen=True, slots=True)
class _Office:
    settings: Settings
    places: Places
    identity: Identity


@contextmanager
def _opened() -> Iterator[_Office]:
    with opened_store() as store:
        places = read_places(store.settings.places_path)
        yield _Office(store.settings, places, bootstrap.identity(store, places))


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The name that others of the staff see.")],
    role: Roles,
    place: PlaceOption = None,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link to sign in first; ask for no password.")
    ] = False,
) -> None:
    """Make an account. The password is asked for here, or chosen at the first sign-in."""
    with _opened() as office:
        grants = [_grant(office.places, one, place) for one in role]
        staff = office.identity.staff
        if link:
            _, secret = staff.invite(None, username, name, grants)
            _print_link(office.settings, secret)
            return
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        staff.add(None, username, name, grants, password=password)
    typer.echo(f"{username} may sign in.")


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """List everybody with their roles."""
    with _opened() as office:
        found = office.identity.staff.directory()
        zone = ZoneInfo(office.settings.movement.timezone)
    if as_json:
        print_json(
            [
                {
                    "username": one.username,
                    "name": one.name,
                    "roles": [{"role": str(held.role), "place": held.place} for held in one.grants],
                    "password": one.has_password,
                    "codes": one.has_totp,
                    "created_at": _iso(one.created_at),
                    "disabled_at": _iso(one.disabled_at),
                }
                for one in found
            ]
        )
        return
    print_table(
        ("user name", "name", "roles", "signs in with", "disabled"),
        [
            (
                one.username,
                one.name,
                ", ".join(map(_words, one.grants)) or "none",
                _signs_in_with(password=one.has_password, codes=one.has_totp),
                _local(one.disabled_at, zone),
            )
            for one in found
        ],
    )


@app.command()
def grant(username: Username, role: OneRole, place: PlaceOption = None) -> None:
    """Give somebody a role, for a place or everywhere."""
    with _opened() as office:
        given = _grant(office.places, role, place)
        staff = office.identity.staff
        new = staff.grant(None, staff.find(username).id, given)
    typer.echo(f"{username} is {_words(given)}{' now' if new else ' already'}.")


@app.command()
def ungrant(username: Username, role: OneRole, place: PlaceOption = None) -> None:
    """Take a role away. The last admin of the whole movement keeps it."""
    with _opened() as office:
        taken = _grant(office.places, role, place)
        staff = office.identity.staff
        held = staff.ungrant(None, staff.find(username).id, taken)
    typer.echo(f"{username} is {'no longer' if held else 'not'} {_words(taken)}.")


@app.command()
def rename(
    username: Username, name: Annotated[str, typer.Option(help="The name that others see.")]
) -> None:
    """Give somebody another name. The user name stays."""
    with _opened() as office:
        staff = office.identity.staff
        staff.rename(None, staff.find(username).id, name)
    typer.echo(f"{username} has another name.")


@app.command()
def disable(username: Username) -> None:
    """Let somebody sign in no more, and end every session. What he or she did stays written."""
    with _opened() as office:
        staff = office.identity.staff
        staff.disable(None, staff.find(username).id)
    typer.echo(f"{username} may not sign in any more, and every session is over.")


@app.command()
def enable(username: Username) -> None:
    """Let somebody sign in again."""
    with _opened() as office:
        staff = office.identity.staff
        staff.enable(None, staff.find(username).id)
    typer.echo(f"{username} may sign in again.")


@app.command()
def link(username: Username) -> None:
    """Print a link that signs somebody in once, without password and code."""
    with _opened() as office:
        staff = office.identity.staff
        _print_link(office.settings, staff.link(None, staff.find(username).id))


@app.command()
def reset(username: Username) -> None:
    """Take password and codes away, end every session, and print a link to choose new ones."""
    with _opened() as office:
        staff = office.identity.staff
        _print_link(office.settings, staff.reset(None, staff.find(username).id))


@tokens.command(name="list")
def list_tokens(as_json: AsJson = False) -> None:
    """List the tokens, those that are over too. What they are is shown when they are made only."""
    with _opened() as office:
        names = {one.id: one.username for one in office.identity.staff.directory()}
        found = office.identity.tokens.list()
        zone = ZoneInfo(office.settings.movement.timezone)
    if as_json:
        print_json(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "username": names[one.staff],
                    "scopes": sorted(one.scopes),
                    "place": one.place,
                    "expires_at": _iso(one.expires_at),
                    "used_at": _iso(one.used_at),
                    "revoked_at": _iso(one.revoked_at),
                }
                for one in found
            ]
        )
        return
    print_table(
        ("id", "name", "of", "may read", "place", "serves until", "last used", "revoked"),
        [
            (
                one.id,
                one.name,
                names[one.staff],
                ", ".join(sorted(one.scopes)),
                one.place,
                _local(one.expires_at, zone),
                _local(one.used_at, zone),
                _local(one.revoked_at, zone),
            )
            for one in found
        ],
    )


@tokens.command(name="make")
def make_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    owner: Annotated[str, typer.Option("--for", help="Whose it is, by user name.")],
    scope: Annotated[list[Permission], typer.Option(help="What it may read; may be given again.")],
    place: PlaceOption = None,
    days: Annotated[int, typer.Option(help="How long it serves.")] = 90,
) -> None:
    """Make a token that may read some of what its owner may. It is printed this once."""
    with _opened() as office:
        code = None if place is None else _place(office.places, place)
        viewer = office.identity.staff.viewer(owner)
        secret = office.identity.tokens.make(
            viewer, name, frozenset(scope), days=days, place=code, by_command=True
        )
    typer.echo(secret)


@tokens.command(name="revoke")
def revoke_token(
    number: Annotated[int, typer.Argument(help="The token's id.", metavar="ID")],
) -> None:
    """Let a token serve no more."""
    with _opened() as office:
        revoked = office.identity.tokens.revoke(None, number)
    if not revoked:
        fail(f"No token {number} serves. `gateway staff tokens list` shows them.")
    typer.echo(f"Token {number} does not serve any more.")


def _grant(places: Places, role: Role, place: str | None) -> Grant:
    return Grant(role, None if place is None else _place(places, place))


def _place(places: Places, written: str) -> str:
    try:
        return one_place(places, written).code
    except GroupError as trouble:
        fail(str(trouble), WRONG_USAGE)


def _words(grant: Grant) -> str:
    return f"{grant.role} for {grant.place or 'the whole movement'}"


def _signs_in_with(*, password: bool, codes: bool) -> str:
    if not password:
        return "a link"
    return "password and code" if codes else "password"


def _print_link(settings: Settings, secret: str) -> None:
    typer.echo(f"{address(settings)}/signin/link/{secret}")
    minutes = settings.staff.link_minutes
    typer.echo(
        f"It signs in once, within {minutes} minutes. Hand it over yourself; whoever opens it first"
        " is let in. Where people reach the pages at another address, put that before /signin.",
        err=True,
    )


def _iso(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat()


def _local(at: int | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"
