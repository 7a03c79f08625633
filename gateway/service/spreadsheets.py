"""Writes rows as CSV, XLSX or JSON lines, one at a time. Knows no table and no person.

A cell that a spreadsheet would run as a formula gets an apostrophe before it in CSV and XLSX, so a
phone number stands there as ``'+260970000001``. JSON lines carry values as they are.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import orjson

from gateway.service.workbooks import MOST_ROWS, write_workbook

Cell = str | int | None
OWNER_ONLY = 0o600
UNFINISHED = ".part"  # how the name of a file ends that is not complete

# What makes Excel, LibreOffice or Google Sheets read a cell as a formula (OWASP ASVS 1.2.10), after
# spaces too, and the full-width forms of the four signs.
_FORMULA = re.compile("[ \u00a0]*[=+\\-@\t\r\n\0＝＋－＠]")
# Separators of other countries' spreadsheets are quoted as well.
_QUOTED = re.compile('[",;\t\r\n]')
_UNUSUAL = re.compile(rf"\A{_FORMULA.pattern}|{_QUOTED.pattern}")


class ExportError(Exception):
    """An export cannot be written. One sentence that says why and what to do."""


def defused(cell: str) -> str:
    """Return a text that no spreadsheet runs."""
    return "'" + cell if _FORMULA.match(cell) else cell


def write_csv(target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a header and rows as CSV in UTF-8 (RFC 4180) and return how many rows there were."""
    target.write(_line(columns))
    written = 0
    for row in rows:
        target.write(_line(row))
        written += 1
    return written


def write_jsonl(target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write one JSON object a line and return how many there were."""
    written = 0
    for row in rows:
        target.write(orjson.dumps(dict(zip(columns, row, strict=True))) + b"\n")
        written += 1
    return written


def write_xlsx(
    target: IO[bytes],
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    most: int = MOST_ROWS,
) -> int:
    """Write a workbook and return how many rows it has.

    A sheet has at most `most` lines with its header; further rows go on in the next.
    """
    safe = ([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return write_workbook(target, [defused(name) for name in columns], safe, most=most)


Writer = Callable[[IO[bytes], Sequence[str], Iterable[Sequence[Cell]]], int]

FORMATS: Mapping[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Open a file for its owner only, which takes its name when the block ends well.

    Raises `ExportError` when the name is taken and `force` is not given, or it cannot be written.
    """
    if path.exists() and not force:
        raise ExportError(f"{path}: is there already. Choose another name, or give --force.")
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as trouble:
        raise ExportError(f"{path}: cannot be written ({trouble.strerror}).") from trouble
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as trouble:
        raise ExportError(f"{path}: cannot be written ({trouble.strerror}).") from trouble
    finally:
        unfinished.unlink(missing_ok=True)


def _line(row: Sequence[Cell]) -> bytes:
    return (",".join([_csv_cell(cell) for cell in row]) + "\r\n").encode()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if cell.__class__ is int:
        return str(cell)
    text = str(cell)
    if not _UNUSUAL.search(text):
        return text
    text = defused(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
