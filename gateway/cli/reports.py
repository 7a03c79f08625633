"""`gateway reports`: what people reported, and what is done. Shows neither number nor name."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from gateway import bootstrap
from gateway.bootstrap import Station
from gateway.cli.command import fail, opened
from gateway.cli.tables import print_json
from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement.cases import State
from gateway.core.movement.moments import iso
from gateway.service import case_moves
from gateway.service.cases import CaseError, Cases, Listed, NoSuchCase, workers
from gateway.store.cases import Filter

app = typer.Typer(help="Reports of issues: list, read, move, give, note.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The report's code, such as 7K4-2C9X.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_MOST = 10_000


class Group(StrEnum):
    """Which reports to list."""

    OPEN = "open"
    OVER = "over"


@app.command("list")
def list_(
    which: Annotated[
        Group, typer.Option(help="Those that are open, or those that are over.")
    ] = Group.OPEN,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    category: Annotated[str | None, typer.Option(help="Only those about this.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """List reports, the longest waiting first, without their words."""
    with _cases() as (cases, _):
        is_open = which is Group.OPEN if state is None else state in rules.OPEN
        states = None if state is None else (str(state),)
        wanted = Filter(open=is_open, states=states, category=category)
        found = [_as_dict(one) for one in cases.page(wanted, None, None, limit)]
    if as_json:
        print_json(found)
    elif found:
        for one in found:
            words = [one["code"], one["state"], one["category"], one["place"] or "no place"]
            words += [one["filed_at"][:16], one["assigned"] and f"with {one['assigned']}"]
            words.append("HELD FOR DANGER" if one["danger"] else "")
            typer.echo("  ".join(filter(None, words)))
    else:
        typer.echo("No report of that kind.")


@app.command()
def show(
    code: Code,
    reason: Annotated[
        str | None, typer.Option(help="Why the words of one held for danger have to be read.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show one report with its words. It is written to the audit that they were read."""
    with _cases() as (cases, _):
        read = cases.read(None, None, _code(code), reason=reason)
        about = _as_dict(read.about) | {
            "verification": str(read.rung),
            "numbers": read.numbers,
            "words": read.words,
            "merged": [one.code for one in read.led],
            "leads": None if read.leads is None else read.leads.code,
            "messages": [
                {"at": iso(one.at), "to_person": one.to_person, "text": one.text}
                for one in read.messages
            ],
            "notes": [{"at": iso(one.at), "by": one.by, "text": one.text} for one in read.notes],
        }
    if as_json:
        print_json(about)
        return
    for key, value in about.items():
        if key not in {"messages", "notes", "words"} and value not in (None, "", [], False):
            shown = ", ".join(value) if isinstance(value, list) else value
            typer.echo(f"{key.replace('_', ' ')}: {shown}")
    typer.echo("words: (held back; give --reason)" if read.words is None else read.words)
    for one in about["messages"]:
        typer.echo(f"  {one['at']}  {'staff' if one['to_person'] else 'reporter'}: {one['text']}")
    for one in about["notes"]:
        typer.echo(f"  {one['at']}  note by {one['by'] or 'a command'}: {one['text']}")


@app.command()
def move(
    code: Code,
    state: Annotated[State, typer.Argument(help="The state to take it to.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell nobody by SMS.")] = False,
) -> None:
    """Take a report to another state; its reporter is told by SMS, three times at most."""
    with _cases() as (cases, _):
        told = case_moves.move(cases, None, None, _code(code), state, telling=not quiet)
    typer.echo(f"{code} is {state}. {told} told by SMS.")


@app.command()
def assign(
    code: Code,
    username: Annotated[
        str | None, typer.Argument(help="Who looks after it; nobody, if left out.")
    ] = None,
) -> None:
    """Give a report to a caseworker of its place."""
    with _cases() as (cases, station):
        number = None
        if username is not None:
            about = cases.about(None, _code(code))
            store = station.store
            members = bootstrap.identity(store, station.places).staff.directory()
            able = workers(members, about.row.place, station.places)
            number = next((one.id for one in able if one.username == username), None)
            if number is None:
                fail(f"'{username}' may not work on reports of that place.")
        cases.assign(None, None, _code(code), number)
    typer.echo(f"{code} is with {username or 'nobody'}.")


@app.command()
def note(code: Code, text: Annotated[str, typer.Argument(help="What to note.")]) -> None:
    """Keep a note for staff, sealed."""
    with _cases() as (cases, _):
        cases.note(None, None, _code(code), text)
    typer.echo("Noted.")


@contextmanager
def _cases() -> Iterator[tuple[Cases, Station]]:
    with opened() as station:
        store = station.store
        audit = bootstrap.identity(store, station.places).audit
        try:
            yield Cases(store.database, store.vault, station.ground, audit), station
        except CaseError as trouble:
            fail(str(trouble))
        except NoSuchCase:
            fail("There is no such report. `gateway reports list` shows those that are open.")


def _code(typed: str) -> str:
    code = codes.read(typed)
    if code is None:
        fail(f"'{typed}' is no code of a report. One looks like 7K4-2C9X.")
    return code


def _as_dict(one: Listed) -> dict[str, Any]:
    row = one.row
    return {
        "code": one.code,
        "state": row.status,
        "category": row.category,
        "place": row.place,
        "filed_at": iso(row.filed_at),
        "assigned": one.assigned,
        "danger": one.case.danger,
        "updates": one.case.updates,
        "waits_for_an_answer": row.heard_at is not None,
    }
