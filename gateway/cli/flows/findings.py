"""Findings of a check, printed for people, for programs or for GitHub."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from gateway.cli.command import COULD_NOT
from gateway.cli.tables import print_json
from gateway.flowfiles.findings import ERROR, WARNING, Finding


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


FormatOption = Annotated[
    Format,
    typer.Option("--format", help="text for people, json for programs, github for its checks."),
]


def report(findings: Sequence[Finding], how: Format, *, done: str, strict: bool = False) -> None:
    """Print findings and end with 1 where one of them is an error, or any where it is `strict`.

    `done` is said where there is none.
    """
    errors = sum(one.level == ERROR for one in findings)
    if how is Format.JSON:
        print_json([one.json for one in findings])
    else:
        for one in findings:
            typer.echo(one.github if how is Format.GITHUB else one.text)
    if how is Format.TEXT:
        counted = f"{_count(errors, ERROR)}, {_count(len(findings) - errors, WARNING)}."
        typer.echo(counted if findings else done)
    if errors or (strict and findings):
        raise typer.Exit(COULD_NOT)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
