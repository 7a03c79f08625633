from pathlib import Path

import pytest

from gateway.service.export import PHONE, SHEETS
from gateway.service.signups import DIMENSIONS
from gateway.service.spreadsheets import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("what", SHEETS)
def test_every_export_is_described_with_exactly_its_columns(what: str):
    columns = ", ".join(name for name in SHEETS[what].columns if name != PHONE)
    assert f"| `{what}` | {columns} |" in PAGE


@pytest.mark.parametrize("word", [*DIMENSIONS, *FORMATS])
def test_every_dimension_and_format_is_described(word: str):
    assert f"`{word}`" in PAGE
