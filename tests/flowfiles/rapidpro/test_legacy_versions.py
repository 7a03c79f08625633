"""What the versions before 11.12 looked like, and that each comes out as its authors meant it."""

from typing import Any

import pytest

from gateway.flowfiles.rapidpro.migrations.documents import Unmigratable
from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings
from gateway.flowfiles.rapidpro.migrations.versions import Version
from tests.flowfiles.rapidpro.definitions import (
    IDS,
    OTHER,
    Json,
    action_set,
    legacy,
    migrated,
    only_router,
    rule,
    rule_set,
)


def walk(flow: Json) -> list[str]:
    """What happens from the entry on, always by the first exit: actions, waits, operands."""
    by_uuid = {node["uuid"]: node for node in flow["nodes"]}
    said, here = [], flow["nodes"][0]["uuid"]
    while here is not None:
        node = by_uuid.pop(here)
        said += [action.get("text") or action["type"] for action in node.get("actions", [])]
        router = node.get("router")
        if router is not None:
            said.append(("wait " if "wait" in router else "split ") + router["operand"])
        here = node["exits"][0]["destination_uuid"]
    return said


def old_split(operand: str | None, **more: Any) -> Json:
    """A rule set of version 4, which waited by itself and called its webhook by itself."""
    return rule_set(
        "", rule("true", "All", to="a1"), operand=operand, response_type="O", label="Name", **more
    )


REPLY = action_set({"type": "reply", "msg": {"eng": "Thanks"}}, y=500)
HOOK: Json = {"webhook": "http://x.example", "webhook_action": "GET"}
VERSION_4 = [
    ("a plain wait", old_split("@step.value"), ["wait @input", "Thanks"]),
    ("a wait without operand", old_split(None), ["wait @input", "Thanks"]),
    (
        "a wait whose answer is worked on first",
        old_split("@step.value|lower_case"),
        ["wait @input", "split @(lower(input))", "Thanks"],
    ),
    ("a field of the contact", old_split("@contact.age"), ["split @fields.age", "Thanks"]),
    ("a result", old_split("@flow.age"), ["split @results.age", "Thanks"]),
    (
        "a wait that told a webhook of the answer",
        old_split("@step.value", **HOOK),
        ["wait @input", "call_webhook", "split @(default(webhook.status, 0))",
         "split @(input)", "Thanks"],
    ),
    (
        "digits pressed in a call",
        {**old_split("@step.value"), "response_type": "K"},
        ["wait @input.text", "Thanks"],
    ),
    (
        "a webhook whose answer is split on",
        old_split("@extra.age", **HOOK),
        ["wait @input", "call_webhook", "split @(default(webhook.status, 0))",
         "split @(legacy_extra.age)", "Thanks"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("split", "expected"), [r[1:] for r in VERSION_4], ids=[r[0] for r in VERSION_4]
)
def test_waits_and_webhooks_of_version_4_become_nodes(split: Json, expected: list[str]) -> None:
    flow = migrated(legacy(rules=[split], actions=[REPLY], version=4, entry="r1")).flow
    assert [_plain(line) for line in walk(flow)] == expected


def _plain(line: str) -> str:
    """Leave out what an operand becomes when it fails."""
    head, _, code = line.rpartition(", ")
    return f"split @({code[:-2]})" if head.startswith("split @(if(is_error(") else line


def test_version_6_had_texts_without_language() -> None:
    rules = [
        {**rule({"type": "contains", "test": "hen"}, "Hen"), "category": "Hen"},
        {**rule({"type": "between", "min": 1, "max": 5}), "category": None},
        {**OTHER, "category": "Other"},
    ]
    flow = legacy(
        rules=[rule_set("wait_message", *rules)],
        actions=[action_set({"type": "reply", "msg": "Thanks"})],
        version=5,
    )
    del flow["base_language"]
    found = migrated(flow).flow
    assert found["language"] == "und"
    assert found["nodes"][0]["actions"][0]["text"] == "Thanks"
    router = found["nodes"][1]["router"]
    assert [category["name"] for category in router["categories"]] == ["Hen", "1-5", "Other"]
    assert found["localization"] == {}


def test_version_6_had_the_definition_within_its_details() -> None:
    inner = legacy(actions=[action_set({"type": "reply", "msg": {"eng": "Thanks"}})], version=6)
    del inner["metadata"]
    del inner["flow_type"]
    outer = {"uuid": "f9", "name": "Old", "flow_type": "F", "id": 9, "definition": inner}
    flow = migrated(outer).flow
    assert (flow["uuid"], flow["name"], flow["type"]) == ("f9", "Old", "messaging")
    assert flow["nodes"][0]["actions"][0]["text"] == "Thanks"


def test_before_version_8_filters_were_expressions_and_after_it_they_are_words() -> None:
    reply = action_set({"type": "reply", "msg": {"eng": "Hi @contact.name|upper_case"}})
    texts = [
        migrated(legacy(actions=[reply], version=version)).flow["nodes"][0]["actions"][0]["text"]
        for version in (7, 8)
    ]
    assert texts == ["Hi @(upper(contact.name))", "Hi @contact.name|upper_case"]


def test_before_version_9_a_flow_without_uuid_gets_the_one_of_its_number() -> None:
    flow = legacy(actions=[action_set()], version=8, metadata={"id": 12, "name": "Old"})
    assert migrated(flow).flow["uuid"] == IDS("flow 12")
    assert migrated(flow, Surroundings(flow_uuids={"12": "f12"})).flow["uuid"] == "f12"


def test_before_version_10_a_webhook_had_one_way_out() -> None:
    split = rule_set("webhook", rule("true", "All", to="a1"), label="Look up", **HOOK)
    node = migrated(legacy(rules=[split], actions=[REPLY], version=9, entry="r1")).flow["nodes"][0]
    assert node["actions"][0]["url"] == "http://x.example"
    assert {way["destination_uuid"] for way in node["exits"]} == {"a1"}
    assert node["exits"][0]["uuid"] == "rule-all"
    names = [category["name"] for category in node["router"]["categories"]]
    assert names == ["Success", "Failure"]


def test_before_version_11_dates_and_places_were_texts_as_they_were_shown() -> None:
    visit = rule_set("wait_message", rule("date", "Date"), OTHER, label="Visit", uuid="r2")
    place = rule_set("wait_message", rule("state", "State"), OTHER, label="Place", uuid="r3")
    reply = {"type": "reply", "msg": {"eng": "@flow.visit in @flow.place for @contact.due, @date"}}
    save = {"type": "save", "field": "place", "value": "@flow.place"}
    definition = legacy(actions=[action_set(reply, save)], rules=[visit, place], version="10.4")
    surroundings = Surroundings(field_types={"due": "datetime"})
    said, saved = migrated(definition, surroundings).flow["nodes"][0]["actions"]
    assert said["text"] == (
        "@(format_date(results.visit)) in @(format_location(results.place))"
        " for @(format_datetime(fields.due)), @(format_datetime(now()))"
    )
    assert saved["value"] == "@(format_location(results.place))"
    definition["version"] = "11.0"
    said, saved = migrated(definition, surroundings).flow["nodes"][0]["actions"]
    assert said["text"] == "@results.visit in @results.place for @fields.due, @(now())"


def test_before_version_11_4_the_text_of_a_split_was_the_last_message() -> None:
    split = rule_set("expression", OTHER, label="Choice", operand="@flow.x", uuid="r2")
    reply = action_set({"type": "reply", "msg": {"eng": "You wrote @flow.choice.text"}})
    texts = [
        migrated(legacy(actions=[reply], rules=[split], version=version)).flow["nodes"][0]
        for version in ("11.3", "11.4")
    ]
    assert texts[0]["actions"][0]["text"] == "You wrote @input"
    assert texts[1]["actions"][0]["text"] == "You wrote @results.choice.input"


def test_before_version_11_5_the_result_of_a_webhook_was_what_it_answered() -> None:
    hook = rule_set("webhook", rule("true", "All"), label="Price", uuid="r2")
    reply = action_set({"type": "reply", "msg": {"eng": "@flow.price @flow.price.category"}})
    texts = [
        migrated(legacy(actions=[reply], rules=[hook], version=version)).flow["nodes"][0]
        for version in ("11.4", "11.5")
    ]
    assert texts[0]["actions"][0]["text"] == "@legacy_extra.price @results.price.category_localized"
    assert texts[1]["actions"][0]["text"] == "@results.price @results.price.category_localized"


def test_webhooks_among_actions_become_nodes_between_them() -> None:
    def say(text: str) -> Json:
        return {"type": "reply", "msg": {"eng": text}}

    api = {"type": "api", "webhook": "http://x.example/@contact.uuid", "action": "GET"}
    actions = action_set(say("one"), say("two"), api, {**api, "uuid": "u2"}, say("three"), to="end")
    last = action_set(say("four"), uuid="end", y=300)
    flow = migrated(legacy(actions=[actions, last])).flow
    said = [line for line in walk(flow) if not line.startswith("split ")]
    assert said == ["one", "two", "call_webhook", "call_webhook", "three", "four"]
    names = [
        action["result_name"]
        for node in flow["nodes"]
        for action in node.get("actions", [])
        if action["type"] == "call_webhook"
    ]
    assert names == ["Migrated Webhook 1", "Migrated Webhook 2"]
    assert flow["nodes"][0]["uuid"] == "a1"


def test_the_same_rule_id_in_two_places_is_given_to_the_first_alone() -> None:
    rules = [rule_set("wait_message", OTHER), rule_set("wait_message", OTHER, uuid="r2")]
    nodes = migrated(legacy(rules=rules)).flow["nodes"]
    exits = [node["exits"][0]["uuid"] for node in nodes]
    assert exits[0] == "rule-other"
    assert exits[1] != "rule-other"


@pytest.mark.parametrize(
    ("version", "expected"), [("11.9", "start_session"), ("11.10", "enter_flow")]
)
def test_before_11_10_a_flow_of_another_kind_is_started_apart(version: str, expected: str) -> None:
    enters = {"type": "flow", "flow": {"uuid": "call", "name": "Call"}}
    completed = rule({"type": "subflow", "exit_type": "completed"}, "Completed", to="a1")
    subflow = rule_set("subflow", completed, config={"flow": {"uuid": "call", "name": "Call"}})
    definition = legacy(rules=[subflow], actions=[action_set(enters)], version=version, entry="r1")
    flow = migrated(definition, Surroundings(flow_types={"call": "V"})).flow
    assert [line for line in walk(flow) if "split" not in line] == [expected, expected]
    same = migrated(definition, Surroundings(flow_types={"call": "F"})).flow
    assert "start_session" not in walk(same)


@pytest.mark.parametrize(
    ("version", "expected"),
    [(7, Version(7)), ("7.2", Version(7, 2)), (11.12, Version(11, 12)), (None, Version(11, 12))],
    ids=str,
)
def test_a_version_may_be_a_number_or_a_text(version: Any, expected: Version) -> None:
    assert migrated(legacy(actions=[action_set()], version=version)).was == expected


@pytest.mark.parametrize("version", ["12.0", "seven", "13.0.0"])
def test_a_version_that_never_looked_like_this_is_refused(version: str) -> None:
    with pytest.raises(Unmigratable, match="version"):
        migrated(legacy(actions=[action_set()], version=version))


def test_an_operand_of_several_expressions_is_split_on_whole() -> None:
    router = only_router(legacy(rules=[rule_set("flow_field", OTHER, operand="@flow.a-@flow.b")]))
    assert router["operand"] == "@results.a-@results.b"
