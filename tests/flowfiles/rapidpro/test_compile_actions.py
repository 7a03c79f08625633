"""What each action of an imported flow becomes, told by what it brings about on a phone."""

from typing import Any

import pytest

from gateway.core.flow.events import (
    ContactChanged,
    Entered,
    Event,
    Failed,
    Faulty,
    GroupsChanged,
    HandedOver,
    Left,
    Prompted,
    Requested,
    ResultSaved,
    Said,
    Told,
)
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from tests.flowfiles.rapidpro.definitions import Json, action, case, current, node, split
from tests.flowfiles.rapidpro.playing import answered, on_phone, played

VERSION = "14.4.0"


def flow(*actions: Json, **more: Any) -> Json:
    return current(node(*actions), version=VERSION, **more)


def told(*actions: Json, **contact: Any) -> list[Event]:
    """Return what actions bring about, but for the end."""
    _, events = played(flow(*actions), **contact)
    kept: list[Event] = [one for one in events if not isinstance(one, Left)]
    return kept[:-1]


def group(uuid: str, name: str) -> Json:
    return {"uuid": uuid, "name": name}


CARRIED: list[tuple[Json, list[Event]]] = [
    (action("send_msg", text="Hi @contact.first_name"), [Said("Hi Amina")]),
    (action("send_msg", text="@globals.place"), [Said("Chipata")]),
    (action("send_msg", text="Yes?", quick_replies=["Yes", "No"]),
     [Said("Yes?", (), ("Yes", "No"))]),
    (action("send_msg", text="Yes?", quick_replies=["@(1 / 0)", "y" * 70]),
     [Faulty("flow-1", "n1", "error evaluating @(1 / 0): division by zero"),
      Said("Yes?", (), ("y" * 61 + "...",))]),
    (action("send_msg", text="See", attachments=["image/jpeg: http://x.example/a", "nothing"]),
     [Said("See")]),
    (action("send_msg", text="See", attachments=[" image/jpeg:http://x.example/@contact.id "]),
     [Said("See", ("image/jpeg:http://x.example/7",))]),
    (action("send_msg", text="@(gone)"),
     [Faulty("flow-1", "n1", "error evaluating @(gone): context has no property 'gone'")]),
    (action("set_run_result", name="Seen It", value="@contact.name", category="Yes"),
     [ResultSaved("flow-1", "n1", "Seen It", "Amina Phiri", "Yes", "")]),
    (action("set_contact_name", name=" Bupe  "), [ContactChanged("name", "Bupe")]),
    (action("set_contact_name", name="Amina Phiri"), []),
    (action("set_contact_name", name=""), [ContactChanged("name", "")]),
    (action("set_contact_name", name="@(1 / 0)"),
     [Faulty("flow-1", "n1", "error evaluating @(1 / 0): division by zero")]),
    (action("set_contact_name", name="b" * 200), [ContactChanged("name", "b" * 128)]),
    (action("set_contact_language", language="fra"), [ContactChanged("language", "fra")]),
    (action("set_contact_language", language="fr"), [ContactChanged("language", "fra")]),
    (action("set_contact_language", language="fre"), [ContactChanged("language", "fra")]),
    (action("set_contact_language", language="French!"), []),
    (action("set_contact_language", language=""), [ContactChanged("language", "")]),
    (action("set_contact_timezone", timezone="Africa/Lusaka"),
     [ContactChanged("timezone", "Africa/Lusaka")]),
    (action("set_contact_timezone", timezone="Africa/Nowhere"), []),
    (action("set_contact_status", status="stopped"), [ContactChanged("status", "stopped")]),
    (action("set_contact_status", status="asleep"), []),
    (action("set_contact_field", field={"key": "age", "name": "Age"}, value=" 19 "),
     [ContactChanged("field", {"text": "19", "number": 19}, "age")]),
    (action("set_contact_field", field={"key": "age", "name": "Age"}, value=""), []),
    (action("set_contact_field", field={"key": "age", "name": "Age"}, value="@(1 / 0)"),
     [Faulty("flow-1", "n1", "error evaluating @(1 / 0): division by zero")]),
    (action("set_contact_field", field={"key": "gone", "name": "Gone"}, value="x"), []),
    (action("set_contact_channel", channel={"uuid": "c-1", "name": "Line"}),
     [ContactChanged("urns", ["tel:+260970000001?channel=c-1"])]),
    (action("add_contact_urn", scheme="mailto", path="Amina@x.example"),
     [ContactChanged("urns", ["tel:+260970000001", "mailto:amina@x.example"])]),
    (action("add_contact_urn", scheme="tel", path="0970000001"), []),
    (action("add_contact_urn", scheme="tel", path="none"), []),
    (action("add_contact_groups", groups=[group("g-1", "Marshals"), group("g-9", "Gone")]),
     [GroupsChanged(("Marshals",), ())]),
    (action("add_contact_groups", groups=[{"name_match": '@("Driv" & "ers")'}]),
     [GroupsChanged(("Drivers",), ())]),
    (action("remove_contact_groups", groups=[group("g-1", "Marshals")]), []),
    (action("open_ticket", note=" Help @contact.name ", topic={"uuid": "t", "name": "Bills"}),
     [HandedOver("Help Amina Phiri", "Bills")]),
    (action("open_ticket", note="Help", topic=None, result_name="Ticket"),
     [HandedOver("Help"), ResultSaved("flow-1", "n1", "Ticket", "opened", "Success", "")]),
    (action("add_input_labels", labels=[group("l-1", "Spam")]),
     [Told("labels", {"labels": ["l-1"]})]),
    (action("send_email", addresses=["a@x.example"], subject="Hi @contact.id", body="Text"),
     [Told("email", {"to": ["a@x.example"], "subject": "Hi 7", "body": "Text"})]),
    (action("send_broadcast", text="Hi", groups=[group("g-1", "Marshals")],
            urns=["tel:+260970000002"], legacy_vars=["@contact.uuid"], quick_replies=["Yes"]),
     [Told("broadcast", {"text": "Hi", "replies": ["Yes"], "groups": ["g-1"], "contacts": [],
                         "urns": ["tel:+260970000002"], "others": ["p-1"], "query": ""})]),
    (action("start_session", flow=group("flow-2", "Other"), contact_query="age > @contact.id",
            create_contact=False),
     [Told("start", {"flow": "flow-2", "new": False, "idle": False, "groups": [],
                     "contacts": [], "urns": [], "others": [], "query": 'age > "7"'})]),
    (action("call_resthook", resthook="new-member"), []),
    (action("call_resthook", resthook="new-member", result_name="Hook"),
     [ResultSaved("flow-1", "n1", "Hook", "no subscribers", "Failure", "")]),
    (action("transfer_airtime", amounts={}),
     [Told("stub", {"flow": "Harvest", "type": "transfer_airtime"})]),
    (action("teleport"), [Told("stub", {"flow": "Harvest", "type": "teleport"})]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "events"), CARRIED, ids=[f"{at}-{row[0]['type']}" for at, row in enumerate(CARRIED)]
)
def test_an_action_brings_about_what_it_says(given: Json, events: list[Event]):
    assert told(given) == events


def test_everybody_is_taken_out_of_all_groups_at_once():
    gone = told(action("remove_contact_groups", all_groups=True), groups=["Marshals", "Drivers"])
    assert gone == [GroupsChanged((), ("Marshals", "Drivers"))]


def test_a_ticket_is_not_opened_for_somebody_who_has_one():
    events = told(
        action("open_ticket", note="Help", result_name="Ticket"), tickets=[{"uuid": "t-1"}]
    )
    assert events == [ResultSaved("flow-1", "n1", "Ticket", "", "Failure", "")]


def test_a_result_that_stays_the_same_is_told_once_and_kept_with_what_came_last():
    events = told(
        action("set_run_result", name="Seen", value="1", category="Yes"),
        {**action("set_run_result", name="seen", value="1", category="Yes"), "uuid": "again"},
        {**action("set_run_result", name="Seen", value="2", category="Yes"), "uuid": "other"},
        action("send_msg", text="@results.seen.name @results.seen"),
    )
    saved = [one.value for one in events if isinstance(one, ResultSaved)]
    assert (saved, events[-1]) == (["1", "2"], Said("Seen 2"))


LOCALS = [
    ([("set", "a")], "a"),
    ([("set", "a"), ("clear", "")], ""),
    ([("increment", "2"), ("increment", "3")], "5"),
    ([("set", "4"), ("increment", "@(1 / 0)")], "4"),
    ([("set", "@(1 / 0)")], ""),
]


@pytest.mark.parametrize(("steps", "shown"), LOCALS, ids=[str(row[0]) for row in LOCALS])
def test_a_run_keeps_counts_and_forgets_values_of_its_own(steps: list[tuple[str, str]], shown: str):
    changes = [
        {**action("set_run_local", local="x", operation=how, value=value), "uuid": f"a{at}"}
        for at, (how, value) in enumerate(steps)
    ]
    text, _ = played(flow(*changes, action("send_msg", text="[@locals.x]")))
    assert text == f"[{shown}]"


# Servers


def calls(**more: Any) -> Json:
    return action("call_webhook", method="post", url="http://x.example/@contact.id", **more)


def test_a_server_is_asked_and_its_answer_is_a_result():
    phone = on_phone(
        flow(
            calls(headers={"X": "@contact.id"}, body="@contact.name", result_name="Look Up"),
            action(
                "send_msg",
                text="@webhook.status @webhook.json.name @results.look_up.extra.name",
            ),
        )
    )
    phone.start("flow-1")
    assert phone.events_of(Requested) == [
        Requested(
            1, "POST", "http://x.example/7", (("X", "7"),), "Amina Phiri", 10, "screen"
        )
    ]  # fmt: skip
    assert answered(phone, 200, '{"name": "Bupe"}') == "200 Bupe Bupe"
    assert phone.events_of(ResultSaved) == [
        ResultSaved(
            "flow-1", "n1", "Look Up", "200", "Success", "POST http://x.example/7", {"name": "Bupe"}
        )
    ]


@pytest.mark.parametrize(
    ("status", "body", "value", "category", "extra"),
    [
        (0, "no route", "0", "Failure", None),
        (404, "{}", "404", "Failure", {}),
        (200, "words", "200", "Success", None),
        (201, "[1]", "201", "Success", [1]),
        (200, '"' + "x" * 9_998 + '"', "200", "Success", None),
    ],
    ids=["no answer", "a refusal", "no JSON", "a list", "too long to be kept"],
)
def test_how_it_went_with_a_server_is_told(
    status: int, body: str, value: str, category: str, extra: Any
):
    phone = on_phone(flow(calls(result_name="Call")))
    phone.start("flow-1")
    answered(phone, status, body)
    (saved,) = phone.events_of(ResultSaved)
    assert isinstance(saved, ResultSaved)
    assert (saved.value, saved.category, saved.extra) == (value, category, extra)


def test_without_an_address_no_server_is_asked_and_the_flow_goes_on():
    shown, events = played(
        flow(
            action("call_webhook", method="GET", url="@(nothing)", result_name="Call"),
            action("send_msg", text='On: @(default(results.call, "none"))'),
        )
    )  # fmt: skip
    assert shown == "On: none"
    assert not [one for one in events if isinstance(one, Requested | ResultSaved)]


HOOKS = [
    ("one that went well", [200], "200", "Success"),
    ("one that did not", [500], "500", "Failure"),
    ("a failure counts more than a success", [200, 500, 201], "500", "Failure"),
    ("the last of those that went well", [200, 201], "201", "Success"),
    ("the last failure", [500, 503], "503", "Failure"),
    ("one that is gone counts least", [200, 410], "200", "Success"),
    ("all are gone", [410], "410", "Failure"),
]


@pytest.mark.parametrize(
    ("statuses", "value", "category"), [row[1:] for row in HOOKS], ids=[row[0] for row in HOOKS]
)
def test_all_who_listen_are_told_and_one_answer_is_the_result(
    statuses: list[int], value: str, category: str
):
    listeners = [f"http://x.example/{at}@" for at, _ in enumerate(statuses)]
    phone = on_phone(
        flow(action("call_resthook", resthook="new", result_name="Hook")),
        around=Neighbours(hooks={"new": listeners}),
    )
    phone.start("flow-1")
    asked, saved = [], []
    for status in statuses:
        (one,) = phone.events_of(Requested)
        assert isinstance(one, Requested)
        assert '"name":"Amina Phiri"' in one.body
        asked.append(one.url)
        answered(phone, status)
        saved += phone.events_of(ResultSaved)
    assert asked == listeners
    assert [(one.value, one.category) for one in saved if isinstance(one, ResultSaved)] == [
        (value, category)
    ]
    assert phone.over


# Other flows


def other(*nodes: Json) -> Json:
    return current(*nodes, version=VERSION, uuid="flow-2", name="Other")


ENTER = action("enter_flow", flow={"uuid": "flow-2", "name": "Other"})
SAY_OTHER = other(node({**action("send_msg", text="There"), "uuid": "a2"}, uuid="m1"))


def test_another_flow_runs_after_all_actions_of_the_node_and_comes_back():
    shown, events = played(
        current(
            node(ENTER, action("send_msg", text="Here"), to="n2"),
            node({**action("send_msg", text="@child.status @child.flow"), "uuid": "x"}, uuid="n2"),
            version=VERSION,
        ),
        SAY_OTHER,
    )
    assert shown == "Here\nThere\ncompleted Other"
    assert Entered("flow-2", last=False) in events


def test_a_flow_that_is_entered_for_good_ends_the_one_that_entered_it():
    terminal = {**ENTER, "terminal": True}
    shown, events = played(
        current(node(terminal, to="n2"), node(action("send_msg", text="Back"), uuid="n2"),
                version=VERSION),
        other(node({**action("send_msg", text="From @parent.flow"), "uuid": "a2"}, uuid="m1")),
    )  # fmt: skip
    assert shown == "From Harvest"
    assert [one for one in events if isinstance(one, Left)] == [
        Left("flow-1", "completed"),
        Left("flow-2", "completed"),
    ]


def test_a_flow_that_is_not_there_ends_the_conversation():
    _, events = played(flow(ENTER))
    assert isinstance(events[-1], Failed)
    assert Left("flow-1", "failed") in events


def test_an_import_tells_staff_of_a_flow_that_is_not_there_and_goes_on():
    phone = on_phone(
        current(
            node(ENTER, action("start_session", flow={"uuid": "flow-2", "name": "Other"}), to="n2"),
            node(action("send_msg", text="On"), uuid="n2"),
            version=VERSION,
        ),
        around=Neighbours({"flow-1": "flow-1"}, all_here=True),
    )
    assert phone.start("flow-1") == "On"
    assert phone.events_of(Told) == [
        Told("stub", {"flow": "Harvest", "type": "enter_flow"}),
        Told("stub", {"flow": "Harvest", "type": "start_session"}),
    ]


def test_a_flow_that_is_named_without_its_uuid_is_found_by_its_title():
    phone = on_phone(
        flow(action("enter_flow", flow={"name": "Other"})),
        SAY_OTHER,
        around=Neighbours(
            {"flow-1": "flow-1", "flow-2": "flow-2"}, {"Other": "flow-2"}, all_here=True
        ),
    )
    assert phone.start("flow-1") == "There"


def test_an_import_that_lacks_a_flow_leaves_through_the_way_for_others():
    router = split("n1", "@child.status", case("has_only_text", "completed"))
    phone = on_phone(
        current(node(ENTER, uuid="n1", **router), version=VERSION),
        around=Neighbours({"flow-1": "flow-1"}, all_here=True),
    )
    taken: list[str] = []
    phone.trace = lambda _flow, _node, category: taken.append(category)
    phone.start("flow-1")
    assert taken == ["", "Other"]


def test_nothing_is_prompted_by_a_message_that_a_wait_follows():
    _, events = played(
        current(
            node(action("send_msg", text="Name?"), to="n2"),
            node(uuid="n2", **split("n2", "@input", wait={"type": "msg"})),
            version=VERSION,
        )
    )
    assert events == [Said("Name?")]
    assert not [one for one in events if isinstance(one, Prompted)]
