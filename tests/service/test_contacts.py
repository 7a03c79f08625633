"""What is kept of people beside what members have: fields, groups, results of imported flows."""

import orjson

from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.graph import ChangeGroups, Say, SetContact, SetResult
from gateway.core.flow.triggers import Trigger
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service import replay
from tests.exchange import AMINA, BWALYA, Exchange
from tests.graphs import flow, node, template, text

FARM = """
flow: farm
language: en
start: {keywords: [farm]}
steps:
  crop: {ask: "What do you grow?", expect: text, save: participant.crop}
  size:
    menu: How much?
    options: {1: {label: "Little", save: small}, 2: {label: "Much", save: big}}
    save: participant.farm
  over: {say: "@participant.crop, @participant.farm"}
"""
TOLD = """
flow: told
language: en
start: {keywords: [told]}
steps:
  words:
    say: '@participant.crop / @participant.farm.code / @participant.groups.0.name'
"""
IMPORTED = flow(
    "imported",
    node(
        "1",
        SetContact("field", template("31 years"), "age"),
        SetContact("name", template("Amina Phiri")),
        SetContact("language", template("nya")),
        ChangeGroups((template("Youth"),), joins=True),
        SetResult("Colour", template("blue"), text("Cold")),
        Say(text("@contact.name, @fields.age, @(count(contact.groups))")),
    ),
    runs=True,
)
LEAVING = flow(
    "leaving",
    node(
        "1",
        SetContact("field", template(""), "age"),
        ChangeGroups((), joins=False, everything=True),
        Say(text("@fields.age-@(count(contact.groups))")),
    ),
    runs=True,
)
ASSETS = Assets({"age": Field("age", "Age", "text")}, (Group("g1", "Youth"),))


def _imported(exchange: Exchange) -> None:
    exchange.add(
        IMPORTED,
        LEAVING,
        assets=ASSETS,
        whole={"imported": Trigger("imported", "en"), "leaving": Trigger("leaving", "en")},
    )


def test_a_field_that_a_flow_saves_is_there_in_every_later_conversation(exchange: Exchange):
    exchange.add(FARM, TOLD)
    for words in ("FARM", "maize", "2"):
        (said,) = exchange.sms(AMINA, words)
    assert said == "maize, Much"
    assert exchange.sms(AMINA, "told")[0].startswith("maize / big")
    assert "maize" not in exchange.sms(BWALYA, "told")[0]
    assert b"maize" not in b"".join(row["value_sealed"] for row in exchange.rows("fields"))
    assert replay.replay(exchange.database).differences == ()


def test_groups_can_be_named_in_texts(exchange: Exchange):
    exchange.add(TOLD)
    exchange.join(AMINA)
    member = exchange.member(AMINA)
    assert member is not None
    body = {"group": "water", "channel": "staff"}
    exchange.record(Fact(kinds.GROUP_JOINED, member["id"], body))
    assert exchange.sms(AMINA, "told") == [" /  / water"]


def test_an_imported_flow_changes_its_person_who_is_the_same_in_the_next_one(exchange: Exchange):
    _imported(exchange)
    assert exchange.sms(AMINA, "imported") == ["Amina Phiri, 31 years, 1"]
    assert exchange.rows("memberships")[0]["group"] == "youth"
    assert exchange.rows("phones")[0]["language"] == "ny"
    assert exchange.sms(AMINA, "leaving") == ["-0"]
    assert exchange.rows("memberships") == []
    assert "age" not in [row["key"] for row in exchange.rows("fields")]
    assert replay.verify(exchange.database).broken == ()
    assert replay.replay(exchange.database).differences == ()


def test_what_nothing_changes_leaves_no_fact(exchange: Exchange):
    _imported(exchange)
    for _ in range(2):
        exchange.sms(AMINA, "imported")
    assert len(exchange.facts(kinds.GROUP_JOINED)) == 1
    fields = [orjson.loads(row["body"])["key"] for row in exchange.facts(kinds.FIELD_CHANGED)]
    assert sorted(fields) == ["age", "language", "name"]


def test_the_last_result_of_its_name_is_kept_sealed(exchange: Exchange):
    _imported(exchange)
    for _ in range(2):
        exchange.sms(AMINA, "imported")
    (row,) = exchange.rows("results")
    salt = exchange.rows("phones")[0]["salt"]
    kept = orjson.loads(exchange.vault.person(salt).open(b"result", row["result_sealed"]))
    assert (row["flow"], row["name"], kept["value"], kept["category"]) == (
        "imported", "Colour", "blue", "Cold",
    )  # fmt: skip
    assert len(exchange.facts(kinds.RESULT_SAVED)) == 2


def test_who_joins_has_the_name_that_an_imported_flow_learned(exchange: Exchange):
    _imported(exchange)
    exchange.sms(AMINA, "imported")
    for words in ("JOIN", "0", "0", "1"):
        exchange.sms(AMINA, words)
    assert exchange.name_of(AMINA) == "Amina Phiri"
