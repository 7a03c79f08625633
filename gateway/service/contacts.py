"""What is kept of a person beside what members have: fields, groups, results of imported flows.

People need not be members for it: it is kept with the phone, and sealed under the phone's key.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.values import DEFAULT
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.text.languages import twin
from gateway.service import actions
from gateway.service.world import FIELD, RESULT, Caller, Via, World

TEXT: Final = "text"

# What members have, and is none of the fields.
OWN: Final = frozenset({"name", "place", "language", "gender", "number", "member", "groups"})

# What of a person that an imported flow changes is kept as a field of that name.
_KEPT: Final = frozenset({"name", "timezone", "status", "language"})
_STOPPED: Final = "stopped"
_SECOND_MS: Final = 1000


def fields(caller: Caller) -> dict[str, Json]:
    """Return the fields as ``@participant`` shows them."""
    return {key: _shown(value) for key, value in caller.fields.items() if key not in OWN}


def groups(caller: Caller) -> list[Json]:
    """Return the groups as ``@participant.groups`` shows them."""
    return [{"name": name, "uuid": name} for name in caller.groups]


def contact(world: World, caller: Caller) -> Mapping[str, Json]:
    """Return the person as imported flows see one, see `gateway.core.flow.contact.Contact`."""
    member = caller.member if caller.is_member else None
    language = actions.language_of(world, caller)
    kept = caller.fields
    return {
        "uuid": str(UUID(bytes=world.person_of(caller))),
        "id": "" if member is None else member.number,
        "name": kept.get("name") if member is None else member.name,
        "language": kept.get("language") or twin(language),
        "status": _STOPPED if caller.opted_out else kept.get("status") or "active",
        "timezone": kept.get("timezone") or world.ground.timezone.key,
        "created_on": _moment(caller.since or world.now),
        "last_seen_on": _moment(last_seen(world, caller)),
        "urns": [f"tel:{caller.number}"],
        "groups": list(caller.groups),
        "fields": {key: _as_field(value) for key, value in kept.items() if key not in _KEPT},
        "tickets": [],
    }


def last_seen(world: World, caller: Caller) -> int:
    """Return when the person last reached us, in milliseconds."""
    return caller.thread.seen * _SECOND_MS or caller.thread.updated_at or world.now


def keep(world: World, caller: Caller, via: Via, key: str, value: Json) -> None:
    """Keep a field; None takes it away."""
    if caller.fields.get(key) == value:
        return
    sealed = None
    if value is None:
        caller.fields.pop(key, None)
    else:
        caller.fields[key] = value
        sealed = caller.sealer.seal(FIELD, orjson.dumps(value))
    world.facts.append(Fact(kinds.FIELD_CHANGED, caller.phone, {"key": key, **via.body}, sealed))


def change(world: World, caller: Caller, via: Via, what: str, value: Json, key: str) -> bool:
    """Change the person as an imported flow says. False where there is no such thing here."""
    if what == FIELD.decode():
        keep(world, caller, via, key, value)
    elif what == "language":
        spoken = next((one for one in (value, twin(str(value))) if one in _offered(world)), None)
        if spoken is not None:
            actions.speak(world, caller, str(spoken), via)
        keep(world, caller, via, what, value or None)
    elif what == "status" and value == _STOPPED:
        actions.stop(world, caller, via, "flow")
    elif what == "name" and caller.is_member:
        actions.change(world, caller, what, value, via)
    elif what in _KEPT:
        keep(world, caller, via, what, value or None)
    else:
        return False
    return True


def regroup(
    world: World, caller: Caller, via: Via, added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    """Put the person into groups, and take them out."""
    person = world.person_of(caller)
    for names, kind in ((added, kinds.GROUP_JOINED), (removed, kinds.GROUP_LEFT)):
        for name in names:
            group = actions.group_name(name)
            if (group in caller.groups) is (kind == kinds.GROUP_LEFT):
                actions.regroup(world, caller, person, group, kind, via)


def keep_result(
    world: World, caller: Caller, via: Via, flow: str, name: str, result: Mapping[str, Json]
) -> None:
    """Keep the last result of its name in a flow."""
    sealed = caller.sealer.seal(RESULT, orjson.dumps(result))
    body = {"flow": flow, "name": name, **via.body}
    world.facts.append(Fact(kinds.RESULT_SAVED, caller.phone, body, sealed))


def _offered(world: World) -> tuple[str, ...]:
    return world.ground.languages


def _shown(value: Json) -> Json:
    """Return a field as texts show it: a field of an imported flow is its text."""
    if isinstance(value, dict) and TEXT in value and DEFAULT not in value:
        return {**value, DEFAULT: value[TEXT]}
    return value


def _as_field(value: Json) -> Json:
    """Return what any flow kept as a field of imported flows."""
    if isinstance(value, dict):
        return value if TEXT in value else {TEXT: str(value.get(DEFAULT) or "")}
    return {TEXT: value if isinstance(value, str) else orjson.dumps(value).decode()}


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
