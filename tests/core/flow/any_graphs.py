"""Any graph that can be built, with every action, router, wait and call, for what always holds."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as some

from gateway.core.contacts.properties import Known
from gateway.core.contacts.query import parse_query
from gateway.core.flow.answers import TESTS
from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.graph import (
    Action,
    Assign,
    Call,
    Case,
    Category,
    ChangeGroups,
    Condition,
    Do,
    Flow,
    HandOver,
    Menu,
    Node,
    Option,
    Router,
    Rows,
    Say,
    Schedule,
    SendSms,
    SetContact,
    SetLocal,
    SetResult,
    Tell,
    Text,
    Timeout,
    Unschedule,
    Wait,
    Webhook,
)
from gateway.core.flow.release import Release
from gateway.core.flow.routing import answer_test
from tests.graphs import flow, release_of, template, text

NODES = ("n0", "n1", "n2", "n3")
FLOWS = ("one", "two", "three")

# What can be worked out mostly, and what cannot or makes much.
_USUAL = (
    "", "hello", "19", "2026-12-24", "eng", "Marshals", "@answer.x", "@outcome", "@prompt",
    "@channel-@language", "@contact.name", "@results.r.category", "@input.text", "@webhook.json.a",
    "@child.status @child.results.r", "@(now())", "@(10 ^ 40)", "@(upper(channel))", "@rows",
)  # fmt: skip
_ODD = (
    "@(answer.x & answer.x)", "@(array(answer.x, answer.y))", "@(1 / 0)", "@(rand())",
    "@webhook.body", "@argument.n", "@(argument)", "@(webhook)", "@(child)", "@fields.age",
    "@(parent.results.r.category)", "@(results)", "@(contact.groups)", "@(input)", "@locals.l",
    "@(legacy_extra)", "@node.visit_count", "@(trigger.params)", "@resume.type", "9999-12-31",
    "@nowhere.at.all", '@(repeat(answer.x & "ab", 3000))', "@(answer.x + 1)", "@globals.motto",
)  # fmt: skip
TEMPLATES = some.booleans().flatmap(
    lambda odd: some.sampled_from(_ODD if odd else _USUAL).map(template)
)
TEXTS = some.builds(lambda one, other: Text(one, {"ny": other}), TEMPLATES, TEMPLATES)
CONSTANTS: some.SearchStrategy[Json] = some.sampled_from(
    [None, True, 0, -3, 2.5, "", "word", "false", [1, "a"], {"name": "x", "__default__": "X"}, "ny"]
)
VALUES = TEMPLATES | CONSTANTS
PATHS = some.sampled_from(["answer.x", "answer.y", "participant.language", "participant.place"])
NAMES = some.sampled_from(["r", "Other One"])


# Larger ones than these are made by the loaders of files alone, which refuse them.
SECONDS = some.sampled_from([1, 60, 31_622_400])


@some.composite
def rarely(draw: some.DrawFn, one: some.SearchStrategy[Any], times: int = 1) -> Any:
    """Draw something that is there so many times in ten, and else None."""
    return draw(one) if draw(some.integers(1, 10)) > 10 - times else None


TARGETS = rarely(some.sampled_from(NODES), 8)
_ACTIONS: some.SearchStrategy[Action] = some.one_of(
    some.builds(
        Say,
        TEXTS,
        some.lists(TEXTS, max_size=1).map(tuple),
        some.lists(TEXTS, max_size=1).map(tuple),
        some.booleans(),
    ),
    some.builds(SendSms, TEXTS),
    some.builds(Assign, PATHS, VALUES),
    some.builds(
        Do, some.sampled_from(["report", "join"]), VALUES.map(lambda one: (("words", one),))
    ),
    some.builds(SetResult, NAMES, VALUES | TEXTS, some.none() | TEXTS),
    some.builds(SetLocal, some.just("l"), VALUES, some.booleans()),
    some.builds(
        Webhook,
        some.sampled_from(["GET", "POST"]),
        some.just(template("http://x.test/@answer.x")) | TEMPLATES,
        some.just((("X-A", template("@answer.x")),)),
        some.none() | TEMPLATES,
        some.none() | PATHS,
        some.none() | NAMES,
        SECONDS,
        some.sampled_from(["screen", "sms"]),
        rarely(some.booleans(), 3),
    ),
    some.builds(
        Schedule, some.none() | SECONDS, some.none() | TEMPLATES, TEXTS, rarely(some.just("two"))
    ),
    some.builds(Unschedule, some.just("name")),
    some.builds(HandOver, TEXTS, some.just("topic"), rarely(NAMES)),
    some.builds(
        SetContact,
        some.sampled_from(["name", "language", "timezone", "status", "channel", "urn", "field"]),
        VALUES,
        some.sampled_from(["age", "nick", "tel", "born"]),
    ),
    some.builds(
        ChangeGroups,
        some.sampled_from(["Marshals", "@answer.x"]).map(lambda one: (template(one),)),
        some.booleans(),
        some.booleans(),
    ),
    some.builds(
        Tell, some.just("stub"), (VALUES | TEXTS | some.tuples(TEXTS)).map(lambda v: (("v", v),))
    ),
)


@some.composite
def actions(draw: some.DrawFn) -> Action:
    """Return any action; a strategy of its own, as its parts are too many to be shown."""
    return draw(_ACTIONS)


CATEGORIES = some.builds(Category, some.sampled_from(["Yes", "No"]), TARGETS, some.none() | TEXTS)


def _case(test: str, *arguments: Json) -> some.SearchStrategy[Case]:
    check = TESTS[test] if test in TESTS else answer_test(test, as_text=False)
    return some.builds(Case, some.just(test), some.just(check), some.just(arguments), CATEGORIES)


_PLACES = _case("place", "district")
_OTHERS = some.one_of(
    _case("text", 10),
    _case("number", 1, 5),
    _case("number"),
    _case("yes_no"),
    _case("phone"),
    _case("date"),
    _case("key", "0"),
    _case("there"),
    _case("has_pattern", "^(a+)(b*)$"),
    _case("has_date"),
    some.builds(
        lambda value, category: Case("one_of", TESTS["one_of"], (value,), category),
        VALUES,
        CATEGORIES,
    ),
)
CASES = some.integers(0, 3).flatmap(lambda other: _OTHERS if other else _PLACES)
ROWS = some.builds(
    Rows,
    some.sampled_from(["@rows", "@webhook.json", "@answer.x"]).map(template),
    CATEGORIES,
    some.none() | some.sampled_from(["@index", "@item.n"]).map(template),
    some.none() | some.just(template("@item.l")),
    some.none() | some.just(template("@(item)")),
)


def _menu(
    options: Sequence[Option], rows: Rows | None, *, exact: bool, plain: bool, confirm: bool
) -> Menu:
    """Put a menu together as the loader does."""
    plain = plain and rows is None and all(one.condition is None for one in options)
    return Menu(tuple(options), {one.key: one for one in options}, rows, exact, plain, confirm)


MENUS = some.builds(
    _menu,
    some.lists(
        some.builds(
            Option,
            some.sampled_from(["1", "2", "0"]),
            CONSTANTS,
            some.sampled_from(["Water", "Water", "Wells", "@answer.x"]).map(text),
            CATEGORIES,
            rarely(some.builds(Condition, TEMPLATES, some.booleans())),
        ),
        max_size=3,
        unique_by=lambda option: option.key,
    ),
    rarely(ROWS),
    exact=some.booleans(),
    plain=some.booleans(),
    confirm=some.booleans(),
)
TIMEOUTS = some.builds(Timeout, SECONDS, CATEGORIES)
_WAITS = some.builds(
    Wait,
    rarely(TEXTS, 8),
    rarely(MENUS, 5),
    rarely(TEXTS),
    some.integers(1, 4),
    rarely(CATEGORIES, 3),
    rarely(TIMEOUTS, 3),
)
_PAUSES = some.builds(lambda timeout: Wait(None, timeout=timeout, pause=True), TIMEOUTS)


_ASKING = some.builds(
    Router,
    some.lists(CASES, min_size=1, max_size=2).map(tuple),
    rarely(CATEGORIES, 3),
    _WAITS,
    rarely(TEMPLATES),
    some.none() | PATHS,
    some.none() | NAMES,
    some.just(()),
    some.booleans(),
)
_DECIDING = some.builds(
    Router,
    some.lists(CASES, max_size=2).map(tuple),
    rarely(CATEGORIES, 8),
    rarely(_PAUSES),
    rarely(TEMPLATES, 8),
    some.none() | PATHS,
    some.none() | NAMES,
    rarely(some.lists(CATEGORIES, min_size=1, max_size=3), 2).map(lambda way: tuple(way or ())),
    some.booleans(),
)


@some.composite
def routers(draw: some.DrawFn) -> Router:
    """Return any router."""
    return draw(_ASKING if draw(some.integers(0, 3)) else _DECIDING)


CALLS = some.builds(
    Call,
    some.sampled_from([*FLOWS, *FLOWS, "nine"]),
    rarely(some.just(value=True)).map(bool),
    rarely(VALUES).map(lambda one: () if one is None else (("n", one),)),
    rarely(VALUES).map(lambda one: () if one is None else (("answer.y", one),)),
)


STEPS = some.builds(
    lambda actions, call, router, to: (tuple(actions), call, router, to),
    some.lists(actions(), max_size=3),
    rarely(CALLS),
    rarely(routers(), 8),
    TARGETS,
)


@some.composite
def _flows(draw: some.DrawFn, name: str) -> Flow:
    """Return flows; their nodes lead to each other, to other flows, or out of them."""
    runs, counts, empty = draw(some.booleans()), draw(some.booleans()), draw(some.integers(0, 9))
    nodes = [Node(own, *draw(STEPS)) for own in NODES] if empty else []
    return flow(name, *nodes, runs=runs, counts=counts, keeps_prompt=frozenset(NODES[:2]))


_FIELDS = {
    "age": Field("age", "Age", "number"),
    "nick": Field("nick", "Nick", "text"),
    "born": Field("born", "Born", "datetime"),
}
_KNOWN = Known.of({key: one.kind for key, one in _FIELDS.items()})
ASSETS = Assets(
    fields=_FIELDS,
    groups=(
        Group("g-1", "Marshals"),
        Group("g-2", "Adults", parse_query("age >= 18", Environment(), _KNOWN)),
    ),
    global_texts={"motto": "Together"},
    channels=(("c-1", "One", "20200", ("tel",)),),
)


@some.composite
def releases(draw: some.DrawFn) -> Release:
    """Return releases of some flows that call each other."""
    return release_of(*[draw(_flows(name)) for name in FLOWS], assets=ASSETS)
