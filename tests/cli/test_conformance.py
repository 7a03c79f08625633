"""Tables of examples run from a folder: counts, the first failures, JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli import app

ENVIRONMENT = {
    "date_format": "DD-MM-YYYY",
    "time_format": "tt:mm",
    "timezone": "Africa/Lusaka",
    "allowed_languages": ["eng"],
    "default_country": "ZM",
    "number_format": {"decimal_symbol": ".", "digit_grouping_symbol": ","},
    "input_collation": "default",
    "redaction_policy": "none",
    "now": "2026-05-12T09:00:00Z",
    "random_seed": 7,
    "locations": "places",
    "prompts": {},
}
CONTEXT = {
    "environments": {"here": ENVIRONMENT},
    "contexts": {
        "well": {
            "Name": "the well",
            "dug": {"$datetime": "2026-05-01T10:00:00.123456789Z"},
            "shout": {"$function": "has_text"},
            "gone": {"$error": "it fell dry"},
            "users": [1, 2.5, None],
        }
    },
    "locations": {
        "places": [
            {
                "name": "Zambia",
                "children": [{"name": "Eastern", "children": [{"name": "Chipata"}]}],
            }
        ]
    },
    "expressions": {"environment": "here", "context": "well"},
    "contactql": {
        "resolvers": {
            "wells": {
                "fields": [{"key": "age", "name": "Age", "type": "number"}],
                "groups": ["Stewards"],
                "flows": [],
            }
        },
        "objects": {"amina": {"name": ["Amina"], "age": [34]}},
    },
}
TABLES: dict[str, list[dict[str, Any]]] = {
    "expressions": [
        {"id": "right", "template": "@(1 + 1)", "expected": "2"},
        {"id": "an error that is expected", "template": "@gone", "error": True, "expected": ""},
        {"id": "a wrong text", "template": "@name", "expected": "the river"},
        {"id": "an error that is not expected", "template": "@(1 / 0)", "expected": ""},
    ],
    "templates": [
        {
            "id": "a moment cut to microseconds",
            "template": "@dug",
            "expected_value": {"datetime": "2026-05-01T12:00:00.1234567+02:00"},
        },
        {"id": "a function", "template": "@shout", "expected_value": {"function": "has_text"}},
        {
            "id": "an array",
            "template": "@users",
            "expected_value": {"array": [{"number": "1.0"}, {"number": "2.5"}, {"null": True}]},
        },
        {"id": "a text is no number", "template": "@(users[0])", "expected_value": {"text": "1"}},
        {
            "id": "escaped",
            "template": 'a"@("b\\"")',
            "escaping": {'"': "'"},
            "expected": "a\"b'",
        },
        {"id": "JSON", "template": "[1, @(2)]", "expected_json": [1, 2]},
        {"id": "no JSON", "template": "[1, @(2)", "expected_json": [1, 2]},
        {"id": "no error", "template": "@name", "no_error": True},
    ],
    "router_cases": [
        {
            "id": "a number with another sign",
            "test": "has_number",
            "args": [{"text": "about 1.5"}],
            "number_format": {"decimal_symbol": ",", "digit_grouping_symbol": "."},
            "expected": {"match": {"number": "15"}},
        },
        {
            "id": "a place",
            "test": "has_district",
            "args": [{"text": "in Chipata"}, {"text": "eastern"}],
            "expected": {"match": {"text": "Zambia > Eastern > Chipata"}},
        },
        {"id": "false", "test": "has_text", "args": [{"null": True}], "expected": {"false": True}},
        {
            "id": "extra",
            "test": "has_pattern",
            "args": [{"text": "well 12"}, {"text": "(\\d+)"}],
            "expected": {
                "match": {"text": "12"},
                "extra": {"0": {"text": "12"}, "1": {"text": "12"}},
            },
        },
        {"id": "an error", "test": "has_text", "args": [], "expected": {"error": True}},
        {"id": "wrong", "test": "has_text", "args": [{"text": "x"}], "expected": {"false": True}},
    ],
    "gsm7": [
        {"id": "segments", "operation": "segments", "text": "a" * 161, "segments": 2},
        {"id": "alphabet", "operation": "is_gsm7", "text": "ŵ", "is_gsm7": False},
        {"id": "look-alikes", "operation": "replace", "text": "“a”", "expected": '"a"'},
        {"id": "septets", "operation": "encode", "text": "a@", "septets_hex": "6100"},
        {"id": "text", "operation": "decode", "septets_hex": "6100", "text": "a@"},
    ],
    "contactql": [
        {
            "id": "normal",
            "operation": "parse",
            "query": "AGE>18 and group = stewards",
            "resolver": "wells",
            "expected": 'fields.age > 18 AND group = "stewards"',
        },
        {
            "id": "fields that nobody knows",
            "operation": "parse",
            "query": "depth > 5",
            "resolver": None,
            "expected": "fields.depth > 5",
        },
        {"id": "refused", "operation": "parse", "query": "x =", "resolver": "wells", "error": True},
        {
            "id": "refused in vain",
            "operation": "parse",
            "query": "age = 3",
            "resolver": "wells",
            "error": True,
        },
        {
            "id": "meant",
            "operation": "evaluate",
            "query": "name ~ ami AND age < 40",
            "resolver": "wells",
            "object": "amina",
            "expected": True,
        },
        {
            "id": "wrongly refused",
            "operation": "parse",
            "query": "depth = 3",
            "resolver": "wells",
            "expected": "fields.depth = 3",
        },
    ],
}
PASSED = {
    "expressions": (2, 4),
    "templates": (6, 8),
    "router_cases": (5, 6),
    "gsm7": (5, 5),
    "contactql": (4, 6),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with tables of our own."""
    named = {"environment": "here", "context": "well"}
    for name, rows in TABLES.items():
        written = json.dumps([named | row for row in rows])
        (tmp_path / f"{name}.json").write_text(written, encoding="utf-8")
    (tmp_path / "context.json").write_text(json.dumps(CONTEXT), encoding="utf-8")
    return tmp_path


def test_every_table_of_the_folder_is_counted(folder: Path):
    done = CliRunner().invoke(app, ["conformance", str(folder), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        name: {"passed": passed, "total": total} for name, (passed, total) in PASSED.items()
    }


def test_what_differs_is_shown_with_both_sides(folder: Path):
    shown = CliRunner().invoke(app, ["conformance", str(folder)]).stdout
    assert "expressions: 2 / 4\n  a wrong text: expected 'the river', got 'the well'\n" in shown
    assert "  an error that is not expected: errors: ['error evaluating @(1 / 0):" in shown
    assert "  no JSON: no JSON: [1, 2\n" in shown
    assert "gsm7: 5 / 5\n" in shown


def test_only_so_many_failures_are_shown(folder: Path):
    shown = CliRunner().invoke(app, ["conformance", str(folder), "--failures", "1"]).stdout
    assert "a wrong text" in shown
    assert "an error that is not expected" not in shown
    assert "  and 1 more\n" in shown


def test_a_table_that_is_not_there_is_left_out(folder: Path):
    (folder / "gsm7.json").unlink()
    shown = CliRunner().invoke(app, ["conformance", str(folder)]).stdout
    assert "gsm7" not in shown
    assert "expressions: 2 / 4" in shown


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path):
    done = CliRunner().invoke(app, ["conformance", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "there is no folder" in done.stderr
