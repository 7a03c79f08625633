"""What cannot be carried is listed by flow and node, with the reason and what is done instead."""

import orjson
import pytest

from gateway.flowfiles.rapidpro import limits
from gateway.flowfiles.rapidpro.exports import Export, read_export
from gateway.flowfiles.rapidpro.survey import Finding, survey
from tests.flowfiles.rapidpro.definitions import (
    Json,
    action,
    action_set,
    case,
    current,
    legacy,
    node,
    split,
)


def export_of(*flows: Json, **more: object) -> Export:
    document = {"version": "13", "flows": list(flows), **more}
    return read_export("export.json", orjson.dumps(document))


def found_in(*flows: Json, **more: object) -> list[Finding]:
    return survey(export_of(*flows, **more))


def kinds(findings: list[Finding]) -> list[tuple[str, bool]]:
    return [(finding.kind, finding.blocking) for finding in findings]


ACTIONS = [
    (action("say_msg", text="Hi"), "voice", True),
    (action("play_audio", audio_url="x"), "voice", True),
    (action("open_ticket"), "ticket", True),
    (action("transfer_airtime", amounts={}), "airtime", True),
    (action("call_classifier"), "classifier", True),
    (action("call_llm"), "model", True),
    (action("request_optin"), "opt_in", True),
    (action("call_resthook", resthook="new-farmer"), "resthook", False),
    (action("send_email", addresses=[]), "email", False),
    (action("set_contact_channel"), "channel", False),
    (action("send_msg", text="Hi", attachments=["image:x"]), "media", False),
    (action("send_msg", text="Hi", all_urns=True), "all_urns", False),
    (action("send_msg", text="Hi", template={"uuid": "t"}), "template", False),
    (action("enter_flow", flow={"uuid": "f2", "name": "Gone"}), "missing_flow", True),
    (action("start_session", flow={"name": "Harvest"}), "start", False),
    (action("send_broadcast", text="Hi"), "broadcast", False),
    (action("add_input_labels", labels=[{"name": "Spam"}]), "label", False),
    (action("add_contact_urn", scheme="tel", path="@input"), "urn", False),
    (action("teleport"), "unknown", True),
]


@pytest.mark.parametrize(
    ("listed", "kind", "blocking"), ACTIONS, ids=[f"{row[1]}-{row[0]['type']}" for row in ACTIONS]
)
def test_an_action_that_cannot_be_carried_is_listed(
    listed: Json, kind: str, blocking: bool
) -> None:
    findings = found_in(current(node(uuid="n0", to="n1"), node(listed)))
    assert kinds(findings) == [(kind, blocking)]
    (finding,) = findings
    assert (finding.flow, finding.node) == ("Harvest", "n1")
    assert finding.what
    assert finding.why
    assert finding.instead


def test_an_action_that_cannot_be_carried_in_two_ways_is_listed_twice() -> None:
    started = action("start_session", flow={"name": "Harvest"}, create_contact=True)
    findings = found_in(current(node(started)))
    assert kinds(findings) == [("start", False), ("new_contact", False)]


ROUTERS = [
    (split("n1", "@input", case("has_intent", "x", "0.5")), "classifier", True),
    (split("n1", "@input", case("has_magic")), "unknown", True),
    (split("n1", "@input", type="oracle"), "unknown", True),
    (split("n1", "@input", wait={"type": "dial", "phone": "x"}), "voice", True),
    (split("n1", "@input", wait={"type": "dream"}), "unknown", True),
    (
        split("n1", "@input", wait={"type": "msg", "hint": {"type": "image"}}),
        "media_reply",
        False,
    ),
]


@pytest.mark.parametrize(
    ("router", "kind", "blocking"), ROUTERS, ids=[str(at) for at in range(len(ROUTERS))]
)
def test_a_split_or_wait_that_cannot_be_carried_is_listed(
    router: Json, kind: str, blocking: bool
) -> None:
    assert kinds(found_in(current(node(**router)))) == [(kind, blocking)]


def test_a_flow_of_calls_is_listed_whole_and_one_of_an_app_goes_on_as_messages() -> None:
    findings = found_in(
        current(node(), type="voice"),
        current(node(), type="messaging_offline", uuid="f2", name="Two"),
        current(node(), type="messaging_background", uuid="f3"),
        current(node(), type="smoke", uuid="f4"),
    )
    assert kinds(findings) == [("voice", True), ("surveyor", False), ("unknown", True)]
    assert [finding.node for finding in findings] == ["", "", ""]


def test_what_can_be_carried_is_not_listed() -> None:
    actions = [
        action("send_msg", text="Hi @contact", quick_replies=["Yes"]),
        action("enter_flow", flow={"uuid": "flow-1", "name": "Harvest"}),
        action("set_run_result", name="a", value="b"),
        action("call_webhook", url="http://x.example", method="GET"),
    ]
    router = split("n1", "@input", case("has_text"), wait={"type": "msg"})
    assert found_in(current(node(*actions, **router))) == []


def test_triggers_that_nothing_here_pulls_are_listed() -> None:
    flow = {"uuid": "flow-1", "name": "Harvest"}
    letters = "KCMNUVSRTIOQ"
    triggers = [{"trigger_type": letter, "flow": flow} for letter in letters]
    triggers.append({"trigger_type": "K", "flow": {"uuid": "f9", "name": "Gone"}})
    findings = found_in(current(node()), triggers=triggers)
    assert [finding.kind for finding in findings] == [
        *("voice", "schedule", "referral", "ticket", "opt_in", "opt_in", "unknown"),
        "missing_flow",
    ]
    assert all(finding.blocking and "left out" in finding.instead for finding in findings)


def test_an_event_of_a_campaign_that_starts_a_flow_from_elsewhere_is_listed() -> None:
    event = {"unit": "D", "relative_to": {"key": "x"}, "flow": {"uuid": "f9", "name": "Gone"}}
    campaign = {"name": "Planting", "group": {"name": "All"}, "events": [event]}
    (finding,) = found_in(current(node()), campaigns=[campaign])
    assert (finding.kind, finding.flow) == ("missing_flow", "Gone")
    assert "Planting" in finding.what


def test_what_is_sent_along_with_a_message_of_a_campaign_is_listed() -> None:
    texts = {
        "eng": {"text": "Well?", "attachments": ["image:https://w.example/1.jpg"]},
        "nya": {"text": "Bwino?", "quick_replies": ["Inde", {"text": "Ayi"}]},
    }
    event = {"unit": "D", "relative_to": {"key": "x"}, "translations": texts}
    campaign = {"name": "Planting", "group": {"name": "All"}, "events": [event]}
    exported = export_of(current(node()), campaigns=[campaign])
    (finding,) = survey(exported)
    assert (finding.kind, finding.blocking) == ("media", False)
    assert finding.what == "1 attachment of an event of the campaign Planting"
    ((said,),) = [one.events for one in exported.campaigns]
    assert said.message == {"eng": "Well?", "nya": "Bwino?\nInde\nAyi"}


def test_a_part_of_an_export_that_nobody_knows_is_listed() -> None:
    (finding,) = found_in(current(node()), topics=[{"name": "Water"}], labels=[], site="x")
    assert (finding.what, finding.blocking) == ("the part topics of the export", False)
    assert found_in({**current(node()), "topics": [1]}) == [], "parts of a flow are its own"


def test_globals_are_listed_once_each_because_an_export_does_not_hold_their_values() -> None:
    say = action("send_msg", text="@globals.price @globals.price @(globals.org & 1)")
    findings = found_in(current(node(say)))
    assert [finding.what for finding in findings] == ["@globals.org", "@globals.price"]


def test_what_the_first_editor_had_and_nobody_knows_is_listed_by_its_own_name() -> None:
    (finding,) = found_in(legacy(actions=[action_set({"type": "teleport"})]))
    assert (finding.kind, finding.what) == ("unknown", "the action teleport")


def test_no_action_is_both_carried_and_limited_and_every_limit_says_all() -> None:
    assert limits.CARRIED & limits.ACTIONS.keys() == set()
    assert limits.CARRIED_FLOWS & limits.FLOWS.keys() == set()
    assert limits.CARRIED_TRIGGERS & limits.TRIGGERS.keys() == set()
    tables = [limits.ACTIONS, limits.FLOWS, limits.TRIGGERS, limits.TEST_LIMITS, limits.WAITS]
    for limit in [limit for table in tables for limit in table.values()]:
        assert limit.why
        assert limit.instead
        assert not limit.why.endswith(".")
