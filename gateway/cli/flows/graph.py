"""`gateway flows graph`: pictures of conversations, as Mermaid, SVG or dot."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.flows.folder import chosen_flows, opened_release
from gateway.core.drawing.diagram import Diagram, diagram
from gateway.core.drawing.svg import svg
from gateway.core.drawing.written import dot, mermaid


class Picture(StrEnum):
    """How a flow is drawn."""

    MERMAID = "mermaid"
    SVG = "svg"
    DOT = "dot"


_DRAWN: Final[Mapping[Picture, Callable[[Diagram], str]]] = {
    Picture.MERMAID: mermaid,
    Picture.SVG: svg,
    Picture.DOT: dot,
}
_ENDINGS: Final = {Picture.MERMAID: "mmd", Picture.SVG: "svg", Picture.DOT: "dot"}


def graph(
    flow: Annotated[
        str | None, typer.Argument(metavar="[FLOW]", help="The flow's name; else all of them.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    how: Annotated[
        Picture, typer.Option("--format", help="Mermaid text, an SVG picture, or Graphviz's dot.")
    ] = Picture.MERMAID,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file for one flow, a folder for several."),
    ] = None,
) -> None:
    """Draw flows: steps by shape, branches by name, calls as links to their own pictures."""
    with opened_release(directory) as opened:
        flows = chosen_flows(opened.release, flow)
        if len(flows) > 1 and output is None and how is Picture.SVG:
            fail("One file holds one picture. Name a flow, or a folder with -o.", WRONG_USAGE)
        for one in flows:
            drawn = _DRAWN[how](diagram(one))
            if output is None:
                typer.echo(drawn, nl=False)
                continue
            path = output
            if flow is None or output.is_dir():
                path = output / f"{one.name}.{_ENDINGS[how]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn, encoding="utf-8")
            typer.echo(f"wrote {path}")
