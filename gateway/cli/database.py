"""`gateway db`: the tables."""

import typer

from gateway import bootstrap
from gateway.cli.command import settings_only
from gateway.store import node, schema
from gateway.store.keyring import read_keyring
from gateway.store.vault import Vault

app = typer.Typer(help="The database's tables.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Make the tables, or bring them to this version. Nothing is lost; run it before `serve`."""
    with settings_only() as settings:
        vault = Vault(read_keyring(settings.key.file))
        with bootstrap.open_database(settings) as database:
            schema.upgrade(database)
            node.settle(database, vault)
    typer.echo("The database is ready.")


@app.command()
def check() -> None:
    """Tell whether the tables and the key file fit this version."""
    with settings_only() as settings:
        bootstrap.open_store(settings).close()
    typer.echo("The database and its keys fit.")
