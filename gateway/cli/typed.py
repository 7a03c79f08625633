"""What is typed at a terminal, or comes from a pipe, line by line. Knows no command."""

import sys
from collections.abc import Iterator

import typer


def typed_lines() -> Iterator[str]:
    """Yield what is typed: at a prompt, or echoed where it comes from a pipe."""
    if sys.stdin.isatty():
        while True:
            try:
                yield input("> ")
            except (EOFError, KeyboardInterrupt):
                return
    for line in sys.stdin:
        typer.echo(f"> {line.rstrip()}")
        yield line
