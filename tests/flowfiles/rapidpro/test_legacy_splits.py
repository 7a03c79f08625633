"""Rule sets of the first editor as nodes with a router: waits, tests, categories, exits."""

import json

import pytest

from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings
from tests.flowfiles.rapidpro.definitions import (
    OTHER,
    Json,
    action_set,
    legacy,
    migrated,
    only_action,
    only_router,
    rule,
    rule_set,
)

TESTS: list[tuple[Json, str, list[str]]] = [
    ({"type": "contains", "test": {"eng": "red hen"}}, "has_all_words", ["red hen"]),
    ({"type": "contains_any", "test": {"eng": "yes,y"}}, "has_any_word", ["yes,y"]),
    ({"type": "contains_phrase", "test": {"eng": "the hen"}}, "has_phrase", ["the hen"]),
    ({"type": "contains_only_phrase", "test": {"eng": "hen"}}, "has_only_phrase", ["hen"]),
    ({"type": "starts", "test": {"eng": "@flow.x"}}, "has_beginning", ["@results.x"]),
    ({"type": "regex", "test": {"eng": "(\\w+)@flow"}}, "has_pattern", ["(\\w+)@flow"]),
    ({"type": "not_empty"}, "has_text", []),
    ({"type": "number"}, "has_number", []),
    ({"type": "eq", "test": 3}, "has_number_eq", ["3"]),
    ({"type": "gt", "test": "@contact.age"}, "has_number_gt", ["@fields.age"]),
    ({"type": "gte", "test": "3.5"}, "has_number_gte", ["3.5"]),
    ({"type": "lt", "test": "3"}, "has_number_lt", ["3"]),
    ({"type": "lte", "test": "3"}, "has_number_lte", ["3"]),
    ({"type": "between", "min": 1, "max": "@flow.m"}, "has_number_between", ["1", "@results.m"]),
    ({"type": "date"}, "has_date", []),
    ({"type": "date_equal", "test": "@date.today"}, "has_date_eq", ["@(today())"]),
    (
        {"type": "date_after", "test": "@(date.today + 5)"},
        "has_date_gt",
        ['@(datetime_add(today(), 5, "D"))'],
    ),
    ({"type": "date_before", "test": "@contact.born"}, "has_date_lt", ["@fields.born"]),
    ({"type": "phone"}, "has_phone", []),
    ({"type": "has_email"}, "has_email", []),
    ({"type": "state"}, "has_state", []),
    ({"type": "district", "test": "@contact.state"}, "has_district", ["@fields.state"]),
    (
        {"type": "ward", "state": "@contact.state", "district": "North"},
        "has_ward",
        ["North", "@fields.state"],
    ),
    ({"type": "in_group", "test": {"uuid": "g1", "name": "All"}}, "has_group", ["g1", "All"]),
    ({"type": "divines"}, "legacy_divines", []),
]


@pytest.mark.parametrize(("old", "kind", "given"), TESTS, ids=[row[0]["type"] for row in TESTS])
def test_a_test_asks_the_same(old: Json, kind: str, given: list[str]) -> None:
    router = only_router(legacy(rules=[rule_set("wait_message", rule(old), OTHER)]))
    (case,) = router["cases"]
    assert (case["type"], case.get("arguments", [])) == (kind, given)
    assert case["category_uuid"] == router["categories"][0]["uuid"]


OPERANDS = [
    ("wait_message", "@step.value", "@input"),
    ("wait_digits", "@step.value", "@input.text"),
    ("flow_field", "@flow.crop", "@results.crop"),
    ("contact_field", "@contact.age", "@fields.age"),
    ("contact_field", "", "@input"),
    ("expression", "@extra.x", '@(if(is_error(legacy_extra.x), "@extra.x", legacy_extra.x))'),
    ("group", "@step.value", "@contact.groups"),
    ("", "@step.value", "@input"),
]


@pytest.mark.parametrize(("kind", "old", "new"), OPERANDS, ids=[f"{r[0]} {r[1]}" for r in OPERANDS])
def test_a_split_decides_on_the_same_thing(kind: str, old: str, new: str) -> None:
    router = only_router(legacy(rules=[rule_set(kind, OTHER, operand=old)]))
    assert (router["type"], router["operand"]) == ("switch", new)
    assert router["result_name"] == "Answer"
    assert ("wait" in router) == (kind in {"", "wait_digits", "wait_message"})


HINTS = [
    ("wait_message", None),
    ("wait_audio", {"type": "audio"}),
    ("wait_recording", {"type": "audio"}),
    ("wait_video", {"type": "video"}),
    ("wait_photo", {"type": "image"}),
    ("wait_gps", {"type": "location"}),
    ("wait_digit", {"type": "digits", "count": 1}),
    ("wait_digits", {"type": "digits", "terminated_by": "#"}),
]


@pytest.mark.parametrize(("kind", "hint"), HINTS, ids=[row[0] for row in HINTS])
def test_a_wait_says_what_it_waits_for(kind: str, hint: Json | None) -> None:
    router = only_router(legacy(rules=[rule_set(kind, OTHER, finished_key="#")]))
    assert router["wait"] == ({"type": "msg"} if hint is None else {"type": "msg", "hint": hint})


def test_rules_become_exits_with_their_ids_and_lead_where_they_led() -> None:
    yes = rule({"type": "contains_any", "test": {"eng": "yes"}}, "Yes", to="a1")
    lost = rule({"type": "number"}, "Number", to="nowhere")
    flow = migrated(
        legacy(rules=[rule_set("wait_message", yes, lost, OTHER)], actions=[action_set(y=200)])
    ).flow
    node = next(node for node in flow["nodes"] if node["uuid"] == "r1")
    assert node["exits"] == [
        {"uuid": "rule-yes", "destination_uuid": "a1"},
        {"uuid": "rule-number", "destination_uuid": None},
        {"uuid": "rule-other", "destination_uuid": None},
    ]
    names = {category["uuid"]: category["name"] for category in node["router"]["categories"]}
    assert list(names.values()) == ["Yes", "Number", "Other"]
    assert names[node["router"]["default_category_uuid"]] == "Other"


def test_rules_of_the_same_category_share_it_but_the_rest_has_its_own() -> None:
    first = rule({"type": "eq", "test": "1"}, "Same", uuid="one")
    second = rule({"type": "eq", "test": "2"}, "Same", uuid="two")
    rest = rule("true", "Same", uuid="rest")
    router = only_router(legacy(rules=[rule_set("wait_message", first, second, rest)]))
    assert [category["exit_uuid"] for category in router["categories"]] == ["one", "rest"]
    assert len({case["category_uuid"] for case in router["cases"]}) == 1
    assert router["default_category_uuid"] == router["categories"][1]["uuid"]


def test_a_time_out_belongs_to_the_wait() -> None:
    late = rule({"type": "timeout", "minutes": 5}, "No answer")
    router = only_router(legacy(rules=[rule_set("wait_message", OTHER, late)]))
    late_category = router["categories"][1]
    assert late_category["name"] == "No answer"
    timeout = {"seconds": 300, "category_uuid": late_category["uuid"]}
    assert router["wait"] == {"type": "msg", "timeout": timeout}
    assert router["cases"] == []


def test_categories_and_words_to_test_for_are_translated() -> None:
    test = {"type": "contains_any", "test": {"eng": "yes", "nya": "inde"}}
    yes = rule(test, {"eng": "Yes", "nya": "Inde"})
    flow = migrated(legacy(rules=[rule_set("wait_message", yes, OTHER)])).flow
    router = flow["nodes"][0]["router"]
    assert flow["localization"]["nya"] == {
        router["categories"][0]["uuid"]: {"name": ["Inde"]},
        router["cases"][0]["uuid"]: {"arguments": ["inde"]},
    }


def test_a_subflow_is_entered_and_its_end_decided_on() -> None:
    done = rule({"type": "subflow", "exit_type": "completed"}, "Completed")
    late = rule({"type": "subflow", "exit_type": "expired"}, "Expired")
    config = {"flow": {"uuid": "f2", "name": "Prices"}}
    definition = legacy(rules=[rule_set("subflow", done, late, config=config)])
    entered = only_action(definition)
    assert (entered["type"], entered["flow"]) == ("enter_flow", config["flow"])
    router = only_router(definition)
    assert router["operand"] == "@child.status"
    assert [case["arguments"] for case in router["cases"]] == [["completed"], ["expired"]]
    assert "default_category_uuid" not in router


OUTCOMES = [
    rule({"type": "webhook_status", "status": "success"}, "Success"),
    rule({"type": "webhook_status", "status": "failure"}, "Failure"),
]


def test_a_webhook_is_called_and_the_status_of_its_answer_decided_on() -> None:
    config = {
        "webhook": "http://x.example/?n=@contact",
        "webhook_action": "GET",
        "webhook_headers": [{"name": "X-Who", "value": "@contact.uuid"}, {"name": "", "value": ""}],
    }
    definition = legacy(rules=[rule_set("webhook", *OUTCOMES, config=config)])
    call = only_action(definition)
    assert call["method"] == "GET"
    assert call["url"] == "http://x.example/?n=@(url_encode(contact))"
    assert call["headers"] == {"X-Who": "@contact.uuid"}
    assert call["result_name"] == "Answer"
    assert "body" not in call
    router = only_router(definition)
    assert router["operand"] == "@(default(webhook.status, 0))"
    (success,) = router["cases"]
    assert (success["type"], success["arguments"]) == ("has_number_between", ["200", "299"])
    assert success["category_uuid"] == router["categories"][0]["uuid"]
    assert router["default_category_uuid"] == router["categories"][1]["uuid"]
    assert "result_name" not in router


def test_a_webhook_posts_what_it_always_posted() -> None:
    call = only_action(
        legacy(rules=[rule_set("webhook", *OUTCOMES, config={"webhook": "http://x.example"})])
    )
    assert (call["method"], call["headers"]) == ("POST", {"Content-Type": "application/json"})
    for name in ("contact", "flow", "path", "results", "run", "input", "channel"):
        assert f'"{name}", ' in call["body"]


def test_a_resthook_is_called() -> None:
    call = only_action(
        legacy(rules=[rule_set("resthook", *OUTCOMES, config={"resthook": "new-farmer"})])
    )
    assert (call["type"], call["resthook"]) == ("call_resthook", "new-farmer")


def test_airtime_is_by_currency_and_a_second_amount_for_one_is_noted() -> None:
    config = {
        "RW": {"currency_code": "RWF", "amount": 500},
        "UG": {"currency_code": "UGX", "amount": 900},
        "XX": {"currency_code": "UGX", "amount": 1},
    }
    rules = [rule({"type": "airtime_status", "exit_status": s}, s) for s in ("success", "failed")]
    found = migrated(legacy(rules=[rule_set("airtime", *rules, config=config)]))
    (transfer,) = found.flow["nodes"][0]["actions"]
    assert transfer["amounts"] == {"RWF": 500, "UGX": 900}
    assert [note.pointer for note in found.notes] == ["/rule_sets/0/config/XX"]


def test_a_field_of_an_answer_is_taken_out_of_it() -> None:
    config = {"field_index": 2, "field_delimiter": "+"}
    router = only_router(
        legacy(rules=[rule_set("form_field", OTHER, operand="@flow.form", config=config)])
    )
    assert router["operand"] == '@(field(results.form, 2, "+"))'


def test_a_random_split_has_categories_only() -> None:
    half = rule({"type": "between", "min": "0", "max": "0.5"}, "A")
    rest = rule({"type": "between", "min": "0.5", "max": "1"}, "B")
    router = only_router(legacy(rules=[rule_set("random", half, rest)]))
    assert router["type"] == "random"
    assert [category["name"] for category in router["categories"]] == ["A", "B"]
    assert "cases" not in router


def test_a_ussd_menu_shows_its_numbers_in_every_language() -> None:
    maize = rule({"type": "eq", "test": "1"}, "Maize", label={"eng": "Maize", "nya": "Chimanga"})
    beans = rule({"type": "eq", "test": "2"}, "Beans", label={"eng": "Beans"})
    gone = rule("interrupted_status", "Interrupted")
    config = {"ussd_message": {"eng": "Which crop, @contact?"}}
    found = migrated(
        legacy(rules=[rule_set("wait_menu", maize, beans, gone, OTHER, config=config)])
    )
    (node,) = found.flow["nodes"]
    (screen,) = node["actions"]
    assert screen["text"] == "Which crop, @contact?\n1: Maize\n2: Beans"
    nyanja = found.flow["localization"]["nya"][screen["uuid"]]["text"]
    assert nyanja == ["Which crop, @contact?\n1: Chimanga\n2: Beans"]
    assert [case["arguments"] for case in node["router"]["cases"]] == [["1"], ["2"]]
    assert node["router"]["wait"] == {"type": "msg"}
    assert "interrupted_status is left out" in found.notes[0].text


def test_a_ussd_question_shows_its_text() -> None:
    definition = legacy(
        rules=[rule_set("wait_ussd", OTHER, config={"ussd_message": {"eng": "Your name?"}})]
    )
    assert only_action(definition)["text"] == "Your name?"
    assert only_router(definition)["operand"] == "@input.text"


def test_a_split_of_a_kind_nobody_knows_is_there_for_the_survey() -> None:
    assert only_action(legacy(rules=[rule_set("shipping", OTHER)]))["type"] == "legacy_shipping"


def test_a_split_without_rules_ends_the_flow_and_is_noted() -> None:
    found = migrated(legacy(rules=[rule_set("wait_message")]))
    assert found.flow["nodes"][0]["exits"][0]["destination_uuid"] is None
    assert [note.pointer for note in found.notes] == ["/rule_sets/0"]


def test_what_leads_to_no_step_or_elsewhere_than_its_category_is_noted() -> None:
    maize = {"type": "contains", "test": {"eng": "maize"}}
    grain = {"type": "contains", "test": {"eng": "grain"}}
    rules = [
        rule(maize, "Maize", to="a1"),
        rule(grain, "Maize", to="a2", uuid="same"),
        rule({"type": "true"}, "Other", to="gone", uuid="other"),
    ]
    actions = [action_set(uuid="a1"), action_set(uuid="a2", to="gone")]
    found = migrated(legacy(actions=actions, rules=[rule_set("wait_message", *rules)], entry="x"))
    assert [(note.pointer, note.text) for note in found.notes] == [
        ("", "this begins at x, which is no step; it begins with the uppermost"),
        ("/action_sets/1", "this leads to gone, which is no step; the flow ends there"),
        (
            "/rule_sets/0/rules/1/test",
            "this leads where the first rule of the category Maize leads",
        ),
        ("/rule_sets/0/rules/2/test", "this leads to gone, which is no step; the flow ends there"),
    ]


def test_the_entry_is_the_first_node_and_the_others_follow_from_top_to_bottom() -> None:
    actions = [action_set(uuid="low", y=900), action_set(uuid="high", y=10)]
    flow = legacy(actions=actions, rules=[rule_set("wait_message", OTHER, y=400)], entry="low")
    assert [node["uuid"] for node in migrated(flow).flow["nodes"]] == ["low", "high", "r1"]


def test_what_a_flow_says_of_itself_is_kept() -> None:
    flow = migrated(legacy(actions=[action_set()], language="base")).flow
    known = ("uuid", "name", "language", "type", "revision", "expire_after_minutes")
    assert [flow[key] for key in known] == ["flow-1", "Harvest", "und", "messaging", 3, 600]
    assert json.loads(json.dumps(flow)) == flow


def test_flows_are_voice_or_an_app_s_or_messages_by_their_letter() -> None:
    kinds = {
        letter: migrated(legacy(actions=[action_set()], flow_type=letter)).flow["type"]
        for letter in ("F", "M", "U", "V", "S")
    }
    assert kinds["V"] == "voice"
    assert kinds["S"] == "messaging_offline"
    assert {kinds[letter] for letter in "FMU"} == {"messaging"}


def test_surroundings_are_not_needed() -> None:
    flow = legacy(actions=[action_set({"type": "flow", "id": 9, "name": "X"})])
    assert only_action(flow) == only_action(flow, Surroundings())
