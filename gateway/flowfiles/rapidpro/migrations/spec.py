"""The nodes, actions, routers and translations of a definition of version 13 or 14.

Migrations look at what they know and pass over the rest, whatever shape it has; `structure.py` says
afterwards what is wrong with a definition.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids

# Changes a definition in place to what its version asks for.
Step: TypeAlias = Callable[[JsonObject, Ids], None]


def objects(holder: JsonObject, key: str) -> Iterator[JsonObject]:
    """Return the objects of a list; none where there is no list."""
    found = holder.get(key)
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, dict))


def nodes(flow: JsonObject) -> Iterator[JsonObject]:
    """Return the nodes."""
    return objects(flow, "nodes")


def actions(flow: JsonObject, *kinds: str) -> Iterator[JsonObject]:
    """Return the actions of all nodes, of these types if any are named."""
    for node in nodes(flow):
        for action in objects(node, "actions"):
            if not kinds or action.get("type") in kinds:
                yield action


def router(node: JsonObject) -> JsonObject | None:
    """Return the router of a node, if it has one."""
    found = node.get("router")
    return found if isinstance(found, dict) else None


def routers(flow: JsonObject) -> Iterator[JsonObject]:
    """Return the routers of all nodes."""
    for node in nodes(flow):
        found = router(node)
        if found is not None:
            yield found


def splits_on(flow: JsonObject, *kinds: str) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Return the only action of each node that has one of these types, with its switch router."""
    for node in nodes(flow):
        own, found = list(objects(node, "actions")), router(node)
        if len(own) != 1 or found is None or found.get("type") != "switch":
            continue
        if own[0].get("type") in kinds:
            yield own[0], found


def result_key(name: str) -> str:
    """Return the key of a result: ``Response 1`` is ``response_1``."""
    return re.sub(r"\W+", "_", name.strip().lower())


def translations(flow: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Return each language that a flow is translated to, with the texts by item."""
    found = flow.get("localization")
    if isinstance(found, dict):
        yield from ((code, items) for code, items in found.items() if isinstance(items, dict))


def translated(items: JsonObject, uuid: Any, name: str) -> list[Any] | None:
    """Return a translated property of an item, or None where it is not translated."""
    item = items.get(uuid) if isinstance(uuid, str) else None
    found = item.get(name) if isinstance(item, dict) else None
    return found if isinstance(found, list) else None


def translate(items: JsonObject, uuid: Any, name: str, texts: list[Any]) -> None:
    """Set a translated property of an item."""
    if isinstance(uuid, str):
        item = items.setdefault(uuid, {})
        if isinstance(item, dict):
            item[name] = texts


def forget(items: JsonObject, uuid: Any, name: str) -> None:
    """Remove a translated property, and the item when that was all of it."""
    item = items.get(uuid) if isinstance(uuid, str) else None
    if isinstance(item, dict):
        item.pop(name, None)
        if not item:
            del items[uuid]
