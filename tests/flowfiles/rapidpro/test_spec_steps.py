"""The migrations from version 13.0 to the one of today, one by one, and the chain of them."""

import copy
from typing import Any

import pytest

from gateway.flowfiles.rapidpro.migrations.chain import CURRENT, NEWEST, migrate
from gateway.flowfiles.rapidpro.migrations.documents import Unmigratable
from gateway.flowfiles.rapidpro.migrations.rewriting import templates_of, variables
from tests.flowfiles.rapidpro.definitions import (
    IDS,
    Json,
    action,
    action_set,
    case,
    current,
    legacy,
    migrated,
    node,
    only_action,
    only_router,
    split,
)


def test_a_definition_of_today_stays_as_it_is_and_none_is_changed_in_place() -> None:
    today = current(node(action("send_msg", text="Hi")), version=str(CURRENT))
    old = current(node(action("send_msg", text="@webhook", all_urns=True)))
    before = copy.deepcopy(old)
    assert migrated(today).flow == today
    assert migrated(old).flow != old
    assert old == before


def test_every_definition_comes_out_as_of_today() -> None:
    for version in ("13.0.0", "13.2.0", "13.6.1", "14.0.0", "14.3.1"):
        found = migrated(current(node(), version=version))
        assert (found.flow["spec_version"], str(found.was)) == (str(CURRENT), version)


def test_a_later_minor_version_is_read_as_it_is_and_noted() -> None:
    known = migrated(current(node(), version=str(NEWEST)))
    assert (known.flow["spec_version"], known.notes) == (str(NEWEST), ())
    later = migrated(current(node(), version="14.99.0"))
    assert later.flow["spec_version"] == "14.99.0"
    assert [note.pointer for note in later.notes] == ["/spec_version"]


@pytest.mark.parametrize("version", ["12.0.0", "15.0.0", "new", "1"])
def test_a_major_version_that_is_not_known_is_refused(version: str) -> None:
    with pytest.raises(Unmigratable, match=r"cannot be read|is not a version") as caught:
        migrated(current(node(), version=version))
    assert caught.value.pointer == "/spec_version"


def test_what_is_no_definition_is_refused() -> None:
    with pytest.raises(Unmigratable, match="no flow definition"):
        migrate({"name": "x"}, IDS)
    with pytest.raises(Unmigratable, match="a list, not an object"):
        migrate([], IDS)


def test_13_2_says_und_for_a_language_that_is_not_known() -> None:
    found = migrated(current(node(), language="base", localization={"und": {}, "nya": {}})).flow
    assert (found["language"], found["localization"]) == ("und", {"nya": {}})


WEBHOOKS = [
    ("@webhook", "@webhook.json"),
    ("@webhook.price", "@webhook.json.price"),
    ("a @(upper(WebHook.price)) b", "a @(upper(webhook.json.price)) b"),
    ('@(foreach(webhook, (x) => x & "webhook"))', '@(foreach(webhook.json, (x) => x & "webhook"))'),
    ("@(results.webhook & fields . webhook)", "@(results.webhook & fields . webhook)"),
    ('@("\\"webhook" & webhook[0])', '@("\\"webhook" & webhook.json[0])'),
    ("me@webhook.example", "me@webhook.json.example"),
    ("@@webhook @results.webhook", "@@webhook @results.webhook"),
    ("@(webhook", "@(webhook"),
]


@pytest.mark.parametrize(("old", "new"), WEBHOOKS, ids=[row[0] for row in WEBHOOKS])
def test_13_3_calls_the_answer_of_a_webhook_its_json(old: str, new: str) -> None:
    assert only_action(current(node(action("send_msg", text=old))))["text"] == new


def test_13_3_looks_everywhere_where_expressions_stand() -> None:
    old, new = "@webhook", "@webhook.json"
    actions = [
        action("call_webhook", method="GET", url=old, headers={"X": old, "Y": "plain"}, body=old),
        action("send_email", addresses=[old], subject=old, body=old),
        action("add_contact_groups", groups=[{"name_match": old}, {"uuid": "g", "name": old}]),
        action("send_msg", text="Hi", quick_replies=[old], attachments=[old]),
        action("set_contact_field", value=old, field={"key": "webhook", "name": old}),
        action("invented", value=old),
    ]
    router = split("n1", old, case("has_text", old))
    flow = current(
        node(*actions, **router),
        localization={"nya": {"action-send_msg": {"text": [old], "name": [old]}}},
    )
    found = migrated(flow).flow
    call, email, groups, message, field, unknown = found["nodes"][0]["actions"]
    assert (call["url"], call["headers"], call["body"]) == (new, {"X": new, "Y": "plain"}, new)
    assert (email["addresses"], email["subject"], email["body"]) == ([new], new, new)
    assert groups["groups"] == [{"name_match": new}, {"uuid": "g", "name": old}]
    assert (message["quick_replies"], message["attachments"]) == ([new], [new])
    assert (field["value"], field["field"]["name"], unknown["value"]) == (new, old, old)
    assert found["nodes"][0]["router"]["operand"] == new
    assert found["nodes"][0]["router"]["cases"][0]["arguments"] == [new]
    assert found["localization"]["nya"]["action-send_msg"] == {"text": [new], "name": [old]}


def test_13_1_to_13_5_turn_a_template_s_variables_into_a_list_of_the_action() -> None:
    templating = {"template": {"uuid": "t1", "name": "hello"}, "variables": ["@contact", "x"]}
    flow = current(node(action("send_msg", text="Hi", templating=templating)))
    message = only_action(flow)
    assert message["template"] == {"uuid": "t1", "name": "hello"}
    assert message["template_variables"] == ["@contact", "x"]
    assert "templating" not in message


def test_translations_of_a_template_s_variables_go_with_them() -> None:
    templating = {"uuid": "tt", "template": {"uuid": "t1"}, "variables": ["a", "b"]}
    translations = {"nya": {"tt": {"variables": ["c", "d"]}}}
    flow = current(
        node(action("send_msg", text="Hi", templating=templating)),
        version="13.1.0",
        localization=translations,
    )
    expected = {"nya": {"action-send_msg": {"template_variables": ["c", "d"]}}}
    assert migrated(flow).flow["localization"] == expected


def test_13_5_takes_the_flow_s_own_words_for_a_component_that_is_not_translated() -> None:
    components = [{"uuid": "c1", "params": ["a"]}, {"uuid": "c2", "params": ["b"]}]
    flow = current(
        node(action("send_msg", text="Hi", templating={"components": components})),
        version="13.4.0",
        localization={"nya": {"c2": {"params": ["z"]}}},
    )
    expected = {"nya": {"action-send_msg": {"template_variables": ["a", "z"]}}}
    assert migrated(flow).flow["localization"] == expected


def test_13_6_cuts_long_names_and_the_expressions_that_use_them() -> None:
    long = "What did you harvest this year on the field by the river bend up to now"
    key = "what_did_you_harvest_this_year_on_the_field_by_the_river_bend_up_to_now"
    say = action("send_msg", text=f"@results.{key} @(RESULTS.{key} & parent.results.{key})")
    router = split("n2", "@input", case("has_text"), result_name=long)
    router["router"]["cases"] = []
    router["router"]["categories"][0]["name"] = "c" * 40
    flow = migrated(current(node(say, to="n2"), {"uuid": "n2", **router})).flow
    cut = flow["nodes"][1]["router"]["result_name"]
    assert cut == long[:64].strip()
    assert flow["nodes"][1]["router"]["categories"][0]["name"] == "c" * 36
    short = key[:64].rstrip("_")
    text = f"@results.{short} @(RESULTS.{short} & parent.results.{key})"
    assert flow["nodes"][0]["actions"][0]["text"] == text


def test_14_0_bounds_how_long_a_flow_waits_and_names_every_category() -> None:
    router = split("n1", "@input")
    router["router"]["categories"][0]["name"] = ""
    flow = migrated(current(node(**router), expire_after_minutes=999_999)).flow
    assert flow["expire_after_minutes"] == 20_160
    assert flow["nodes"][0]["router"]["categories"][0]["name"] == "Match"


CALLS: list[tuple[str, Json]] = [
    ("the result's category", split("n1", "@results.call.category", case("has_only_text", "OK"))),
    ("what 13.3 made of it", split("n1", "@webhook.json.status", case("has_text"))),
]


@pytest.mark.parametrize("router", [row[1] for row in CALLS], ids=[row[0] for row in CALLS])
def test_14_splits_webhooks_by_the_status_of_the_answer(router: Json) -> None:
    call = action("call_webhook", url="http://x.example", method="GET", result_name="Call")
    flow = current(
        node(call, **copy.deepcopy(router)), localization={"nya": {"case-1": {"arguments": ["X"]}}}
    )
    found = migrated(flow).flow
    split_by = found["nodes"][0]["router"]
    assert split_by["operand"] == "@(default(webhook.status, 0))"
    assert split_by["cases"] == [case("has_number_between", "200", "299")]
    assert found["nodes"][0]["actions"][0]["result_name"] == "Call"
    assert found["localization"] == {"nya": {}}


def test_14_1_leaves_a_split_that_has_another_action_beside_the_webhook() -> None:
    calls = [action("send_msg", text="Hi"), action("call_webhook", url="http://x", method="GET")]
    router = split("n1", "@results.call.category", case("has_only_text", "Success"))
    assert only_router(current(node(*calls, **router)))["operand"] == "@results.call.category"


def test_14_1_keeps_ten_replies() -> None:
    replies = [str(number) for number in range(12)]
    message = only_action(current(node(action("send_msg", text="Hi", quick_replies=replies))))
    assert message["quick_replies"] == replies[:10]


def test_14_2_turns_the_body_of_a_ticket_into_its_note_and_drops_odd_languages() -> None:
    flow = current(node(action("open_ticket", body="Help")), localization={"en": {}, "nya": {}})
    found = migrated(flow).flow
    assert found["nodes"][0]["actions"][0] == action("open_ticket", note="Help")
    assert found["localization"] == {"nya": {}}


def test_14_3_splits_tickets_and_airtime_by_what_the_action_leaves() -> None:
    router = split("n1", "@results.air", case("has_category", "Success"))
    found = migrated(current(node(action("transfer_airtime", result_name="Air"), **router))).flow
    split_by = found["nodes"][0]["router"]
    assert (split_by["operand"], split_by["result_name"]) == ("@locals._new_transfer", "Air")
    assert split_by["cases"][0]["type"] == "has_text"


def test_14_3_1_makes_one_argument_of_several_words() -> None:
    router = split("n1", "@input", case("has_any_word", "yes", "y"))
    flow = current(node(**router), localization={"nya": {"case-1": {"arguments": ["inde", "eya"]}}})
    found = migrated(flow).flow
    assert found["nodes"][0]["router"]["cases"][0]["arguments"] == ["yes y"]
    assert found["localization"]["nya"]["case-1"]["arguments"] == ["inde eya"]


def test_messages_to_every_address_of_a_person_are_not_forgotten() -> None:
    assert only_action(current(node(action("send_msg", text="Hi", all_urns=True))))["all_urns"]


def test_classifiers_stay_for_the_survey() -> None:
    assert (
        only_action(current(node(action("call_classifier", input="@input"))))["input"] == "@input"
    )


def test_templates_of_a_flow_are_all_its_texts_with_expressions() -> None:
    flow = current(
        node(
            action("send_msg", text="Hi @contact"), **split("n1", "@input", case("has_text", "x"))
        ),
        localization={"nya": {"action-send_msg": {"text": ["Moni @contact"]}}},
    )
    assert templates_of(flow) == ["Hi @contact", "@input", "x", "Moni @contact"]


def test_names_that_a_text_looks_up_are_found() -> None:
    text = "@globals.price and @(upper(Globals.Org_Name) & results.globals.x) @@globals.no"
    assert variables(text, "globals") == {"price", "org_name"}


def pointers() -> list[tuple[str, str, Any]]:
    """Definitions that do not fit together, by what is wrong: a pointer and the definition."""
    lost = node(to="nowhere")
    twice = current(node(), node())
    no_exit = node(uuid="n1")
    no_exit["exits"] = []
    foreign = split("n1", "@input", case("has_text", category="who"))
    astray = split("n1", "@input")
    astray["router"]["categories"][0]["exit_uuid"] = "who"
    default = split("n1", "@input", default_category_uuid="who")
    late = split(
        "n1", "@input", wait={"type": "msg", "timeout": {"seconds": 5, "category_uuid": "who"}}
    )
    bare = split("n1", "@input")
    bare["router"]["categories"] = []
    untold = current(node(), localization={"nya": {"x": {"text": [{}], "_ui": {}}}})
    return [
        ("/nodes/0/exits/0/destination_uuid", "is no node", current(lost)),
        ("/nodes/1/uuid", "there twice", twice),
        ("/nodes/0", "no exit", current(no_exit)),
        ("/nodes/0/router/cases/0/category_uuid", "is no category", current(node(**foreign))),
        ("/nodes/0/router/categories/0/exit_uuid", "is no exit", current(node(**astray))),
        ("/nodes/0/router/default_category_uuid", "is no category", current(node(**default))),
        ("/nodes/0/router/wait/timeout/category_uuid", "is no category", current(node(**late))),
        ("/nodes/0/router", "no categories", current(node(**bare))),
        ("/nodes/0/actions/0", "no type", current(node({"uuid": "x"}))),
        ("/nodes", "not a list", current() | {"nodes": {}}),
        ("", "no uuid", current(node()) | {"uuid": None}),
        ("/localization/nya/x/text/0", "not a text", untold),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "what", "flow"), pointers(), ids=[row[1] + row[0] for row in pointers()]
)
def test_a_definition_whose_parts_do_not_fit_is_refused(pointer: str, what: str, flow: Any) -> None:
    with pytest.raises(Unmigratable, match=what) as caught:
        migrated(flow)
    assert caught.value.pointer == pointer


ODD: list[tuple[str, str, Json]] = [
    ("/text", "an object, not a text", action("send_msg", text={})),
    ("/quick_replies/0", "no text", action("send_msg", text="Hi", quick_replies=[{}])),
    ("/attachments", "not a list", action("send_msg", text="Hi", attachments="x")),
    ("/all_urns", "neither true nor false", action("send_msg", text="Hi", all_urns="yes")),
    ("/groups/0", "names nothing", action("add_contact_groups", groups=[{"query": "x"}])),
    ("/headers/A", "not a text", action("call_webhook", url="u", method="GET", headers={"A": []})),
    ("/field", "no key", action("set_contact_field", field={}, value="x")),
    ("", "no flow", action("enter_flow")),
]


@pytest.mark.parametrize(
    ("pointer", "what", "odd"), ODD, ids=[f"{row[2]['type']}{row[0]}" for row in ODD]
)
def test_an_action_that_holds_something_odd_is_refused(pointer: str, what: str, odd: Json) -> None:
    with pytest.raises(Unmigratable, match=what) as caught:
        migrated(current(node(odd)))
    assert caught.value.pointer == f"/nodes/0/actions/0{pointer}"


def test_quick_replies_may_be_objects_as_servers_write_them_lately() -> None:
    replies = [{"type": "text", "text": "Yes"}, "No"]
    message = only_action(current(node(action("send_msg", text="Hi", quick_replies=replies))))
    assert message["quick_replies"] == replies


def test_a_mistake_that_shows_only_once_an_old_flow_is_migrated_points_at_the_flow() -> None:
    twice = legacy(actions=[action_set(), action_set()])
    with pytest.raises(Unmigratable, match=r"as of today, /nodes/1/uuid: the uuid a1 is there"):
        migrated(twice)


def test_what_nests_too_deep_is_refused() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(Unmigratable, match="nests more than 64 levels"):
        migrated(current(node(), _ui=deep))
