"""Names that imported flows read: whatever nothing gives is found with its node, and the mend."""

from typing import Any

import orjson
import pytest

from gateway.flowfiles.imported_files import ASSETS_FILE
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.releases import Source
from tests.flowfiles.importing.stage import export_of, imported
from tests.flowfiles.rapidpro.definitions import action, current, node

FIELDS = [{"key": "village", "name": "Village", "type": "text"}]


def _looked(*texts: str) -> list[tuple[str, int, str, str]]:
    """Return what is found in a flow that saves a result and says these texts."""
    said: list[dict[str, Any]] = [
        {**action("send_msg", text=text), "uuid": f"a{number}"} for number, text in enumerate(texts)
    ]
    first = node(action("set_run_result", name="Water Source", value="well"), to="n2")
    flow = current(first, node(*said, uuid="n2"))
    source = imported(export_of(flow, fields=FIELDS))
    assets = orjson.loads(source.files[ASSETS_FILE])
    assets["fields"] = [one for one in assets["fields"] if one["key"] == "village"]
    assets["globals"] = {"depot": "Chipata"}
    source = Source({**source.files, ASSETS_FILE: orjson.dumps(assets)})
    found = check_folder(source, "flows", Deployment())
    return [(one.path, one.line, one.what, one.mend) for one in found if one.rule == "unknown-name"]


def test_what_is_given_is_not_found():
    assert _looked(
        "@fields.village @contact.fields.Village @parent.fields.village",
        "@results.water_source.category @run.results.water_source @globals.depot",
        "@contact.name @child.results.anything @results @(lower(fields.village))",
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        ("@fields.vilage", "nothing gives @fields.vilage", "Write @fields.village"),
        ("@contact.fields.born", "nothing gives @contact.fields.born",
         f"Add the field to {ASSETS_FILE}"),
        ("@(upper(results.name))", "nothing gives @results.name",
         "Save a result of that name in this flow first"),
        ("@globals.hotline", "nothing gives @globals.hotline",
         f"Write its value into {ASSETS_FILE}"),
    ],
)  # fmt: skip
def test_what_nothing_gives_is_found_at_its_node(text: str, what: str, mend: str):
    ((path, line, told, how),) = _looked(text)
    assert (path, told, how) == ("flows/imported/harvest.json", what, mend)
    assert line > 1
