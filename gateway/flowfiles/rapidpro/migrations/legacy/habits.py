"""What expressions meant in a definition's own version and no longer mean in 11.12.

RapidPro rewrote such expressions from version to version; here they are read as they were meant.

| before | what changed |
|---|---|
| 8 | ``@contact.name|upper_case`` and ``=UPPER(contact)`` became ``@(UPPER(contact))`` |
| 9 | ``extra.contact`` became ``parent.contact`` |
| 11.0 | dates and places became values; texts show them with ``format_date``, ``format_location`` |
| 11.0 | a category that is saved to the contact was in the flow's own language |
| 11.4 | ``flow.x.text`` of a split that waits for nothing became the step's text |
| 11.5 | ``flow.x`` of a webhook became ``extra.x`` |
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.flowfiles.rapidpro.migrations.legacy.model import LegacyFlow, RuleSet
from gateway.flowfiles.rapidpro.migrations.spec import result_key
from gateway.flowfiles.rapidpro.migrations.versions import Version

_DATE_TESTS: Final = frozenset({"date", "date_after", "date_before", "date_equal"})
_PLACE_TESTS: Final = frozenset({"district", "state", "ward"})
_WEBHOOKS: Final = frozenset({"resthook", "webhook"})
_SHOWN_FIELDS: Final[Mapping[str, str]] = {
    "datetime": "format_datetime",
    "state": "format_location",
    "district": "format_location",
    "ward": "format_location",
}


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one flow. The sets hold keys of results, `shown_fields` functions by field."""

    filters: bool = False
    contact_in_extra: bool = False
    saves_own_categories: bool = False
    shows_moments: bool = False
    shown_fields: Mapping[str, str] = field(default_factory=dict)
    dates: Collection[str] = ()
    places: Collection[str] = ()
    passive: Collection[str] = ()
    webhooks: Collection[str] = ()

    def meant(self, path: str, *, message: bool) -> str:
        """Return the variable that 11.12 would have written for this one."""
        parts = path.split(".")
        if self.contact_in_extra and parts[:2] == ["extra", "contact"]:
            return ".".join(["parent", *parts[1:]])
        if parts[0] != "flow" or len(parts) < 2:
            return path
        if message and parts[2:] == ["text"] and parts[1] in self.passive:
            return "step.value"
        if parts[1] in self.webhooks and parts[2:] in ([], ["value"]):
            return f"extra.{parts[1]}"
        return path

    def shown(self, path: str, *, message: bool, saved: bool) -> str | None:
        """Return the function of the new language that shows a variable which stands by itself.

        The engine of those versions kept a date or place as the text that it showed, also where it
        was saved to the contact.
        """
        match path.split("."):
            case ["date"] | ["date", "now"] if message and self.shows_moments:
                return "format_datetime"
            case ["flow", _, "time"] if message and self.shows_moments:
                return "format_datetime"
            case ["contact", key] if message:
                return self.shown_fields.get(key)
            case ["flow", key] | ["flow", key, "value"] if message or saved:
                if key in self.dates:
                    return "format_date"
                return "format_location" if key in self.places else None
        return None


def habits_for(version: Version, field_types: Mapping[str, str]) -> Habits:
    """Return the habits of a text outside of flows, given the types of the contact fields."""
    before_11 = version < Version(11)
    return Habits(
        filters=version < Version(8),
        contact_in_extra=version < Version(9),
        saves_own_categories=before_11,
        shows_moments=before_11,
        shown_fields=_shown(field_types) if before_11 else {},
    )


def habits_of(flow: LegacyFlow, field_types: Mapping[str, str]) -> Habits:
    """Return the habits of a flow, given the types of the contact fields."""
    version = flow.version
    before_11 = version < Version(11)
    webhooks = {result_key(rules.label) for rules in flow.rule_sets if rules.kind in _WEBHOOKS}
    others = {result_key(rules.label) for rules in flow.rule_sets if rules.kind not in _WEBHOOKS}
    waiting = {result_key(rules.label) for rules in flow.rule_sets if rules.waits}
    passive = {result_key(rules.label) for rules in flow.rule_sets if not rules.waits}
    return replace(
        habits_for(version, field_types),
        dates=_results_of(flow, _DATE_TESTS) if before_11 else (),
        places=_results_of(flow, _PLACE_TESTS) if before_11 else (),
        passive=passive - waiting if version < Version(11, 4) else (),
        webhooks=webhooks - others if version < Version(11, 5) else (),
    )


def _shown(field_types: Mapping[str, str]) -> dict[str, str]:
    return {key: _SHOWN_FIELDS[kind] for key, kind in field_types.items() if kind in _SHOWN_FIELDS}


def _results_of(flow: LegacyFlow, tests: Collection[str]) -> frozenset[str]:
    """Return the results whose rule sets test for nothing else."""
    return frozenset(result_key(rules.label) for rules in flow.rule_sets if _only(rules, tests))


def _only(rules: RuleSet, tests: Collection[str]) -> bool:
    kinds = {rule.kind for rule in rules.rules} - {"true", "timeout"}
    return bool(kinds) and kinds <= set(tests)
