"""Reads a CSV or XLSX file that somebody sent, line by line and within bounds. Runs no formula.

Whatever is in a cell is text; a formula is its own text. A file that unfolds to far more than it
weighs, or names outside entities, is refused before it is unfolded.
"""

import csv
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_LINES: Final = 50_000
MOST_COLUMNS: Final = 50
LONGEST_CELL: Final = 500
MOST_TEXT: Final = 32 * 1024 * 1024  # characters in all cells
_MOST_UNFOLDED: Final = 64 * 1024 * 1024
_MOST_RATIO: Final = 200
_MOST_PARTS: Final = 1000
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"
_PART: Final = 1 << 20
_DOCTYPE: Final = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
# What the reader of workbooks raises at one that is none, or is broken.
_BROKEN: Final = (
    *(AttributeError, BadZipFile, EOFError, IndexError, InvalidFileException, KeyError),
    *(NotImplementedError, OSError, OverflowError, ParseError, RuntimeError, TypeError),
    *(ValueError, zlib.error),
)

Line = tuple[int, list[str]]  # the number of the line in the file, and its cells


class SheetError(Exception):
    """A file cannot be taken. One sentence that says why."""


def read_sheet(content: bytes) -> Iterator[Line]:
    """Yield the lines of a file that are not empty, its header first. Raises `SheetError`."""
    lines = _workbook(content) if content.startswith(_ZIP) else _csv(content)
    size = 0
    for number, (line, cells) in enumerate(_cleaned(lines)):
        if number > MOST_LINES:
            raise SheetError("The file has more than 50,000 lines. Send it in parts.")
        size += sum(map(len, cells))
        if size > MOST_TEXT:
            raise SheetError("The file holds too much text. Send only the columns that are needed.")
        yield line, cells


def _cleaned(lines: Iterator[Sequence[object]]) -> Iterator[Line]:
    for number, row in enumerate(lines, start=1):
        if number > 2 * MOST_LINES:
            raise SheetError("The file has more than 50,000 lines. Send it in parts.")
        if len(row) > MOST_COLUMNS and any(_text(cell) for cell in row[MOST_COLUMNS:]):
            raise SheetError("The file has more than 50 columns. Send only those that are needed.")
        cells = [_text(cell) for cell in row[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _csv(content: bytes) -> Iterator[Sequence[object]]:
    text = _decoded(content)
    first = text[:10_000].lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as trouble:
        raise SheetError("The file is neither a CSV file nor an XLSX workbook.") from trouble


def _decoded(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with its mark, or as Windows writes it."""
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetError("The file is neither a CSV file nor an XLSX workbook.")


def _workbook(content: bytes) -> Iterator[Sequence[object]]:
    """Yield the rows of the first sheet of a workbook."""
    try:
        _check_unfolding(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
    except SheetError:
        raise
    except _BROKEN as trouble:
        raise SheetError("The workbook cannot be read. Save it again, or as CSV.") from trouble


def _check_unfolding(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        unfolded = sum(part.file_size for part in parts)
        if len(parts) > _MOST_PARTS or unfolded > _MOST_UNFOLDED:
            raise SheetError("The workbook is too large once it is unpacked. Send it in parts.")
        if unfolded > _PART and unfolded > _MOST_RATIO * len(content):
            raise SheetError("The workbook is too large once it is unpacked. Send it in parts.")
        for part in parts:
            _check_part(archive, part.filename)


def _check_part(archive: ZipFile, name: str) -> None:
    before = b""
    with archive.open(name) as file:
        while read := file.read(_PART):
            if any(mark in before + read for mark in _DOCTYPE):
                raise SheetError("The workbook cannot be read. Save it again, or as CSV.")
            before = read[-32:]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    text = str(cell)[:LONGEST_CELL].strip()
    # What our own exports, and people, write before a number so that no spreadsheet reckons it.
    return text[1:] if text[:1] == "'" and text[1:2] in {"+", "=", "-", "@"} else text
