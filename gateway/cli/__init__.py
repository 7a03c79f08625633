"""The command line. Each command lives in a module of its own; this one says which there are."""

import typer

from gateway.cli import (
    assembly,
    audit,
    broadcast,
    channels,
    config,
    conformance,
    database,
    deliver,
    demo,
    demo_data,
    export,
    flows,
    groups,
    handovers,
    inbox,
    journal,
    keys,
    play,
    reports,
    serve,
    simulator,
    staff,
    text,
    webhooks,
)

app = typer.Typer(
    name="gateway",
    help="Mashinani: an offline-first SMS/USSD mobilisation gateway.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve.serve)
app.command()(deliver.deliver)
app.command()(simulator.simulator)
app.command()(play.play)
app.command()(conformance.conformance)
app.command()(demo_data.demo_data)
app.add_typer(demo.app, name="demo")
app.add_typer(database.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(config.app, name="config")
app.add_typer(channels.app, name="channels")
app.add_typer(flows.app, name="flows")
app.add_typer(inbox.app, name="inbox")
app.add_typer(journal.app, name="journal")
app.add_typer(assembly.app, name="assembly")
app.add_typer(broadcast.app, name="broadcast")
app.add_typer(export.app, name="export")
app.add_typer(groups.app, name="groups")
app.add_typer(handovers.app, name="handovers")
app.add_typer(reports.app, name="reports")
app.add_typer(staff.app, name="staff")
app.add_typer(audit.app, name="audit")
app.add_typer(text.app, name="text")
app.add_typer(webhooks.app, name="webhooks")


def main() -> None:
    """Run the command line."""
    app()
