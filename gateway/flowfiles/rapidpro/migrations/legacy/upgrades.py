"""Structural changes between versions of the first editor that move nodes about.

| version | what it did |
|---|---|
| 5 | waits became nodes of their own, as did the webhooks of waits |
| 10 | webhooks got one way out for success and one for failure |
| 11.7 | actions that called a webhook became nodes |
| 11.10 | a flow that starts a flow of another kind (text, voice) starts it as a new session |
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.legacy.model import (
    Action,
    ActionSet,
    LegacyFlow,
    Rule,
    RuleSet,
    Webhook,
)
from gateway.flowfiles.rapidpro.migrations.legacy.named import flow_in, read_flow
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Surroundings
from gateway.flowfiles.rapidpro.migrations.versions import Version

# What a wait was before version 5, by what it wanted.
_WAIT_BY_RESPONSE: Final[Mapping[str, str]] = {
    "K": "wait_digits",
    "M": "wait_digit",
    "R": "wait_recording",
}
_STEP: Final = "@step.value"
_NO_WEBHOOK: Final = Webhook("", "POST", ())


def upgrade(flow: LegacyFlow, ids: Ids, surroundings: Surroundings) -> LegacyFlow:
    """Return the flow with the nodes that 11.12 would have."""
    if flow.version < Version(5):
        flow = replace(flow, rule_sets=_with_waits(flow, ids))
    if flow.version < Version(10):
        rule_sets = tuple(_with_failure(rules, flow, ids) for rules in flow.rule_sets)
        flow = replace(flow, rule_sets=rule_sets)
    flow = _without_webhook_actions(flow, ids)
    if flow.version < Version(11, 10):
        flow = _across_kinds(flow, ids, surroundings)
    return flow


def _with_waits(flow: LegacyFlow, ids: Ids) -> tuple[RuleSet, ...]:
    """Version 5: put a wait, and the webhook it had, before a split that waited by itself."""
    return tuple(
        node
        for rules in flow.rule_sets
        for node in ([rules] if rules.kind else _split_apart(rules, flow, ids))
    )


def _split_apart(rules: RuleSet, flow: LegacyFlow, ids: Ids) -> list[RuleSet]:
    """Return the nodes that a rule set of version 4 becomes, in the order in which they are met.

    It waited where it asked of the answer or called a webhook, called, and then decided.
    """
    operand = rules.operand or _STEP
    calls = bool(rules.webhook.url)
    asks = "@step" in operand or (operand.startswith("=(") and "step" in operand)
    wait = _WAIT_BY_RESPONSE.get(rules.response_type, "wait_message")
    kind = "expression" if asks else _kind_of_split(operand)
    before: list[tuple[str, str]] = []
    if asks and not calls and (operand == _STEP or wait != "wait_message"):
        kind = wait
    elif asks or calls:
        before.append((wait, "Response"))
    if calls:
        before.append(("webhook", "Webhook"))
    uuids = [rules.uuid, *(ids(f"{name} before {rules.uuid}") for _, name in before)]
    own = replace(rules, uuid=uuids[-1], kind=kind, operand=operand, webhook=_NO_WEBHOOK)
    first = [
        _passing(rules, uuid, kind_before, name, following, flow, ids)
        for (kind_before, name), uuid, following in zip(before, uuids, uuids[1:], strict=False)
    ]
    return [*first, own]


def _kind_of_split(operand: str) -> str:
    if " " not in operand and "|" not in operand and operand != "@contact.groups":
        if operand.startswith("@contact."):
            return "contact_field"
        if operand.startswith("@flow."):
            return "flow_field"
    return "expression"


def _passing(
    rules: RuleSet, uuid: str, kind: str, name: str, following: str, flow: LegacyFlow, ids: Ids
) -> RuleSet:
    """Return a node that takes any answer and goes on to the next."""
    every = Rule(
        uuid=ids(f"any answer at {uuid}"),
        destination=following,
        kind="true",
        test=Part({"type": "true"}, rules.pointer),
        category={flow.language: "All Responses"},
        label={},
    )
    webhook = rules.webhook if kind == "webhook" else _NO_WEBHOOK
    label = f"{rules.label} {name}"
    return replace(
        rules, uuid=uuid, kind=kind, label=label, operand=_STEP, rules=(every,), webhook=webhook
    )


def _with_failure(rules: RuleSet, flow: LegacyFlow, ids: Ids) -> RuleSet:
    """Version 10: give a webhook the rules for success and failure, to the same place."""
    if rules.kind != "webhook":
        return rules
    destination = rules.rules[0].destination if rules.rules else ""
    success = rules.rules[0].uuid if rules.rules else ids(f"success of {rules.uuid}")
    uuids = {"success": success, "failure": ids(f"failure of {rules.uuid}")}
    return replace(rules, rules=_outcomes(uuids, destination, rules.pointer, flow))


def _outcomes(
    uuids: Mapping[str, str], destination: str, pointer: str, flow: LegacyFlow
) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            uuid=uuid,
            destination=destination,
            kind="webhook_status",
            test=Part({"type": "webhook_status", "status": status}, pointer),
            category={flow.language: status.capitalize()},
            label={},
        )
        for status, uuid in uuids.items()
    )


def _without_webhook_actions(flow: LegacyFlow, ids: Ids) -> LegacyFlow:
    """Version 11.7: turn actions that call a webhook into nodes between the other actions."""
    action_sets: list[ActionSet] = []
    rule_sets = list(flow.rule_sets)
    migrated = 0
    for actions in flow.action_sets:
        if not any(action.kind == "api" for action in actions.actions):
            action_sets.append(actions)
            continue
        groups = _grouped(actions.actions)
        uuids = [actions.uuid, *(ids(f"{at} of {actions.uuid}") for at in range(1, len(groups)))]
        for at, group in enumerate(groups):
            last = at == len(groups) - 1
            destination = actions.destination if last else uuids[at + 1]
            if group[0].kind == "api":
                migrated += 1
                label = f"Migrated Webhook {migrated}"
                rule_sets.append(
                    _webhook_node(group[0], uuids[at], destination, label, flow, actions, ids)
                )
            else:
                exit_uuid = actions.exit_uuid if last else ids(f"exit {at} of {actions.uuid}")
                action_sets.append(
                    replace(
                        actions,
                        uuid=uuids[at],
                        exit_uuid=exit_uuid,
                        destination=destination,
                        actions=tuple(group),
                    )
                )
    return replace(flow, action_sets=tuple(action_sets), rule_sets=tuple(rule_sets))


def _grouped(actions: tuple[Action, ...]) -> list[list[Action]]:
    """Return the actions in runs; each call of a webhook is a run by itself."""
    groups: list[list[Action]] = []
    for action in actions:
        if action.kind == "api" or not groups or groups[-1][0].kind == "api":
            groups.append([action])
        else:
            groups[-1].append(action)
    return groups


def _webhook_node(
    action: Action,
    uuid: str,
    destination: str,
    label: str,
    flow: LegacyFlow,
    near: ActionSet,
    ids: Ids,
) -> RuleSet:
    part = action.part
    headers = [(item.text("name"), item.text("value")) for item in part.each("webhook_headers")]
    uuids = {status: ids(f"{status} of {action.uuid}") for status in ("success", "failure")}
    return RuleSet(
        uuid=uuid,
        kind="webhook",
        label=label,
        operand=_STEP,
        rules=_outcomes(uuids, destination, part.pointer, flow),
        config=Part({}, part.pointer),
        webhook=Webhook(
            url=part.text("webhook"),
            method=(part.text("action") or "POST").upper(),
            headers=tuple((name, value) for name, value in headers if name),
        ),
        response_type="",
        finished_key="",
        y=near.y,
        pointer=part.pointer,
    )


def _across_kinds(flow: LegacyFlow, ids: Ids, surroundings: Surroundings) -> LegacyFlow:
    """Version 11.10: start a flow of another kind for the person, instead of entering it."""
    own = _modality(flow.kind)

    def crosses(part: Part | None) -> bool:
        other = surroundings.flow_types.get(read_flow(part, ids, surroundings)["uuid"])
        return other is not None and _modality(other) != own

    action_sets = [
        replace(actions, actions=tuple(_started(one, crosses) for one in actions.actions))
        for actions in flow.action_sets
    ]
    kept = []
    for rules in flow.rule_sets:
        if rules.kind != "subflow" or not crosses(rules.config.get("flow")):
            kept.append(rules)
            continue
        after = rules.rules[0] if rules.rules else None
        starts = Action(ids(f"start at {rules.uuid}"), "trigger-flow", _start_of(rules.config))
        action_sets.append(
            ActionSet(
                uuid=rules.uuid,
                exit_uuid=ids(f"exit of {rules.uuid}") if after is None else after.uuid,
                destination="" if after is None else after.destination,
                actions=(starts,),
                y=rules.y,
                pointer=rules.pointer,
            )
        )
    return replace(flow, action_sets=tuple(action_sets), rule_sets=tuple(kept))


def _started(action: Action, crosses: Callable[[Part | None], bool]) -> Action:
    if action.kind != "flow" or not crosses(flow_in(action.part)):
        return action
    return replace(action, kind="trigger-flow", part=_start_of(action.part))


def _start_of(part: Part) -> Part:
    """Return the action that starts a flow for the person who is in this one."""
    start = {**part.fields(), "contacts": [], "groups": [], "variables": [{"id": "@contact.uuid"}]}
    return replace(part, value=start)


def _modality(kind: str) -> str:
    """Return a flow's kind; F and M are the same."""
    return "M" if kind in {"F", "M", ""} else kind
