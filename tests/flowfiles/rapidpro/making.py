"""Definitions of today made at random: every action and router, led anywhere."""

from typing import Any

from hypothesis import strategies as st

from tests.flowfiles.rapidpro.definitions import Json

WORDS = st.sampled_from(
    ["Hi", "", "@contact.name", "@input", "@(1 / 0)", "@results.a.extra.b", "@webhook.json.a",
     "@(upper(results.a.category))", "@fields.age", "@node.visit_count", "@locals.x", "@@x", "@("]
)  # fmt: skip
KEYS = st.sampled_from(["age", "born", "nick", "gone"])
FLOWS = st.sampled_from([{"uuid": "flow-0", "name": "A"}, {"uuid": "flow-1", "name": "B"},
                         {"uuid": "gone", "name": "C"}, {"name": "D"}])  # fmt: skip
GROUPS = st.lists(
    st.sampled_from([{"uuid": "g-1", "name": "Marshals"}, {"uuid": "g-9", "name": "Gone"},
                     {"name_match": '@("Driv" & "ers")'}]),
    max_size=2,
)  # fmt: skip
CHANNEL = st.just({"uuid": "c-1", "name": "Line"})
WEBHOOK_URLS = st.sampled_from(
    ["http://x.example/@contact.id", "@(nothing)", "", " http://y.example"]
)


def _action(kind: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({"type": st.just(kind), **parts})


_RECIPIENTS = {
    "groups": GROUPS,
    "contacts": st.just([{"uuid": "p-2", "name": "Bupe"}]),
    "urns": st.just(["tel:+260970000002"]),
    "legacy_vars": st.lists(WORDS, max_size=1),
    "contact_query": WORDS,
}

ACTIONS: dict[str, st.SearchStrategy[Json]] = {
    "send_msg": _action("send_msg", text=WORDS, attachments=st.lists(WORDS, max_size=1),
                        quick_replies=st.lists(WORDS, max_size=2), all_urns=st.booleans()),
    "set_run_result": _action("set_run_result", name=st.sampled_from(["a", "B b", "é"]),
                              value=WORDS, category=st.sampled_from(["", "Yes"])),
    "set_run_local": _action("set_run_local", local=st.just("x"), value=WORDS,
                             operation=st.sampled_from(["set", "increment", "clear"])),
    "set_contact_name": _action("set_contact_name", name=WORDS),
    "set_contact_language": _action("set_contact_language",
                                    language=st.sampled_from(["", "nya", "x-y", "@(1/0)"])),
    "set_contact_timezone": _action("set_contact_timezone",
                                    timezone=st.sampled_from(["", "Africa/Lusaka", "Mars"])),
    "set_contact_status": _action("set_contact_status",
                                  status=st.sampled_from(["active", "stopped", "blocked", "odd"])),
    "set_contact_channel": _action("set_contact_channel", channel=CHANNEL),
    "set_contact_field": _action("set_contact_field", value=WORDS,
                                 field=KEYS.map(lambda key: {"key": key, "name": key})),
    "add_contact_urn": _action("add_contact_urn", scheme=st.sampled_from(["tel", "mailto"]),
                               path=st.sampled_from(["@input", "me@x.example", "0970000009"])),
    "add_contact_groups": _action("add_contact_groups", groups=GROUPS),
    "remove_contact_groups": _action("remove_contact_groups", groups=GROUPS,
                                     all_groups=st.booleans()),
    "call_webhook": _action("call_webhook", method=st.sampled_from(["GET", "POST"]),
                            url=WEBHOOK_URLS, body=WORDS,
                            headers=st.dictionaries(st.just("X"), WORDS, max_size=1),
                            result_name=st.sampled_from(["", "a"])),
    "call_resthook": _action("call_resthook", resthook=st.sampled_from(["hook", "none"]),
                             result_name=st.sampled_from(["", "a"])),
    "open_ticket": _action("open_ticket", note=WORDS, topic=st.just(None),
                           result_name=st.sampled_from(["", "a"])),
    "add_input_labels": _action("add_input_labels", labels=GROUPS),
    "send_email": _action("send_email", addresses=st.lists(WORDS, max_size=1), subject=WORDS,
                          body=WORDS),
    "send_broadcast": _action("send_broadcast", text=WORDS, **_RECIPIENTS),
    "start_session": _action("start_session", flow=FLOWS, create_contact=st.booleans(),
                             **_RECIPIENTS),
    "enter_flow": _action("enter_flow", flow=FLOWS, terminal=st.booleans()),
    "say_msg": _action("say_msg", text=WORDS),
    "play_audio": _action("play_audio", audio_url=WORDS),
    "transfer_airtime": _action("transfer_airtime", amounts=st.just({"ZMW": 1})),
    "call_classifier": _action("call_classifier", input=WORDS, result_name=st.just("a")),
    "call_llm": _action("call_llm", instructions=WORDS),
    "request_optin": _action("request_optin", optin=st.just({"uuid": "o", "name": "O"})),
    "teleport": _action("teleport"),
}  # fmt: skip
TESTS = st.sampled_from(
    [("has_text", 0), ("has_any_word", 1), ("has_number_between", 2), ("has_group", 2),
     ("has_category", 1), ("has_error", 0), ("has_pattern", 1), ("has_date", 0), ("is_odd", 0),
     ("has_intent", 2), ("has_phone", 1)]
)  # fmt: skip


@st.composite
def routers(draw: st.DrawFn, uuid: str, exits: list[str]) -> Json:
    """A router whose categories lead out of its node in any way."""
    count = draw(st.integers(1, 3))
    names = [f"{uuid}-c{at}" for at in range(count)]
    categories = [
        {"uuid": name, "name": draw(st.sampled_from(["Yes", "No", "Other", "é"])),
         "exit_uuid": draw(st.sampled_from(exits))}
        for name in names
    ]  # fmt: skip
    router: Json = {
        "type": draw(st.sampled_from(["switch", "switch", "switch", "random"])),
        "operand": draw(WORDS),
        "categories": categories,
        "cases": [],
        "result_name": draw(st.sampled_from(["", "a", "Favourite Colour"])),
        "default_category_uuid": draw(st.sampled_from([names[-1], None])),
    }
    if router["type"] == "switch":
        for at, (test, arguments) in enumerate(draw(st.lists(TESTS, max_size=3))):
            router["cases"].append({
                "uuid": f"{uuid}-k{at}",
                "type": test,
                "arguments": [draw(WORDS) for _ in range(arguments)],
                "category_uuid": draw(st.sampled_from(names)),
            })  # fmt: skip
    if draw(st.booleans()):
        router["wait"] = {"type": "msg"}
        if draw(st.booleans()):
            router["wait"]["timeout"] = {"seconds": 60, "category_uuid": names[0]}
    return router


@st.composite
def definitions(draw: st.DrawFn) -> Json:
    """A flow of version 14 whose parts fit together."""
    uuids = [f"n{at}" for at in range(draw(st.integers(0, 4)))]
    nodes = []
    for uuid in uuids:
        exits = [f"{uuid}-e{at}" for at in range(draw(st.integers(1, 2)))]
        kinds = draw(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=3))
        node: Json = {
            "uuid": uuid,
            "actions": [
                {"uuid": f"{uuid}-a{at}", **draw(ACTIONS[kind])} for at, kind in enumerate(kinds)
            ],
            "exits": [
                {"uuid": one, "destination_uuid": draw(st.sampled_from([*uuids, None]))}
                for one in exits
            ],
        }
        if draw(st.booleans()):
            node["router"] = draw(routers(uuid, exits))
        nodes.append(node)
    translated = st.fixed_dictionaries({"text": st.lists(WORDS, max_size=1),
                                        "quick_replies": st.lists(WORDS, max_size=3),
                                        "arguments": st.lists(WORDS, max_size=2),
                                        "name": st.lists(WORDS, max_size=1)})  # fmt: skip
    items = [f"{uuid}-{part}" for uuid in uuids for part in ("a0", "k0", "c0")]
    localization = {"nya": {one: draw(translated) for one in items if draw(st.booleans())}}
    return {
        "uuid": "flow-0",
        "name": "Made",
        "spec_version": "14.4.0",
        "language": "eng",
        "type": "messaging",
        "expire_after_minutes": draw(st.sampled_from([0, 60])),
        "nodes": nodes,
        "localization": localization,
    }
