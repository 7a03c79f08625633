"""Reading the files that people send: as programs write them, and as attackers do."""

import io
import os
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from gateway.service.sheet_reading import MOST_LINES, SheetError, read_sheet


def workbook(rows) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_text_and_its_formulas_too():
    read = list(read_sheet(workbook([["phone", "name"], [260970000001, "=1+1"], ["'+26097", 1.5]])))
    assert read == [
        (1, ["phone", "name"]),
        (2, ["260970000001", "=1+1"]),
        (3, ["+26097", "1.5"]),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("phone;name\n097;Zoé".encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param("phone;name\n097;Zoé".encode("utf-16"), id="UTF-16"),
        pytest.param("phone\tname\r\n097\tZoé".encode("cp1252"), id="Windows"),
        pytest.param('phone,name\n"097","Zoé"\n'.encode(), id="with quotes"),
    ],
)
def test_csv_is_read_as_programs_write_it(content):
    assert list(read_sheet(content)) == [(1, ["phone", "name"]), (2, ["097", "Zoé"])]


def repacked(
    name: str, content: bytes, *, ballast: int = 0, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a workbook in which one part is another; with ballast it seems not much folded."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["phone"], ["1"]]))) as source,
        zipfile.ZipFile(target, "w", method) as made,
    ):
        for part in (*source.namelist(), *({name} - set(source.namelist()))):
            made.writestr(part, content if part == name else source.read(part))
        made.writestr("xl/media/picture.jpg", os.urandom(ballast), zipfile.ZIP_STORED)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(repacked(SHEET, b" " * (200 << 20)), id="200 MB of spaces"),
        pytest.param(repacked(SHEET, b" " * (30 << 20)), id="a thousand times its size"),
        pytest.param(
            repacked(SHEET, b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'),
            id="entities",
        ),
        pytest.param(
            repacked(
                SHEET,
                b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 99 + b"<row",
            ),
            id="half of a sheet",
        ),
    ],
)
def test_a_workbook_that_is_a_trap_is_refused_before_it_unfolds(content):
    tracemalloc.start()
    with pytest.raises(SheetError):
        list(read_sheet(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


MANY = 600_000
NAMES = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "xl/styles.xml",
            lambda: b"<styleSheet %b>" % NAMES + b"<a/>" * MANY + b"</styleSheet>",
            id="millions of styles",
        ),
        pytest.param(
            SHEET,
            lambda: b"<worksheet %b><sheetData><row>" % NAMES + b"<c/>" * MANY,
            id="a row of millions of cells",
        ),
        pytest.param(
            SHEET,
            lambda: b"<worksheet %b><sheetData>" % NAMES + b"<row/>" * MANY,
            id="millions of rows with nothing in them",
        ),
        pytest.param(
            "xl/sharedStrings.xml",
            lambda: b"<sst %b>" % NAMES + b"<si/>" * MANY + b"</sst>",
            id="millions of texts",
        ),
        pytest.param(
            "xl/elsewhere.xml",
            lambda: b"\xff\xfe" + ("<a/>" * MANY).encode("utf-16-le"),
            id="millions of anything in UTF-16",
        ),
        pytest.param(SHEET, lambda: b"<a>" * 3 * MANY, id="a deep sheet"),
    ],
)
def test_a_workbook_that_unfolds_in_the_reader_is_refused_before_it_is_read(name, content):
    with pytest.raises(SheetError, match="too large once it is unpacked"):
        list(read_sheet(repacked(name, content(), ballast=400_000)))


def test_a_workbook_that_is_folded_as_no_other_is_refused():
    with pytest.raises(SheetError, match="cannot be read"):
        list(read_sheet(repacked("xl/x", b"x", method=zipfile.ZIP_LZMA)))


@pytest.mark.parametrize(
    ("place", "read"), [("xl/workbook.xml", True), ("xl/worksheets/book.xml", False)]
)
def test_a_book_where_no_program_puts_it_is_refused(place: str, read: bool):
    target = io.BytesIO()
    folder, _, name = place.rpartition("/")
    moved = {
        "xl/workbook.xml": place,
        "xl/_rels/workbook.xml.rels": f"{folder}/_rels/{name}.rels",
    }
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["phone"], ["1"]]))) as source,
        zipfile.ZipFile(target, "w") as made,
    ):
        for part in source.namelist():
            content = source.read(part).replace(b"/xl/workbook.xml", f"/{place}".encode())
            made.writestr(moved.get(part, part), content)
    if read:
        assert len(list(read_sheet(target.getvalue()))) == 2
    else:
        with pytest.raises(SheetError, match="cannot be read"):
            list(read_sheet(target.getvalue()))


def test_a_large_honest_workbook_with_a_picture_is_read():
    rows = [["phone", "name"], *([f"09700{n:05}", f"Somebody {n}"] for n in range(20_000))]
    content = workbook(rows)
    assert len(list(read_sheet(content))) == len(rows)
    with_picture = repacked("docProps/x.txt", b"x", ballast=3_000_000)
    assert [cells for _, cells in read_sheet(with_picture)] == [["phone"], ["1"]]


def test_a_file_with_too_many_lines_is_refused():
    content = b"phone\n" + b"1\n" * (MOST_LINES + 1)
    with pytest.raises(SheetError, match="50,000 lines"):
        list(read_sheet(content))
    assert len(list(read_sheet(content[:-2]))) == MOST_LINES + 1


def test_a_row_that_is_far_down_is_not_gone_for():
    names = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    sheet = b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (names, row)
    with pytest.raises(SheetError, match="50,000 lines"):
        list(read_sheet(repacked(SHEET, sheet)))
