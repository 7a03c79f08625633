"""A data package is valid by the Frictionless specifications, and HXL's tags are tags.

The checks are written from the specifications (Data Package, Data Resource, Table Schema 1).
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import pytest

from gateway.service.packages import TAGS, Description, packaged, tagged
from gateway.service.spreadsheets import Cell, write_csv

NAME = re.compile(r"[-a-z0-9._/]+").fullmatch
TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*").fullmatch
COUNTS: Sequence[Sequence[Cell]] = [
    ("Western", "ZM-01", "sms", 25, ""),
    ("", "", "=cmd()", None, "yes"),
]
TABLES: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Cell]]]] = {
    "counts": (("place", "place_code", "channel", "participants", "suppressed"), COUNTS),
    "rows": (("person", "place", "joined_on"), [("ab12", 'Mongu, "west"\nbank', "2026-05-28")]),
    "numbers": (("person", "phone"), [("ab12", "+260970000001")]),
    "nothing": (("place", "place_code", "reports", "suppressed"), []),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_package_is_valid_and_its_data_are_as_it_says(table: str):
    columns, rows = TABLES[table]
    target = io.BytesIO()
    description = Description("signups", "signups, 2026-05-28", "A note.", 1_780_000_000_000)
    assert packaged(description)(target, columns, rows) == len(rows)
    with zipfile.ZipFile(target) as package:
        assert package.testzip() is None
        about = orjson.loads(package.read("datapackage.json"))
        data = {name: package.read(name) for name in package.namelist()}
    assert about["profile"] == "tabular-data-package"
    assert NAME(about["name"])
    datetime.fromisoformat(about["created"])
    [resource] = about["resources"]
    _check_resource(resource, data)
    _check_table(resource["schema"], data[resource["path"]].decode(resource["encoding"]), rows)


def _check_resource(resource: Mapping[str, Any], data: Mapping[str, bytes]) -> None:
    assert resource["profile"] == "tabular-data-resource"
    assert NAME(resource["name"])
    path = resource["path"]
    assert not path.startswith(("/", "..", "http"))
    assert set(data) == {path, "datapackage.json"}
    assert resource["bytes"] == len(data[path])
    kind, _, digest = resource["hash"].partition(":")
    assert hashlib.new(kind, data[path]).hexdigest() == digest
    assert "dialect" not in resource  # so it is RFC 4180: a comma, a quote, a header


def _check_table(schema: Mapping[str, Any], data: str, rows: Sequence[Sequence[Cell]]) -> None:
    fields = schema["fields"]
    header, *lines = csv.reader(io.StringIO(data, newline=""), strict=True)
    assert header == [field["name"] for field in fields]
    assert len(set(header)) == len(header)
    assert len(lines) == len(rows)
    assert {field["type"] for field in fields} <= {"string", "integer"}
    for line, row in zip(lines, rows, strict=True):
        for field, text, cell in zip(fields, line, row, strict=True):
            if field["type"] == "integer":
                read = None if text in schema["missingValues"] else int(text)
                assert read == cell
    for field in fields:
        assert "hxl" not in field or TAG(field["hxl"])


def test_every_tag_is_one_that_hxl_knows_how_to_read():
    assert [tag for tag in TAGS.values() if not TAG(tag)] == []
    assert len(set(TAGS.values())) == len(TAGS)


def test_tags_are_a_row_under_the_header_and_no_count():
    target = io.BytesIO()
    columns, rows = TABLES["counts"]
    assert tagged(write_csv)(target, columns, rows) == len(rows)
    header, tags, *lines = target.getvalue().decode().splitlines()
    assert header == ",".join(columns)
    assert tags == "#loc+name,#loc+code,#channel+name,#population+joined+num,#meta+suppressed"
    assert len(lines) == len(rows)
