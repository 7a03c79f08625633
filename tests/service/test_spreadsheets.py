import csv
import io
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from gateway.service import spreadsheets
from gateway.service.spreadsheets import ExportError, defused, new_file

ROWS: list[tuple[str | int | None, ...]] = [("Amina, 'A'", 5, None), ('say "no";\nnow', -3, "é")]
STARTS = ("=1+1", "+260970000001", "-1", "@sum", "\t=1", "\r=1", "\n=1", "\0=1", "  =1")
FORMULAS = (*STARTS, "\u00a0=1", "＝1", "＋1", "－1", "＠sum")


def written(write, columns=("name", "count", "note"), rows=ROWS) -> bytes:
    target = io.BytesIO()
    assert write(target, columns, rows) == len(rows)
    return target.getvalue()


def sheets(content: bytes):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    read = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    book.close()
    return read


def test_csv_reads_back_as_it_was_written_with_empty_cells_for_nothing():
    read = list(csv.reader(io.StringIO(written(spreadsheets.write_csv).decode(), newline="")))
    assert read == [
        ["name", "count", "note"],
        ["Amina, 'A'", "5", ""],
        ['say "no";\nnow', "-3", "é"],
    ]


def test_csv_quotes_what_other_countries_spreadsheets_take_for_a_separator():
    assert written(spreadsheets.write_csv, ("a",), [("b;=c",)]) == b'a\r\n"b;=c"\r\n'


def test_jsonl_carries_values_as_they_are_one_object_a_line():
    lines = written(spreadsheets.write_jsonl, rows=[("=1+1", 5, None)]).splitlines()
    assert [orjson.loads(line) for line in lines] == [{"name": "=1+1", "count": 5, "note": None}]


def test_xlsx_keeps_numbers_as_numbers_and_texts_as_texts():
    [read] = sheets(written(spreadsheets.write_xlsx, rows=[("0970000001", 5, None)]))
    assert read == [("name", "count", "note"), ("0970000001", 5, None)]


def test_xlsx_goes_on_in_another_sheet_when_one_is_full():
    rows = [(number,) for number in range(5)]
    read = sheets(written(partial(spreadsheets.write_xlsx, most=3), ("n",), rows))
    assert read == [[("n",), (0,), (1,)], [("n",), (2,), (3,)], [("n",), (4,)]]


def test_xlsx_is_written_as_its_rows_come_and_needs_no_way_back():
    """So that nothing waits in a file of its own, where it would lie in plain."""
    target, sizes = OneWay(), []

    def rows():
        for number in range(20_000):
            yield (f"+26097{number:07}", number)
            sizes.append(len(target.content))

    assert spreadsheets.write_xlsx(target, ("phone", "n"), rows()) == 20_000
    assert sizes[10_000] > sizes[5_000] > 0
    [read] = sheets(bytes(target.content))
    assert read[1:] == [(f"'+26097{number:07}", number) for number in range(20_000)]


class OneWay(io.BytesIO):
    """A stream that cannot go back, as a sealed file cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.content = bytearray()

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation

    def write(self, part: Any) -> int:
        self.content += bytes(part)
        return len(part)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.tuples(TEXTS, st.integers(-(2**40), 2**40) | st.none(), TEXTS), max_size=20))
def test_a_workbook_reads_back_as_it_was_written(rows: list[tuple[str, int | None, str]]):
    [_, *read] = sheets(written(spreadsheets.write_xlsx, rows=rows))[0]
    assert [tuple(_plain(cell, unescape) for cell in row) for row in read] == [
        tuple(_plain(cell, defused) for cell in row) for row in rows
    ]


def _plain(cell: object, change: Callable[[str], str]) -> object:
    return change(cell) if isinstance(cell, str) else cell


def test_columns_beyond_the_alphabet_have_two_letters():
    columns = [f"c{number}" for number in range(703)]
    [read] = sheets(written(spreadsheets.write_xlsx, columns, [tuple(range(703))]))
    assert read == [tuple(columns), tuple(range(703))]


def test_a_table_without_rows_still_has_its_header():
    assert written(spreadsheets.write_csv, rows=[]) == b"name,count,note\r\n"
    assert sheets(written(spreadsheets.write_xlsx, rows=[])) == [[("name", "count", "note")]]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(formula: str):
    assert defused(formula) == "'" + formula
    line = written(spreadsheets.write_csv, ("a",), [(formula,)]).decode()[3:]
    [[cell]] = csv.reader(io.StringIO(line, newline=""))
    assert cell == "'" + formula


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_workbook_holds_no_formula_and_no_cell_that_begins_one(formula: str):
    content = written(spreadsheets.write_xlsx, ("a",), [(formula,)])
    book = openpyxl.load_workbook(io.BytesIO(content))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@pytest.mark.parametrize("text", ["Amina", "a=b", "1-2", "", "'quoted", "#1", "260970000001"])
def test_an_ordinary_cell_stays_as_it_is(text: str):
    assert defused(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_row_whatever_it_holds_breaks_out_of_its_cells(cells: list[str]):
    columns = [f"c{number}" for number in range(len(cells))]
    content = written(spreadsheets.write_csv, columns, [tuple(cells)]).decode()
    read = list(csv.reader(io.StringIO(content, newline="")))
    row = [] if cells == [""] else [defused(cell) for cell in cells]
    assert read == [columns, row]


def test_a_new_file_is_its_owners_only_and_appears_when_it_is_complete(tmp_path: Path):
    path = tmp_path / "out.csv"
    with new_file(path, force=False) as file:
        file.write(b"a")
        assert not path.exists()
        assert [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()] == [0o600]
    assert path.read_bytes() == b"a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_written_over_only_by_force(tmp_path: Path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with pytest.raises(ExportError, match="is there already"), new_file(path, force=False):
        pytest.fail("the block of a refused file must not run")
    assert path.read_bytes() == b"old"
    with new_file(path, force=True) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"


def test_an_export_that_breaks_off_leaves_neither_a_part_nor_harm(tmp_path: Path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    def break_off() -> None:
        with new_file(path, force=True) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_said_in_one_sentence(tmp_path: Path):
    path = tmp_path / "none" / "out.csv"
    with pytest.raises(ExportError, match="No such file"), new_file(path, force=False):
        pytest.fail("the block of a refused file must not run")
