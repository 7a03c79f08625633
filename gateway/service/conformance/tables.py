"""Which tables can be run, and running those that a folder has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.service.conformance import (
    calls,
    older_runner,
    queries,
    runner,
    septets,
    templates,
)
from gateway.service.conformance.folder import Folder
from gateway.service.conformance.outcomes import Outcome, Table

# A line for each table, by the name of its file or folder.
TABLES: Final[Mapping[str, Table]] = {
    "expressions": templates.expressions,
    "functions": calls.functions,
    "templates": templates.templates,
    "router_cases": calls.router_cases,
    "gsm7": septets.septets,
    "contactql": queries.queries,
    "runner": runner.runner,
    "flows_bsd": older_runner.older_runner,
}


def run(folder: Folder, names: Iterable[str] = TABLES) -> Mapping[str, Sequence[Outcome]]:
    """Run the tables of these names that the folder has."""
    return {name: tuple(TABLES[name](folder)) for name in names if folder.has(name)}
