"""`gateway flows test`: plays the transcripts beside the flows through the real gateway."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import COULD_NOT
from gateway.cli.flows.folder import Folder, opened_folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.cli.tables import print_json
from gateway.flowfiles.transcripts import read_folder
from gateway.service.flowlab.coverage import Covered, Trace, percent
from gateway.service.flowlab.laboratory import Laboratory
from gateway.service.flowlab.playing import Failure, play


def transcripts(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    only: Annotated[str, typer.Option(help="Play only those whose name holds this.")] = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Show the steps and branches never walked.")
    ] = False,
    minimum: Annotated[
        int, typer.Option(min=0, max=100, help="End with 1 below so many percent of coverage.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Play every transcript, *.test.yaml, and say where a phone shows something else."""
    with opened_folder(directory) as folder:
        chosen = [
            one for one in read_folder(folder.path, folder.name) if only.lower() in one.name.lower()
        ]
        trace = Trace()
        with Laboratory(laboratory_setting(folder), trace) as lab:
            failures = [found for one in chosen if (found := play(lab, one)) is not None]
            covered = list(trace.covered(lab.ground.releases.current))
        if as_json:
            print_json(_as_json(len(chosen), failures, covered))
        else:
            _tell(folder, len(chosen), failures, covered, coverage)
        if failures or percent(covered) < minimum:
            raise typer.Exit(COULD_NOT)


def _tell(
    folder: Folder, played: int, failures: Sequence[Failure], covered: list[Covered], whole: bool
) -> None:
    for failure in failures:
        typer.echo(failure.text)
    if whole:
        for one in covered:
            path = f"{folder.name}/{Path(one.path).name}"
            for step, line in one.missing_steps:
                typer.echo(f"{path}:{line}: step {step} was never reached")
            for step, way, line in one.missing_branches:
                typer.echo(f"{path}:{line}: step {step} was never left by {way}")
    steps = sum(one.steps for one in covered)
    branches = sum(one.branches for one in covered)
    lost_steps = sum(len(one.missing_steps) for one in covered)
    lost = sum(len(one.missing_branches) for one in covered)
    typer.echo(
        f"{played} transcripts, {len(failures)} failed. Walked {steps - lost_steps} of {steps} "
        f"steps, {branches - lost} of {branches} branches: {percent(covered)} %."
    )


def _as_json(played: int, failures: Sequence[Failure], covered: list[Covered]) -> dict[str, object]:
    return {
        "transcripts": played,
        "failed": [
            {
                "path": one.path,
                "line": one.line,
                "test": one.test,
                "what": one.what,
                "difference": list(one.difference),
            }
            for one in failures
        ],
        "percent": percent(covered),
        "flows": [
            {
                "flow": one.flow,
                "steps": one.steps,
                "branches": one.branches,
                "missing_steps": [step for step, _ in one.missing_steps],
                "missing_branches": [[step, way] for step, way, _ in one.missing_branches],
            }
            for one in covered
        ],
    }
