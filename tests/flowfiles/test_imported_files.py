"""Imported flows live in the folder beside those written here, as one release with them."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.core.flow.events import Said
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.imported_files import ASSETS_FILE
from gateway.flowfiles.importing.documents import written
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.releases import Source, compile_release, pack, read_source, unpack
from tests.flowfiles.importing.stage import SHIPPED, WATER, export_of, imported
from tests.flowfiles.rapidpro.definitions import action, case, current, node, split
from tests.graphs import person
from tests.stage import Phone, steps

NAME = "imported/harvest.json"
HELLO = current(node(action("send_msg", text="Hello")))


def folder(*flows: dict[str, Any], yaml: str = "", **more: Any) -> Source:
    """Return the shipped folder with imported flows, and perhaps one more written here."""
    source = imported(export_of(*flows, **more))
    return Source({**source.files, **({"more.yaml": yaml.encode()} if yaml else {})})


def spoiled(source: Source, **changes: Any) -> Source:
    """Return a folder with other parts in the imported flow's file; None leaves one out."""
    document = orjson.loads(source.files[NAME]) | changes
    kept = {key: value for key, value in document.items() if value is not None}
    return Source({**source.files, NAME: written(kept)})


def test_imported_flows_are_read_from_the_disk_and_are_part_of_the_hash(tmp_path: Path) -> None:
    source = imported(WATER)
    for name, content in source.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "imported" / ".registration.json.new").write_text("half")
    assert read_source(tmp_path).hash == source.hash != SHIPPED.hash


def test_a_packed_release_has_its_imported_flows() -> None:
    source = imported(WATER)
    release, again = compile_release(source), unpack(pack(source))
    assert release.imports
    assert again.hash == release.hash
    assert again.flows.keys() == release.flows.keys() > {"registration", "water_prices", "join"}
    assert again.triggers.campaigns == release.triggers.campaigns != ()
    assert not compile_release(SHIPPED).imports


def test_a_flow_written_here_can_call_an_imported_one_and_read_its_results() -> None:
    ask = current(
        node(action("send_msg", text="How old?"), to="n1", uuid="n0"),
        node(uuid="n1", **split("n1", "@input", case("has_number"), result_name="Age",
                                wait={"type": "msg"})),
    )  # fmt: skip
    yaml = steps(
        "\n  one: {call: {flow: harvest, save: {answer.age: '@child.results.age'}}}"
        "\n  two: {say: 'You are @answer.age, @child.status.'}\n"
    )
    phone = Phone(compile_release(folder(ask, yaml=yaml)), contact=person())
    assert phone.start("one") == "How old?"
    assert phone.reply("about 34") == "You are 34, completed."


def test_a_flow_says_what_the_default_language_has_where_the_person_s_has_nothing() -> None:
    flow = {**HELLO, "localization": {"nya": {"action-send_msg": {"text": ["Moni"]}}}}
    source = folder(flow)
    for default, said in (("", "Hello"), ("ny", "Moni")):
        phone = Phone(compile_release(source, language=default), language="bem", contact=person())
        phone.start("harvest")
        assert phone.events_of(Said) == [Said(said)]
    served = compile_release(source, fallbacks={"bem": ["ny"]})
    assert {"en", "ny"} <= {*served.languages}
    phone = Phone(served, language="bem", contact=person())
    assert phone.start("harvest") == "Moni"


def test_nodes_know_the_lines_of_their_file() -> None:
    source = imported(WATER)
    text = source.files["imported/registration.json"].decode().splitlines()
    flow = compile_release(source).flows["registration"]
    for one in flow.nodes.values():
        assert text[one.line - 1].strip() == "{"
        assert text[one.line].strip() == f'"uuid": "{one.name}",'
    assert flow.path == "flows/imported/registration.json"


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"flow": "other"}, "harvest.json:2: the flow of this file is not called other"),
    ({"flow": None}, "harvest.json:1: an imported flow has its flow, and here is none"),
    ({"definition": None}, "harvest.json:1: an imported flow has its definition"),
    ({"more": 1}, "harvest.json:3: an imported flow has no more"),
    ({"definition": {}}, "harvest.json:3: /definition: this is no flow definition"),
    ({"definition": {**HELLO, "nodes": [{"uuid": "n"}]}}, "/definition/nodes/0: this node has no"),
    (
        {"start": {"keyword": ["x"]}},
        "harvest.json:4: start of the file has no keyword",
    ),
    (
        {"start": {"keywords": ["join"]}},
        ":4: the keyword join begins the flow join already",
    ),
    ({"start": {"keywords": ["stop"]}}, "harvest.json:4: the keyword stop never begins a flow"),
]


@pytest.mark.parametrize(("changes", "told"), BROKEN, ids=[row[1][-40:] for row in BROKEN])
def test_a_file_that_somebody_broke_is_refused_with_its_line(
    changes: dict[str, Any], told: str
) -> None:
    source = spoiled(folder(HELLO), **changes)
    with pytest.raises(FlowFileError) as fault:
        compile_release(source)
    assert told in str(fault.value)
    found = check_folder(source, "flows", Deployment(languages=("en",)))
    assert any(told.partition(". ")[0] in one.text.replace(" error:", "") for one in found)


ASSETS: list[tuple[dict[str, Any], str]] = [
    ({"labels": []}, "assets.json:2: /labels: there is no labels here"),
    ({"fields": [{"key": "a", "kind": "colour"}]}, "/fields/0/kind: colour is no kind of field"),
    ({"groups": [{"name": "G", "query": "size > 3"}]}, "/groups/0/query: can't resolve 'size'"),
    ({"hooks": {"a": "b"}}, "/hooks/a: this is a text, not a list"),
    ({"campaigns": [{"group": "G", "events": [{}]}]}, "/campaigns/0/events/0: this has no unit"),
]


@pytest.mark.parametrize(("assets", "told"), ASSETS, ids=[row[1][:20] for row in ASSETS])
def test_assets_that_somebody_broke_are_refused_with_their_line(
    assets: dict[str, Any], told: str
) -> None:
    source = folder(HELLO)
    with pytest.raises(FlowFileError) as fault:
        compile_release(Source({**source.files, ASSETS_FILE: written(assets)}))
    assert told in str(fault.value)


EVENT = {"uuid": "e", "unit": "days", "field": "d", "flow": "harvest"}
EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"unit": "years"}, "years is no unit"),
    ({"mode": "rudely"}, "there is no mode rudely"),
    ({"offset": 10**9}, "this is too far away"),
    ({"hour": 24}, "24 is no hour"),
]


@pytest.mark.parametrize(("change", "told"), EVENTS, ids=[row[1] for row in EVENTS])
def test_an_event_that_makes_no_sense_is_refused(change: dict[str, Any], told: str) -> None:
    assets = {"campaigns": [{"uuid": "c", "group": "G", "events": [{**EVENT, **change}]}]}
    source = folder(HELLO)
    with pytest.raises(FlowFileError, match=told):
        compile_release(Source({**source.files, ASSETS_FILE: written(assets)}))


def test_two_files_of_one_flow_are_refused() -> None:
    source = folder(HELLO)
    twin = source.files[NAME].replace(b'"flow": "harvest"', b'"flow": "twin"')
    with pytest.raises(FlowFileError, match=r"this is the flow of flows/imported/harvest\.json"):
        compile_release(Source({**source.files, "imported/twin.json": twin}))


def test_what_a_check_finds_in_imported_flows_keeps_nobody_from_publishing_them() -> None:
    round_and_round = current(
        node(action("send_msg", text="Round"), uuid="n0", to="n1"),
        node(
            action("call_webhook", method="GET", url="http://x.example/?who=@contact.name"),
            uuid="n1", to="n0",
        ),
    )  # fmt: skip
    trigger = {"trigger_type": "K", "keywords": ["round"], "flow": {"uuid": "flow-1", "name": ""}}
    source = folder(round_and_round, triggers=[trigger])
    found = check_folder(source, "flows", Deployment(languages=("en", "ny", "bem")))
    inside = {one.rule: one for one in found if one.path == f"flows/{NAME}"}
    assert {"loop", "personal-url", "webhook-open"} <= inside.keys()
    assert {one.level for one in inside.values()} == {"warning"}
    assert all(one.line > 1 for one in inside.values())


ADDRESSES = {
    "https://@fields.server/x": {"webhook-any-host": "the server of step n0 is not written out"},
    "@fields.url": {"webhook-any-host": "the server of step n0 is not written out"},
    "https://x.@fields.server": {"webhook-any-host": "the server of step n0 is not written out"},
    "https://x.example/@fields.a": {"personal-url": "@fields.a stands in the address of step n0"},
    "https://x.example?a=@globals.a": {},
    "https://x.example:443/@globals.a": {},
    "https://x.example:8000/@globals.a": {
        "webhook-host": "the settings do not allow x.example:8000"
    },
    "http://localhost/x": {},
    "HTTPS://x.example/x": {},
    "https://y.example/x": {"webhook-host": "the settings do not allow y.example"},
    "http://x.example/x": {"webhook-open": "the address of step n0 begins with http://"},
}


@pytest.mark.parametrize(("url", "told"), ADDRESSES.items(), ids=ADDRESSES)
def test_the_address_of_an_imported_webhook_is_looked_at(url: str, told: dict[str, str]) -> None:
    asks = current(node(action("call_webhook", method="GET", url=url), uuid="n0"))
    here = Deployment(languages=("en",), hosts=("x.example", "localhost"))
    rules = {"webhook-any-host", "webhook-host", "webhook-open", "personal-url"}
    found = check_folder(folder(asks), "flows", here)
    mine = {one.rule: one.what for one in found if one.rule in rules}
    assert {
        rule: what for rule, what in mine.items() if rule != "personal-url" or rule in told
    } == told


def test_every_part_of_a_folder_with_broken_imports_is_still_checked() -> None:
    source = folder(HELLO)
    broken = Source({**source.files, ASSETS_FILE: b"{", "imported/other.json": b"no"})
    found = check_folder(broken, "flows", Deployment(languages=("en",)))
    mistakes = [(one.path, one.rule) for one in found if one.level == "error"]
    assert mistakes == [
        ("flows/imported/assets.json", "mistake"),
        ("flows/imported/other.json", "mistake"),
    ]
