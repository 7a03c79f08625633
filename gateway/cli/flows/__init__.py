"""`gateway flows`: tools for those who write, check, translate and publish conversations."""

import typer

from gateway.cli.flows import (
    check,
    cost,
    exporting,
    graph,
    importing,
    messages,
    publish,
    record,
    schema,
    simulate,
    transcripts,
    upgrade,
    usage,
)

app = typer.Typer(help="Write, check, translate and publish conversations.", no_args_is_help=True)
app.command()(check.check)
app.command()(graph.graph)
app.command()(cost.cost)
app.command()(simulate.simulate)
app.command()(publish.publish)
app.command()(publish.status)
app.command()(usage.usage)
app.command("test")(transcripts.transcripts)
app.command()(record.record)
app.command("import")(importing.import_flows)
app.command("export")(exporting.export_flows)
app.command()(upgrade.upgrade)
app.command()(schema.schema)
app.add_typer(messages.app, name="messages")
