"""Writes rows as an XLSX workbook into a stream, one at a time. Puts nothing aside on a disk.

What lies on a disk while a workbook is made would lie there in plain, and stay there if the
process died. Cells are texts in place or whole numbers (ECMA-376, part 1); formulas are not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Value = str | int | None

MOST_ROWS: Final = 1_048_576  # lines of a sheet, by the format
LONGEST_CELL: Final = 32_767
_MOST_BYTES: Final = 1 << 30  # of a sheet: beyond 2 GB a zip has marks that spreadsheets refuse
_LETTERS: Final = 26
_PART: Final = 1 << 16
_BOLD: Final = ' s="1"'

# What XML cannot hold is written as `_x0007_`, and so is what would be read as that.
_UNHEARD: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\r]")
_LIKE_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_BEGIN: Final = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
_END: Final = "</sheetData></worksheet>"
_STYLES: Final = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    ' xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def write_workbook(
    target: IO[bytes],
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    most: int = MOST_ROWS,
) -> int:
    """Write a workbook and return how many rows it has; `target` need not be able to go back.

    A sheet has at most `most` lines with its header; further rows go on in the next.
    """
    names = [_letters(at) for at in range(len(columns))]
    waiting, written, sheets = iter(rows), 0, 0
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        while True:
            following = next(waiting, None)
            if following is None and sheets:
                break
            sheets += 1
            if following is not None:
                waiting = chain([following], waiting)
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                written += _fill(sheet, names, columns, waiting, most)
        for name, content in _around(sheets):
            book.writestr(name, content)
    return written


def _fill(
    sheet: IO[bytes],
    names: Sequence[str],
    columns: Sequence[str],
    rows: Iterator[Sequence[Value]],
    most: int,
) -> int:
    """Write a sheet until it is full or there are no more rows; return how many it has."""
    buffer = [_BEGIN, _row(1, names, columns, _BOLD)]
    size = waits = 0
    line = 1
    while line < most and size < _MOST_BYTES:
        row = next(rows, None)
        if row is None:
            break
        line += 1
        written = _row(line, names, row, "")
        buffer.append(written)
        waits += len(written)
        if waits > _PART:
            size += sheet.write("".join(buffer).encode())
            waits = 0
            buffer.clear()
    sheet.write("".join([*buffer, _END]).encode())
    return line - 1


def _row(line: int, names: Sequence[str], row: Sequence[Value], style: str) -> str:
    cells = [_cell(f"{name}{line}", cell, style) for name, cell in zip(names, row, strict=True)]
    return f'<row r="{line}">{"".join(cells)}</row>'


def _cell(at: str, value: Value, style: str) -> str:
    if value is None:
        return f'<c r="{at}"{style}/>'
    if value.__class__ is int:
        return f'<c r="{at}"{style}><v>{value}</v></c>'
    text = f'<t xml:space="preserve">{_text(str(value))}</t>'
    return f'<c r="{at}"{style} t="inlineStr"><is>{text}</is></c>'


def _text(text: str) -> str:
    told = _LIKE_ESCAPED.sub("_x005F_", text[:LONGEST_CELL])
    return escape(_UNHEARD.sub(lambda found: f"_x{ord(found[0]):04X}_", told))


def _letters(at: int) -> str:
    """Return the letters of a column, A for the first."""
    letters, rest = "", at + 1
    while rest:
        rest, digit = divmod(rest - 1, _LETTERS)
        letters = chr(ord("A") + digit) + letters
    return letters


def _around(sheets: int) -> Iterator[tuple[str, str]]:
    """Yield the parts that make a workbook of so many sheets."""
    numbers = range(1, sheets + 1)
    styles = sheets + 1
    yield "xl/styles.xml", _STYLES
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
            (f"rId{styles}", "styles", "styles.xml"),
        ),
    )
    yield "_rels/.rels", _relations(("rId1", "officeDocument", "xl/workbook.xml"))
    overrides = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        *((f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers),
    ]
    parts = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in overrides
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    yield (
        "[Content_Types].xml",
        "".join(
            (
                f'{_XML}<Types xmlns="{_PACKAGE}/content-types">',
                f'<Default Extension="rels" ContentType="{relations}"/>{parts}</Types>',
            )
        ),
    )


def _relations(*found: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in found
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
