"""Flow definitions of our own, as small as what they prove, in the first form and in today's."""

from typing import Any

from gateway.flowfiles.rapidpro.migrations.chain import Migrated, migrate
from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings, derived_ids

Json = dict[str, Any]

IDS = derived_ids("tests")


def legacy(
    *,
    actions: list[Json] | None = None,
    rules: list[Json] | None = None,
    version: Any = "11.12",
    language: str = "eng",
    **more: Any,
) -> Json:
    """A flow of the first editor: action sets and rule sets, entered at the first of them."""
    nodes = [*(actions or []), *(rules or [])]
    return {
        "base_language": language,
        "version": version,
        "flow_type": "M",
        "entry": nodes[0]["uuid"] if nodes else None,
        "action_sets": actions or [],
        "rule_sets": rules or [],
        "metadata": {"uuid": "flow-1", "name": "Harvest", "revision": 3, "expires": 600},
        **more,
    }


def action_set(*actions: Json, uuid: str = "a1", to: str | None = None, y: int = 0) -> Json:
    """Actions one after the other."""
    return {
        "uuid": uuid,
        "x": 0,
        "y": y,
        "destination": to,
        "exit_uuid": f"exit-{uuid}",
        "actions": list(actions),
    }


def rule_set(
    kind: str = "wait_message",
    *rules: Json,
    uuid: str = "r1",
    label: str | None = "Answer",
    operand: str | None = "@step.value",
    y: int = 100,
    **more: Any,
) -> Json:
    """A split."""
    return {
        "uuid": uuid,
        "x": 0,
        "y": y,
        "label": label,
        "ruleset_type": kind,
        "operand": operand,
        "rules": list(rules),
        "finished_key": None,
        "response_type": "",
        "config": {},
        **more,
    }


def rule(test: Json | str, category: Any = "Match", to: str | None = None, **more: Any) -> Json:
    """A rule, with an id made of its category."""
    if isinstance(test, str):
        test = {"type": test}
    if isinstance(category, str):
        category = {"eng": category}
    name = next(iter(category.values())).lower()
    return {
        "uuid": f"rule-{name}",
        "destination": to,
        "destination_type": None if to is None else "A",
        "test": test,
        "category": category,
        "label": None,
        **more,
    }


OTHER = rule("true", "Other")


def current(*nodes: Json, version: str = "13.0.0", **more: Any) -> Json:
    """A flow of version 13 or 14."""
    return {
        "uuid": "flow-1",
        "name": "Harvest",
        "spec_version": version,
        "language": "eng",
        "type": "messaging",
        "nodes": list(nodes),
        "localization": {},
        **more,
    }


def node(*actions: Json, uuid: str = "n1", to: str | None = None, **more: Any) -> Json:
    """A node with actions and one exit."""
    return {
        "uuid": uuid,
        "actions": list(actions),
        "exits": [{"uuid": f"exit-{uuid}", "destination_uuid": to}],
        **more,
    }


def action(kind: str, **more: Any) -> Json:
    """An action, with an id made of its type."""
    return {"uuid": f"action-{kind}", "type": kind, **more}


def split(uuid: str, operand: str, *cases: Json, **more: Any) -> Json:
    """A switch router with the categories Yes and Other, and its exits, to be put into a node."""
    return {
        "router": {
            "type": "switch",
            "operand": operand,
            "cases": list(cases),
            "categories": [
                {"uuid": f"yes-{uuid}", "name": "Yes", "exit_uuid": f"exit-{uuid}"},
                {"uuid": f"other-{uuid}", "name": "Other", "exit_uuid": f"exit-other-{uuid}"},
            ],
            "default_category_uuid": f"other-{uuid}",
            **more,
        },
        "exits": [
            {"uuid": f"exit-{uuid}", "destination_uuid": None},
            {"uuid": f"exit-other-{uuid}", "destination_uuid": None},
        ],
    }


def case(kind: str, *arguments: str, category: str = "yes-n1", uuid: str = "case-1") -> Json:
    """A case of a switch router."""
    return {"uuid": uuid, "type": kind, "arguments": list(arguments), "category_uuid": category}


def migrated(definition: Json, surroundings: Surroundings | None = None) -> Migrated:
    """The definition of today."""
    return migrate(definition, IDS, surroundings)


def only_action(definition: Json, surroundings: Surroundings | None = None) -> Json:
    """The first action of the first node, as it is today."""
    found: Json = migrated(definition, surroundings).flow["nodes"][0]["actions"][0]
    return found


def only_router(definition: Json, surroundings: Surroundings | None = None) -> Json:
    """The router of the first node, as it is today."""
    found: Json = migrated(definition, surroundings).flow["nodes"][0]["router"]
    return found
