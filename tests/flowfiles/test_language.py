"""The model of the language, and the JSON Schema that editors check flow files with."""

import jsonschema_rs
import pytest

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.model import PARTS
from gateway.flowfiles.language.reference import page
from gateway.flowfiles.language.schema import FILE, schema
from gateway.flowfiles.sections import read_sections
from gateway.flowfiles.system_file import read_system
from gateway.flowfiles.yaml_flows import read_flow
from tests.flowfiles.plain import plain
from tests.stage import FLOWS, ROOT

VALIDATOR = jsonschema_rs.Draft202012Validator(schema())
FILES = sorted(
    path
    for folder in (FLOWS, ROOT / "docs" / "examples" / "flows")
    for path in folder.glob("*.yaml")
    if not path.name.endswith(".test.yaml")  # those are transcripts
    if not path.is_symlink()  # the system's texts are shared
)
KEYS = [(part, key) for part in PARTS.values() for key in part.keys]


def mistakes(content: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(content.encode()))]


def test_the_schema_is_one_of_its_dialect():
    jsonschema_rs.meta.validate(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_that_ships_is_as_the_schema_says(path):
    assert mistakes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_that_ships_tells_editors_where_its_schema_is(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [line.partition("$schema=")[2] for line in lines if "yaml-language-server:" in line]
    assert len(found) == 1
    assert (path.parent / found[0]).resolve() == FLOWS / FILE


@pytest.mark.parametrize(("part", "key"), KEYS, ids=lambda one: getattr(one, "name", ""))
def test_the_example_of_every_key_is_a_value_that_it_may_have(part: Part, key: Key):
    found = plain(key.example.encode())
    assert isinstance(found, dict)
    assert list(found) == [key.name]
    if part.name.startswith("system"):
        return  # their examples are cut short
    rules = {"$defs": schema()["$defs"], **key.kind.schema}
    assert jsonschema_rs.is_valid(rules, found[key.name]), key.example


@pytest.mark.parametrize(("part", "key"), KEYS, ids=lambda one: getattr(one, "name", ""))
def test_every_key_is_told_in_sentences(part: Part, key: Key):
    assert key.says[0].isupper() or key.says[0] == "`"
    assert key.says.endswith(".")


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_what_the_model_says_of_keys_is_said_of_keys_that_there_are(part: Part):
    named = {name for key in part.keys for name in key.beside}
    named |= set(part.acts) | {name for group in part.rivals for name in group}
    assert named <= set(part.names)
    assert len(set(part.names)) == len(part.names)


def test_every_part_is_reached_from_a_file():
    definitions = str(schema())
    for name in PARTS:
        assert f"#/$defs/{name}'" in definitions


def test_the_reference_has_a_row_for_every_key():
    rows = [line for block in page() for line in block.splitlines() if line.startswith("| `")]
    assert len(rows) == len(KEYS)


BROKEN = (
    pytest.param("flow: a", id="no steps"),
    pytest.param("flow: A b\nsteps: {a: {say: x}}", id="a flow's name"),
    pytest.param("flow: a\nspec: 9\nsteps: {a: {say: x}}", id="a later spec"),
    pytest.param("flow: a\nresume: maybe\nsteps: {a: {say: x}}", id="a flag"),
    pytest.param("flow: a\nexpires: soon\nsteps: {a: {say: x}}", id="a length of time"),
    pytest.param("flow: a\nsteps: {end: {say: x}}", id="a step named end"),
    pytest.param("flow: a\nsteps: {}", id="no step"),
    pytest.param("flow: a\nstart: {keywords: x}\nsteps: {a: {say: x}}", id="keywords"),
    pytest.param("flow: a\nstart: {ussd: '384'}\nsteps: {a: {say: x}}", id="a code"),
    pytest.param("flow: a\nstart: {every: {at: 8am}}\nsteps: {a: {say: x}}", id="a time"),
    pytest.param("flow: a\nstart: {every: {at: '08:00', days: [x]}}\nsteps: {a: {say: x}}",
                 id="a day"),
    pytest.param("flow: a\nsteps: {a: {sya: x}}", id="a key"),
    pytest.param("flow: a\nsteps: {a: {retry: x}}", id="a step that does nothing"),
    pytest.param("flow: a\nsteps: {a: {say: ''}}", id="an empty text"),
    pytest.param("flow: a\nsteps: {a: {say: [x]}}", id="a list for a text"),
    pytest.param("flow: a\nsteps: {a: {say: x, save: b.c}}", id="a lonely key"),
    pytest.param("flow: a\nsteps: {a: {ask: x, menu: y}}", id="two questions"),
    pytest.param("flow: a\nsteps: {a: {goto: a, end: true}}", id="two ways on"),
    pytest.param("flow: a\nsteps: {a: {ask: x, expect: mood}}", id="an unknown kind"),
    pytest.param("flow: a\nsteps: {a: {ask: x, attempts: 0}}", id="no attempts"),
    pytest.param("flow: a\nsteps: {a: {ask: x, save: Name}}", id="a path in capitals"),
    pytest.param("flow: a\nsteps: {a: {menu: x}}", id="a menu without options"),
    pytest.param("flow: a\nsteps: {a: {menu: x, options: {one: y}}}", id="a word for a number"),
    pytest.param("flow: a\nsteps: {a: {menu: x, options: {1: {then: a}}}}", id="no label"),
    pytest.param(
        "flow: a\nsteps: {a: {menu: x, options: {1: {label: y, when: '@a', unless: '@a'}}}}",
        id="two conditions",
    ),
    pytest.param("flow: a\nsteps: {a: {menu: x, options_from: y}}", id="no expression"),
    pytest.param("flow: a\nsteps: {a: {menu: x, options: {1: y}, exact: true, confirm: true}}",
                 id="exact and confirm"),
    pytest.param("flow: a\nsteps: {a: {when: '@motion'}}", id="when without then"),
    pytest.param("flow: a\nsteps: {a: {when: x, then: a}}", id="when no expression"),
    pytest.param("flow: a\nsteps: {a: {do: dance}}", id="an action"),
    pytest.param("flow: a\nsteps: {a: {do: call_seen}}", id="no arguments"),
    pytest.param("flow: a\nsteps: {a: {do: call_seen, with: {nmuber: 1}}}", id="an argument"),
    pytest.param("flow: a\nsteps: {a: {do: call_seen, with: {number: 1}, on: {sene: end}}}",
                 id="an outcome"),
    pytest.param("flow: a\nsteps: {a: {webhook: {method: GET}}}", id="no address"),
    pytest.param("flow: a\nsteps: {a: {webhook: {url: 'https://x', method: GOT}}}", id="a method"),
    pytest.param("flow: a\nsteps: {a: {webhook: {url: 'https://x'}, on: {maybe: a}}}",
                 id="an outcome of a server"),
    pytest.param("flow: a\nsteps: {a: {join_group: []}}", id="no group"),
    pytest.param("flow: a\nsteps: {a: {schedule: {after: 1 day}}}", id="nothing to send"),
    pytest.param("flow: a\nsteps: {a: {schedule: {text: x}}}", id="no time"),
    pytest.param("flow: a\nsteps: {a: {schedule: {text: x, flow: y, after: 1 day}}}", id="both"),
    pytest.param("flow: a\nsteps: {a: {wait: soon}}", id="a wait"),
    pytest.param("flow: a\nsteps: {a: {wait: {for: 1 day}}}", id="a wait without a reply"),
    pytest.param("flow: a\nsteps: {a: {ask: x, timeout: {then: a}}}", id="a time-out without time"),
    pytest.param("flow: a\nsteps: {a: {split: {X: a, y: a}}}", id="a way's name"),
    pytest.param("flow: a\nsteps: {a: {split: []}}", id="no ways"),
    pytest.param("flow: a\nsteps: {a: {call: {with: {x: 1}}}}", id="a call of nothing"),
    pytest.param("system: 1\nlanguage: en", id="a system file without texts"),
)  # fmt: skip


@pytest.mark.parametrize("content", BROKEN)
def test_what_the_loader_refuses_the_schema_refuses(content: str):
    assert mistakes(content)
    file = read_sections("flows/a.yaml", content.encode())
    with pytest.raises(FlowFileError):
        read_flow(file, {}) if "flow" in file else read_system(file, {})
