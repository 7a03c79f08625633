"""`gateway flows`: tools for those who write and translate conversations."""

import typer

from gateway.cli.flows import check, messages, schema, upgrade

app = typer.Typer(help="Write, check and translate conversations.", no_args_is_help=True)
app.command()(check.check)
app.command()(upgrade.upgrade)
app.command()(schema.schema)
app.add_typer(messages.app, name="messages")
