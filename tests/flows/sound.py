"""Flow files in which `gateway flows check` finds no error: whole conversations of every step.

Steps lead forward, to the end, and from a question also back, so that nobody is caught. Texts and
values are short and long, in GSM-7 and in Amharic, with expressions that can be worked out.
"""

from collections.abc import Mapping

from hypothesis import assume
from hypothesis import strategies as some
from hypothesis.strategies import DrawFn, SearchStrategy

from gateway.flowfiles.findings import ERROR
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.releases import Source
from tests.flows.grown import ACTS, BESIDE, step_keys, written
from tests.stage import FLOWS as SHIPPED

SYSTEM = (SHIPPED / "system.yaml").read_bytes()
NETWORKS: Mapping[str, int] = {"64501": 160, "64502": 120, "64503": 182}
HERE = Deployment(languages=("en", "am"), networks=NETWORKS, hosts=("x.example",))

NAMES = ("one", "two", "three")
PLAIN = ("Who are you?", "Well @answer.x then.", "Bring {a} bottle [of] water~", "€5 is due")
WIDE = ("ስምዎ ማን ነው?", "እንኳን በደህና መጡ @answer.x", "ውሃ 1 2 3")
LONG = "Bring your friends and a bottle of water, be there early, the hall is small. "
WORKED = (
    "@(upper(answer.x))", "@(answer.x & answer.y)", "@(answer.y + 1)", "@(repeat(answer.x, 40))",
    "@(if(answer.y > 3, answer.x, participant.name))", "@(title(participant.name))", "@answer.y",
    "@(round(answer.y / 3, 2))", "@(default(participant.place.name, answer.x))",
    "@participant.name",
    "@(word_count(answer.x))", "@(text_slice(answer.x, 0, 3))", "@results.mine.category",
    "@(foreach(motions, (one) => (one.label)))", "@channel", "@language", "@(json(motions))",
)  # fmt: skip
CONDITIONS = (
    '@(answer.x = "x")', "@(answer.y >= 3)", "@participant.member", "@answer.x",
    "@(has_text(answer.x))", "@motions", '@(channel = "ussd")', "@(text_length(answer.x) > 5)",
)  # fmt: skip
EXPECTED = (
    "text", "text(20)", "number", "number(1, 5)", "yes_no", "phone", "date", "place",
    "place(district)", "has_number", "has_email", 'has_pattern("^[0-9]+$")', 'has_any_word("a b")',
    "has_number_gt(5)",
)  # fmt: skip
STARTING = ("@participant.name", "@(participant.name & 1)", '@(repeat("ቀለም", answer.y))')


def _texts(language: str) -> SearchStrategy[str]:
    words = some.sampled_from(WIDE if language == "am" else PLAIN)
    worked = some.sampled_from(WORKED)
    return (
        words
        | some.builds("{} {}".format, words, worked)
        | some.builds(lambda text, times: (text + " ") * times, words, some.integers(2, 40))
        | some.builds(lambda times: LONG * times, some.integers(1, 14))
    )


@some.composite
def _steps(draw: DrawFn, name: str, language: str) -> dict[str, dict[str, object]]:
    """Steps that lead forward; what they name was saved by the first one."""
    count = draw(some.integers(1, 7))
    names = tuple(f"s{number}" for number in range(count))
    steps: dict[str, dict[str, object]] = {
        "begin": {"set": {"answer.x": draw(some.sampled_from(STARTING)),
                          "answer.y": "@(text_length(participant.name))"}},
    }  # fmt: skip
    if name == "one":
        steps["mine"] = {"ask": draw(_texts(language)), "result": "Mine", "save": "answer.z",
                         "skip": "0"}  # fmt: skip
    for at, one in enumerate(names):
        steps[one] = draw(_step(name, language, names[: at + 1], (*names[at + 1 :], "end")))
    return steps


@some.composite
def _step(
    draw: DrawFn, flow: str, language: str, before: tuple[str, ...], after: tuple[str, ...]
) -> dict[str, object]:
    known = dict(step_keys(after))
    texts, condition = _texts(language), some.sampled_from(CONDITIONS)
    value = some.sampled_from(WORKED) | some.integers(0, 99) | some.just("x")
    back = some.sampled_from([*after, *before])
    forward = some.sampled_from(after)
    labels = ["Water", "Land", "Health @answer.x", "No", "Yes", LONG]
    label = some.sampled_from([*labels, "ውሃ" * 40] if language == "am" else labels)
    option = label | some.fixed_dictionaries({"label": label, "then": back}, optional={
        "save": some.sampled_from(["a", "b"]), "when": condition})  # fmt: skip
    calls = [one for one in NAMES if NAMES.index(one) > NAMES.index(flow)]
    known |= dict.fromkeys(("ask", "menu", "say", "text", "retry"), texts)
    known |= {
        "set": some.fixed_dictionaries({"answer.x": value}),
        "save": some.sampled_from(["answer.x", "answer.w", "participant.name"]),
        "result": some.just("Mine"),
        "when": condition,
        "then": forward,
        "else": forward,
        "cases": some.fixed_dictionaries(
            {"has_number": forward}, optional={"@participant.name": forward}
        ),
        "options": some.lists(
            some.tuples(some.sampled_from(["1", "2", "3", "12"]), option), min_size=1, max_size=4,
            unique_by=(lambda one: one[0], lambda one: _label(one[1])),
        ).map(lambda made: {**dict(made), "0": {"label": "ምንም" if language == "am" else "None",
                                                "then": "end"}}),
        "options_from": some.just("@motions") | some.just(
            {"list": "@motions", "label": "@item.label", "number": "@index", "then": after[0]}),
        "webhook": some.fixed_dictionaries(
            {"url": some.just("https://x.example/y")},
            optional={"body": some.just({"a": "@answer.x"}), "save": some.just("answer.w"),
                      "waits": some.sampled_from(["screen", "sms"])}),
        "schedule": some.fixed_dictionaries(
            {"after": some.sampled_from(["2 minutes", "3 days"]), "text": texts},
            optional={"name": some.just("later")}),
        "hand_over": some.just("@participant.name asks for help."),
        "expect": some.sampled_from(EXPECTED),
        "do": some.sampled_from(["join", "report", "set_language", "call_seen", "add_to_group"]),
        "join_group": some.just("Marshals"),
        "goto": forward,
    }  # fmt: skip
    wanted = draw(some.sets(some.sampled_from([one for one in ACTS if one not in {"call", "do"}]),
                            max_size=2))  # fmt: skip
    leads = ["ask", "menu", "menu", "when", "wait", "", *["split"] * (len(after) > 1)]
    lead = draw(some.sampled_from(leads))
    if calls and draw(some.integers(0, 3)) == 0:
        wanted |= {"call"}
        known["call"] = some.sampled_from(calls) | some.fixed_dictionaries(
            {"flow": some.sampled_from(calls), "save": some.just({"answer.w": "@answer.x"})}
        )
    if lead:
        beside = [one for one in BESIDE[lead] if one not in {"then", "cases", "options", "skip"}]
        wanted |= {
            lead,
            *(draw(some.sets(some.sampled_from(beside), max_size=4)) if beside else ()),
        }
    if lead == "menu":
        wanted |= {"options"}
    if lead == "when":
        wanted |= {draw(some.sampled_from(["then", "cases"]))}
    if lead in {"wait", "split"}:
        wanted -= {"result"}
    if {"exact", "confirm"} <= wanted:
        wanted -= {"confirm"}
    if not wanted & {"webhook", "join_group", "leave_group"} and draw(some.integers(0, 4)) == 0:
        wanted |= {"do"}
    if {"webhook", "join_group"} <= wanted or {"webhook", "leave_group"} <= wanted:
        wanted -= {"join_group", "leave_group"}
    if not wanted or draw(some.integers(0, 5)) == 0:
        wanted |= {"goto"}
    step = {one: draw(known[one]) for one in known if one in wanted}
    if "do" in step:
        step |= _GIVEN.get(str(step["do"]), {})
    return step


def _label(option: object) -> str:
    return str(option["label"]) if isinstance(option, dict) else str(option)


_GIVEN: Mapping[str, dict[str, object]] = {
    "report": {"with": {"category": "water", "place": "@participant.place.code",
                        "words": "@answer.x"}},
    "set_language": {"with": {"language": "@answer.x"}},
    "call_seen": {"with": {"number": 1}},
    "add_to_group": {"with": {"group": "Marshals"}},
}  # fmt: skip


@some.composite
def _folder(draw: DrawFn) -> dict[str, bytes]:
    files = {"system.yaml": SYSTEM}
    language = draw(some.sampled_from(["en", "en", "am"]))
    for name in NAMES:
        start: dict[str, object] = {"keywords": [f"go{name}"]}
        if name == "one":
            start["ussd"] = True
        flow: dict[str, object] = {"flow": name, "spec": 2, "language": language, "start": start}
        if draw(some.booleans()):
            flow["by_sms_after"] = "10 minutes"
        if draw(some.booleans()):
            flow["expires"] = "2 days"
        files[f"{name}.yaml"] = written({**flow, "steps": draw(_steps(name, language))})
    return files


def errors(files: Mapping[str, bytes]) -> list[str]:
    """Return what `gateway flows check` calls errors in a folder."""
    found = check_folder(Source(files), "flows", HERE)
    return [one.text for one in found if one.level == ERROR]


@some.composite
def sound(draw: DrawFn) -> dict[str, bytes]:
    """A folder that passes the check."""
    files = draw(_folder())
    assume(not errors(files))
    return files
