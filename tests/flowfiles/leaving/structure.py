"""What RapidPro asks of an export of version 13: that everything that is pointed at is there, once.

Written from the specification of flows and apart from our own reader, which would forgive more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_RESULT = re.compile(r"[a-zA-Z][\w -]{0,63}", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,35}")
_TESTS_ARGUMENTS = {
    "has_text": 0, "has_number": 0, "has_date": 0, "has_email": 0, "has_time": 0, "has_phone": 0,
    "has_only_text": 1, "has_only_phrase": 1, "has_pattern": 1, "has_any_word": 1,
    "has_all_words": 1, "has_phrase": 1, "has_beginning": 1, "has_number_between": 2,
    "has_number_eq": 1, "has_number_gt": 1, "has_number_gte": 1, "has_number_lt": 1,
    "has_number_lte": 1,
}  # fmt: skip
_NEEDED: Mapping[str, Sequence[str]] = {
    "send_msg": ("text", "attachments"),
    "set_run_result": ("name", "value"),
    "set_contact_field": ("field", "value"),
    "set_contact_name": ("name",),
    "set_contact_language": ("language",),
    "add_contact_groups": ("groups",),
    "remove_contact_groups": ("groups",),
    "enter_flow": ("flow",),
    "call_webhook": ("method", "url", "result_name"),
    "open_ticket": ("body",),
}
_DRAWN = {
    "execute_actions", "wait_for_response", "split_by_expression", "split_by_subflow",
    "split_by_webhook", "split_by_random",
}  # fmt: skip
_EXPIRES = {5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880, 4320, 10080, 20160}


def faults(document: Json) -> list[str]:
    """Return what is wrong with an export, nothing where RapidPro would take it."""
    return list(_of_export(document))


def _of_export(document: Json) -> Iterator[str]:
    if document["version"] != "13" or not document["site"]:
        yield "no version 13 with its site"
    flows = {flow["uuid"]: flow for flow in document["flows"]}
    if len(flows) != len(document["flows"]):
        yield "a flow is there twice"
    names = Counter(flow["name"].casefold() for flow in flows.values())
    yield from (f"two flows are called {name}" for name, count in names.items() if count > 1)
    fields = {one["key"] for one in document["fields"]}
    groups = {one["uuid"]: one["name"] for one in document["groups"]}
    yield from (f"the field {key}" for key in fields if not _FIELD.fullmatch(key))
    yield from (f"the type of a field: {one}" for one in document["fields"]
                if one["type"] not in {"text", "number", "datetime"})  # fmt: skip
    for trigger in document["triggers"]:
        yield from _of_trigger(trigger, flows)
    seen: Counter[str] = Counter()
    for flow in flows.values():
        yield from (f"{flow['name']}: {fault}" for fault in _of_flow(flow, flows, fields, groups))
        seen.update(_uuids(flow))
    yield from (f"the uuid {uuid} is there {count} times" for uuid, count in seen.items()
                if count > 1)  # fmt: skip
    yield from (f"no uuid of version 4: {uuid}" for uuid in seen if not _UUID.fullmatch(uuid))


def _of_trigger(trigger: Json, flows: Json) -> Iterator[str]:
    if trigger["flow"]["uuid"] not in flows:
        yield "a trigger begins a flow that is not there"
    if trigger["trigger_type"] not in {"K", "C", "M", "N"}:
        yield f"a trigger of type {trigger['trigger_type']}"
    for keyword in trigger.get("keywords", ()):
        if not (keyword.isalnum() and len(keyword) <= 16):
            yield f"the keyword {keyword}"
    if (trigger["trigger_type"] == "K") != bool(trigger.get("keywords")):
        yield "a trigger for keywords has some, and no other has"


def _uuids(flow: Json) -> Iterator[str]:
    """Yield what has an id of its own: the flow, its nodes, actions, exits, categories, cases."""
    yield flow["uuid"]
    for node in flow["nodes"]:
        yield node["uuid"]
        yield from (one["uuid"] for one in (*node["actions"], *node["exits"]))
        router = node.get("router") or {}
        yield from (one["uuid"] for one in router.get("categories", ()))
        yield from (one["uuid"] for one in router.get("cases", ()))


def _of_flow(flow: Json, flows: Json, fields: set[str], groups: Json) -> Iterator[str]:
    if not re.fullmatch(r"13\.\d+\.\d+", flow["spec_version"]) or flow["type"] != "messaging":
        yield "no flow for messages of version 13"
    if not re.fullmatch("[a-z]{3}", flow["language"]):
        yield f"the language {flow['language']}"
    if flow["expire_after_minutes"] not in _EXPIRES or flow["revision"] < 1:
        yield f"it expires after {flow['expire_after_minutes']} minutes"
    nodes = {node["uuid"]: node for node in flow["nodes"]}
    for node in nodes.values():
        yield from _of_node(node, nodes)
        for action in node["actions"]:
            yield from _of_action(action, flows, fields, groups)
    yield from _of_localization(flow)
    yield from _of_canvas(flow["_ui"], nodes)


def _of_node(node: Json, nodes: Json) -> Iterator[str]:
    if not node["exits"]:
        yield "a node without exits"
    for way in node["exits"]:
        to = way["destination_uuid"]
        if to is not None and to not in nodes:
            yield f"an exit to {to}"
    router = node.get("router")
    if router is None:
        if not node["actions"] or len(node["exits"]) != 1:
            yield "a node that does nothing, or is left by several exits"
        return
    yield from _of_router(router, [way["uuid"] for way in node["exits"]])


def _of_router(router: Json, exits: list[str]) -> Iterator[str]:
    categories = [one["uuid"] for one in router["categories"]]
    if sorted(one["exit_uuid"] for one in router["categories"]) != sorted(exits):
        yield "the categories do not share the exits among themselves"
    for one in router["categories"]:
        if not 1 <= len(one["name"]) <= 36:
            yield f"a category called {one['name']}"
    if router.get("result_name") and not _RESULT.fullmatch(router["result_name"]):
        yield f"a result called {router['result_name']}"
    if router["type"] != "random":
        yield from _of_switch(router, categories)


def _of_switch(router: Json, categories: list[str]) -> Iterator[str]:
    if router["default_category_uuid"] not in categories or not router["operand"]:
        yield "a switch without its default or operand"
    for case in router["cases"]:
        if case["category_uuid"] not in categories:
            yield "a case of no category"
        wanted = _TESTS_ARGUMENTS.get(case["type"])
        if wanted is None or len(case["arguments"]) != wanted:
            yield f"the test {case['type']}{case['arguments']}"
    timeout = (router.get("wait") or {}).get("timeout")
    if timeout and (timeout["category_uuid"] not in categories or timeout["seconds"] < 1):
        yield "a time-out that leads nowhere"


def _of_action(action: Json, flows: Json, fields: set[str], groups: Json) -> Iterator[str]:
    kind = action["type"]
    yield from (f"{kind} has no {key}" for key in _NEEDED[kind] if key not in action)
    if kind == "enter_flow" and action["flow"]["uuid"] not in flows:
        yield "it enters a flow that is not there"
    if kind == "set_contact_field" and action["field"]["key"] not in fields:
        yield f"the field {action['field']['key']} is not part of the export"
    for one in action.get("groups", ()):
        if "name_match" not in one and groups.get(one["uuid"]) != one["name"]:
            yield f"the group {one} is not part of the export"
    if kind == "set_run_result" and not _RESULT.fullmatch(action["name"]):
        yield f"a result called {action['name']}"
    if kind == "set_contact_language" and not re.fullmatch(r"[a-z]{3}|@\(.+\)", action["language"]):
        yield f"the language {action['language']}"


def _of_localization(flow: Json) -> Iterator[str]:
    things: dict[str, Json] = {}
    for node in flow["nodes"]:
        router = node.get("router") or {}
        found = (*node["actions"], *router.get("categories", ()), *router.get("cases", ()))
        things.update({one["uuid"]: one for one in found})
    for language, items in flow["localization"].items():
        if not re.fullmatch("[a-z]{3}", language) or language == flow["language"]:
            yield f"translations into {language}"
        for uuid, texts in items.items():
            for key, translated in texts.items():
                own = things.get(uuid, {}).get(key)
                if own is None:
                    yield f"a translation of nothing: {key} of {uuid}"
                elif isinstance(own, list) and len(own) != len(translated):
                    yield f"a translation of {len(own)} texts into {len(translated)}"


def _of_canvas(ui: Json, nodes: Json) -> Iterator[str]:
    if set(ui["nodes"]) != set(nodes):
        yield "the canvas shows other nodes than there are"
    places = Counter(
        (one["position"]["left"], one["position"]["top"]) for one in ui["nodes"].values()
    )
    yield from (f"nodes lie on each other at {place}" for place, count in places.items()
                if count > 1)  # fmt: skip
    for one in ui["nodes"].values():
        if one["type"] not in _DRAWN or min(one["position"].values()) < 0:
            yield f"a node drawn as {one}"
    for note in ui["stickies"].values():
        if not (note["title"] and note["body"] and note["position"]):
            yield "a note that says nothing"
