"""A whole definition of the first editor as one of version 13.0.0."""

from collections.abc import Callable, Mapping
from typing import Final

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject, Part
from gateway.flowfiles.rapidpro.migrations.legacy.actions import Desk, migrate_action
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import Translator
from gateway.flowfiles.rapidpro.migrations.legacy.habits import habits_of
from gateway.flowfiles.rapidpro.migrations.legacy.model import ActionSet, LegacyFlow
from gateway.flowfiles.rapidpro.migrations.legacy.reading import read_legacy
from gateway.flowfiles.rapidpro.migrations.legacy.splits import migrate_split
from gateway.flowfiles.rapidpro.migrations.legacy.upgrades import upgrade
from gateway.flowfiles.rapidpro.migrations.legacy.words import Words
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Note, Surroundings
from gateway.flowfiles.rapidpro.migrations.versions import Version

_TYPES: Final[Mapping[str, str]] = {
    "F": "messaging",
    "M": "messaging",
    "S": "messaging_offline",
    "U": "messaging",
    "V": "voice",
}


def is_legacy(part: Part) -> bool:
    """Tell whether an object looks like a definition of the first editor."""
    fields = part.fields()
    inner = fields.get("definition")
    holders = [fields, inner] if isinstance(inner, dict) else [fields]
    return any(
        holder.get(key) is not None
        for holder in holders
        for key in ("action_sets", "flow_type", "rule_sets")
    )


def to_13_0(
    part: Part, ids: Ids, surroundings: Surroundings, note: Callable[[Note], None]
) -> tuple[JsonObject, Version]:
    """Return the definition as version 13.0.0, and the version that it had.

    Raises `Unmigratable` for what cannot be read.
    """
    flow = read_legacy(part, ids, surroundings)
    if flow.version >= Version(12):
        raise part.wrong(
            f"this is written like a flow of the first editor, and says version {flow.version}",
            "Export the flow once more from a RapidPro of today",
        )
    flow = upgrade(flow, ids, surroundings)
    kind = _TYPES.get(flow.kind)
    if kind is None:
        raise part.wrong(f"{flow.kind} is not a kind of flow", "Write M for one of messages")
    words = Words(flow.language)
    translator = Translator(habits_of(flow, surroundings.field_types), note)
    desk = Desk(translator, words, ids, surroundings, note)
    return {
        "uuid": flow.uuid,
        "name": flow.name,
        "spec_version": "13.0.0",
        "language": flow.language,
        "type": kind,
        "revision": flow.revision,
        **({"expire_after_minutes": flow.expires} if flow.expires > 0 else {}),
        "nodes": _nodes(flow, part.pointer, desk),
        "localization": words.localization,
    }, flow.version


def _nodes(flow: LegacyFlow, pointer: str, desk: Desk) -> list[JsonObject]:
    """Return the nodes, the first one first and the others from top to bottom."""
    heights = {actions.uuid: actions.y for actions in flow.action_sets}
    heights |= {rules.uuid: rules.y for rules in flow.rule_sets}
    places = frozenset(heights)
    if flow.entry and flow.entry not in places:
        text = f"this begins at {flow.entry}, which is no step; it begins with the uppermost"
        desk.note(Note(pointer, text))
    nodes = [_action_node(actions, places, desk) for actions in flow.action_sets]
    nodes += [migrate_split(rules, places, desk) for rules in flow.rule_sets]
    return sorted(
        nodes, key=lambda node: (node["uuid"] != flow.entry, heights.get(node["uuid"], 0))
    )


def _action_node(actions: ActionSet, places: frozenset[str], desk: Desk) -> JsonObject:
    destination = desk.leads(actions.destination, places, actions.pointer)
    return {
        "uuid": actions.uuid,
        "actions": [migrate_action(action, desk) for action in actions.actions],
        "exits": [{"uuid": actions.exit_uuid, "destination_uuid": destination}],
    }
