"""`gateway keys`: the file that everything personal is sealed with."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import settings_only
from gateway.store.keyring import write_new_keyring

app = typer.Typer(help="The movement's keys.", no_args_is_help=True)


@app.command()
def new(
    file: Annotated[
        Path | None, typer.Option(help="Where to write it; else where the settings have the key.")
    ] = None,
) -> None:
    """Make a key file that only its owner can read. An existing file is never touched."""
    with settings_only() as settings:
        path = file or settings.key.file
        write_new_keyring(path)
    typer.echo(f"{path}: made. Keep a copy in a safe place: without it the database is unreadable.")
