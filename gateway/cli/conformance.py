"""`gateway conformance`: how often this engine does as another engine's tables say."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import WRONG_USAGE, fail
from gateway.service.conformance.folder import Folder
from gateway.service.conformance.tables import run

# So many rows that do not pass are shown for each table.
SHOWN = 10


def conformance(
    folder: Annotated[Path, typer.Argument(help="the folder with the tables")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    failures: Annotated[int, typer.Option(help="show so many failures of a table")] = SHOWN,
) -> None:
    """Run tables of examples of another engine, and print how many come out alike.

    The folder holds a file for each table (expressions.json, functions.json and so on) and the
    context.json that they name; a table that is not there is left out. Exit code 2: there is no
    such folder.
    """
    if not folder.is_dir():
        fail(f"there is no folder {folder}. Name the folder with the tables.", WRONG_USAGE)
    results = run(Folder(folder))
    if as_json:
        counts = {
            name: {"passed": sum(each.passed for each in outcomes), "total": len(outcomes)}
            for name, outcomes in results.items()
        }
        print(json.dumps(counts))
        return
    for name, outcomes in results.items():
        failed = [each for each in outcomes if not each.passed]
        print(f"{name}: {len(outcomes) - len(failed)} / {len(outcomes)}")
        for each in failed[:failures]:
            print(f"  {each.row}: {each.why}")
        if len(failed) > failures:
            print(f"  and {len(failed) - failures} more")
