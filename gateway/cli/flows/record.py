"""`gateway flows record`: a phone in the terminal whose conversation becomes a transcript."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.flows.folder import Directory, opened_folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.cli.typed import typed_lines
from gateway.flowfiles.transcripts import SUFFIX, Person
from gateway.service.flowlab.laboratory import Laboratory
from gateway.service.flowlab.playing import know, unknown
from gateway.service.flowlab.recording import Recorder, written


def record(
    out: Annotated[Path, typer.Argument(metavar="OUT.test.yaml", help="The file to write.")],
    directory: Directory = None,
    *,
    name: Annotated[str, typer.Option(help="What the conversation is about, as a sentence.")] = "",
    member: Annotated[bool, typer.Option("--member", help="The person is a member.")] = False,
    person: Annotated[str, typer.Option(help="The name of the member.")] = "",
    place: Annotated[str, typer.Option(help="The district of the member.")] = "",
    language: Annotated[str, typer.Option(help="The language of the person.")] = "",
) -> None:
    """Hold a phone that talks to the flows, and write a transcript for `gateway flows test`."""
    if not out.name.endswith(SUFFIX):
        fail(f"{out}: a transcript's name ends with {SUFFIX}.", WRONG_USAGE)
    if out.exists():
        fail(f"{out} is there already. Name another file.", WRONG_USAGE)
    known = Person(member or bool(person or place), person, place, language)
    with opened_folder(directory) as folder, Laboratory(laboratory_setting(folder)) as lab:
        lab.begin_anew()
        if strange := unknown(lab, known):
            fail(f"{strange[0].upper()}{strange[1:]}.", WRONG_USAGE)
        recorder = Recorder(lab, typer.echo)
        know(lab, recorder.phone.number, known)
        typer.echo("Dial a code such as *384*20200#, or write an SMS. /help, /quit")
        recorder.hold(typed_lines())
        if not recorder.lines:
            fail("Nothing was done, so nothing is written.")
        title = name or f"Recorded as {out.name.removesuffix(SUFFIX)}"
        out.write_text(written(title, recorder.lines, known), encoding="utf-8")
        typer.echo(f"wrote {out}")
