"""Tables as programs read them: a Frictionless data package, and HXL's row of tags. Counts nothing.

A package is a zip of the table as CSV and of `datapackage.json`, which says what each column is,
what was held back and why. See https://specs.frictionlessdata.io and
https://hxlstandard.org/standard/1-1final.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final

import orjson

from gateway.core.movement.moments import iso
from gateway.service.spreadsheets import Cell, Writer, write_csv

_DATA: Final = "data.csv"

# Columns that hold whole numbers; every other is text.
_NUMBERS: Final = frozenset(("participants", "reports", "people"))

TAGS: Final[Mapping[str, str]] = {
    "place": "#loc+name",
    "place_code": "#loc+code",
    "channel": "#channel+name",
    "medium": "#channel+type",
    "day": "#date+day",
    "week": "#date+week",
    "month": "#date+month",
    "language": "#meta+language",
    "gender": "#meta+gender",
    "category": "#subject+category",
    "status": "#status",
    "result": "#indicator+name",
    "answer": "#indicator+value",
    "participants": "#population+joined+num",
    "reports": "#indicator+reports+num",
    "people": "#population+answered+num",
    "suppressed": "#meta+suppressed",
}

_MEANINGS: Final[Mapping[str, str]] = {
    "place": "Name of the place that people named, or of the one that holds it.",
    "place_code": "Code of the place.",
    "day": "Day in the movement's time zone.",
    "week": "ISO 8601 week, which begins on Monday.",
    "month": "Month in the movement's time zone.",
    "medium": "How somebody joined: sms, ussd or call.",
    "participants": "Number of people. Empty: held back, see suppressed.",
    "reports": "Number of reports. Empty: held back, see suppressed.",
    "people": "Number of people. Empty: held back, see suppressed.",
    "suppressed": "yes: the count is fewer than ten, or protects one that is.",
    "person": "Stands for a person in this file only; in every other export it is another.",
    "report": "Stands for a report in this file only.",
    "phone": "Phone number (E.164), with an apostrophe before it so that it stays text.",
}
_UNITS: Final[Mapping[str, str]] = {
    "participants": "people",
    "reports": "reports",
    "people": "people",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What a package says about its table. `note` is about what was held back."""

    name: str
    title: str
    note: str
    created: int


def packaged(description: Description) -> Writer:
    """Return what writes a table as a package."""

    def write(target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            with package.open(_DATA, "w", force_zip64=True) as file:
                seen = _Seen(file)
                written = write_csv(seen, columns, rows)  # type: ignore[arg-type]
            about = _about(description, columns, written, seen)
            package.writestr("datapackage.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))
        return written

    return write


def tagged(writer: Writer) -> Writer:
    """Return a writer that puts HXL's tags under the names of the columns."""

    def write(target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        tags = [TAGS.get(name, "") for name in columns]
        return writer(target, columns, chain([tags], rows)) - 1

    return write


class _Seen:
    """Writes on, and knows what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, part: bytes) -> int:
        self.digest.update(part)
        self.size += len(part)
        return self._file.write(part)


def _about(
    description: Description, columns: Sequence[str], rows: int, seen: _Seen
) -> Mapping[str, object]:
    return {
        "profile": "tabular-data-package",
        "name": description.name,
        "title": description.title,
        "created": iso(description.created),
        "suppression": description.note,
        "resources": [
            {
                "name": description.name,
                "path": _DATA,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": seen.size,
                "hash": f"sha256:{seen.digest.hexdigest()}",
                "rows": rows,
                "schema": {"fields": list(_fields(columns)), "missingValues": [""]},
            }
        ],
    }


def _fields(columns: Sequence[str]) -> Iterator[Mapping[str, object]]:
    for name in columns:
        field: dict[str, object] = {
            "name": name,
            "type": "integer" if name in _NUMBERS else "string",
        }
        if name in _MEANINGS:
            field["description"] = _MEANINGS[name]
        if name in _UNITS:
            field["unit"] = _UNITS[name]
        if name in TAGS:
            field["hxl"] = TAGS[name]
        yield field
