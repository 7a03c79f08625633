"""Lists what of an export cannot be carried, by flow and node, before anything is written.

Only looks; what becomes of a node is for the importer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.flowfiles.rapidpro import limits
from gateway.flowfiles.rapidpro.export_parts import CampaignEvent, Named, Trigger
from gateway.flowfiles.rapidpro.exports import Export, ExportedFlow
from gateway.flowfiles.rapidpro.limits import Limit
from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.legacy.actions import UNKNOWN
from gateway.flowfiles.rapidpro.migrations.rewriting import templates_of, variables
from gateway.flowfiles.rapidpro.migrations.spec import nodes, objects, router

_MESSAGES: Final = frozenset({"send_broadcast", "send_msg"})
_ENTERING: Final = frozenset({"enter_flow", "start_session"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be carried as it is.

    `blocking`: the import stops unless it is allowed to be partial, and then does `instead`;
    otherwise it goes on and does `instead`. `flow` is the flow's name, `node` a uuid; `node` is
    empty where the whole flow, a trigger or a campaign is meant, and `flow` too where none is.
    """

    kind: str
    flow: str
    node: str
    what: str
    why: str
    instead: str
    blocking: bool


def survey(export: Export) -> list[Finding]:
    """Return everything that cannot be carried, in the order in which it stands in the export."""
    found = [_finding(limits.PART, f"the part {name} of the export", "") for name in export.unknown]
    found.extend(finding for flow in export.flows for finding in _of_flow(flow, export))
    found.extend(_of_triggers(export))
    found.extend(_of_campaigns(export))
    return found


def _of_flow(flow: ExportedFlow, export: Export) -> Iterator[Finding]:
    limit = limits.FLOWS.get(flow.kind)
    if limit is None and flow.kind not in limits.CARRIED_FLOWS:
        limit = replace(limits.UNKNOWN, instead=limits.LEFT_OUT)
    if limit is not None:
        yield _finding(limit, f"a flow of type {flow.kind}", flow.name)
    for node in nodes(flow.definition):
        uuid = str(node["uuid"])
        for what, cause in _of_node(node, export):
            yield _finding(cause, what, flow.name, uuid)
    texts = templates_of(flow.definition)
    for name in sorted({name for text in texts for name in variables(text, "globals")}):
        yield _finding(limits.GLOBALS, f"@globals.{name}", flow.name)


def _of_node(node: JsonObject, export: Export) -> Iterator[tuple[str, Limit]]:
    for action in objects(node, "actions"):
        yield from _of_action(action, export)
    split = router(node)
    if split is not None:
        yield from _of_router(split)


def _of_action(action: JsonObject, export: Export) -> Iterator[tuple[str, Limit]]:
    kind = str(action["type"])
    limit = limits.ACTIONS.get(kind)
    if limit is not None:
        yield f"the action {kind}", limit
    elif kind not in limits.CARRIED:
        yield f"the action {kind.removeprefix(UNKNOWN)}", limits.UNKNOWN
    if kind in _MESSAGES:
        if action.get("attachments"):
            yield f"{_count(action['attachments'])} sent along", limits.ATTACHMENTS
        if action.get("all_urns"):
            yield "a message to every address of a person", limits.ALL_URNS
        if action.get("template") or action.get("templating"):
            yield "a template of a messaging service", limits.TEMPLATE
    if kind in _ENTERING:
        flow = action.get("flow")
        flow = flow if isinstance(flow, dict) else {}
        named = Named(str(flow.get("uuid") or ""), str(flow.get("name") or ""))
        if _is_missing(named, export):
            yield f"the flow {named.name or named.uuid}", limits.MISSING_FLOW
        if action.get("create_contact"):
            yield "a start for somebody who is not there yet", limits.NEW_CONTACT


def _of_router(split: JsonObject) -> Iterator[tuple[str, Limit]]:
    kind = str(split["type"])
    if kind not in limits.ROUTERS:
        yield f"a router of type {kind}", limits.UNKNOWN
    for case in objects(split, "cases"):
        test = str(case["type"])
        limit = limits.TEST_LIMITS.get(test)
        if limit is not None:
            yield f"the test {test}", limit
        elif test not in limits.TESTS:
            yield f"the test {test.removeprefix(UNKNOWN)}", limits.UNKNOWN
    wait = split.get("wait")
    if isinstance(wait, dict):
        yield from _of_wait(wait)


def _of_wait(wait: JsonObject) -> Iterator[tuple[str, Limit]]:
    kind = str(wait["type"])
    if kind != "msg":
        yield f"a wait of type {kind}", limits.WAITS.get(kind, limits.UNKNOWN)
    hint = wait.get("hint")
    if isinstance(hint, dict) and str(hint.get("type")) in limits.HINTS:
        yield f"a wait for {hint['type']}", limits.HINT


def _of_triggers(export: Export) -> Iterator[Finding]:
    for trigger in export.triggers:
        what = f"a trigger of type {trigger.kind}"
        limit = limits.TRIGGERS.get(trigger.kind)
        if limit is None and trigger.kind not in limits.CARRIED_TRIGGERS:
            limit = replace(limits.UNKNOWN, instead="the trigger is left out")
        if limit is not None:
            yield _finding(limit, what, trigger.flow.name)
        elif trigger.groups or trigger.exclude_groups:
            named = [*trigger.groups, *trigger.exclude_groups]
            names = ", ".join(group.name or group.uuid for group in named)
            what = f"{_called(trigger)} for some people only ({names})"
            yield _finding(limits.TRIGGER_GROUPS, what, trigger.flow.name)
        elif _is_missing(trigger.flow, export):
            limit = replace(limits.MISSING_FLOW, instead="the trigger is left out")
            yield _finding(limit, what, trigger.flow.name)
        elif trigger.channel is not None:
            what = f"{_called(trigger)} on one channel only"
            yield _finding(limits.TRIGGER_CHANNEL, what, trigger.flow.name)


def _called(trigger: Trigger) -> str:
    words = ", ".join(trigger.keywords)
    return f"a trigger of type {trigger.kind}" + (f" ({words})" if words else "")


def left_out(trigger: Trigger, export: Export) -> bool:
    """Whether a trigger is one that an import leaves out, and a finding says why."""
    return (
        trigger.kind not in limits.CARRIED_TRIGGERS
        or bool(trigger.groups or trigger.exclude_groups)
        or _is_missing(trigger.flow, export)
    )


def _of_campaigns(export: Export) -> Iterator[Finding]:
    for campaign in export.campaigns:
        for event in campaign.events:
            if event.flow is not None and _is_missing(event.flow, export):
                limit = replace(limits.MISSING_FLOW, instead="the event is left out")
                what = f"an event of the campaign {campaign.name}"
                yield _finding(limit, what, event.flow.name)
            elif is_silent(event):
                yield _finding(limits.SILENT, f"an event of the campaign {campaign.name}", "")
            elif event.attachments:
                what = f"{_counted(event.attachments)} of an event of the campaign {campaign.name}"
                yield _finding(limits.ATTACHMENTS, what, "")


def is_silent(event: CampaignEvent) -> bool:
    """Whether an event begins no flow and says nothing either."""
    return event.flow is None and not any(event.message.values())


def _is_missing(flow: Named, export: Export) -> bool:
    """Tell whether no flow of the export is meant, by its uuid or else by its name."""
    return not any(
        flow.uuid == known.uuid if flow.uuid else flow.name == known.name for known in export.flows
    )


def _finding(limit: Limit, what: str, flow: str, node: str = "") -> Finding:
    return Finding(
        kind=limit.kind,
        flow=flow,
        node=node,
        what=what,
        why=limit.why,
        instead=limit.instead,
        blocking=limit.blocking,
    )


def _count(attachments: Any) -> str:
    return _counted(len(attachments) if isinstance(attachments, list) else 1)


def _counted(number: int) -> str:
    return "1 attachment" if number == 1 else f"{number} attachments"
