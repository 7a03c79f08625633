"""Rules of the first editor as the cases, categories and exits of version 13."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject, Part
from gateway.flowfiles.rapidpro.migrations.legacy.actions import UNKNOWN, Desk
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import RAW_DATES
from gateway.flowfiles.rapidpro.migrations.legacy.model import Rule, in_base
from gateway.flowfiles.rapidpro.migrations.legacy.named import read_matched
from gateway.flowfiles.rapidpro.migrations.legacy.reading import read_texts
from gateway.flowfiles.rapidpro.migrations.surroundings import Note

Arguments: TypeAlias = Callable[[Part, str, Desk], list[str]]

# Rules that are no case: whatever is left, nothing in time, a USSD call that broke off, never.
_NO_CASES: Final = frozenset({"false", "interrupted_status", "timeout", "true"})
_OUTCOMES: Final = frozenset({"airtime_status", "webhook_status"})


@dataclass(slots=True)
class Ways:
    """The ways out of a node: cases, the categories they lead to, and the exits of those.

    `otherwise` is the category of whatever no case takes, `in_time` that of a wait that ran out.
    """

    cases: list[JsonObject] = field(default_factory=list)
    categories: list[JsonObject] = field(default_factory=list)
    exits: list[JsonObject] = field(default_factory=list)
    otherwise: str = ""
    in_time: str = ""
    minutes: int = 0


def migrate_rules(rules: Sequence[Rule], nodes: frozenset[str], desk: Desk) -> Ways:
    """Return the ways out that rules make. `nodes` are the places to go to.

    Rules with the same category share it, and the exit of the first of them. An exit has the id of
    its rule, which is what paths of old runs were recorded with.
    """
    ways = Ways()
    by_name: dict[str, tuple[str, str]] = {}
    for rule in rules:
        category = _category(rule, ways, by_name, nodes, desk)
        if rule.kind == "true":
            ways.otherwise = category
        elif rule.kind == "timeout":
            ways.in_time, ways.minutes = category, rule.test.whole("minutes")
        elif rule.kind in _OUTCOMES:
            # Of success and failure, the last one is what happens otherwise.
            ways.otherwise = category
        if rule.kind in _NO_CASES:
            if rule.kind in {"false", "interrupted_status"}:
                text = f"the rule {rule.kind} is left out: nothing passes it here"
                desk.note(Note(rule.test.pointer, text))
            continue
        ways.cases.append(_case(rule, category, desk))
    return ways


def _category(
    rule: Rule, ways: Ways, by_name: dict[str, tuple[str, str]], nodes: frozenset[str], desk: Desk
) -> str:
    """Return the category of a rule, made if there is none of that name yet."""
    name = in_base(rule.category, desk.words.language)
    uuid, first = by_name.get(name, ("", "")) if rule.kind != "true" else ("", "")
    if uuid and rule.destination != first:
        text = f"this leads where the first rule of the category {name} leads"
        desk.note(Note(rule.test.pointer, text))
    if not uuid:
        uuid = desk.ids(f"category of {rule.uuid}")
        destination = desk.leads(rule.destination, nodes, rule.test.pointer)
        ways.exits.append({"uuid": rule.uuid, "destination_uuid": destination})
        ways.categories.append({"uuid": uuid, "name": name, "exit_uuid": rule.uuid})
        by_name[name] = uuid, rule.destination
    desk.words.put(rule.category, uuid, "name", str)
    return uuid


def _case(rule: Rule, category: str, desk: Desk) -> JsonObject:
    uuid = desk.ids(f"case of {rule.uuid}")
    form = _TESTS.get(rule.kind)
    if form is None:
        kind, arguments = f"{UNKNOWN}{rule.kind}", []
    else:
        kind, arguments = form[0], form[1](rule.test, uuid, desk)
    made: JsonObject = {"uuid": uuid, "type": kind, "category_uuid": category}
    if arguments:
        made["arguments"] = arguments
    return made


def _none(test: Part, case: str, desk: Desk) -> list[str]:
    del test, case, desk
    return []


def _fields(*names: str) -> Arguments:
    """Read arguments out of fields of the test."""

    def read(test: Part, case: str, desk: Desk) -> list[str]:
        del case
        return [desk.translate(test.text(name), f"{test.pointer}/{name}") for name in names]

    return read


def _words(test: Part, case: str, desk: Desk) -> list[str]:
    """Read a text by languages."""
    return [desk.texts(test.get("test"), case, "arguments")]


def _pattern(test: Part, case: str, desk: Desk) -> list[str]:
    """Read a regular expression by languages, in which an @ never meant anything."""
    return [
        desk.words.put(read_texts(test.get("test"), desk.words.language), case, "arguments", str)
    ]


def _date(test: Part, case: str, desk: Desk) -> list[str]:
    del case
    return [desk.translate(test.text("test"), f"{test.pointer}/test", RAW_DATES)]


def _group(test: Part, case: str, desk: Desk) -> list[str]:
    del case
    group = read_matched(test.need("test"), "group", desk.ids, desk.translate)
    return [group.get("uuid", ""), group.get("name") or group.get("name_match", "")]


def _exit_type(test: Part, case: str, desk: Desk) -> list[str]:
    del case, desk
    return [test.text("exit_type")]


def _outcome(name: str) -> Arguments:
    def read(test: Part, case: str, desk: Desk) -> list[str]:
        del case, desk
        return ["Success" if test.text(name) == "success" else "Failure"]

    return read


_TEST: Final = _fields("test")

_TESTS: Final[Mapping[str, tuple[str, Arguments]]] = {
    "airtime_status": ("has_category", _outcome("exit_status")),
    "between": ("has_number_between", _fields("min", "max")),
    "contains": ("has_all_words", _words),
    "contains_any": ("has_any_word", _words),
    "contains_only_phrase": ("has_only_phrase", _words),
    "contains_phrase": ("has_phrase", _words),
    "date": ("has_date", _none),
    "date_after": ("has_date_gt", _date),
    "date_before": ("has_date_lt", _date),
    "date_equal": ("has_date_eq", _date),
    "district": ("has_district", _TEST),
    "eq": ("has_number_eq", _TEST),
    "gt": ("has_number_gt", _TEST),
    "gte": ("has_number_gte", _TEST),
    "has_email": ("has_email", _none),
    "in_group": ("has_group", _group),
    "lt": ("has_number_lt", _TEST),
    "lte": ("has_number_lte", _TEST),
    "not_empty": ("has_text", _none),
    "number": ("has_number", _none),
    "phone": ("has_phone", _none),
    "regex": ("has_pattern", _pattern),
    "starts": ("has_beginning", _words),
    "state": ("has_state", _none),
    "subflow": ("has_only_text", _exit_type),
    "ward": ("has_ward", _fields("district", "state")),
    "webhook_status": ("has_only_text", _outcome("status")),
}
