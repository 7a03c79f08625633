"""The person as imported flows see one: fields, groups, addresses, and what changes are told."""

from typing import Any

import pytest

from gateway.core.contacts.properties import Known
from gateway.core.contacts.query import parse_query
from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.events import ContactChanged, Event, GroupsChanged, Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.graph import ChangeGroups, Say, SetContact, SetLocal, SetResult
from tests.graphs import flow, node, person, release_of, template, text
from tests.stage import Phone

PLACES = LocationTree.read(
    [
        {
            "name": "Zedland",
            "children": [
                {"name": "North", "children": [{"name": "Mwera"}, {"name": "Katunda"}]},
                {"name": "South", "children": [{"name": "Katunda"}]},
            ],
        }
    ]
)
HERE = Environment(date_format="DD-MM-YYYY", country="ZM", languages=("en", "ny"), locations=PLACES)
FIELDS = {
    "age": Field("age", "Age", "number"),
    "born": Field("born", "Born", "datetime"),
    "state": Field("state", "State", "state"),
    "district": Field("district", "District", "district"),
    "nick": Field("nick", "Nick", "text"),
}
KNOWN = Known.of({key: one.kind for key, one in FIELDS.items()})
ASSETS = Assets(
    fields=FIELDS,
    groups=(
        Group("g-1", "Marshals"),
        Group("g-2", "Grown up", parse_query("age >= 18", HERE, KNOWN)),
        Group("g-3", "Northerners", parse_query("state = North", HERE, KNOWN)),
    ),
    channels=(("c-1", "Line", "20200", ("tel",)),),
)


def changed(*actions: Any, **known: Any) -> list[Event]:
    """Return what actions of a flow bring about for a person."""
    own = release_of(flow("one", node("act", *actions), runs=True), assets=ASSETS)
    phone = Phone(own, contact=person(**known))
    phone.places_of_expressions = PLACES
    phone.start()
    return [one for one in phone.events if isinstance(one, ContactChanged | GroupsChanged)]


def field(key: str, source: str) -> SetContact:
    return SetContact("field", template(source), key)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        pytest.param("nick", "Ami", {"text": "Ami"}, id="words"),
        pytest.param("nick", "12", {"text": "12", "number": 12}, id="a number is one in any field"),
        pytest.param("age", "1.5", {"text": "1.5", "number": 1.5}, id="a fraction"),
        pytest.param(
            "born",
            "3-2-1999",
            {"text": "3-2-1999", "datetime": "1999-02-03T09:30:00.000000Z"},
            id="a date, at this time of the day",
        ),
        pytest.param(
            "state", "in north!", {"text": "in north!", "state": "Zedland > North"}, id="a place"
        ),
        pytest.param("state", "Nowhere", {"text": "Nowhere"}, id="no place"),
    ],
)
def test_a_field_keeps_its_text_and_what_it_may_be_read_as(
    key: str, typed: str, kept: dict[str, Any]
) -> None:
    assert changed(field(key, typed))[0] == ContactChanged("field", kept, key)


def test_a_district_is_looked_for_within_the_state_that_is_known() -> None:
    south = {"state": {"text": "South", "state": "Zedland > South"}}
    (event,) = changed(field("district", "Katunda"), fields=south)
    assert isinstance(event, ContactChanged)
    assert event.value == {
        "text": "Katunda",
        "state": "Zedland > South",
        "district": "Zedland > South > Katunda",
    }


def test_what_is_the_same_already_is_no_change() -> None:
    assert changed(SetContact("name", "Amina Phiri")) == []
    assert changed(field("nick", "x"), fields={"nick": {"text": "x"}}) == []


def test_an_empty_value_takes_a_field_or_a_name_away() -> None:
    assert changed(field("nick", " "), fields={"nick": {"text": "x"}}) == [
        ContactChanged("field", None, "nick")
    ]
    assert changed(SetContact("name", "")) == [ContactChanged("name", "")]


def test_smart_groups_follow_what_is_known() -> None:
    assert changed(field("age", "30"), field("age", "7")) == [
        ContactChanged("field", {"text": "30", "number": 30}, "age"),
        GroupsChanged(("Grown up",), (), smart=True),
        ContactChanged("field", {"text": "7", "number": 7}, "age"),
        GroupsChanged((), ("Grown up",), smart=True),
    ]


def test_smart_groups_are_put_right_when_a_flow_begins() -> None:
    assert changed(groups=["Grown up"]) == [GroupsChanged((), ("Grown up",), smart=True)]


def test_groups_are_joined_and_left_by_id_or_name_and_smart_ones_are_not() -> None:
    groups = tuple(map(template, ("g-1", "Grown up", "Nobody")))
    assert changed(ChangeGroups(groups, joins=True), ChangeGroups(groups, joins=False)) == [
        GroupsChanged(("Marshals",), ()),
        GroupsChanged((), ("Marshals",)),
    ]


def test_leaving_all_groups_leaves_those_that_are_not_smart() -> None:
    known = {"fields": {"age": {"text": "30", "number": 30}}, "groups": ["Marshals", "Grown up"]}
    assert changed(ChangeGroups((), joins=False, everything=True), **known) == [
        GroupsChanged((), ("Marshals",))
    ]


def test_who_is_stopped_is_in_no_group() -> None:
    assert changed(SetContact("status", "stopped"), groups=["Marshals"]) == [
        ContactChanged("status", "stopped"),
        GroupsChanged((), ("Marshals",), smart=True),
    ]


def test_an_address_is_added_once_and_a_number_as_the_country_writes_it() -> None:
    added = SetContact("urn", "0970000002", "tel")
    assert changed(added, added) == [
        ContactChanged("urns", ["tel:+260970000001", "tel:+260970000002"])
    ]
    assert changed(SetContact("urn", "not a number", "tel")) == []


def test_a_channel_that_is_preferred_is_noted_with_the_addresses_it_reaches() -> None:
    assert changed(SetContact("channel", "c-1")) == [
        ContactChanged("urns", ["tel:+260970000001?channel=c-1"])
    ]


def test_a_language_counts_from_the_next_word_on_by_either_code() -> None:
    hello = Say(text("Hello", ny="Moni"))
    own = release_of(
        flow("one", node("act", hello, SetContact("language", "nya"), hello), runs=True)
    )
    assert Phone(own, contact=person()).start() == "Hello\nMoni"


def test_names_that_imported_flows_use_lead_to_what_the_turn_knows() -> None:
    told = (
        "@contact/@contact.first_name/@contact.urn/@fields.age/@urns.tel/@results.colour/"
        "@results.colour.category/@locals.n/@node.uuid/@run.flow/@(count(contact.groups))"
    )
    own = release_of(
        flow(
            "one",
            node(
                "act",
                SetResult("Colour", text("red"), text("Warm")),
                SetLocal("n", 2),
                SetLocal("n", 3, add=True),
                field("age", "30"),
                Say(text(told)),
            ),
            runs=True,
        ),
        assets=ASSETS,
    )
    assert Phone(own, contact=person()).start() == (
        "Amina Phiri/Amina/tel:+260970000001/30/tel:+260970000001/red/Warm/5/act/One/1"
    )


@pytest.mark.parametrize(
    ("known", "called"),
    [
        pytest.param({}, "Amina Phiri Amina Phiri@One", id="the name"),
        pytest.param({"name": ""}, "097 0000001 097 0000001@One", id="the number of a phone"),
        pytest.param(
            {"name": "", "urns": ["telegram:5#bupe"]}, "bupe bupe@One", id="the name at a service"
        ),
        pytest.param({"name": "", "urns": []}, "7 7@One", id="the number of the contact"),
    ],
)
def test_a_person_is_called_by(known: dict[str, Json], called: str) -> None:
    own = release_of(flow("one", node("act", Say(text("@contact @run"))), runs=True))
    assert Phone(own, contact=person(**known)).start() == called


def test_what_cannot_be_found_is_left_out_and_told_to_whoever_keeps_the_flow() -> None:
    phone = Phone(
        release_of(flow("one", node("act", Say(text("Hi @fields.none!"))), runs=True)),
        contact=person(),
    )
    assert phone.start() == "Hi !"
    (fault,) = [one for one in phone.events if type(one).__name__ == "Faulty"]
    assert "object has no property 'none'" in str(fault)
