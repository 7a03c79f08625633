"""Each action of the first editor as the action of today that does the same."""

from typing import Any

import pytest

from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings
from tests.flowfiles.rapidpro.definitions import (
    IDS,
    Json,
    action_set,
    legacy,
    migrated,
    only_action,
)

GROUP = {"uuid": "g1", "name": "Farmers"}
FLOW = {"uuid": "f2", "name": "Prices"}

ROWS: list[tuple[str, Json, Json]] = [
    (
        "a reply",
        {"type": "reply", "msg": {"eng": "Hi @contact"}},
        {"type": "send_msg", "text": "Hi @contact"},
    ),
    (
        "a reply to every address, with answers to choose from",
        {
            "type": "reply",
            "msg": {"eng": "Hi"},
            "media": {"eng": "image/jpeg:pictures/a.jpg"},
            "quick_replies": [{"eng": "Yes"}, {"eng": "No"}],
            "send_all": True,
        },
        {
            "type": "send_msg",
            "text": "Hi",
            "attachments": ["image/jpeg:https://files.example/pictures/a.jpg"],
            "quick_replies": ["Yes", "No"],
            "all_urns": True,
        },
    ),
    (
        "a picture that says no kind",
        {"type": "reply", "msg": {"eng": "Hi"}, "media": {"eng": "https://x.example/a.jpg"}},
        {"type": "send_msg", "text": "Hi", "attachments": ["image:https://x.example/a.jpg"]},
    ),
    (
        "a picture that an expression names",
        {"type": "reply", "msg": {"eng": "Hi"}, "media": {"eng": "image:@flow.photo"}},
        {"type": "send_msg", "text": "Hi", "attachments": ["image:@results.photo"]},
    ),
    (
        "a text that was never told its language",
        {"type": "reply", "msg": "Hi"},
        {"type": "send_msg", "text": "Hi"},
    ),
    (
        "a message to others",
        {
            "type": "send",
            "msg": {"eng": "Come"},
            "contacts": [{"uuid": "c1", "name": "Amina"}],
            "groups": [GROUP, "@flow.group"],
            "variables": [{"id": "@contact.chief"}],
        },
        {
            "type": "send_broadcast",
            "text": "Come",
            "contacts": [{"uuid": "c1", "name": "Amina"}],
            "groups": [GROUP, {"name_match": "@results.group"}],
            "legacy_vars": ["@fields.chief"],
        },
    ),
    (
        "groups to join",
        {"type": "add_group", "groups": [GROUP, "Old name"]},
        {
            "type": "add_contact_groups",
            "groups": [GROUP, {"uuid": IDS("group named Old name"), "name": "Old name"}],
        },
    ),
    (
        "the one group of the first versions, known by its number",
        {"type": "add_group", "group": {"id": 7, "name": "Farmers"}},
        {
            "type": "add_contact_groups",
            "groups": [{"uuid": IDS("group 7"), "name": "Farmers"}],
        },
    ),
    (
        "groups to leave",
        {"type": "del_group", "groups": [GROUP]},
        {"type": "remove_contact_groups", "groups": [GROUP]},
    ),
    (
        "all groups to leave",
        {"type": "del_group", "groups": []},
        {"type": "remove_contact_groups", "all_groups": True},
    ),
    (
        "a field to keep",
        {"type": "save", "field": "crop", "label": "Crop", "value": "@flow.crop.category"},
        {
            "type": "set_contact_field",
            "field": {"key": "crop", "name": "Crop"},
            "value": "@results.crop.category_localized",
        },
    ),
    (
        "the name to keep",
        {"type": "save", "field": "name", "value": "@flow.name"},
        {"type": "set_contact_name", "name": "@results.name"},
    ),
    (
        "the first name to keep, and the rest of the name as it was",
        {"type": "save", "field": "first_name", "value": " @flow.name "},
        {"type": "set_contact_name", "name": "@results.name @(word_slice(contact.name, 1, -1))"},
    ),
    (
        "an address to keep",
        {"type": "save", "field": "tel_e164", "value": "@step"},
        {"type": "add_contact_urn", "scheme": "tel", "path": "@input"},
    ),
    (
        "a language by its older code",
        {"type": "lang", "lang": "fre", "name": "French"},
        {"type": "set_contact_language", "language": "fra"},
    ),
    (
        "labels",
        {"type": "add_label", "labels": [{"uuid": "l1", "name": "Urgent"}, "@flow.topic"]},
        {
            "type": "add_input_labels",
            "labels": [{"uuid": "l1", "name": "Urgent"}, {"name_match": "@results.topic"}],
        },
    ),
    (
        "electronic mail",
        {
            "type": "email",
            "emails": ["a@b.example", "@contact.mail"],
            "subject": "From @contact",
            "msg": "Says @step",
        },
        {
            "type": "send_email",
            "addresses": ["a@b.example", "@fields.mail"],
            "subject": "From @contact",
            "body": "Says @input",
        },
    ),
    (
        "a channel",
        {"type": "channel", "channel": "ch1", "name": "Shortcode"},
        {"type": "set_contact_channel", "channel": {"uuid": "ch1", "name": "Shortcode"}},
    ),
    (
        "a flow that takes over",
        {"type": "flow", "flow": FLOW},
        {"type": "enter_flow", "flow": FLOW, "terminal": True},
    ),
    (
        "a flow known by its number",
        {"type": "flow", "id": 12, "name": "Prices"},
        {"type": "enter_flow", "flow": {"uuid": "f12", "name": "Prices"}, "terminal": True},
    ),
    (
        "a flow for others, and for somebody new",
        {
            "type": "trigger-flow",
            "flow": FLOW,
            "groups": [GROUP],
            "variables": [{"id": "@new_contact"}, {"id": "@contact.chief"}],
        },
        {
            "type": "start_session",
            "flow": FLOW,
            "groups": [GROUP],
            "legacy_vars": ["@fields.chief"],
            "create_contact": True,
        },
    ),
    (
        "speech with a recording",
        {"type": "say", "msg": {"eng": "Hi"}, "recording": {"eng": "rec/1.wav"}},
        {"type": "say_msg", "text": "Hi", "audio_url": "https://files.example/rec/1.wav"},
    ),
    (
        "a recording",
        {"type": "play", "url": "@extra.song"},
        {"type": "play_audio", "audio_url": "@legacy_extra.song"},
    ),
    ("something nobody knows", {"type": "teleport"}, {"type": "legacy_teleport"}),
]


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_an_action_does_the_same(old: Json, new: Json) -> None:
    surroundings = Surroundings(flow_uuids={"12": "f12"}, media_url="https://files.example/")
    flow = legacy(actions=[action_set({"uuid": "act", **old})])
    expected: dict[str, Any] = {"uuid": "act", **new}
    assert only_action(flow, surroundings) == expected


def test_translations_are_kept_apart_and_one_that_is_missing_is_in_the_flow_s_language() -> None:
    reply = {
        "type": "reply",
        "uuid": "act",
        "msg": {"eng": "Hi @flow.x", "fre": "Salut @flow.x", "base": "never"},
        "media": {"eng": "image:a.jpg", "fre": "image:b.jpg"},
        "quick_replies": [{"eng": "Yes", "fre": "Oui"}, {"eng": "No"}],
    }
    flow = migrated(legacy(actions=[action_set(reply)])).flow
    assert flow["localization"] == {
        "fra": {
            "act": {
                "text": ["Salut @results.x"],
                "attachments": ["image:/b.jpg"],
                "quick_replies": ["Oui", "No"],
            }
        }
    }


def test_a_text_that_lacks_the_flow_s_language_is_taken_from_the_one_without_language() -> None:
    reply = {"type": "reply", "msg": {"base": "Hi", "fra": "Salut"}}
    assert only_action(legacy(actions=[action_set(reply)]))["text"] == "Hi"


def test_texts_within_texts_of_old_single_messages_are_read() -> None:
    reply = {"type": "reply", "msg": {"eng": {"eng": "Hi"}}}
    assert only_action(legacy(actions=[action_set(reply)]))["text"] == "Hi"


def test_ids_that_were_never_given_follow_from_what_was_and_stay_the_same() -> None:
    reply = {"type": "reply", "msg": {"eng": "Hi"}}
    bare = {**action_set(reply, reply), "exit_uuid": None}
    first, second = (migrated(legacy(actions=[bare])).flow for _ in range(2))
    assert first == second
    one, two = (action["uuid"] for action in first["nodes"][0]["actions"])
    assert one != two
    assert first["nodes"][0]["exits"][0]["uuid"]
