"""How often our engine does as the tables of the field's say. The tables are not ours to keep."""

from pathlib import Path

import pytest

from gateway.service.conformance.folder import Folder
from gateway.service.conformance.tables import TABLES, run

# Beside the project, where somebody has put them.
TABLES_FOLDER = Path(__file__).parents[3] / "shared" / "conformance"
LEAST = 0.99
# Tables of which not everything is in scope yet have a share of their own.
# One transcript of the runner shows the white space of its own test files.
SHARES: dict[str, float] = {"runner": 0.95, "flows_bsd": 1.0}


@pytest.mark.skipif(
    not TABLES_FOLDER.is_dir(),
    reason=f"the conformance tables are not at {TABLES_FOLDER}: nothing was compared",
)
@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_comes_out_as_in_the_field(table: str):
    folder = Folder(TABLES_FOLDER)
    if not folder.has(table):
        pytest.skip(f"the folder has no table {table}")
    outcomes = run(folder, [table])[table]
    failed = [each for each in outcomes if not each.passed]
    assert len(outcomes) >= 7
    assert len(failed) <= (1 - SHARES.get(table, LEAST)) * len(outcomes), failed
