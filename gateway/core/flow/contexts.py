"""The names that imported flows use: ``@contact``, ``@fields``, ``@results``, ``@child`` and so on.

Each is made when it is asked for, from what the turn knows at that moment.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from gateway.core.contacts.properties import SCHEMES
from gateway.core.flow.contact import Contact
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.conversions import show, to_datetime
from gateway.core.flow.expressions.functions.formats import write_urn
from gateway.core.flow.expressions.values import DEFAULT, Error, Value
from gateway.core.flow.saved import value_of
from gateway.core.flow.scene import RESUME, Run, Scene
from gateway.core.flow.state import CHILD, EXTRA, LOCALS, PARENT, RESULTS, VISITS
from gateway.core.flow.trails import walked
from gateway.core.flow.webhooks import WEBHOOK

REDACTED: Final = "********"


class Elsewhere(Enum):
    """What a path leads to is not quick to say."""

    ELSEWHERE = 0


ELSEWHERE: Final = Elsewhere.ELSEWHERE
_RESULT_TEXTS: Final = frozenset({"value", "category", "name", "input"})
_CONTACT_TEXTS: Final = frozenset({"name", "uuid", "ref"})


def contact(scene: Scene) -> Value:
    """Return the person."""
    return None if scene.contact is None else contact_context(scene, scene.contact)


def contact_context(scene: Scene, person: Contact) -> dict[str, Value]:
    """Return a person as ``@contact`` shows one."""
    name = person.text("name")
    urns = [redacted(scene, urn) for urn in person.urns]
    channel = _channel_of(scene, person)
    return {
        DEFAULT: _called(scene, person),
        "uuid": person.text("uuid"),
        "id": str(person.known.get("id") or ""),
        "ref": person.text("ref"),
        "first_name": name.split()[0] if name.split() else None,
        "name": name,
        "language": person.text("language") or None,
        "status": person.text("status") or "active",
        "timezone": person.text("timezone") or None,
        "created_on": _moment(scene, person.text("created_on")),
        "last_seen_on": _moment(scene, person.text("last_seen_on")),
        "urns": urns,
        "urn": urns[0] if urns else None,
        "groups": [{"uuid": group.uuid, "name": group.name} for group in person.groups],
        "fields": _fields(scene, person),
        "channel": channel,
        "tickets": value_of(person.known.get("tickets") or []),
    }


def _called(scene: Scene, person: Contact) -> str:
    """Return the name of a person, and of one without a name the address or the number."""
    name = person.text("name")
    if name or scene.environment.redact_urns or not person.urns:
        return name or str(person.known.get("id") or "")
    return write_urn(person.urns[0]) or ""


def redacted(scene: Scene, urn: str) -> str:
    """Return an address as expressions may show it."""
    scheme, _, path = urn.partition("?")[0].partition(":")
    return f"{scheme}:{REDACTED if scene.environment.redact_urns else path}"


def fields(scene: Scene) -> Value:
    """Return the person's fields."""
    return None if scene.contact is None else _fields(scene, scene.contact)


def _fields(scene: Scene, person: Contact) -> dict[str, Value]:
    found = {key: person.field_value(key) for key in person.assets.fields}
    lines = [
        f"{field.name}: {show(scene.environment, found[key])}"
        for key, field in sorted(person.assets.fields.items(), key=lambda item: item[1].name)
        if found[key] is not None
    ]
    return {DEFAULT: "\n".join(lines), **found}


def urns(scene: Scene) -> Value:
    """Return the person's first address of each scheme."""
    return None if scene.contact is None else _urns(scene, scene.contact.urns)


def _urns(scene: Scene, known: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = dict.fromkeys(sorted(SCHEMES))
    for urn in reversed(known):
        found[urn.partition(":")[0]] = redacted(scene, urn)
    return found


def results(scene: Scene) -> Value:
    """Return the results of the innermost run."""
    return results_context(scene.runs[-1].read(RESULTS))


def results_context(kept: Json) -> dict[str, Value]:
    """Return results as ``@results`` shows them."""
    made: dict[str, Value] = {}
    lines = []
    for key, result in (kept if isinstance(kept, dict) else {}).items():
        if isinstance(result, dict):
            made[key] = _result(result)
            lines.append(f"{result['name']}: {result['value']}")
    return {DEFAULT: "\n".join(sorted(lines)), **made}


def _result_at(scene: Scene, parts: tuple[str, ...]) -> Value | Elsewhere:
    """Return ``@results.name`` or a text of it, without making all of the others."""
    results_here = scene.runs[-1].read(RESULTS)
    kept = results_here.get(parts[1]) if isinstance(results_here, dict) else None
    if not isinstance(kept, dict):
        return ELSEWHERE
    if len(parts) == 2:
        return _result(kept)
    value = kept.get(parts[2]) if len(parts) == 3 and parts[2] in _RESULT_TEXTS else None
    return value if isinstance(value, str) else ELSEWHERE


def _field_at(scene: Scene, parts: tuple[str, ...]) -> Value | Elsewhere:
    """Return ``@fields.key`` without making all of the others."""
    person = scene.contact
    if len(parts) != 2 or person is None or parts[1] not in person.assets.fields:
        return ELSEWHERE
    return person.field_value(parts[1])


def _contact_at(scene: Scene, parts: tuple[str, ...]) -> Value | Elsewhere:
    """Return a text of the contact, or one of its fields."""
    person = scene.contact
    if person is None:
        return ELSEWHERE
    if parts[1] == "fields":
        return _field_at(scene, parts[1:])
    if len(parts) == 2 and parts[1] in _CONTACT_TEXTS:
        return person.text(parts[1])
    if len(parts) == 2 and parts[1] == "first_name":
        return next(iter(person.text("name").split()), None)
    return ELSEWHERE


def _input_at(scene: Scene, parts: tuple[str, ...]) -> Value | Elsewhere:
    """Return ``@input.text``."""
    kept = scene.values.get("input")
    if len(parts) != 2 or parts[1] != "text" or not isinstance(kept, dict):
        return ELSEWHERE
    return str(kept.get("text") or "")


def direct(scene: Scene, parts: tuple[str, ...]) -> Value | Elsewhere:
    """Return what a path of two parts or more leads to where that is quick to say."""
    quick = _DIRECT.get(parts[0])
    return ELSEWHERE if quick is None else quick(scene, parts)


def _result(kept: Mapping[str, Json]) -> dict[str, Value]:
    value = str(kept["value"])
    category = str(kept["category"])
    return {
        DEFAULT: value,
        "name": str(kept["name"]),
        "value": value,
        "category": category,
        "category_localized": str(kept.get("category_localized") or category),
        "input": str(kept["input"]),
        "extra": value_of(kept.get("extra")),
        "node_uuid": str(kept["node"]),
        "created_on": datetime.fromisoformat(str(kept["at"])),
    }


def run(scene: Scene) -> Value:
    """Return the innermost run."""
    innermost = scene.runs[-1]
    flow = _flow(scene, innermost)
    return {
        DEFAULT: _run_name(scene, flow),
        "uuid": f"{innermost.flow}:{len(scene.runs)}",
        "contact": contact(scene),
        "flow": flow,
        "status": "active",
        "results": results(scene),
        "locals": local_values(scene),
        **walked(scene, innermost),
        "exited_on": None,
    }


def child(scene: Scene) -> Value:
    """Return the run that the innermost one called last, once it is over."""
    return _related(scene, scene.runs[-1].read(CHILD))


def parent(scene: Scene) -> Value:
    """Return the run that called the innermost one, or that began it for this person."""
    kept = scene.runs[-1].read(PARENT)
    if kept is None and len(scene.runs) > 1:
        return _related(scene, summary(scene, scene.runs[-2], "active"))
    return _related(scene, kept)


def summary(scene: Scene, whose: Run, status: str) -> dict[str, Json]:
    """Return a run as it is kept for ``@child`` and ``@parent``: flow, status, results."""
    flow = scene.release.flows[whose.flow]
    return {
        "flow": {"name": flow.title, "uuid": flow.name},
        "status": status,
        "results": whose.read(RESULTS) or {},
    }


def _related(scene: Scene, kept: Json) -> Value:
    """Return a summary as expressions see it. It is of this person unless it says of whom."""
    if not isinstance(kept, dict):
        return None
    person = scene.contact
    whose = kept.get("contact")
    if isinstance(whose, dict) and person is not None:
        person = Contact(whose, person.assets, scene.environment, [])
    flow = kept.get("flow")
    named = flow if isinstance(flow, dict) else {}
    name = str(named.get("name") or "")
    status = str(kept.get("status") or "")
    return {
        DEFAULT: name if person is None else f"{_called(scene, person)}@{name}",
        "uuid": str(kept.get("uuid") or ""),
        "contact": None if person is None else contact_context(scene, person),
        "fields": None if person is None else _fields(scene, person),
        "urns": None if person is None else _urns(scene, person.urns),
        "flow": {DEFAULT: name, "name": name, "uuid": str(named.get("uuid") or ""), "revision": 0},
        "results": results_context(kept.get("results")),
        "status": status,
        "run": {"status": status},
    }


def input_(scene: Scene) -> Value:
    """Return what the person sent last."""
    kept = scene.values.get("input")
    if not isinstance(kept, dict):
        return None
    text = str(kept.get("text") or "")
    sent = kept.get("attachments")
    attachments = [str(one) for one in sent] if isinstance(sent, list) else []
    urls = [one.partition(":")[2] for one in attachments]
    person = scene.contact
    urn = person.urns[0] if person is not None and person.urns else ""
    return {
        DEFAULT: "\n".join([*([text] if text else []), *urls]),
        "type": "msg",
        "uuid": "",
        "text": text,
        "attachments": attachments,
        "urn": redacted(scene, urn) if urn else None,
        "created_on": scene.environment.now(),
        "channel": None if person is None else _channel_of(scene, person),
        "external_id": "",
        "payload": {},
    }


def trigger(scene: Scene) -> Value:
    """Return what began the conversation."""
    kept = scene.values.get("trigger")
    told = kept if isinstance(kept, dict) else {}
    return {
        "type": str(told.get("type") or "manual"),
        "params": value_of(told.get("params") or {}),
        "keyword": str(told.get("keyword") or ""),
        "user": None,
        "origin": "",
        "ticket": None,
        "campaign": value_of(told.get("campaign")),
    }


def resume(scene: Scene) -> Value:
    """Return what the conversation went on with last; None where it has just begun."""
    if not scene.turns:
        return None
    return {"type": str(scene.values.get(RESUME) or "msg"), "dial": None}


def webhook(scene: Scene) -> Value:
    """Return what the last server answered."""
    kept = scene.values.get(WEBHOOK)
    if not isinstance(kept, dict):
        return None
    shown = (DEFAULT, "status", "headers", "json")
    return {name: value_of(kept.get(name)) for name in shown}


def local_values(scene: Scene) -> Value:
    """Return what the run keeps for itself."""
    return value_of(scene.runs[-1].read(LOCALS) or {})


def global_values(scene: Scene) -> Value:
    """Return the texts that all flows share."""
    known = scene.release.assets.global_texts
    return {DEFAULT: "\n".join(f"{key}: {known[key]}" for key in sorted(known)), **known}


def node(scene: Scene) -> Value:
    """Return the node that the run has reached."""
    reached = scene.node
    router = reached.router
    names = [] if router is None else [case.category.name for case in router.cases]
    visits = scene.runs[-1].read(VISITS)
    count = visits.get(reached.name) if isinstance(visits, dict) else None
    return {
        "uuid": reached.name,
        "categories": list(dict.fromkeys(names)),
        "visit_count": count if isinstance(count, int) else 1,
    }


def legacy_extra(scene: Scene) -> Value:
    """Return what old flows called extra: what began the flow, and what servers answered."""
    made: dict[str, Value] = {}
    kept = scene.values.get("trigger")
    params = kept.get("params") if isinstance(kept, dict) else None
    if isinstance(params, dict):
        made |= {key: value_of(one) for key, one in params.items()}
    more = scene.runs[-1].read(EXTRA)
    if isinstance(more, dict):
        made |= {key: value_of(one) for key, one in more.items()}
    return made


def _flow(scene: Scene, whose: Run) -> dict[str, Value]:
    flow = scene.release.flows[whose.flow]
    return {DEFAULT: flow.title, "name": flow.title, "uuid": flow.name, "revision": 0}


def _run_name(scene: Scene, flow: Mapping[str, Value]) -> str:
    name = str(flow["name"])
    return name if scene.contact is None else f"{_called(scene, scene.contact)}@{name}"


def _channel_of(scene: Scene, person: Contact) -> Value:
    """Return the channel through which the person is reached first."""
    for urn in person.urns:
        wanted = urn.partition("?channel=")[2]
        scheme = urn.partition(":")[0]
        for uuid, name, address, schemes in scene.release.assets.channels:
            if uuid == wanted or (not wanted and scheme in schemes):
                return {DEFAULT: name, "uuid": uuid, "name": name, "address": address}
    return None


def _moment(scene: Scene, text: str) -> Value:
    if not text:
        return None
    found = to_datetime(scene.environment, text)
    return None if isinstance(found, Error) else found


_DIRECT: Final[Mapping[str, Callable[[Scene, tuple[str, ...]], Value | Elsewhere]]] = {
    "results": _result_at,
    "fields": _field_at,
    "contact": _contact_at,
    "input": _input_at,
}

ROOTS: Final[Mapping[str, Callable[[Scene], Value]]] = {
    "contact": contact,
    "fields": fields,
    "urns": urns,
    "results": results,
    "run": run,
    "child": child,
    "parent": parent,
    "input": input_,
    "trigger": trigger,
    "resume": resume,
    "webhook": webhook,
    "locals": local_values,
    "globals": global_values,
    "node": node,
    "legacy_extra": legacy_extra,
    "ticket": lambda _scene: None,
}
