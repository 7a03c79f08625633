"""Reads a CSV or XLSX file that somebody sent, line by line and within bounds. Runs no formula.

Whatever is in a cell is text; a formula is its own text. A file that unfolds to far more than it
weighs, or names outside entities, is refused before it is unfolded.
"""

import csv
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

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
_MOST_AT_ONCE: Final = 2 * 1024 * 1024  # of what a reader of workbooks takes into memory as a whole
_LONGEST_ROW: Final = 1024 * 1024
_MOST_PIECES: Final = 500_000  # rows of a sheet, or texts of a workbook
_BEGINNING: Final = re.compile(rb"<(?:\w+:)?(row|si)[\s/>]")  # of what is read one by one
_KINDS: Final = "[Content_Types].xml"
_BOOK: Final = "xl/workbook.xml"
_WHOLE: Final = frozenset(
    (
        *(_KINDS, _BOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/theme1.xml"),
        *("docProps/core.xml", "docProps/custom.xml"),
    )
)
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
        raise _unreadable() from trouble


def _check_unfolding(content: bytes) -> None:
    """Refuse a workbook that would take far more memory or time than people's files do."""
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        unfolded = sum(part.file_size for part in parts)
        whole = sum(part.file_size for part in parts if part.filename in _WHOLE)
        if len(parts) > _MOST_PARTS or unfolded > _MOST_UNFOLDED or whole > _MOST_AT_ONCE:
            raise _too_large()
        if unfolded > _PART and unfolded > _MOST_RATIO * len(content):
            raise _too_large()
        if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
            raise _unreadable()  # the format allows no other, and some unfold into gigabytes
        for part in parts:
            _check_part(archive, part)
        for kind in fromstring(archive.read(_KINDS)):  # noqa: S314 - small, and without entities
            name = kind.get("PartName", "").lstrip("/")
            if kind.get("ContentType", "").endswith(".main+xml") and name not in {"", _BOOK}:
                raise _unreadable()


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    """Refuse a part with entities, or that is not made of pieces that are read one by one."""
    before, at, last, pieces = b"", 0, 0, 0
    with archive.open(part.filename) as file:
        while read := file.read(_PART):
            if at == 0 and not read.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
                return  # a picture, or what else no reader takes for XML
            window, start = before + read, at - len(before)
            if any(mark in window for mark in _DOCTYPE):
                raise _unreadable()
            for found in _BEGINNING.finditer(window):
                if start + found.start() - last > _LONGEST_ROW:
                    raise _too_large()
                last = start + found.start()
                pieces += 1
            if pieces > _MOST_PIECES:
                raise _too_large()
            at += len(read)
            if at > _MOST_AT_ONCE and at - last > _LONGEST_ROW + _PART:
                raise _too_large()
            before = read[-32:]


def _too_large() -> SheetError:
    return SheetError("The workbook is too large once it is unpacked. Send it in parts.")


def _unreadable() -> SheetError:
    return SheetError("The workbook cannot be read. Save it again, or as CSV.")


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
