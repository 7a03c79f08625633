"""Flow files grown out of the model of the language: any keys, any texts, any expressions.

Every key of every part has something here that it may be, so a new key without one is red.
"""

import json
from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as some
from hypothesis.strategies import DrawFn, SearchStrategy

from gateway.core.flow.expressions.answer_tests import DESCRIBED
from gateway.core.flow.expressions.functions import TOPICS
from gateway.core.flow.expressions.signature import Described
from gateway.core.flow.names import ACTIONS
from gateway.flowfiles.durations import UNITS
from gateway.flowfiles.language import flow_parts, step_parts
from gateway.flowfiles.language.keys import Part

FLOWS = ("one", "two", "three")
PATHS = ("answer.x", "answer.y", "participant.name", "report.words", "shoe.size")
NAMES = (
    "answer.x", "answer.y.code", "participant.name", "participant.place.name", "participant.age",
    "motions", "motion.options", "webhook.json.list", "webhook.status", "outcome", "channel",
    "language", "argument.what", "child", "results.mine", "results.mine.category", "prompt",
    "movement.name", "participant.groups",
)  # fmt: skip

# Characters that YAML, expressions and phones each find something in.
WORDS = some.text("abz ABZ019.,:;#*-_?!'\"{}[]()&|<>%\\/é\u00e7\u1230\n", max_size=20).map(
    lambda text: text.replace("@", "") + "x"
)


# Expressions


@some.composite
def calls(draw: DrawFn, inner: SearchStrategy[str]) -> str:
    """A function called with as many arguments as it takes, or one less or more."""
    found: Described = draw(some.sampled_from(FUNCTIONS))
    most = len(found.kinds) + (2 if found.more else 0)
    count = draw(some.integers(max(0, found.least - 1), most + 1))
    return f"{found.name}({', '.join(draw(inner) for _ in range(count))})"


FUNCTIONS = [*(one for topic in TOPICS.values() for one in topic), *DESCRIBED]
LEAVES = some.sampled_from(NAMES) | some.sampled_from(
    ['"maize"', '"12"', '""', "1", "0", "-3.5", "1e", "true", "null", '"2026-05-12"', '"Katunda"']
).filter(lambda leaf: leaf != "1e")
OPERATORS = some.sampled_from(["+", "-", "*", "/", "^", "&", "=", "!=", "<", "<=", ">", ">="])
EXPRESSIONS = some.recursive(
    LEAVES,
    lambda inner: (
        calls(inner)
        | some.builds("({} {} {})".format, inner, OPERATORS, inner)
        | some.builds("-{}".format, inner)
        | some.builds("({})[{}]".format, inner, inner)
        | some.builds("foreach(array({}), (a) => (a & {}))".format, inner, inner)
    ),
    max_leaves=6,
)
ONE = some.sampled_from(NAMES).map("@{}".format) | EXPRESSIONS.map("@({})".format)
TEXTS = (WORDS | some.builds("{}@({}){}".format, WORDS, EXPRESSIONS, WORDS) | ONE).filter(
    lambda text: bool(text.strip())
)
VALUES = TEXTS | some.integers(-5, 10**6) | some.booleans() | some.just(1.5)


# What each key may be


def durations() -> SearchStrategy[str]:
    return some.builds("{} {}s".format, some.integers(1, 8), some.sampled_from(sorted(UNITS)))


def section(part: Part, **more: SearchStrategy[object]) -> SearchStrategy[dict[str, object]]:
    """Any of a part's keys that go together, and all that have to be there."""
    known = {**KEYS[part.name], **more}
    assert known.keys() == set(part.names)

    return grown_part(part, known)


@some.composite
def grown_part(
    draw: DrawFn, part: Part, known: Mapping[str, SearchStrategy[object]]
) -> dict[str, object]:
    """A part, given what its keys may be."""
    wanted = {key.name for key in part.keys if key.needed}
    wanted |= draw(some.sets(some.sampled_from(part.names), max_size=4))
    for group in part.needs:
        wanted |= {draw(some.sampled_from(group))}
    for group in part.rivals:
        both = [name for name in group if name in wanted]
        wanted -= set(both[1:])
    return {name: draw(known[name]) for name in part.names if name in wanted}


ANSWERS = some.sampled_from(
    ["text", "text(20)", "number", "number(1, 5)", "yes_no", "phone", "date", "place",
     "place(district)", "has_number", "has_email", 'has_pattern("^[0-9]+$")', "has_time",
     'has_any_word("a b")']
) | some.builds("has_number_gt({})".format, EXPRESSIONS) | some.builds(
    "has_phrase({})".format, EXPRESSIONS
)  # fmt: skip
FLOW_NAMES = some.sampled_from(FLOWS)
PATH = some.sampled_from(PATHS)
NAMED = some.dictionaries(some.sampled_from(["what", "who"]), VALUES, min_size=1, max_size=2)
SAVED = some.dictionaries(PATH, VALUES, min_size=1, max_size=2)
GROUPS = some.sampled_from(["Marshals", "Callers", "@answer.x"])

# Of the parts that lead to no step, by key.
KEYS: Mapping[str, Mapping[str, SearchStrategy[object]]] = {
    "option": {
        "label": TEXTS, "save": VALUES, "when": ONE, "unless": ONE,
    },
    "options_from": {
        "list": ONE, "label": VALUES, "number": VALUES | some.just("@index"), "save": VALUES,
    },
    "call": {"flow": FLOW_NAMES, "with": NAMED, "save": SAVED},
    "webhook": {
        "url": some.sampled_from(
            ["https://x.example/y", "http://x.example/@answer.x", "https://x.example/?a=@(1 + 1)"]
        ),
        "method": some.sampled_from(step_parts.METHODS),
        "headers": some.dictionaries(
            some.just("X-Key"), TEXTS | some.just({"secret": "rota"}), min_size=1, max_size=1
        ),
        "body": TEXTS | some.dictionaries(
            some.sampled_from(["a", "b"]), VALUES | some.lists(VALUES, max_size=2), min_size=1
        ),
        "seconds": some.integers(1, 60),
        "save": PATH,
        "waits": some.sampled_from(sorted(step_parts.WAITING_SCREENS)),
    },
    "timeout": {"after": durations()},
    "wait": {"for": durations(), "save": PATH},
    "way": {"weight": some.integers(1, 100)},
    "schedule": {
        "text": TEXTS, "flow": FLOW_NAMES, "after": durations(), "at": ONE,
        "name": some.just("later"),
    },
    "hand_over": {"note": TEXTS, "topic": some.just("water")},
    "every": {
        "days": some.lists(some.sampled_from(flow_parts.DAYS), min_size=1, unique=True),
        "day_of_month": some.integers(1, 31), "at": some.just("08:00"), "group": some.just("M"),
    },
}  # fmt: skip


@cache
def step_keys(names: tuple[str, ...]) -> Mapping[str, SearchStrategy[object]]:
    """What every key of a step may be that leads to these steps, made once: making it is slow."""
    steps = some.sampled_from(names)
    label = section(step_parts.OPTION, then=steps)
    way = section(step_parts.WAY, then=steps)
    numbers = some.sampled_from(["0", "1", "2", "3", "12"])
    ways = some.sampled_from(["a", "b", "c"])
    return {
        "do": some.sampled_from(sorted(ACTIONS)),
        "with": some.just({}),
        "on": some.just({}),
        "webhook": section(step_parts.WEBHOOK),
        "join_group": GROUPS | some.lists(GROUPS, min_size=1, max_size=2),
        "leave_group": GROUPS,
        "set": SAVED,
        "say": TEXTS,
        "text": TEXTS,
        "schedule": section(step_parts.SCHEDULE),
        "unschedule": some.just("later"),
        "hand_over": TEXTS | section(step_parts.HAND_OVER),
        "call": FLOW_NAMES | section(step_parts.CALL),
        "ask": TEXTS,
        "expect": ANSWERS,
        "skip": some.sampled_from(["0", 0, "no"]),
        "menu": TEXTS,
        "options": some.dictionaries(numbers, TEXTS | label, min_size=1, max_size=4),
        "options_from": ONE | section(step_parts.OPTIONS_FROM, then=steps),
        "exact": some.booleans(),
        "confirm": some.booleans(),
        "save": PATH,
        "result": some.just("Mine"),
        "retry": TEXTS,
        "attempts": some.integers(1, 4),
        "give_up": steps,
        "timeout": section(step_parts.TIMEOUT, then=steps),
        "when": ONE,
        "then": steps,
        "else": steps,
        "cases": some.dictionaries(
            some.sampled_from(["red", "12", "@answer.x", "has_number", "has_number_gt(answer.x)"]),
            steps, min_size=1,
        ),
        "wait": durations() | section(step_parts.WAIT, reply=steps),
        "split": some.lists(steps, min_size=2, max_size=4, unique=True)
        | some.dictionaries(ways, steps | way, min_size=2),
        "goto": steps,
        "end": some.booleans(),
    }  # fmt: skip


# Keys that may stand beside the one that a step is about.
BESIDE: Mapping[str, tuple[str, ...]] = {
    owner: tuple(key.name for key in step_parts.STEP_PART.keys if owner in key.beside)
    for owner in step_parts.STEP_PART.names
}
LEADS = ("ask", "menu", "when", "wait", "split")
ACTS = tuple(name for name in step_parts.STEP_PART.acts if name not in {*LEADS, "goto", "end"})


@some.composite
def grown_steps(draw: DrawFn, names: tuple[str, ...]) -> dict[str, dict[str, object]]:
    """Steps that lead to each other."""
    known = step_keys((*names, "end"))
    assert known.keys() == set(step_parts.STEP_PART.names)
    return {name: draw(grown_step(known)) for name in names}


@some.composite
def grown_step(draw: DrawFn, known: Mapping[str, SearchStrategy[object]]) -> dict[str, object]:
    """A step: some acts, perhaps a question or a condition, perhaps a way on."""
    wanted = draw(some.sets(some.sampled_from(ACTS), max_size=3))
    lead = draw(some.none() | some.sampled_from(LEADS))
    if lead is not None:
        beside = [key for key in BESIDE[lead] if key not in {"then", "cases", "options"}]
        wanted |= {lead, *(draw(some.sets(some.sampled_from(beside))) if beside else ())}
    if lead == "menu":
        wanted |= draw(
            some.sampled_from([{"options"}, {"options_from"}, {"options", "options_from"}])
        )
        wanted -= draw(some.sampled_from([{"exact"}, {"confirm"}]))
    if lead == "when":
        wanted |= {draw(some.sampled_from(["then", "cases"]))}
    if {"do", "webhook"} <= wanted:
        wanted -= {"do"}
    way = draw(some.none() | some.sampled_from(["goto", "end"]))
    wanted |= {way} if way is not None else set()
    step = {key: draw(known[key]) for key in known if key in wanted}
    if "do" in step:
        spec = ACTIONS[str(step["do"])]
        given = {name: draw(VALUES) for name, usual in spec.arguments.items() if usual is None}
        step |= {"with": given} if given else {}
    acting = {"do", "webhook", "join_group", "leave_group"} & wanted
    if len(acting) == 1 and draw(some.booleans()):
        outcomes = outcomes_of(acting.pop(), step)
        step["on"] = draw(some.dictionaries(some.sampled_from(outcomes), known["goto"], min_size=1))
    return step or {"end": True}


def outcomes_of(key: str, step: Mapping[str, object]) -> tuple[str, ...]:
    """What may become of the one thing that a step does."""
    if key == "webhook":
        return ("answered", "failed")
    short = {"join_group": "add_to_group", "leave_group": "leave_group"}
    return ACTIONS[short.get(key) or str(step["do"])].categories


@some.composite
def grown_flow(draw: DrawFn, name: str) -> dict[str, object]:
    """A flow file, as a section."""
    names = tuple(f"s{number}" for number in range(draw(some.integers(1, 5))))
    known: dict[str, SearchStrategy[object]] = {
        "flow": some.just(name),
        "name": some.just("A flow"),
        "spec": some.sampled_from([1, 2]),
        "language": some.sampled_from(["en", "ny", "am"]),
        "start": grown_start(name),
        "resume": some.booleans(),
        "by_sms_after": durations(),
        "expires": durations(),
        "steps": grown_steps(names),
    }
    assert known.keys() == set(flow_parts.FLOW.names)
    wanted = {"flow", "steps"} | draw(some.sets(some.sampled_from(sorted(known))))
    return {key: draw(known[key]) for key in known if key in wanted}


@cache
def start_keys(name: str) -> Mapping[str, SearchStrategy[object]]:
    """What every key of what begins a flow may be; the first one claims what only one flow can."""
    alone = some.just(name == "one")
    every = section(flow_parts.EVERY)
    known: dict[str, SearchStrategy[object]] = {
        "keywords": some.sampled_from(
            [[f"go{name}"], {"en": [f"go{name}"], "ny": ["pita" + name]}]
        ),
        "only": some.just([f"all {name}"]),
        "pattern": some.sampled_from([f"^{name}$", [f"{name}+"]]),
        "short_code": some.just({"one": 1, "two": 2, "three": 3}[name]),
        "ussd": alone,
        "new_participant": alone,
        "joined": alone,
        "missed_call": alone,
        "broadcast_reply": alone,
        "other": alone,
        "every": every | some.lists(every, min_size=1, max_size=2),
    }
    assert known.keys() == set(flow_parts.START.names)
    return known


@some.composite
def grown_start(draw: DrawFn, name: str) -> dict[str, object]:
    """What begins a flow."""
    known = start_keys(name)
    wanted = draw(some.sets(some.sampled_from(sorted(known)), min_size=1))
    return {key: draw(known[key]) for key in known if key in wanted}


def written(flow: Mapping[str, object]) -> bytes:
    """A flow as its file holds it: JSON is YAML."""
    return json.dumps(flow, ensure_ascii=False, indent=1).encode()


GROWN: SearchStrategy[dict[str, bytes]] = some.fixed_dictionaries(
    {f"{name}.yaml": grown_flow(name).map(written) for name in FLOWS}
)
