"""How imported flows find their way: cases, defaults, waits, chance, and what stops them."""

from typing import Any

import pytest

from gateway.core.flow.events import Event, Failed, Left, ResultSaved, Waiting
from gateway.core.flow.turn import Expired, Reply, Start, TimedOut
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from tests.flowfiles.rapidpro.definitions import Json, action, case, current, migrated, node, split
from tests.flowfiles.rapidpro.playing import on_phone, played

VERSION = "14.4.0"
WAIT: Json = {"type": "msg"}
PATIENT: Json = {"type": "msg", "timeout": {"seconds": 60, "category_uuid": "other-n1"}}


def says(text: str, uuid: str) -> Json:
    return node({**action("send_msg", text=text), "uuid": f"say-{uuid}"}, uuid=uuid)


def ways(uuid: str, yes: str, other: str) -> list[Json]:
    """The exits of `split`, led somewhere."""
    return [
        {"uuid": f"exit-{uuid}", "destination_uuid": yes},
        {"uuid": f"exit-other-{uuid}", "destination_uuid": other},
    ]


def fork(operand: str, *cases: Json, **more: Any) -> Json:
    """A flow that says Yes or Other."""
    return current(
        node(**{**split("n1", operand, *cases, **more), "exits": ways("n1", "n2", "n3")}),
        says("Yes", "n2"),
        says("Other", "n3"),
        version=VERSION,
    )


def saved(events: list[Event]) -> list[tuple[str, str, str, str]]:
    return [
        (one.name, one.value, one.category, one.given)
        for one in events
        if isinstance(one, ResultSaved)
    ]


ROUTES = [
    ("@contact.name", [case("has_phrase", "amina phiri")], "Yes"),
    ("@contact.name", [case("has_phrase", "@contact.name")], "Yes"),
    ("@contact.name", [case("has_phrase", "bupe")], "Other"),
    ("@contact.name", [case("has_intent", "x", "0.5")], "Other"),
    ("@contact.name", [case("is_magic")], "Other"),
    ("@(1 / 0)", [case("has_error")], "Yes"),
    ("@(1 / 0)", [case("has_text")], "Other"),
    ("@(4 + 3)", [case("has_number_between", "@(6)", "8")], "Yes"),
    ("@(4 + 3)", [case("has_number_between", "x", "8")], "Other"),
    ("@contact.groups", [case("has_group", "g-1", "Marshals")], "Yes"),
    ("@contact.groups", [case("has_group", "g-2", "Drivers")], "Other"),
]


@pytest.mark.parametrize(
    ("operand", "cases", "shown"), ROUTES, ids=[f"{row[0]} {row[1][0]['type']}" for row in ROUTES]
)
def test_the_first_case_that_holds_is_the_way(operand: str, cases: list[Json], shown: str):
    assert played(fork(operand, *cases), groups=["Marshals"])[0] == shown


def test_a_result_holds_what_a_test_found_and_otherwise_what_it_looked_at():
    router = [case("has_number")]
    named = {"result_name": "Age", "wait": WAIT}
    _, events = played(fork("@input", *router, **named), replies=("about 19 years",))
    assert saved(events) == [("Age", "19", "Yes", "about 19 years")]
    _, events = played(fork("@input", *router, **named), replies=("young",))
    assert saved(events) == [("Age", "young", "Other", "young")]


def test_what_a_person_sends_along_is_looked_at_too():
    phone = on_phone(fork("@input", case("has_pattern", "x.example/a"), wait=WAIT))
    phone.start("flow-1")
    assert phone.give(Reply("", ("image/jpeg:http://x.example/a",))) == "Yes"


@pytest.mark.parametrize("wait", [None, WAIT], ids=["at once", "after a reply"])
def test_a_value_without_a_way_is_a_mistake_of_the_flow(wait: Json | None):
    definition = fork(
        "@input", case("has_number"), **({"wait": wait} if wait else {}), default_category_uuid=None
    )
    _, events = played(definition, replies=("words",) if wait else ())
    assert isinstance(events[-1], Failed)
    assert "no category fits" in events[-1].reason
    assert Left("flow-1", "failed") in events


# Waits


def test_a_wait_says_how_long_it_waits_and_goes_on_without_a_reply():
    definition = fork("@input", case("has_text"), wait=PATIENT, result_name="Reply")
    phone = on_phone(definition)
    phone.start("flow-1")
    assert phone.events_of(Waiting) == [Waiting(60)]
    assert phone.give(TimedOut()) == "Other"
    (result,) = saved(list(phone.events))
    assert (result[0], result[2], result[3]) == ("Reply", "Other", "")


def test_a_time_out_that_no_wait_allows_changes_nothing():
    phone = on_phone(fork("@input", case("has_text"), wait=WAIT))
    phone.start("flow-1")
    assert phone.give(TimedOut()) == ""
    assert phone.reply("words") == "Yes"


def test_after_a_time_out_there_is_no_message_and_the_flow_can_ask_why_it_goes_on():
    later = fork("@input", case("has_text"), wait=PATIENT)
    later["nodes"][2]["actions"][0]["text"] = "[@input] @resume.type"
    phone = on_phone(later)
    phone.start("flow-1")
    assert phone.give(TimedOut()) == "[] wait_timeout"
    assert on_phone(current(says("[@resume]", "n1"), version=VERSION)).start("flow-1") == "[]"


def test_a_flow_that_expires_goes_back_to_the_one_that_entered_it():
    enter = action("enter_flow", flow={"uuid": "flow-2", "name": "Other"})
    outer = current(
        node(
            enter,
            **{
                **split("n1", "@child.status", case("has_only_text", "completed")),
                "exits": ways("n1", "n2", "n3"),
            },
        ),
        says("Done", "n2"),
        says("@child.status @resume.type", "n3"),
        version=VERSION,
    )
    inner = current(
        node(uuid="m1", **split("m1", "@input", wait=WAIT)),
        version=VERSION, uuid="flow-2", name="Other",
    )  # fmt: skip
    phone = on_phone(outer, inner)
    phone.start("flow-1")
    assert phone.give(Expired()) == "expired run_expiration"
    phone.start("flow-1")
    assert phone.reply("done") == "Done"


def test_a_flow_expires_after_as_many_minutes_as_its_author_allows():
    def expires(minutes: Any) -> int | None:
        definition = current(node(), version=VERSION, expire_after_minutes=minutes)
        return compile_flow(migrated(definition).flow, Neighbours()).expires

    assert (expires(5), expires(0), expires(None)) == (300, None, None)


def test_a_wait_at_the_beginning_is_answered_by_the_message_that_began_the_flow():
    phone = on_phone(fork("@input", case("has_any_word", "join"), wait=WAIT))

    assert phone.give(Start("flow-1", message="JOIN me")) == "Yes"


# Chance and loops


@pytest.mark.parametrize(
    ("chance", "shown"), [(0.0, "Yes"), (0.49, "Yes"), (0.5, "Other"), (0.999, "Other")]
)
def test_a_random_split_takes_each_way_as_often(chance: float, shown: str):
    definition = fork("", result_name="Half")
    definition["nodes"][0]["router"] |= {"type": "random", "cases": []}
    phone = on_phone(definition)
    phone.chance = chance
    assert phone.start("flow-1") == shown
    assert saved(list(phone.events))[0][2] == shown


def test_nodes_in_a_circle_are_stopped_after_a_hundred():
    definition = current(
        node({**action("send_msg", text="Round"), "uuid": "a"}, to="n1"), version=VERSION
    )
    shown, events = played(definition)
    assert shown.split("\n") == ["Round"] * 100
    assert isinstance(events[-1], Failed)


def test_a_flow_can_ask_how_often_a_node_was_reached():
    again = node(
        {**action("send_msg", text="Try @node.visit_count"), "uuid": "a"},
        **{
            **split("n1", "@input", case("has_number"), wait=WAIT),
            "exits": ways("n1", "n2", "n1"),
        },
    )
    definition = current(again, says("Thanks", "n2"), version=VERSION)
    shown, _ = played(definition, replies=("x", "y", "3"))
    assert shown == "Try 1\nTry 2\nTry 3\nThanks"


def test_a_flow_that_never_asks_keeps_no_count():
    phone = on_phone(fork("@input", wait=WAIT))
    phone.start("flow-1")
    assert phone.state is not None
    assert phone.state.frames[-1].own is None


def test_a_flow_without_nodes_is_over_at_once():
    _, events = played(current(version=VERSION))
    assert [type(one).__name__ for one in events] == ["Left", "Ended"]
