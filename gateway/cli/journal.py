"""`gateway journal`: whether the record holds."""

from typing import Annotated

import typer

from gateway.cli.command import fail, opened_store
from gateway.cli.tables import print_json
from gateway.service import replay as tools

app = typer.Typer(help="The hash-chained record of what happened.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check that no fact was changed, removed or added by another hand."""
    with opened_store() as store:
        found = tools.verify(store.database)
    if as_json:
        broken = [{"stream": one.stream, "seq": one.seq, "why": one.why} for one in found.broken]
        print_json({"facts": found.facts, "broken": broken})
    if found.broken:
        where = "; ".join(f"stream {one.stream}, fact {one.seq}: {one.why}" for one in found.broken)
        fail(f"The journal does not hold ({where}). Keep this file, and restore a backup.")
    if not as_json:
        typer.echo(f"{found.facts} facts, and every chain holds.")


@app.command()
def replay(as_json: AsJson = False) -> None:
    """Rebuild the tables from the journal in a scratch database and compare them."""
    with opened_store() as store:
        found = tools.replay(store.database)
    if as_json:
        print_json(
            {
                "facts": found.facts,
                "differences": [
                    {
                        "table": one.table,
                        "missing": one.missing,
                        "extra": one.extra,
                        "changed": one.changed,
                    }
                    for one in found.differences
                ],
            }
        )
    if found.differences:
        where = "; ".join(
            f"{one.table}: {one.missing} missing, {one.extra} extra, {one.changed} changed"
            for one in found.differences
        )
        fail(f"The tables are not what the journal says ({where}).")
    if not as_json:
        typer.echo(f"{found.facts} facts were replayed; the tables are what they say.")
