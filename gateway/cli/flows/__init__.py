"""`gateway flows`: tools for those who write and translate conversations. Reaches no database."""

import typer

from gateway.cli.flows import messages, schema, upgrade

app = typer.Typer(help="Write, check and translate conversations.", no_args_is_help=True)
app.command()(upgrade.upgrade)
app.command()(schema.schema)
app.add_typer(messages.app, name="messages")
