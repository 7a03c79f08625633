"""Whatever flow is written within what RapidPro knows, it says the same after it came back."""

import json
from collections.abc import Mapping
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.strategies import DrawFn, SearchStrategy

from gateway.core.flow.events import Waiting
from gateway.core.flow.turn import Given, Reply, TimedOut
from gateway.flowfiles.releases import ALONE, Source, compile_files, compile_release
from tests.flowfiles.leaving.stage import SYSTEM, back, left, twins
from tests.flowfiles.leaving.structure import faults
from tests.flows.grown import GROWN

Step = dict[str, object]

TEXTS = some.sampled_from(
    ["Hello @participant.name.", "You said @answer.x, and @answer.n", "@movement.name: one @@ two",
     "@(upper(answer.x)) & @(answer.n + 1)", 'So @(if(answer.n > 5, "much", "little")) it is.',
     "It is @answer.crop (@answer.crop.code).", "@answer.yes", "Nobody said @answer.other.",
     "@answer.word @participant.ward @(text_length(answer.x))", "Thank you."]
)  # fmt: skip
EXPECTS = some.sampled_from(
    [("text", "answer.x"), ("text(8)", "answer.x"), ("text", "participant.name"),
     ("text", "participant.ward"), ("has_number_between(1, 50)", "answer.n"),
     ("has_number", "answer.n"), ('has_any_word("red blue")', "answer.word"),
     ('has_pattern("^[a-z]{3}$")', "answer.word"), ("yes_no", "answer.yes"),
     ("phone", "answer.x"), ("has_number_gt(answer.n)", "answer.m")]
)  # fmt: skip
CONDITIONS = some.sampled_from(
    ["@answer.n", "@answer.x", "@answer.yes", "@(answer.n >= 18)", "@answer.crop",
     "@participant.name", '@(answer.x = "red")', "@answer.other", "@answer.k"]
)  # fmt: skip
CASES = some.sampled_from(
    [("@answer.crop", ("maize", "beans")), ("@answer.crop.code", ("peas", "maize")),
     ("@answer.x", ("red", "has_number_gt(3)")), ("@answer.n", ("20", "has_number_lt(answer.k)")),
     ("@answer.yes", ("true", "false")), ("@(answer.n * 2)", ("10", "40"))]
)  # fmt: skip
VALUES = some.sampled_from(
    [5, 0, "word", True, "@(answer.n + 1)", "@answer.x", "@answer.x and @answer.n"]
)
OPTIONS = [(["Maize", "Maize of @answer.x", "@(answer.n + 1) maize"], "maize"),
           (["Beans", "@answer.word"], "beans"), (["Green peas"], "peas")]  # fmt: skip
MINUTES = some.sampled_from(["10 minutes", "1 day"])


@some.composite
def asks(draw: DrawFn, ahead: SearchStrategy[str]) -> Step:
    """An open question with whatever may stand beside it."""
    expect, path = draw(EXPECTS)
    step: Step = {"ask": draw(TEXTS), "expect": expect, "save": path}
    more = {"skip": some.just("0"), **beside(ahead)}
    for key in draw(some.sets(some.sampled_from(sorted(more)))):
        step[key] = draw(more[key])
    return step


def beside(ahead: SearchStrategy[str]) -> Mapping[str, SearchStrategy[object]]:
    return {
        "retry": TEXTS,
        "attempts": some.integers(1, 4),
        "give_up": ahead,
        "timeout": some.fixed_dictionaries({"after": MINUTES, "then": ahead}),
        "result": some.just("Mine"),
    }


@some.composite
def menus(draw: DrawFn, ahead: SearchStrategy[str]) -> Step:
    """A menu, some options of which are not always there."""
    options: dict[str, object] = {}
    for number, (labels, code) in enumerate(OPTIONS, start=1):
        option: Step = {"label": draw(some.sampled_from(labels)), "save": code}
        if draw(some.booleans()):
            option["then"] = draw(ahead)
        if draw(some.integers(0, 3)) == 0:
            option[draw(some.sampled_from(["when", "unless"]))] = draw(CONDITIONS)
        options[str(number)] = option
    step: Step = {"menu": draw(TEXTS), "options": options, "save": "answer.crop"}
    if draw(some.booleans()):
        step["exact"] = True
    more = beside(ahead)
    for key in draw(some.sets(some.sampled_from(sorted(more)), max_size=2)):
        step[key] = draw(more[key])
    return step


def conditions(ahead: SearchStrategy[str]) -> SearchStrategy[Step]:
    def of_case(case: tuple[str, tuple[str, ...]]) -> SearchStrategy[Step]:
        cases = some.fixed_dictionaries(dict.fromkeys(case[1], ahead))
        return section({"when": some.just(case[0]), "cases": cases}, {"else": ahead})

    return section({"when": CONDITIONS, "then": ahead}, {"else": ahead}) | CASES.flatmap(of_case)


def section(
    needed: dict[str, SearchStrategy[object]], optional: dict[str, SearchStrategy[object]]
) -> SearchStrategy[Step]:
    return some.fixed_dictionaries(needed, optional=optional)


def acts(ahead: SearchStrategy[str]) -> SearchStrategy[Step]:
    return some.one_of(
        TEXTS.map(lambda text: {"say": text}),
        VALUES.map(lambda value: {"set": {"answer.k": value}}),
        some.just({"set": {"participant.ward": "North"}}),
        some.just({"join_group": "Marshals"}),
        some.lists(ahead, min_size=2, max_size=3, unique=True).map(lambda to: {"split": to}),
        some.builds(
            lambda time, to: {"wait": {"for": time, "reply": to, "save": "answer.x"}},
            MINUTES,
            ahead,
        ),
        TEXTS.map(
            lambda text: {
                "call": {
                    "flow": "rate", "with": {"what": text}, "save": {"answer.s": "@answer.stars"}
                }
            }
        ),
        some.just({"say": "So it was @answer.s."}),
    )  # fmt: skip


@some.composite
def flows(draw: DrawFn) -> dict[str, bytes]:
    """Flow files: one that goes on and on, and one that it may call."""
    count = draw(some.integers(2, 6))
    steps: dict[str, Step] = {}
    for number in range(count):
        later = [f"s{one}" for one in range(number + 1, count)]
        ahead = some.sampled_from([*later, "end"]) if len(later) > 1 else some.just("end")
        kinds = [asks(ahead), menus(ahead), conditions(ahead)]
        kinds += [acts(ahead)] if len(later) > 1 else [TEXTS.map(lambda text: {"say": text})]
        step: Step = dict(draw(some.one_of(*kinds)))
        if not {"when", "split", "wait"} & step.keys() and draw(some.integers(0, 4)) == 0:
            step["goto"] = draw(ahead)
        steps[f"s{number}"] = step
    rate: Step = {
        "stars": {
            "ask": "How was @argument.what?", "expect": "has_number_between(1, 5)",
            "save": "answer.stars", "attempts": 2, "give_up": "end",
        }
    }  # fmt: skip
    return {
        "one.yaml": written({"flow": "one", "spec": 2, "language": "en", "steps": steps}),
        "rate.yaml": written({"flow": "rate", "spec": 2, "language": "en", "steps": rate}),
    }


def written(flow: Mapping[str, object]) -> bytes:
    return json.dumps(flow, ensure_ascii=False, indent=1).encode()


def translated(files: Mapping[str, bytes]) -> Source:
    """Return a folder in which every text has a translation."""
    source = Source({**files, "system.yaml": SYSTEM})
    _, compiled = compile_files(source, "flows", ALONE, "en")
    entries = {
        (one.context, one.source): f"Chi {one.source}"
        for file in compiled
        for one in file.originals
    }
    catalogue = "\n".join(
        f"msgctxt {json.dumps(context)}\nmsgid {json.dumps(text)}\nmsgstr {json.dumps(said)}\n"
        for (context, text), said in entries.items()
    )
    return Source({**source.files, "translations/ny.po": catalogue.encode()})


WORDS = ["red", "blue sky", "1", "2", "3", "two", "5", "20", "7 of us", "yes", "no", "maize",
         "Maize of red", "Green peas!", "!?", "a very long reply", "abc", "0970000001",
         "chi beans"]  # fmt: skip
COMING: SearchStrategy[Given] = some.builds(Reply, some.sampled_from(WORDS)) | some.just(TimedOut())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    flows(),
    some.sampled_from(["sms", "ussd"]),
    some.sampled_from(["en", "ny"]),
    some.sampled_from([0.0, 0.5, 0.9]),
    some.lists(COMING, max_size=8),
)
def test_what_can_be_expressed_says_the_same_after_it_came_back(
    files: dict[str, bytes],
    channel: Literal["sms", "ussd"],
    language: str,
    chance: float,
    turns: list[Given],
) -> None:
    source = translated(files) if language == "ny" else Source({**files, "system.yaml": SYSTEM})
    pair = twins(source, "one", channel=channel, language=language, chance=chance)
    assert [one.text for one in pair.leaving.findings if one.level == "error"] == []
    assert faults(pair.leaving.document) == []
    shown = pair.start("one")
    assert shown[0] == shown[1]
    for turn in turns:
        if pair.here.over:
            break
        shown = pair.give(turn)
        assert (shown[0], pair.here.over) == (shown[1], pair.there.over)
        waits = pair.events(Waiting)
        assert waits[0] == waits[1]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(GROWN)
def test_whatever_flow_is_accepted_leaves_as_something_that_rapidpro_takes(
    files: dict[str, bytes],
) -> None:
    source = Source({**files, "system.yaml": SYSTEM})
    leaving = left(source)
    assert faults(leaving.document) == []
    assert leaving.content == left(source).content
    compile_release(back(leaving))
