"""Reads a definition of the first editor, of any of its versions, as one of version 11.12 reads.

What later versions required is filled in here: texts by language (6), details in the metadata (7),
UUIDs for numbers (9), UUIDs of actions, exits and rules (10.1 to 10.4, 11.8), language codes of ISO
639-3 (11.1, 11.2). What 11.6, 11.9, 11.11 and 11.12 changed concerns a server's own groups, flows,
labels and channels, and nothing that is in an export.
"""

from typing import Final

from gateway.core.text.languages import terminological
from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.legacy.model import (
    Action,
    ActionSet,
    LegacyFlow,
    Rule,
    RuleSet,
    Translations,
    Webhook,
)
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Surroundings
from gateway.flowfiles.rapidpro.migrations.versions import Version, read_version

# A definition that says no version is of the last one.
LAST: Final = Version(11, 12)


def read_legacy(part: Part, ids: Ids, surroundings: Surroundings) -> LegacyFlow:
    """Read a definition. Raises `Unmigratable` for what no version of it looked like."""
    inner = part.get("definition")
    details = part if inner is None else inner.get("metadata") or part
    definition = part if inner is None else inner
    metadata = definition.get("metadata") or definition
    version = _version(definition, part)
    number = metadata.text("id") or details.text("id") or part.text("id")
    known = surroundings.flow_uuids.get(number)
    uuid = metadata.text("uuid") or part.text("uuid") or known or ids(f"flow {number or 'only'}")
    reader = _Reader(ids, uuid, terminological(definition.text("base_language", "base")))
    action_sets = [reader.action_set(item) for item in definition.each("action_sets")]
    rule_sets = [reader.rule_set(item) for item in definition.each("rule_sets")]
    return LegacyFlow(
        uuid=uuid,
        name=metadata.text("name") or part.text("name") or uuid,
        kind=definition.text("flow_type") or part.text("flow_type") or "M",
        version=version,
        language=reader.language,
        entry=definition.text("entry"),
        revision=metadata.whole("revision") or part.whole("revision"),
        expires=metadata.whole("expires"),
        action_sets=tuple(action_sets),
        rule_sets=tuple(rule_sets),
    )


def read_texts(part: Part | None, language: str) -> Translations:
    """Read a text by languages. One without any is in the flow's own language."""
    if part is None:
        return {}
    if not isinstance(part.value, dict):
        return {language: part.words()}
    texts = {}
    for code, value in part.value.items():
        below = part.child(code)
        if isinstance(value, dict):
            # Some flows of a single message held texts by language within texts by language.
            inner = read_texts(below, language)
            texts[terminological(code)] = next(iter(inner.values()), "")
        elif value is not None:
            texts[terminological(code)] = below.words()
    return texts


def _version(definition: Part, part: Part) -> Version:
    holder = definition if definition.get("version") is not None else part
    found = holder.get("version")
    if found is None:
        return LAST
    version = read_version(found.words())
    if version is None:
        raise found.wrong(f"{found.words()} is not a version", "Write one such as 11.12")
    return version


class _Reader:
    """Reads the nodes of one flow, and gives ids to what has none."""

    def __init__(self, ids: Ids, flow: str, language: str) -> None:
        self.language = language
        self._ids = ids
        self._flow = flow
        self._rules_seen: set[str] = set()

    def action_set(self, part: Part) -> ActionSet:
        uuid = part.text("uuid") or self._id(part.pointer)
        actions = [self._action(item, uuid, at) for at, item in enumerate(part.each("actions"))]
        return ActionSet(
            uuid=uuid,
            exit_uuid=part.text("exit_uuid") or self._id(f"exit of {uuid}"),
            destination=part.text("destination"),
            actions=tuple(actions),
            y=part.whole("y"),
            pointer=part.pointer,
        )

    def _action(self, part: Part, node: str, index: int) -> Action:
        uuid = part.text("uuid") or self._id(f"action {index} of {node}")
        return Action(uuid, part.need("type").words(), part)

    def rule_set(self, part: Part) -> RuleSet:
        uuid = part.text("uuid") or self._id(part.pointer)
        config = part.get("config")
        if config is None or not config.value:
            config = Part({}, f"{part.pointer}/config")
        return RuleSet(
            uuid=uuid,
            kind=part.text("ruleset_type"),
            label=part.text("label"),
            operand=part.text("operand").strip(),
            rules=tuple(self._rule(item, uuid, at) for at, item in enumerate(part.each("rules"))),
            config=config,
            webhook=_webhook(part, config),
            response_type=part.text("response_type"),
            finished_key=part.text("finished_key"),
            y=part.whole("y"),
            pointer=part.pointer,
        )

    def _rule(self, part: Part, node: str, index: int) -> Rule:
        uuid = part.text("uuid")
        if not uuid or uuid in self._rules_seen:
            uuid = self._id(f"rule {index} of {node}")
        self._rules_seen.add(uuid)
        test = part.need("test")
        kind = test.need("type").words()
        category = read_texts(part.get("category"), self.language)
        if kind == "between" and not category:
            # The first editor did not always ask for the name of a range.
            category = {self.language: f"{test.text('min')}-{test.text('max')}"}
        return Rule(
            uuid=uuid,
            destination=part.text("destination"),
            kind=kind,
            test=test,
            category=category,
            label=read_texts(part.get("label"), self.language),
        )

    def _id(self, name: str) -> str:
        return self._ids(f"{name} of flow {self._flow}")


def _webhook(part: Part, config: Part) -> Webhook:
    """Read a call from the rule set's settings, or from the rule set, where it was before 10."""
    holder = config if config.get("webhook") is not None else part
    headers = [
        (header.text("name"), header.text("value")) for header in config.each("webhook_headers")
    ]
    return Webhook(
        url=holder.text("webhook"),
        method=(holder.text("webhook_action") or "POST").upper(),
        headers=tuple((name, value) for name, value in headers if name),
    )
