"""The command line. Each command lives in a module of its own; this one says which there are."""

import typer

from gateway.cli import channels, config, database, inbox, keys, serve

app = typer.Typer(
    name="gateway",
    help="Mashinani: an offline-first SMS/USSD mobilisation gateway.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve.serve)
app.add_typer(database.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(config.app, name="config")
app.add_typer(channels.app, name="channels")
app.add_typer(inbox.app, name="inbox")


def main() -> None:
    """Run the command line."""
    app()
