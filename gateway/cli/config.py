"""`gateway config`: what is in force."""

from typing import Annotated

import typer

from gateway.cli import tables
from gateway.cli.command import settings_only

app = typer.Typer(help="The settings.", no_args_is_help=True)


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print every setting in force and where it came from. Secrets are masked."""
    with settings_only() as settings:
        rows = settings.describe()
    if as_json:
        tables.print_json({row.name: row.value for row in rows})
    else:
        tables.print_table(
            ("setting", "value", "from"), [(row.name, row.value, row.source) for row in rows]
        )
