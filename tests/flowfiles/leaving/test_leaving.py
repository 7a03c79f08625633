"""What flows become in RapidPro, and what is told of that which cannot be the same there."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pytest

from gateway.core.flow.events import HandedOver, Requested
from gateway.core.flow.turn import Responded
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.document import Movement
from gateway.flowfiles.leaving.limits import Limit
from gateway.flowfiles.leaving.naming import Ids, can_be_field, three_letters
from gateway.flowfiles.releases import Source
from tests.flowfiles.importing.stage import WATER, planned
from tests.flowfiles.leaving.stage import SYSTEM, back, folder, left, rules, twins
from tests.flowfiles.leaving.structure import faults


def one(steps: str, top: str = "") -> Source:
    """Return a folder with one flow of some steps."""
    return folder(one=f"flow: one\nspec: 2\nlanguage: en\n{top}\nsteps:\n{steps}")


def definition(source: Source, *wanted: str) -> dict[str, Any]:
    leaving = left(source, *wanted)
    assert faults(leaving.document) == []
    found: dict[str, Any] = leaving.document["flows"][0]
    return found


def actions(flow: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for node in flow["nodes"] for one in node["actions"] if one["type"] == kind]


def routers(flow: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [node["router"] for node in flow["nodes"] if "router" in node]


# What steps become


def test_a_question_is_a_message_and_a_wait_for_each_attempt():
    flow = definition(one("  a: {ask: How old?, expect: 'has_number_between(1, 99)', attempts: 2}"))
    said = [action["text"] for action in actions(flow, "send_msg")]
    assert said == [
        "How old?",
        "Sorry, we did not understand.\nHow old?",
        "Sorry, we did not understand. Send HELP to see what you can do.",
    ]
    waits = [router for router in routers(flow) if "wait" in router]
    assert [case["type"] for router in waits for case in router["cases"]] == (
        ["has_number_between"] * 2
    )


def test_options_are_taken_by_number_by_word_and_by_label():
    flow = definition(one("  a: {menu: Which?, options: {1: Maize, 2: Beans}, attempts: 1}"))
    router = next(router for router in routers(flow) if "wait" in router)
    tests = [(case["type"], case["arguments"][0]) for case in router["cases"]]
    assert tests[0] == ("has_only_phrase", "1")
    assert tests[1][0] == "has_pattern"
    assert "moja" in tests[1][1]
    assert tests[2] == ("has_only_phrase", "Maize")
    assert [one["name"] for one in router["categories"]] == ["Maize", "Beans", "Other"]


def test_an_option_is_a_category_by_its_label_or_by_its_code_where_values_are_filled_in():
    flow = definition(
        one("  a: {menu: M, options: {1: {label: '@@ X', save: x}, 2: {label: 'Y @answer.y', "
            "save: y}}, save: answer.m, give_up: end, attempts: 1}")
    )  # fmt: skip
    router = next(router for router in routers(flow) if "wait" in router)
    assert [one["name"] for one in router["categories"]] == ["@ X", "y", "Other"]
    kept = {one["value"] for one in actions(flow, "set_run_result") if one["name"] == "answer_m"}
    assert kept == {
        "@results.answer_m_reply.category_localized",
        '@("Y " & default(results.answer_y, null))',
    }


def test_translations_go_along_for_every_text_that_has_them():
    catalogue = (
        'msgctxt "one.a.ask"\nmsgid "Who?"\nmsgstr "Ndani?"\n\n'
        'msgctxt "system.not_understood"\nmsgid "Sorry, we did not understand."\n'
        'msgstr "Pepani."\n'
    )
    source = one("  a: {ask: Who?, expect: has_email, attempts: 2, give_up: end}")
    flow = definition(Source({**source.files, "translations/ny.po": catalogue.encode()}))
    said = {texts["text"][0] for texts in flow["localization"]["nya"].values() if "text" in texts}
    assert said == {"Ndani?", "Pepani.\nNdani?"}


def test_what_is_kept_of_a_person_is_a_field_and_all_else_a_result():
    flow = definition(
        one(
            "  a: {set: {participant.ward: North, participant.name: Amina, answer.x: 5}}\n"
            "  b: {say: '@participant.ward @participant.name @answer.x @@'}"
        )
    )
    assert actions(flow, "set_contact_field")[0]["field"]["key"] == "ward"
    assert actions(flow, "set_contact_name")[0]["name"] == "Amina"
    assert actions(flow, "set_run_result")[0]["name"] == "answer_x"
    assert actions(flow, "send_msg")[0]["text"] == (
        "@fields.ward @contact.name @results.answer_x @@"
    )


def test_a_value_in_an_expression_may_be_missing_there_as_it_may_here():
    flow = definition(one("  a: {say: '@(upper(answer.x) & \"@answer.x\")', set: {answer.x: a}}"))
    assert actions(flow, "send_msg")[0]["text"] == (
        '@(upper(default(results.answer_x, null)) & "@answer.x")'
    )


def test_a_server_is_asked_in_a_node_of_its_own_and_its_answer_is_found():
    source = one(
        "  a:\n"
        "    webhook: {url: 'https://x.example/@answer.x', save: answer.bag}\n"
        "    on: {failed: sorry}\n"
        "    say: 'K@answer.bag.json.price (@answer.bag.status)'\n"
        "    end: true\n"
        "  sorry: {say: Sorry.}"
    )
    flow = definition(source)
    (asked,) = actions(flow, "call_webhook")
    assert (asked["url"], asked["result_name"]) == (
        "https://x.example/@results.answer_x", "answer_bag",
    )  # fmt: skip
    pair = twins(source)
    pair.start("one")
    assert [len(events) for events in pair.events(Requested)] == [1, 1]
    assert pair.give(Responded(1, 200, '{"price": 9}')) == ("K9 (200)", "K9 (200)")
    pair.start("one")
    assert pair.give(Responded(1, 500, "")) == ("Sorry.", "Sorry.")


def test_a_flow_that_is_called_gets_its_arguments_and_gives_what_it_saved():
    source = folder(
        one="flow: one\nsteps:\n"
        "  a: {call: {flow: two, with: {what: the well}, save: {answer.how: '@answer.stars'}}}\n"
        "  b: {say: 'So @answer.how.'}\n",
        two="flow: two\nsteps:\n"
        "  a: {ask: 'How was @argument.what?', expect: has_number, save: answer.stars}\n",
    )
    assert left(source, "one").flows == ("one", "two")
    pair = twins(source, "one")
    assert pair.start("one") == ("How was the well?",) * 2
    assert pair.reply("4") == ("So 4.",) * 2


def test_staff_are_asked_by_a_ticket():
    source = one("  a: {hand_over: {note: '@participant.name: help', topic: legal}}")
    pair = twins(source)
    pair.start("one")
    here, there = pair.events(HandedOver)
    assert here == there == [HandedOver(": help", "legal")]
    assert rules(left(source)) == ["topic"]


def test_a_person_s_groups_are_asked_by_the_id_that_they_have_there():
    source = one(
        "  a: {join_group: Marshals}\n"
        "  b: {when: '@(has_group(participant.groups, \"Marshals\"))', then: yes_, else: no_}\n"
        "  yes_: {say: In., end: true}\n"
        "  no_: {say: Out.}"
    )
    leaving = left(source)
    (group,) = leaving.document["groups"]
    assert group["name"] == "Marshals"
    split = next(one for one in routers(leaving.document["flows"][0]))
    assert f'has_group(contact.groups, "{group["uuid"]}")' in split["operand"]
    assert twins(source).start("one")[1] == "In."


def test_a_step_that_does_nothing_is_no_node():
    flow = definition(
        one("  a: {goto: c}\n  b: {say: Never.}\n  c: {say: Hello.}\n  d: {end: true}")
    )
    assert actions({"nodes": flow["nodes"][:1]}, "send_msg")[0]["text"] == "Hello."
    assert len(flow["nodes"]) == 2


def test_a_wait_of_a_flow_that_expires_has_a_time_that_rapidpro_offers():
    assert definition(one("  a: {ask: Who?}", "expires: 2 days"))["expire_after_minutes"] == 2880
    assert definition(one("  a: {ask: Who?}"))["expire_after_minutes"] == 20160
    odd = one("  a: {ask: Who?}", "expires: 2 hours")
    assert definition(odd)["expire_after_minutes"] == 180
    assert "expires" in rules(left(odd))


# Ids


def test_ids_stay_when_a_step_comes_in_between():
    before = definition(one("  a: {say: A.}\n  z: {ask: Who?, give_up: end}"))
    after = definition(one("  a: {say: A.}\n  m: {say: M.}\n  z: {ask: Who?, give_up: end}"))
    had = {node["uuid"] for node in before["nodes"]}
    assert before["uuid"] == after["uuid"]
    assert had < {node["uuid"] for node in after["nodes"]}


def test_two_movements_with_a_flow_of_one_name_do_not_overwrite_each_other():
    source = one("  a: {say: A.}")
    ours, theirs = left(source), left(source, movement=Movement("Theirs", ("en",)))
    assert ours.document["flows"][0]["uuid"] != theirs.document["flows"][0]["uuid"]


def test_an_export_that_is_imported_twice_changes_nothing():
    there = back(left(one("  a: {say: A.}", "start: {keywords: [go]}")))
    again = planned(left(one("  a: {say: A.}", "start: {keywords: [go]}")).content, there)
    assert again.files == {}


def test_ids_are_of_the_version_that_rapidpro_takes():
    ids = Ids("movement")
    assert ids("flow", "join") == Ids("movement")("flow", "join")
    assert ids("flow", "join") == ids.within("flow")("join")
    assert ids("flow", "join")[14] == "4"


@pytest.mark.parametrize(
    ("code", "three"),
    [("en", "eng"), ("bem", "bem"), ("fre", "fra"), ("xx", None)],
    ids=["two letters", "three", "those of libraries", "nobody's"],
)
def test_a_language_has_the_code_of_three_letters(code: str, three: str | None):
    assert three_letters(code) == three


@pytest.mark.parametrize(
    ("key", "can"),
    [("ward", True), ("w" * 37, False), ("2nd", False), ("language", False)],
    ids=["a plain word", "one that is too long", "a digit first", "one that is taken"],
)
def test_what_can_be_the_key_of_a_contact_field(key: str, can: bool):
    assert can_be_field(key) is can


# What begins flows


def test_words_begin_a_flow_there_too_as_they_are_written_and_as_they_are_compared():
    source = one(
        "  a: {say: A.}",
        "start: {keywords: {en: [go], fr: [adhérer]}, only: [enough], other: true, "
        "missed_call: true}",
    )
    leaving = left(source)
    told = {
        (one["trigger_type"], one.get("match_type"), *one.get("keywords", ()))
        for one in leaving.document["triggers"]
    }
    assert told == {
        ("C", None), ("M", None), ("K", "F", "go", "adhérer", "adherer"), ("K", "O", "enough"),
    }  # fmt: skip
    assert rules(leaving) == ["start_language"]


# What cannot be expressed


def named(rows: Sequence[tuple[str, Limit]]) -> list[str]:
    return [f"{number}, {limit.rule}" for number, (_, limit) in enumerate(rows)]


LOST = [
    ("  a: {do: report, with: {category: x, place: y, words: z}}", limits.ACTION),
    ("  a: {say: 'Number @participant.number'}", limits.RECORD),
    ("  a: {say: '@prompt'}", limits.RECORD),
    ("  a: {say: '@outcome'}", limits.OUTCOME),
    ("  a: {join_group: M, on: {not_member: end}}", limits.OUTCOME),
    ("  a: {ask: Where?, expect: place, save: answer.x}", limits.PLACE),
    ("  a: {menu: Which?, options_from: '@answer.list', exact: true}", limits.ROWS),
    ("  a: {schedule: {text: Now!, after: 1 day}}", limits.SCHEDULE),
    ("  a: {unschedule: later}", limits.SCHEDULE),
    ("  a: {webhook: {url: 'https://x.example/'}, say: '@webhook.body'}", limits.ANSWERED),
    ("  a: {webhook: {url: 'https://x.example/', save: answer.x}, say: '@answer.x'}",
     limits.ANSWERED),
    ("  a: {menu: M, options: {1: A}, result: Mine}\n  b: {say: '@results.mine.category'}",
     limits.CATEGORY),
    (("  a: {menu: M, options: {1: {label: A, save: x}, 2: B}, save: answer.m}\n"
      "  b: {when: '@answer.m', cases: {x: end, B: end}}"), limits.MIXED),
    ("  a: {when: '@answer.x', cases: {'!': end}}", limits.SIGN),
    ("  a: {set: {answer.x.y: 1, answer.x_y: 2}}", limits.CLASH),
    ("  a: {set: {participant.groups.first: 1}}\n  b: {set: {participant.language: xx}}",
     limits.LANGUAGE_CODE),
    ("  a: {set: {participant.status: 1}}", limits.KEY),
    ("  a: {ask: Who?, result: 'ስም'}", limits.RESULT),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "limit"), LOST, ids=named(LOST))
def test_what_cannot_be_expressed_is_told_with_its_line_and_leaves_a_stub(steps: str, limit: Limit):
    leaving = left(one(steps))
    found = [one for one in leaving.findings if one.rule == limit.rule]
    assert found
    assert leaving.blocked
    assert all(one.path == "flows/one.yaml" and one.line >= 1 for one in found)
    assert faults(leaving.document) == []
    flow = leaving.document["flows"][0]
    in_step = [one for one in found if one.what.startswith("step ")]
    stubs = [one["value"] for one in actions(flow, "set_run_result") if one["name"] == "Left out"]
    assert len(stubs) == len({one.line for one in in_step})
    assert len(flow["_ui"]["stickies"]) == len(stubs)
    back(leaving)


STARTS = [
    "pattern: '^m[0-9]'", "short_code: 20300", "ussd: true", "ussd: '*384*1#'", "joined: true",
    "broadcast_reply: true", "every: {at: '08:00'}", "only: [count me in]",
    "keywords: [averyveryverylongword]",
]  # fmt: skip


@pytest.mark.parametrize("start", STARTS)
def test_what_cannot_begin_a_flow_there_is_told(start: str):
    leaving = left(one("  a: {say: A.}", f"start: {{{start}}}"))
    assert rules(leaving) == ["start"]
    assert leaving.blocked
    assert leaving.document["triggers"] == []


def test_a_value_that_two_flows_share_is_told():
    source = folder(
        one="flow: one\nsteps:\n  a: {set: {answer.x: 1}, call: two}\n  b: {say: '@answer.x'}\n",
        two="flow: two\nsteps:\n  a: {set: {answer.x: 2}}\n",
    )
    assert rules(left(source, "one")) == ["shared"]


MILDER = [
    ("  a: {say: '@channel'}", limits.SMS_ONLY),
    ("  a: {say: A., text: B.}", limits.SMS_ONLY),
    ("  a: {menu: M, options: {1: Maize}}", limits.SLIPS),
    ("  a: {ask: Who?}", limits.BACK),
    ("  a: {ask: When?, expect: date}", limits.DATES),
    ("  a: {ask: When?, expect: number}", limits.NUMBERS),
    ("  a: {leave_group: M}", limits.MEMBERS),
    ("  a: {wait: 1 day}", limits.RESTARTED),
    ("  a: {wait: 3 weeks}", limits.EXPIRES),
    ("  a: {webhook: {url: 'https://x.example/', seconds: 9}}", limits.SECONDS),
    ("  a: {menu: M, options: {1: A label of more than six and thirty letters}}", limits.LABEL),
    ("  a: {ask: Who?, attempts: 11}", limits.ATTEMPTS),
    ("  a: {ask: Who?, expect: text(1001)}", limits.LONG),
    ("  a: {menu: M, options: {1: {label: A, when: '@movement.languages.ny'}}}", limits.NOW),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "limit"), MILDER, ids=named(MILDER))
def test_what_will_be_another_way_is_told_and_stops_nothing(steps: str, limit: Limit):
    leaving = left(one(steps))
    assert limit.rule in rules(leaving)
    assert not leaving.blocked
    assert faults(leaving.document) == []


# Flows that were imported


def test_an_imported_flow_leaves_as_it_came():
    came = orjson.loads(WATER)
    leaving = left(planned(WATER, Source({"system.yaml": SYSTEM})).source(
        Source({"system.yaml": SYSTEM})
    ))  # fmt: skip
    assert [one for one in leaving.findings if one.level == "error"] == []
    document = leaving.document
    assert {one["uuid"] for one in document["flows"]} == {one["uuid"] for one in came["flows"]}
    assert {one["key"] for one in came["fields"]} <= {one["key"] for one in document["fields"]}
    assert {one["name"] for one in came["groups"]} <= {one["name"] for one in document["groups"]}
    for key in ("uuid", "offset", "unit", "delivery_hour", "event_type"):
        assert [event[key] for one in document["campaigns"] for event in one["events"]] == [
            event[key] for one in came["campaigns"] for event in one["events"]
        ]
    words = {word for one in document["triggers"] for word in one.get("keywords", ())}
    assert words == {word for one in came["triggers"] for word in one["keywords"]}


def test_an_imported_flow_comes_back_to_the_letter():
    empty = Source({"system.yaml": SYSTEM})
    there = planned(WATER, empty).source(empty)
    assert back(left(there)).files == there.files


def test_two_flows_of_one_title_are_told_apart_there():
    source = folder(
        one="flow: one\nname: Wells\nsteps:\n  a: {call: two}\n",
        two="flow: two\nname: wells\nsteps:\n  a: {say: B.}\n",
    )
    leaving = left(source)
    assert [flow["name"] for flow in leaving.document["flows"]] == ["Wells", "wells (two)"]
    (entered,) = actions(leaving.document["flows"][0], "enter_flow")
    assert entered["flow"]["name"] == "wells (two)"
