"""A definition of the first editor, read: action sets, rule sets, and where each stood.

Ids are given to whatever came without, so that nothing below has to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.versions import Version

# A text in each language; the key ``base`` is for a flow without one.
Translations: TypeAlias = Mapping[str, str]

_WAITS: Final = frozenset(
    {
        *("wait_audio", "wait_digit", "wait_digits", "wait_gps", "wait_menu", "wait_message"),
        *("wait_photo", "wait_recording", "wait_ussd", "wait_video"),
    }
)


@dataclass(frozen=True, slots=True)
class Action:
    """One action. What it holds depends on its kind and is read where it is migrated."""

    uuid: str
    kind: str
    part: Part


@dataclass(frozen=True, slots=True)
class ActionSet:
    """Actions that run one after the other, and where the flow goes then."""

    uuid: str
    exit_uuid: str
    destination: str
    actions: tuple[Action, ...]
    y: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A test, the category of an answer that passes it, and where the flow goes then.

    `label` is what a USSD menu shows beside the rule's number.
    """

    uuid: str
    destination: str
    kind: str
    test: Part
    category: Translations
    label: Translations


@dataclass(frozen=True, slots=True)
class Webhook:
    """A call to another server."""

    url: str
    method: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A split, with what happens before it: a wait, a call, another flow."""

    uuid: str
    kind: str
    label: str
    operand: str
    rules: tuple[Rule, ...]
    config: Part
    webhook: Webhook
    response_type: str
    finished_key: str
    y: int
    pointer: str

    @property
    def waits(self) -> bool:
        """Whether the flow waits here for the person."""
        return self.kind in _WAITS


@dataclass(frozen=True, slots=True)
class LegacyFlow:
    """The whole of it."""

    uuid: str
    name: str
    kind: str
    version: Version
    language: str
    entry: str
    revision: int
    expires: int
    action_sets: tuple[ActionSet, ...]
    rule_sets: tuple[RuleSet, ...]


def in_base(texts: Translations, language: str) -> str:
    """Return a text in the flow's language, or else the one without a language, or else any."""
    for candidate in (language, "base"):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()), "")
