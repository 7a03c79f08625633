"""Whole exports and single flows read from files, and what is said where one cannot be read."""

from typing import Any

import orjson
import pytest

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.rapidpro.export_parts import (
    Campaign,
    CampaignEvent,
    Field,
    Group,
    Named,
    Trigger,
)
from gateway.flowfiles.rapidpro.exports import MOST_BYTES, Export, read_export
from gateway.flowfiles.rapidpro.json_places import line_of
from gateway.flowfiles.rapidpro.migrations.chain import CURRENT
from gateway.flowfiles.rapidpro.migrations.surroundings import derived_ids
from gateway.flowfiles.rapidpro.migrations.versions import Version
from tests.flowfiles.rapidpro.definitions import (
    OTHER,
    Json,
    action,
    action_set,
    current,
    legacy,
    node,
    rule_set,
)

SITE = "https://rapidpro.example"


def export(*flows: Json, version: Any = "13", **more: Any) -> Json:
    return {"version": version, "site": SITE, "flows": list(flows), **more}


def read(document: Any) -> Export:
    return read_export("export.json", orjson.dumps(document, option=orjson.OPT_INDENT_2))


def test_a_whole_export_is_read_with_everything_in_it() -> None:
    document = export(
        current(node(action("send_msg", text="Hi"))),
        fields=[{"key": "crop", "name": "Crop", "type": "text"}],
        groups=[{"uuid": "g1", "name": "Farmers", "query": "crop = maize"}],
        triggers=[
            {
                "trigger_type": "K",
                "keywords": ["harvest", "crop"],
                "match_type": "O",
                "flow": {"uuid": "flow-1", "name": "Harvest"},
                "groups": [{"uuid": "g1", "name": "Farmers"}],
                "exclude_groups": [{"uuid": "g2", "name": "Staff"}],
                "channel": {"uuid": "c1", "name": "Shortcode"},
            }
        ],
        campaigns=[
            {
                "uuid": "camp-1",
                "name": "Planting",
                "group": {"uuid": "g1", "name": "Farmers"},
                "events": [
                    {
                        "uuid": "ev-1",
                        "offset": -2,
                        "unit": "W",
                        "event_type": "M",
                        "delivery_hour": 9,
                        "message": {"eng": "Hi @contact", "nya": "Moni @contact"},
                        "relative_to": {"key": "planted", "label": "Planted"},
                        "start_mode": "S",
                        "base_language": "eng",
                    }
                ],
            }
        ],
    )
    found = read(document)
    assert (found.path, found.version, found.site) == ("export.json", Version(13), SITE)
    (flow,) = found.flows
    assert (flow.uuid, flow.name, flow.kind, flow.was) == (
        "flow-1", "Harvest", "messaging", Version(13),
    )  # fmt: skip
    assert flow.definition["spec_version"] == str(CURRENT)
    assert found.fields == (Field("crop", "Crop", "text"),)
    assert found.groups == (Group("g1", "Farmers", "crop = maize"),)
    assert found.triggers == (
        Trigger(
            kind="keyword",
            flow=Named("flow-1", "Harvest"),
            keywords=("harvest", "crop"),
            match="only",
            groups=(Named("g1", "Farmers"),),
            exclude_groups=(Named("g2", "Staff"),),
            channel=Named("c1", "Shortcode"),
            pointer="/triggers/0",
        ),
    )
    event = CampaignEvent(
        uuid="ev-1",
        offset=-2,
        unit="weeks",
        relative_to=Field("planted", "Planted", "datetime"),
        hour=9,
        flow=None,
        message={"eng": "Hi @contact", "nya": "Moni @contact"},
        attachments=0,
        language="eng",
        start_mode="S",
        pointer="/campaigns/0/events/0",
    )
    assert found.campaigns == (Campaign("camp-1", "Planting", Named("g1", "Farmers"), (event,)),)
    assert found.remarks == ()


@pytest.mark.parametrize(
    "definition",
    [
        current(node()),
        legacy(actions=[action_set()]),
        {"definition": legacy(actions=[action_set()])},
    ],
    ids=["of today", "of the first editor", "of version 6"],
)
def test_a_single_flow_is_an_export_of_nothing_else(definition: Json) -> None:
    found = read(definition)
    assert [flow.uuid for flow in found.flows] == ["flow-1"]
    assert (found.campaigns, found.triggers, found.fields, found.groups) == ((), (), (), ())


def test_an_export_before_version_9_is_held_together_by_numbers() -> None:
    enters = action_set({"type": "flow", "id": 2, "name": "Prices"})
    one = legacy(actions=[enters], metadata={"id": 1, "name": "One"})
    two = legacy(actions=[action_set()], metadata={"id": 2, "name": "Prices"})
    del one["version"], two["version"]
    trigger = {"trigger_type": "K", "keyword": "price", "flow": {"id": 2, "name": "Prices"}}
    event = {
        "offset": "3",
        "unit": "D",
        "delivery_hour": -1,
        "relative_to": {"label": "Planted On", "id": 5},
        "flow": {"id": 1, "name": "One"},
    }
    campaign = {"id": 4, "name": "Planting", "group": {"id": 8, "name": "All"}, "events": [event]}
    found = read(export(one, two, version=8, triggers=[trigger], campaigns=[campaign]))
    ids = derived_ids(SITE)
    first, second = found.flows
    assert (first.uuid, second.uuid) == (ids("flow 1"), ids("flow 2"))
    assert first.definition["nodes"][0]["actions"][0]["flow"]["uuid"] == second.uuid
    assert first.was == Version(8)
    assert found.triggers[0].flow.uuid == second.uuid
    assert (found.triggers[0].keywords, found.triggers[0].match) == (("price",), "first")
    (read_event,) = found.campaigns[0].events
    assert (read_event.offset, read_event.hour, read_event.unit) == (3, None, "days")
    assert read_event.relative_to == Field("planted_on", "Planted On", "datetime")
    assert read_event.flow == Named(first.uuid, "One")


def test_messages_of_old_campaigns_are_brought_up_to_date() -> None:
    event = {"unit": "H", "relative_to": {"key": "x"}, "message": "Dear @contact.title, @flow.x"}
    campaign = {"name": "C", "group": {"name": "G"}, "events": [event]}
    old = legacy(actions=[action_set()])
    for version, message in ((11, "Dear @fields.title, @results.x"), (13, event["message"])):
        found = read(export(old, version=version, campaigns=[campaign]))
        assert found.campaigns[0].events[0].message == {"base": message}


def test_messages_of_new_campaigns_have_their_attachments_beside_them() -> None:
    texts = {"eng": {"text": "Hi", "attachments": []}, "nya": {"text": "Moni"}}
    event = {"unit": "M", "relative_to": {"key": "x"}, "translations": texts}
    campaign = {"name": "C", "group": {"name": "G"}, "events": [event]}
    found = read(export(current(node()), campaigns=[campaign]))
    assert found.campaigns[0].events[0].message == {"eng": "Hi", "nya": "Moni"}


def test_fields_of_the_first_exports_had_letters_for_kinds() -> None:
    found = read(export(current(node()), fields=[{"key": "b", "label": "Born", "value_type": "D"}]))
    assert found.fields == (Field("b", "Born", "datetime"),)


def test_ids_follow_from_the_site_so_that_the_same_file_gives_the_same_twice() -> None:
    flow = legacy(actions=[action_set({"type": "add_group", "groups": [{"id": 1, "name": "A"}]})])
    first, second = (read(export(flow)) for _ in range(2))
    assert first == second
    other = read({**export(flow), "site": "https://other.example"})
    assert other.flows[0].definition != first.flows[0].definition


def test_what_could_not_be_read_is_a_remark_with_line_and_pointer() -> None:
    reply = {"type": "reply", "msg": {"eng": "@(1 +)"}}
    document = export(legacy(actions=[action_set(reply)]))
    (remark,) = read(document).remarks
    assert remark.pointer == "/flows/0/action_sets/0/actions/0/msg"
    lines = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode().splitlines()
    assert '"msg"' in lines[remark.line - 1]


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("no JSON", b'{"flows": [\n{"a": ]}', 2, "this is not JSON"),
    ("no text", b"\xff\xfe", 1, "this is not JSON"),
    ("a half of a letter", b'{"name": "\\ud800"}', 1, "this is not JSON"),
    ("nothing", b"", 1, "this is not JSON"),
    ("a list", b"[]", 1, "a list, not an object"),
    ("no flow", b"{}", 1, "no flow definition"),
    ("no flows", b'{"flows": []}', 1, "no flow in this export"),
    ("flows that are none", b'{\n"flows":\n 3}', 3, "/flows: this is a number, not a list"),
    ("brackets without end", b"[" * 2000 + b"]" * 2000, 1, "this is not JSON"),
    ("brackets that are too many", b"[" * 100 + b"]" * 100, 1, "nests more than 64 levels"),
]


@pytest.mark.parametrize(
    ("content", "line", "what"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_mistake_is_told_with_its_line(content: bytes, line: int, what: str) -> None:
    with pytest.raises(FlowFileError, match=what) as caught:
        read_export("bad.json", content)
    assert (caught.value.path, caught.value.line) == ("bad.json", line)
    assert caught.value.mend


def test_a_mistake_within_a_flow_is_told_with_its_pointer_and_line() -> None:
    flow = current(node(to="nowhere"))
    document = export(current(node(), uuid="first"), flow)
    with pytest.raises(FlowFileError, match="nowhere is no node") as caught:
        read(document)
    assert caught.value.what.startswith("/flows/1/nodes/0/exits/0/destination_uuid: ")
    lines = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode().splitlines()
    assert '"nowhere"' in lines[caught.value.line - 1]


def test_two_flows_with_the_same_uuid_are_refused() -> None:
    with pytest.raises(FlowFileError, match="has the uuid of Harvest"):
        read(export(current(node()), current(node(), name="Again")))


def test_a_file_beyond_the_bound_is_refused_unread() -> None:
    with pytest.raises(FlowFileError, match="20000000 at most"):
        read_export("big.json", b" " * (MOST_BYTES + 1))


def test_a_byte_order_mark_is_no_mistake() -> None:
    content = b"\xef\xbb\xbf" + orjson.dumps(current(node()))
    assert read_export("export.json", content).flows[0].name == "Harvest"


def test_a_trigger_of_a_unit_or_kind_nobody_knows_keeps_its_letter() -> None:
    trigger = {"trigger_type": "Q", "channel": "c9"}
    found = read(export(current(node()), triggers=[trigger])).triggers[0]
    assert (found.kind, found.channel, found.flow) == ("Q", Named("c9", ""), Named("", ""))
    event = {"unit": "Y", "relative_to": {"key": "x"}}
    campaign = {"name": "C", "group": {"name": "G"}, "events": [event]}
    with pytest.raises(FlowFileError, match="Y is no unit of time"):
        read(export(current(node()), campaigns=[campaign]))


@pytest.mark.parametrize("offset", [5_000_001, -1e30, "99999999999999999999"])
def test_an_event_has_a_date_within_the_calendar(offset: object) -> None:
    event = {"unit": "W", "offset": offset, "relative_to": {"key": "x"}}
    campaign = {"name": "C", "group": {"name": "G"}, "events": [event]}
    with pytest.raises(FlowFileError, match="/campaigns/0/events/0/offset: this is too far away"):
        read(export(current(node()), campaigns=[campaign]))


def test_an_export_of_a_version_to_come_is_not_guessed_at() -> None:
    assert read(export(current(node()), version="14.9")).version == Version(14, 9)
    with pytest.raises(
        FlowFileError, match=r"/version: exports of version 15\.0\.0 cannot be read"
    ):
        read(export(current(node()), version="15"))


def test_old_flows_start_flows_of_another_kind_apart_when_the_export_says_which() -> None:
    call = {"uuid": "flow-2", "name": "Call"}
    split = rule_set("subflow", OTHER, config={"flow": call})
    voice = legacy(actions=[action_set(uuid="a9")], metadata=call, flow_type="V")
    found = read(export(legacy(rules=[split], version="11.9"), voice))
    assert found.flows[0].definition["nodes"][0]["actions"][0]["type"] == "start_session"


LINES = '{\n"a": [1,\n {"b/c": "x\\n,",\n"~": {}},\n[]],\n"d": "\\"",\n "e": null}'


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1), ("/a", 2), ("/a/0", 2), ("/a/1", 3), ("/a/1/b~1c", 3), ("/a/1/~0", 4),
        ("/a/2", 5), ("/d", 6), ("/e", 7), ("/e/x", 7), ("/a/7", 2), ("/zz", 1), ("/a/1/q", 3),
    ],
)  # fmt: skip
def test_the_line_of_a_pointer_is_found_or_of_the_nearest_part_that_is_there(
    pointer: str, line: int
) -> None:
    assert line_of(LINES, pointer) == line
