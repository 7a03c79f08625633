"""An export of our own with something of everything: what a clinic asks people who dial or text."""

from typing import Any, Final

import orjson

Json = dict[str, Any]

DIALLED: Final = "*384*20200*7#"  # what people dial for it
CLINIC_GROUP: Final[Json] = {"uuid": "g-clinic", "name": "Clinic", "query": None}
ELDERS: Final[Json] = {"uuid": "g-elders", "name": "Elders", "query": "age >= 60"}


def _says(uuid: str, text: str, **more: Any) -> Json:
    return {"uuid": f"says-{uuid}", "type": "send_msg", "text": text, **more}


def _node(uuid: str, *actions: Json, to: str | None = None) -> Json:
    exits = [{"uuid": f"exit-{uuid}", "destination_uuid": to}]
    return {"uuid": uuid, "actions": list(actions), "exits": exits}


def _split(
    uuid: str, operand: str, ways: list[tuple[str, str, list[str], str | None]], other: str | None,
    *actions: Json, result: str = "", wait: Json | None = None, late: str = "",
) -> Json:  # fmt: skip
    """Return a node with a switch router; a way is (category, test, arguments, node)."""
    named = [(category, to) for category, _, _, to in ways] + [("Other", other)]
    if late:
        named.append(("No Response", late))
    at = {category: number for number, (category, _) in enumerate(named)}
    router: Json = {
        "type": "switch",
        "operand": operand,
        "cases": [
            {"uuid": f"case-{uuid}-{number}", "type": test, "arguments": arguments,
             "category_uuid": f"cat-{uuid}-{at[category]}"}
            for number, (category, test, arguments, _) in enumerate(ways)
        ],
        "categories": [
            {"uuid": f"cat-{uuid}-{number}", "name": category, "exit_uuid": f"exit-{uuid}-{number}"}
            for number, (category, _) in enumerate(named)
        ],
        "default_category_uuid": f"cat-{uuid}-{at['Other']}",
    }  # fmt: skip
    if result:
        router["result_name"] = result
    if wait is not None:
        router["wait"] = wait
        if late:
            category = f"cat-{uuid}-{at['No Response']}"
            router["wait"] = {**wait, "timeout": {"seconds": 3600, "category_uuid": category}}
    exits = [
        {"uuid": f"exit-{uuid}-{number}", "destination_uuid": to}
        for number, (_, to) in enumerate(named)
    ]
    return {"uuid": uuid, "actions": list(actions), "router": router, "exits": exits}


WAIT: Final[Json] = {"type": "msg"}
_AGE: Final[Json] = {"key": "age", "name": "Age"}
_VISIT: Final[Json] = {"key": "visit", "name": "Visit"}

VISIT: Final[Json] = {
    "uuid": "flow-visit",
    "name": "Visit",
    "spec_version": "13.1.0",
    "language": "eng",
    "type": "messaging",
    "expire_after_minutes": 1440,
    "nodes": [
        _node("v0", _says("v0", "The clinic. 1 English, 2 Chichewa"), to="v1"),
        _split("v1", "@input.text",
               [("English", "has_only_phrase", ["1"], "v3"), ("Chichewa", "has_only_phrase", ["2"],
                 "v2")], "v0", result="Language", wait=WAIT),
        _node("v2", {"uuid": "speaks", "type": "set_contact_language", "language": "nya"}, to="v3"),
        _split("v3", "@input.text", [("Age", "has_number_between", ["1", "120"], "v5")], "v4",
               _says("v3", "How old are you?"), result="Age", wait=WAIT, late="v10"),
        _node("v4", _says("v4", "Write a number, such as 34."), to="v3"),
        _node("v5",
              {"uuid": "keeps-age", "type": "set_contact_field", "field": _AGE,
               "value": "@results.age"},
              {"uuid": "keeps-visit", "type": "set_contact_field", "field": _VISIT,
               "value": '@(datetime_add(now(), 10, "D"))'},
              {"uuid": "joins", "type": "add_contact_groups",
               "groups": [{"uuid": "g-clinic", "name": "Clinic"}]}, to="v6"),
        _split("v6", "@contact.groups",
               [("Elders", "has_group", ["g-elders", "Elders"], "v7")], "v8"),
        _node("v7", _says("v7", "You need not queue."), to="v8"),
        _split("v8", "@child.status", [("Complete", "has_only_text", ["completed"], "v9")], "v10",
               {"uuid": "enters", "type": "enter_flow",
                "flow": {"uuid": "flow-distance", "name": "Distance"}}),
        _node("v9", _says("v9", "Come in ten days. You walk @child.results.km km."), to="v11"),
        _node("v10", _says("v10", "We will ask another time.")),
        _split("v11", "@results.list.category",
               [("Success", "has_only_text", ["Success"], None)], None,
               {"uuid": "asks", "type": "call_webhook", "method": "POST",
                "url": "https://clinic.example/visits", "headers": {},
                "body": "@(json(results.age))", "result_name": "List"}),
    ],
    "localization": {
        "nya": {
            "says-v3": {"text": ["Muli ndi zaka zingati?"]},
            "says-v4": {"text": ["Tumizani nambala, monga 34."]},
            "says-v7": {"text": ["Simufunika kuima pamzere."]},
            "says-v9": {"text": ["Bwerani pakatha masiku khumi. Mumayenda @child.results.km km."]},
        }
    },
}  # fmt: skip
DISTANCE: Final[Json] = {
    "uuid": "flow-distance",
    "name": "Distance",
    "spec_version": "13.1.0",
    "language": "eng",
    "type": "messaging",
    "nodes": [
        _split("d1", "@input.text", [("Number", "has_number", [], None)], "d1",
               _says("d1", "How many km do you walk?"), result="Km", wait=WAIT),
    ],
    "localization": {"nya": {"says-d1": {"text": ["Mumayenda km zingati?"]}}},
}  # fmt: skip
THANKS: Final[Json] = {
    "uuid": "flow-thanks",
    "name": "Thanks",
    "spec_version": "13.1.0",
    "language": "eng",
    "type": "messaging_background",
    "nodes": [_node("t1", _says("t1", "Thank you for coming (@trigger.campaign.name)."))],
    "localization": {},
}


def _trigger(kind: str, keyword: str) -> Json:
    return {
        "trigger_type": kind,
        "keywords": [keyword],
        "match_type": "F",
        "flow": {"uuid": "flow-visit", "name": "Visit"},
        "groups": [],
        "exclude_groups": [],
        "channel": None,
    }


def _event(uuid: str, offset: int, unit: str, hour: int, **what: Any) -> Json:
    relative = {"key": "visit", "label": "Visit"}
    return {"uuid": uuid, "offset": offset, "unit": unit, "delivery_hour": hour,
            "relative_to": relative, "start_mode": "I", **what}  # fmt: skip


EXPORT: Final = orjson.dumps(
    {
        "version": "13",
        "site": "https://flows.example",
        "flows": [VISIT, DISTANCE, THANKS],
        "triggers": [_trigger("K", "clinic"), _trigger("U", DIALLED)],
        "fields": [
            {"key": "age", "name": "Age", "type": "number"},
            {"key": "visit", "name": "Visit", "type": "datetime"},
        ],
        "groups": [CLINIC_GROUP, ELDERS],
        "campaigns": [
            {
                "uuid": "c-visits",
                "name": "Visits",
                "group": {"uuid": "g-clinic", "name": "Clinic"},
                "events": [
                    _event("e-day", -1, "D", 9, base_language="eng", event_type="M", message={
                        "eng": "The clinic expects you tomorrow.",
                        "nya": "Tikuyembekezerani mawa ku chipatala.",
                    }),
                    _event("e-thanks", 1, "W", -1, event_type="F",
                           flow={"uuid": "flow-thanks", "name": "Thanks"}),
                ],
            }
        ],
    }
)  # fmt: skip
