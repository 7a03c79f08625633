"""`gateway flows schema`: the JSON Schema by which editors check and complete flow files."""

import typer

from gateway.flowfiles.language.schema import written


def schema() -> None:
    """Print the JSON Schema of flow files. `flows/schema.json` is what it printed last."""
    typer.echo(written().decode(), nl=False)
