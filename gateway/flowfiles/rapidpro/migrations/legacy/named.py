"""Groups, labels, contacts, flows and channels that old definitions name, as version 13 names them.

Before version 9 they had numbers; a number that no other part of the export explains becomes an id
that follows from it, so that everything with that number still means the same.
"""

from collections.abc import Callable
from typing import TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject, Part
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Surroundings

# Translates the expression in a name, given where it stands.
Translate: TypeAlias = Callable[[str, str], str]


def flow_in(part: Part) -> Part:
    """Return what names the flow of an action; before version 9 the action did so itself."""
    found = part.get("flow")
    if found is not None:
        return found
    named = {key: part.fields().get(key) for key in ("id", "name")}
    return Part(named, part.pointer)


def read_flow(part: Part | None, ids: Ids, surroundings: Surroundings) -> JsonObject:
    """Read the flow that is entered or started."""
    if part is None:
        return {"uuid": "", "name": ""}
    number = part.text("id")
    uuid = part.text("uuid") or surroundings.flow_uuids.get(number)
    return {"uuid": uuid or (ids(f"flow {number}") if number else ""), "name": part.text("name")}


def read_contact(part: Part, ids: Ids) -> JsonObject:
    """Read a contact."""
    return {"uuid": _uuid(part, "contact", ids), "name": part.text("name")}


def read_matched(part: Part, what: str, ids: Ids, translate: Translate) -> JsonObject:
    """Read a group or label (`what`), which may be an expression that gives its name."""
    if isinstance(part.value, str):
        name = part.value.strip()
        if "@" in name:
            return {"name_match": translate(name, part.pointer)}
        return {"uuid": ids(f"{what} named {name}"), "name": name}
    name = part.text("name")
    if not part.text("uuid") and not part.text("id") and "@" in name:
        return {"name_match": translate(name, part.pointer)}
    return {"uuid": _uuid(part, what, ids), "name": name}


def _uuid(part: Part, what: str, ids: Ids) -> str:
    number = part.text("id")
    named = f"{what} {number}" if number else f"{what} named {part.text('name')}"
    return part.text("uuid") or ids(named)
