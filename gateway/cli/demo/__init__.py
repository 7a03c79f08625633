"""`gateway demo`: Mashinani without a phone company, to try or to watch. Never for real people."""

import typer

from gateway.cli.demo import running, story

app = typer.Typer(help="Try it on this machine: nothing leaves it.", no_args_is_help=True)
app.command()(running.run)
app.command()(story.story)
