"""Tests of what is known already: groups, results of the conversation, intents of a classifier."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from gateway.core.flow.expressions.answer_tests.outcome import matched
from gateway.core.flow.expressions.conversions import to_number, to_object, to_text
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import Error, Evaluation, Value


def has_group(evaluation: Evaluation, groups: Sequence[Value], uuid: str, _name: str = "") -> Value:
    """Whether a group with this identifier, in any case, is among the groups.

    Its name is for readers only.

    @(has_group(contact.groups, "g-2").match.name) → Stewards
    @(has_group(contact.groups, "g-3")) → false
    """
    env = evaluation.environment
    evaluation.spend(len(groups))
    wanted = uuid.casefold()
    for value in groups:
        group = to_object(env, value)
        if isinstance(group, Error):
            return group
        known = to_text(env, group.get("uuid"))
        if not isinstance(known, Error) and known.casefold() == wanted:
            return matched(group)
    return False


def has_category(
    _evaluation: Evaluation, result: Mapping[str, Value], category: str, *others: str
) -> Value:
    """Whether the category of a result is one of these.

    @(has_category(results.consent, "No", "Yes").match) → Yes
    @(has_category(results.consent, "No")) → false
    """
    found = result.get("category")
    if not isinstance(found, str):
        return Error("value is not a result: it has no category")
    return matched(found) if found in (category, *others) else False


def has_intent(
    evaluation: Evaluation, result: Mapping[str, Value], name: str, least: Decimal
) -> Value:
    """Whether any intent of a classified result has this name and at least this confidence.

    @(has_intent(results.plan, "join", 0.2).match) → join
    @(has_intent(results.plan, "leave", 0.2)) → false
    """
    return _intent(evaluation, result, name, least, top=False)


def has_top_intent(
    evaluation: Evaluation, result: Mapping[str, Value], name: str, least: Decimal
) -> Value:
    """Whether the first intent of a classified result has this name and this confidence.

    @(has_top_intent(results.plan, "report_well", 0.5).match) → report_well
    @(has_top_intent(results.plan, "join", 0.2)) → false
    """
    return _intent(evaluation, result, name, least, top=True)


def _intent(
    evaluation: Evaluation, result: Mapping[str, Value], name: str, least: Decimal, *, top: bool
) -> Value:
    """Look through the intents. The extra holds the first value of every entity that was found."""
    env = evaluation.environment
    classified = result.get("extra")
    intents = classified.get("intents") if isinstance(classified, Mapping) else None
    if not isinstance(classified, Mapping) or not isinstance(intents, list | tuple):
        return False
    evaluation.spend(len(intents))
    for intent in intents[:1] if top else intents:
        if not isinstance(intent, Mapping) or to_text(env, intent.get("name")) != name:
            continue
        confidence = to_number(env, intent.get("confidence"))
        if not isinstance(confidence, Error) and confidence >= least:
            return matched(name, _entities(env, classified.get("entities")))
    return False


def _entities(env: Environment, entities: Value) -> Mapping[str, Value]:
    if not isinstance(entities, Mapping):
        return {}
    found: dict[str, Value] = {}
    for name, values in entities.items():
        first = values[0] if isinstance(values, list | tuple) and values else None
        if isinstance(first, Mapping):
            found[name] = to_text(env, first.get("value"))
    return found
