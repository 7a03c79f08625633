"""What an import will write, and what it says that it cannot take over."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from gateway.core.flow.events import Json
from gateway.core.flow.graph import Tell
from gateway.core.flow.triggers import CampaignEvent, Trigger
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.imported_files import ASSETS_FILE
from gateway.flowfiles.importing.documents import written
from gateway.flowfiles.importing.plan import Plan
from gateway.flowfiles.rapidpro.compile_actions import Actions
from gateway.flowfiles.rapidpro.compile_texts import Words
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from gateway.flowfiles.releases import Source, compile_release
from tests.flowfiles.importing.stage import (
    SHIPPED,
    WATER,
    WITH_CALLS,
    export_of,
    imported,
    planned,
)
from tests.flowfiles.rapidpro.definitions import action, case, current, node, split
from tests.flowfiles.rapidpro.making import definitions

HELLO = current(node(action("send_msg", text="Hello")))
OTHER = {**HELLO, "uuid": "flow-2", "name": "Other"}
TO_HELLO = {"uuid": "flow-1", "name": "Harvest"}


def trigger(kind: str, flow: Any = TO_HELLO, **more: Any) -> dict[str, Any]:
    return {"trigger_type": kind, "flow": flow, "groups": [], "exclude_groups": [], **more}


def told(plan: Plan) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.what, one.blocking) for one in plan.findings]


def assets_of(plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(plan.files[ASSETS_FILE])
    return found


def test_a_clean_export_becomes_a_file_for_each_flow_and_one_for_what_they_presume() -> None:
    plan = planned(WATER)
    assert not plan.findings
    assert sorted(plan.files) == [
        "imported/assets.json",
        "imported/registration.json",
        "imported/water_prices.json",
    ]
    assert [(one.name, one.title, one.nodes) for one in plan.flows] == [
        ("registration", "Registration", 11),
        ("water_prices", "Water prices", 3),
    ]


def test_a_second_import_of_the_same_changes_nothing() -> None:
    again = planned(WATER, imported(WATER))
    assert (dict(again.files), again.replaced) == ({}, ())


def test_a_file_reads_from_top_to_bottom_and_the_same_every_time() -> None:
    content = planned(WATER).files["imported/registration.json"]
    document = orjson.loads(content)
    assert list(document) == ["flow", "start", "definition"]
    assert list(document["definition"])[:4] == ["uuid", "type", "name", "spec_version"]
    assert written(document) == content
    shuffled = orjson.loads(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    assert written(shuffled) == content


def test_what_cannot_be_carried_is_told_and_a_flow_of_calls_is_left_out() -> None:
    plan = planned(WITH_CALLS)
    assert plan.blocked
    assert [(one.kind, one.flow, one.blocking) for one in plan.findings] == [
        ("ticket", "Water prices", True),
        ("airtime", "Reminder", True),
        ("voice", "Call the members", True),
        ("voice", "Call the members", True),
        ("voice", "Call the members", True),
        ("trigger_groups", "Reminder", True),
        ("trigger_channel", "Reminder", False),
        ("taken", "Reminder", True),
        ("taken", "Reminder", True),
        ("taken", "Reminder", True),
    ]
    assert [one.name for one in plan.flows] == ["registration", "water_prices", "reminder"]
    inside = [one for one in plan.findings if one.flow == "Call the members" and one.node]
    assert [one.instead for one in inside] == ["it is left out with its flow"]


# What begins flows


def test_triggers_begin_flows_as_they_did() -> None:
    triggers = [
        trigger("K", keywords=["price", "mtengo"], match_type="F"),
        trigger("K", keywords=["count me in"], match_type="O"),
        trigger("K", keywords=["water  now"], match_type="F"),
        trigger("C"),
        trigger("N"),
        trigger("U", keyword="*384*99#"),
    ]
    plan = planned(export_of(HELLO, triggers=triggers))
    assert told(plan) == []
    found = compile_release(plan.source(SHIPPED)).triggers
    assert found.words["price"] == found.words["mtengo"] == Trigger("harvest", "en")
    assert found.whole["count me in"] == Trigger("harvest", "en")
    assert [one.source for one in found.patterns] == [r"^water\s+now\b"]
    assert found.patterns[0].found("Water now, please") is not None
    assert (found.other, found.newcomer) == ("harvest",) * 2
    assert found.missed_call == "help"  # the shipped one has it
    assert found.codes["*384*99#"] == "harvest"


TAKEN: list[tuple[dict[str, Any], str, bool]] = [
    (trigger("K", keywords=["JOIN"]), "the keyword JOIN", True),
    (trigger("K", keywords=["stop"]), "the keyword stop", True),
    (trigger("K", keywords=["stop"], match_type="O"), "the keyword stop", True),
    (trigger("K", keywords=["???"]), "the keyword ???", True),
    (trigger("U", keyword="384"), "the code 384", True),
    (trigger("K", keywords=["x" * 600 + " y"]), f"the keyword {'x' * 600} y", True),
    (
        trigger("K", keywords=["new"], groups=[{"uuid": "g", "name": "Members"}]),
        "a trigger of type keyword (new) for some people only (Members)",
        True,
    ),
    (
        trigger("K", keywords=["new"], channel={"uuid": "c", "name": "Line"}),
        "a trigger of type keyword (new) on one channel only",
        False,
    ),
    (trigger("C", {"uuid": "gone", "name": "Gone"}), "a trigger of type catch_all", True),
    (trigger("S"), "a trigger of type schedule", True),
]


@pytest.mark.parametrize(
    ("given", "what", "blocking"),
    TAKEN,
    ids=[f"{at}-{row[1][:30]}" for at, row in enumerate(TAKEN)],
)
def test_what_cannot_begin_a_flow_is_told(given: dict[str, Any], what: str, blocking: bool) -> None:
    plan = planned(export_of(HELLO, triggers=[given]))
    assert [(one.what, one.blocking) for one in plan.findings] == [(what, blocking)]
    release = compile_release(plan.source(SHIPPED))
    begun = [one for one in release.triggers.words.values() if one.flow == "harvest"]
    assert len(begun) == (0 if blocking else 1)


def test_of_two_flows_with_one_keyword_the_first_has_it() -> None:
    triggers = [
        trigger("K", keywords=["new"]),
        trigger("K", {"uuid": "flow-2", "name": "Other"}, keywords=["new"]),
    ]
    plan = planned(export_of(HELLO, OTHER, triggers=triggers))
    assert [(one.flow, one.why) for one in plan.findings] == [
        ("Other", "it begins harvest here already")
    ]


def test_a_keyword_of_a_flow_that_was_imported_before_stays_its_own() -> None:
    before = imported(export_of(HELLO, triggers=[trigger("K", keywords=["new"])]))
    to_other = trigger("K", {"uuid": "flow-2", "name": "Other"}, keywords=["new"])
    plan = planned(export_of(OTHER, triggers=[to_other]), before)
    assert told(plan) == [("taken", "the keyword new", True)]
    both = planned(export_of(HELLO, OTHER, triggers=[to_other]), before, replaces=True)
    assert told(both) == []
    assert both.replaced == ("imported/harvest.json",)


# What flows presume


def test_fields_and_groups_that_flows_only_name_are_there_too() -> None:
    flow = current(
        node(
            action("set_contact_field", field={"key": "crop", "name": "Crop"}, value="maize"),
            action("add_contact_groups", groups=[{"uuid": "g-1", "name": "Growers"}]),
            action("send_msg", text="@fields.size @contact.fields.soil @globals.depot"),
            to="n2",
        ),
        node(
            uuid="n2",
            **split(
                "n2", "@contact.groups", case("has_group", "g-2", "Sellers", category="yes-n2")
            ),
        ),
    )
    plan = planned(
        export_of(flow, groups=[{"uuid": "g-3", "name": "Old", "query": "harvests > 3"}])
    )
    assets = assets_of(plan)
    assert [one["key"] for one in assets["fields"]] == ["crop", "harvests", "size", "soil"]
    assert [(one["uuid"], one["name"]) for one in assets["groups"]] == [
        ("g-1", "Growers"), ("g-3", "Old"), ("g-2", "Sellers"),
    ]  # fmt: skip
    assert assets["globals"] == {"depot": ""}
    assert told(plan) == [("global", "@globals.depot", False)]
    release = compile_release(plan.source(SHIPPED))
    assert release.assets.fields.keys() == {"crop", "harvests", "size", "soil"}


GROUPS = [
    ("crop = ", "query", True),
    ("tickets > 0", "query", False),
    ('history = "Harvest"', "query", False),
    ("age > 18", None, False),
]


@pytest.mark.parametrize(("query", "kind", "blocking"), GROUPS, ids=[row[0] for row in GROUPS])
def test_a_query_that_nobody_can_answer_is_told(
    query: str, kind: str | None, blocking: bool
) -> None:
    plan = planned(export_of(HELLO, groups=[{"uuid": "g", "name": "Some", "query": query}]))
    expected = [] if kind is None else [(kind, "the group Some", blocking)]
    assert told(plan) == expected
    compile_release(plan.source(SHIPPED))


def test_fields_and_groups_that_are_here_already_stay_unless_they_are_replaced() -> None:
    first = export_of(
        HELLO,
        fields=[{"key": "age", "name": "Age", "type": "text"}],
        groups=[{"uuid": "g", "name": "Old", "query": "age > 60"}],
    )
    before = imported(first)
    second = export_of(
        HELLO,
        fields=[{"key": "age", "name": "Age", "type": "number"}],
        groups=[{"uuid": "g", "name": "old", "query": "age > 65"}],
    )
    kept, taken = planned(second, before), planned(second, before, replaces=True)
    assert told(kept) == [("field", "the field age", False), ("group", "the group old", False)]
    assert ASSETS_FILE not in kept.files
    assert told(taken) == []
    assert assets_of(taken)["fields"][0]["kind"] == "number"
    assert assets_of(taken)["groups"][0]["query"] == "age > 65"


def test_values_of_globals_and_hooks_that_were_written_here_stay() -> None:
    flow = current(node(action("send_msg", text="@globals.depot")))
    before = imported(export_of(flow))
    assets = orjson.loads(before.files[ASSETS_FILE])
    assets |= {"globals": {"depot": "Chipata"}, "hooks": {"new": ["https://hook.example"]}}
    edited = Source({**before.files, ASSETS_FILE: written(assets)})
    again = planned(export_of(flow, OTHER), edited)
    assert ASSETS_FILE not in again.files
    release = compile_release(again.source(edited))
    assert release.assets.global_texts == {"depot": "Chipata"}
    assert release.assets.hooks == {"new": ("https://hook.example",)}


# Campaigns


def test_the_events_of_a_campaign_begin_flows_or_say_their_text() -> None:
    release = compile_release(imported(WATER))
    first, second = release.triggers.campaigns
    campaign = ("00000398-0000-4000-8000-000000000000", "After joining")
    assert first == CampaignEvent(
        first.uuid, "Water users", "joined_on", 2, "days", 9, first.flow, None, campaign
    )
    assert second == CampaignEvent(
        second.uuid, "Water users", "joined_on", 1, "weeks", None, "water_prices", False, campaign
    )
    assert release.flows[first.flow].title == "After joining"
    assert {"en", "ny"} <= {*release.languages}


def test_an_event_of_a_flow_that_is_left_out_is_left_out_and_told() -> None:
    voice = {**OTHER, "type": "voice"}
    events = [
        {"offset": 1, "unit": "D", "delivery_hour": 3, "relative_to": {"key": "d", "label": "D"},
         "flow": {"uuid": uuid, "name": name}, "start_mode": "P"}
        for uuid, name in (("flow-2", "Other"), ("gone", "Gone"), ("flow-1", "Harvest"))
    ]  # fmt: skip
    campaign = {"uuid": "c", "name": "C", "group": {"uuid": "g", "name": "G"}, "events": events}
    plan = planned(export_of(HELLO, voice, campaigns=[campaign]))
    assert [one.flow for one in plan.findings if "campaign" in one.what] == ["Gone", "Other"]
    (event,) = compile_release(plan.source(SHIPPED)).triggers.campaigns
    assert (event.flow, event.interrupts) == ("harvest", None)


@pytest.mark.parametrize(
    ("kind", "mode", "interrupts"),
    [("messaging", "I", True), ("messaging", "S", False), ("messaging", "P", None),
     ("messaging_background", "I", None), ("messaging_background", "S", False)],
)  # fmt: skip
def test_a_flow_of_the_background_takes_nobody_out_of_a_conversation(
    kind: str, mode: str, interrupts: bool | None
) -> None:
    event = {"offset": 1, "unit": "D", "delivery_hour": 3, "start_mode": mode,
             "relative_to": {"key": "d", "label": "D"}, "flow": TO_HELLO}  # fmt: skip
    campaign = {"uuid": "c", "name": "C", "group": {"uuid": "g", "name": "G"}, "events": [event]}
    plan = planned(export_of({**HELLO, "type": kind}, campaigns=[campaign]))
    (one,) = compile_release(plan.source(SHIPPED)).triggers.campaigns
    assert one.interrupts is interrupts


# Folders


def test_a_flow_keeps_its_name_here_when_its_title_changes() -> None:
    plan = planned(export_of({**HELLO, "name": "Harvest 2"}), imported(export_of(HELLO)))
    assert plan.replaced == ("imported/harvest.json",)
    assert [one.title for one in plan.flows] == ["Harvest 2"]


def test_a_broken_file_is_mended_by_importing_its_flow_again() -> None:
    before = imported(export_of(HELLO))
    broken = Source({**before.files, "imported/harvest.json": b"{"})
    with pytest.raises(FlowFileError, match=r"imported/harvest\.json:1: this is not JSON"):
        compile_release(broken)
    mended = planned(export_of(HELLO), broken)
    assert mended.replaced == ("imported/harvest.json",)
    compile_release(mended.source(broken))


def test_a_broken_file_of_another_flow_is_told() -> None:
    broken = Source({**SHIPPED.files, "imported/other.json": b"[]"})
    with pytest.raises(FlowFileError, match=r"imported/other\.json:1: this is no imported flow"):
        planned(export_of(HELLO), broken)


# Nothing is dropped silently


def _bears(given: Json, around: Neighbours) -> bool:
    """Whether an action becomes something, and no stub."""
    assert isinstance(given, dict)
    if given["type"] == "enter_flow":
        return not around.lacks(given["flow"])  # type: ignore[arg-type] # a definition's own
    made = list(Actions(Words({}, "eng", around), "Made", around).compiled(given))
    return bool(made) and not any(isinstance(one, Tell) and one.kind == "stub" for one in made)


@settings(max_examples=200)
@given(definitions())
def test_every_node_and_action_of_an_export_is_compiled_or_named(
    definition: dict[str, Any],
) -> None:
    plan = planned(export_of(definition))
    release = compile_release(plan.source(SHIPPED))
    document = orjson.loads(plan.files["imported/made.json"])["definition"]
    assert [*release.flows["made"].nodes] == [one["uuid"] for one in document["nodes"]]
    around = Neighbours({"flow-0": "made"}, {"Made": "made"}, all_here=True)
    named = {(one.flow, one.node) for one in plan.findings}
    for given_node in document["nodes"]:
        for one in given_node["actions"]:
            assert _bears(one, around) or ("Made", given_node["uuid"]) in named, one


def test_an_event_of_a_campaign_that_says_nothing_is_told_and_begins_nothing():
    document = orjson.loads(WATER)
    for campaign in document["campaigns"]:
        for event in campaign["events"]:
            event["message"] = {} if event["message"] else None
    plan = planned(orjson.dumps(document))
    assert [one.kind for one in plan.findings].count("empty_event") == 1
    release = compile_release(plan.source(SHIPPED))
    assert [one.flow for one in release.triggers.campaigns] == ["water_prices"]
    assert all(one.flow in release.flows for one in release.triggers.campaigns)
