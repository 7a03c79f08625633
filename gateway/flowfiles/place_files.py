"""Reads a country's places from CSV. Matches nothing, and refuses a file that is not a tree."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from gateway.core.movement.places import LEVELS, Place, Places
from gateway.flowfiles.errors import FlowFileError

COLUMNS: Final = ("code", "name", "level", "parent", "aliases")

_SQUARE: Final = re.compile(r"\d{1,2}")
_CODE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})*")


def read_places(path: Path) -> Places:
    """Read the places of a CSV file with the columns code, name, level, parent and aliases.

    Rows may be in any order; aliases are separated by "|". Raises `FlowFileError` with file and
    line for a file that cannot be read, a column or value missing, an unknown level, a code twice,
    and a parent that is not in the file or not one level above.
    """
    placed = dict(_rows(path))
    by_code: dict[str, Place] = {}
    for line, place in placed.items():
        if place.code in by_code:
            raise FlowFileError(
                str(path), line, f"the code {place.code} occurs twice", "Give every place its own"
            )
        by_code[place.code] = place
    if not by_code:
        raise FlowFileError(str(path), 1, "there is no place in it", "Write at least a country")
    for line, place in placed.items():
        _check_parent(path, line, place, by_code)
    return Places(by_code.values())


def read_tiles(path: Path, places: Places) -> Mapping[str, tuple[int, int]]:
    """Read where places stand on a map of tiles: (column, row) by code, from 0 at the upper start.

    The file stands beside the places, as ``zm.tiles.csv`` beside ``zm.csv``; without it there is no
    map. Raises `FlowFileError` for a code that is no place, and for a square taken twice or no
    number from 0 to 99.
    """
    beside = path.with_suffix(".tiles.csv")
    if not beside.exists():
        return {}
    found: dict[str, tuple[int, int]] = {}
    try:
        with beside.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                code = (row.get("code") or "").strip()
                square = [(row.get(name) or "").strip() for name in ("column", "row")]
                where = (str(beside), reader.line_num)
                if places.get(code) is None:
                    raise FlowFileError(
                        *where, f"'{code}' is no place", f"Use codes of {path.name}"
                    )
                if not all(_SQUARE.fullmatch(one) for one in square):
                    raise FlowFileError(
                        *where, f"{code} has no square", "Write column and row from 0 to 99"
                    )
                at = (int(square[0]), int(square[1]))
                if at in found.values():
                    raise FlowFileError(*where, "the square is taken", "Give every place its own")
                found[code] = at
    except (OSError, UnicodeDecodeError, csv.Error) as trouble:
        raise FlowFileError(
            str(beside), 1, f"it cannot be read as CSV ({trouble})", "Save it as CSV in UTF-8"
        ) from trouble
    return found


def _rows(path: Path) -> Iterator[tuple[int, Place]]:
    """Yield each row's line and place."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise FlowFileError(
                    str(path),
                    1,
                    f"there is no column {missing[0]}",
                    f"Write the first line as {','.join(COLUMNS)}",
                )
            for row in reader:
                yield reader.line_num, _place(path, reader.line_num, row)
    except (OSError, UnicodeDecodeError, csv.Error) as trouble:
        raise FlowFileError(
            str(path), 1, f"it cannot be read as CSV ({trouble})", "Save it as CSV in UTF-8"
        ) from trouble


def _place(path: Path, line: int, row: dict[str, str | None]) -> Place:
    """Return the place of a row whose own values are right."""
    if None in row.values():
        raise FlowFileError(
            str(path), line, "the row is too short", f"Write all of {', '.join(COLUMNS)}"
        )
    code, name, level, parent, aliases = ((row[column] or "").strip() for column in COLUMNS)
    if not _CODE.fullmatch(code):
        raise FlowFileError(
            str(path), line, f"'{code}' is no place code", "Write one such as ZM-03-05"
        )
    if not name:
        raise FlowFileError(str(path), line, f"{code} has no name", "Write its name")
    if level not in LEVELS:
        raise FlowFileError(
            str(path), line, f"'{level}' is no level", f"Write one of {', '.join(LEVELS)}"
        )
    spellings = tuple(filter(None, (alias.strip() for alias in aliases.split("|"))))
    return Place(code, name, level, parent or None, spellings)


def _check_parent(path: Path, line: int, place: Place, by_code: dict[str, Place]) -> None:
    """Refuse a place whose parent is not the place one level above."""
    above = LEVELS.index(place.level) - 1
    if above < 0:
        if place.parent is not None:
            raise FlowFileError(
                str(path), line, f"{place.code} is a country with a parent", "Leave parent empty"
            )
        return
    named = place.parent or ""
    parent = by_code.get(named)
    if parent is None or parent.level != LEVELS[above]:
        raise FlowFileError(
            str(path),
            line,
            f"the parent of {place.code} is '{named}', no {LEVELS[above]} of this file",
            f"Write the code of the {LEVELS[above]} that it is in",
        )
