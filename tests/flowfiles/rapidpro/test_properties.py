"""Any input at all: a definition of today, or a mistake told cleanly. Never another exception."""

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.rapidpro.exports import read_export
from gateway.flowfiles.rapidpro.migrations.chain import CURRENT, migrate
from gateway.flowfiles.rapidpro.migrations.documents import Part, Unmigratable
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import (
    ADDRESS,
    MESSAGE,
    OWN_SOURCE,
    RAW_DATES,
    Translator,
)
from gateway.flowfiles.rapidpro.migrations.legacy.habits import Habits
from gateway.flowfiles.rapidpro.migrations.structure import check_structure
from gateway.flowfiles.rapidpro.survey import survey
from tests.flowfiles.rapidpro.definitions import (
    IDS,
    OTHER,
    Json,
    action,
    action_set,
    case,
    current,
    legacy,
    node,
    rule,
    rule_set,
    split,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["@flow.x", "@(1 +", "=SUM(1)", "a1", "r1", "n1", "13.0.0", "V", "eng"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)

GROUPS = [{"uuid": "g", "name": "G"}, {"id": 1, "name": "H"}, "@flow.g", "I"]
RICH_LEGACY = legacy(
    version=4,
    actions=[
        action_set(
            {
                "type": "reply",
                "msg": {"eng": "Hi @contact.name|upper_case", "fre": "x"},
                "media": {"eng": "image:a"},
                "quick_replies": [{"eng": "y"}],
            },
            {"type": "send", "msg": "@date", "contacts": [{"id": 1}], "groups": GROUPS,
             "variables": [{"id": "@new_contact"}]},
            {"type": "api", "webhook": "http://x.example", "webhook_headers": [{"name": "a"}]},
            {"type": "flow", "id": 3, "name": "x"},
            {"type": "email", "emails": ["@contact"], "subject": "x", "msg": "y"},
            {"type": "say", "msg": {"eng": "x"}, "recording": {"eng": "a"}},
            {"type": "add_label", "labels": GROUPS},
            to="r1",
        )
    ],
    rules=[
        rule_set(
            "",
            rule({"type": "contains", "test": {"eng": "x"}}),
            rule({"type": "between", "min": 1, "max": "2"}, "Between"),
            rule({"type": "in_group", "test": {"id": 1, "name": "x"}}, "Group"),
            rule({"type": "timeout", "minutes": 3}, "Late"),
            OTHER,
            operand="@step.value|lower_case",
            response_type="O",
            webhook="http://x.example",
        ),
        rule_set("form_field", OTHER, operand="@flow.x", uuid="r2", config={"field_index": 1}),
        rule_set("airtime", OTHER, uuid="r3", config={"RW": {"currency_code": "RWF", "amount": 1}}),
        rule_set("wait_menu", rule({"type": "eq", "test": "1"}, label={"eng": "x"}), uuid="r4",
                 config={"ussd_message": {"eng": "x"}}),
        rule_set("subflow", OTHER, uuid="r5", config={"flow": {"uuid": "f", "name": "x"}}),
    ],
)  # fmt: skip
RICH_CURRENT = current(
    node(
        action("send_msg", text="@webhook", quick_replies=["x"], attachments=["y"],
               templating={"uuid": "t", "variables": ["@contact"], "components": []}),
        action("set_run_result", name="x" * 70, value="y", category="z" * 40),
        action("enter_flow", flow={"uuid": "f", "name": "x"}),
        to="n2",
    ),
    node(action("call_webhook", method="GET", url="@webhook", headers={"a": "b"}), uuid="n2",
         **split("n2", "@results.x.category", case("has_only_text", "a", "b", category="yes-n2"),
                 wait={"type": "msg", "timeout": {"seconds": 3, "category_uuid": "other-n2"},
                       "hint": {"type": "image"}})),
    expire_after_minutes=5,
    localization={"nya": {"t": {"variables": ["x"]}, "case-1": {"arguments": ["x", "y"]}}},
)  # fmt: skip
RICH_EXPORT = {
    "version": "13",
    "site": "https://x.example",
    "flows": [RICH_CURRENT, {**RICH_LEGACY, "metadata": {"id": 7, "name": "Old"}}],
    "fields": [{"key": "a", "name": "b", "type": "text"}],
    "groups": [{"uuid": "g", "name": "G", "query": None}],
    "triggers": [{"trigger_type": "K", "keyword": "a", "flow": {"id": 7, "name": "x"},
                  "groups": GROUPS, "channel": 3}],
    "campaigns": [{"uuid": "c", "name": "C", "group": {"uuid": "g", "name": "G"}, "events": [
        {"offset": 1, "unit": "D", "delivery_hour": 3, "message": {"eng": "@contact"},
         "relative_to": {"key": "a", "label": "b"}, "flow": None, "start_mode": "I"}]}],
}  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a document, to its lists and objects too."""
    found = [path] if path else []
    below: list[tuple[Any, Any]] = []
    if isinstance(document, dict | list):
        below = list(document.items() if isinstance(document, dict) else enumerate(document))
    for key, value in below:
        found += places(value, (*path, key))
    return found


def spoiled(document: Json, data: st.DataObject) -> Json:
    """A document with one to three of its parts replaced or taken away."""
    document = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        known = places(document)
        if not known:
            break
        *path, last = data.draw(st.sampled_from(known))
        holder: Any = document
        for key in path:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = data.draw(JSON)
        else:
            del holder[last]
    return document


def check(definition: Any) -> None:
    """Migrate something; if that goes, what comes out fits together, and stays when done again."""
    try:
        found = migrate(definition, IDS)
    except Unmigratable:
        return
    check_structure(Part(found.flow))
    if found.flow["spec_version"] == str(CURRENT):
        assert migrate(found.flow, IDS).flow == found.flow


def read(content: bytes) -> None:
    """Read a file and survey it; a mistake in it is on one of its lines."""
    lines = range(1, content.count(b"\n") + 2)
    line = 1
    try:
        survey(read_export("x.json", content))
    except FlowFileError as fault:
        line = fault.line
    assert line in lines


@settings(deadline=None)
@given(JSON)
def test_any_json_is_a_flow_or_cleanly_none(definition: Any) -> None:
    check(definition)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([RICH_LEGACY, RICH_CURRENT]), st.data())
def test_a_spoiled_flow_is_migrated_or_cleanly_refused(
    definition: Json, data: st.DataObject
) -> None:
    check(spoiled(definition, data))


VALUES: list[Any] = [None, 3, "x", [], {}]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_each_part_of_an_export_may_be_anything(value: Any) -> None:
    for *path, last in places(RICH_EXPORT):
        document: Any = copy.deepcopy(RICH_EXPORT)
        holder = document
        for key in path:
            holder = holder[key]
        holder[last] = value
        read(orjson.dumps(document))


@pytest.mark.parametrize("definition", [RICH_LEGACY, RICH_CURRENT], ids=["old", "new"])
def test_the_flows_that_are_spoiled_are_sound(definition: Json) -> None:
    assert migrate(definition, IDS).flow["nodes"]
    check(definition)


@settings(deadline=None)
@given(st.binary(max_size=200) | JSON.map(orjson.dumps))
def test_any_file_is_an_export_or_cleanly_none(content: bytes) -> None:
    read(content)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_spoiled_export_is_read_or_cleanly_refused(data: st.DataObject) -> None:
    content = orjson.dumps(spoiled(RICH_EXPORT, data), option=orjson.OPT_INDENT_2)
    read(content)


def test_the_export_that_is_spoiled_is_sound() -> None:
    assert len(read_export("x.json", orjson.dumps(RICH_EXPORT)).flows) == 2


TEMPLATES = st.lists(
    st.sampled_from(
        ["@", "@@", "@(", "(", ")", '"', '""', "\\", ",", " ", "\n", ".", "=", "|", "'", ":", "+",
         "-", "&", "^", "<>", "1", "2.5", "flow", "contact", "date.today", "date.now", "step",
         "extra.0", "TRUE", "WORD(", "IF(", "TIME(1,2,3)", "FIXED(", "upper_case", "time_delta:"]
    )
    | st.text(max_size=3),
    max_size=25,
).map("".join)  # fmt: skip
USES = st.sampled_from([MESSAGE, OWN_SOURCE, ADDRESS, RAW_DATES])


@settings(deadline=None, max_examples=300)
@given(TEMPLATES, USES, st.booleans())
def test_any_text_is_translated_without_an_exception(text: str, use: Any, filters: bool) -> None:
    notes: list[Any] = []
    translator = Translator(Habits(filters=filters, dates={"x"}), notes.append)
    translator.template(text, "/x", use)
    translator.expression(text, "/x")


@settings(deadline=None)
@given(st.text(max_size=40).filter(lambda text: "@" not in text and "=" not in text))
def test_words_alone_are_never_changed(text: str) -> None:
    assert Translator(Habits(filters=True), lambda _: None).template(text, "") == text
