"""What authors are told of their mistakes, and what the example of the design compiles to."""

import re
from collections.abc import Mapping

import pytest

from gateway.core.flow.events import Json
from gateway.core.flow.triggers import Trigger
from gateway.core.flow.turn import Outcome
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.expects import EXPECTS
from gateway.flowfiles.language.flow_parts import FLOW, START
from gateway.flowfiles.steps import STEP_KEYS
from tests.stage import ROOT, Phone, release, steps

# The flow that the design shows, a little shorter in its words.
DESIGN = """
flow: one
name: Join the movement
language: en
start: {keywords: [join, lowani, jiunge]}
steps:
  name:
    ask: Welcome to @movement.name. What is your name?
    save: participant.name
  district:
    ask: Which district do you live in?
    expect: place(district)
    save: participant.place
    retry: I do not know that district.
  consent:
    menu: May we text you?
    options:
      1: {label: "Yes", then: welcome}
      2: {label: "No", then: quiet}
  welcome:
    do: join
    say: Thank you @participant.name. You are member @participant.number.
    end: true
  quiet:
    say: Thank you. We will not text you.
    end: true
"""


def test_the_example_of_the_design_is_a_conversation() -> None:
    phone = Phone(release(DESIGN), roots={"movement": {"name": "Ours"}})
    assert phone.start() == "Welcome to Ours. What is your name?"
    phone.reply("Amina")
    assert phone.reply("katunda") == "May we text you?\n1 Yes\n2 No"
    assert phone.reply("no") == "Thank you. We will not text you."


def test_arguments_that_a_step_leaves_out_have_their_defaults() -> None:
    given: list[Mapping[str, Json]] = []

    def perform(_a: str, arguments: Mapping[str, Json], _v: Mapping[str, Json]) -> Outcome:
        given.append(arguments)
        return Outcome("joined", {"participant.number": 7})

    phone = Phone(release(DESIGN), perform=perform)
    phone.start("one", "Amina", "katunda")
    assert phone.reply("1") == "Thank you Amina. You are member 7."
    assert given == [{"consent": "yes", "consent_text": "May we text you?\n1 Yes\n2 No"}]


def test_keywords_start_a_flow_in_its_own_language_or_in_theirs() -> None:
    own = release(DESIGN)
    assert own.triggers.words["jiunge"] == Trigger("one", "en")
    by_language = release(
        steps("  a: {say: x}", "start: {keywords: {en: [Go], ny: [Pita]}, ussd: true}\n")
    )
    assert by_language.triggers.words["pita"] == Trigger("one", "ny")
    assert by_language.triggers.dial == "one"
    assert "nothing" not in by_language.triggers.words


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("flow: one", 1, "the file has no steps. Add steps", id="no steps"),
        pytest.param("steps: {a: {say: x}}", 1, "has no flow. Add flow", id="no name"),
        pytest.param("flow: My Flow\nsteps: {a: {say: x}}", 1, "cannot be a flow", id="name"),
        pytest.param("flow: one\nsteps:", 2, "has nothing under it", id="steps without any"),
        pytest.param(
            "flow: one\nsteps:\n  - {say: hi}",
            2,
            "steps of the file is a list. Write a name and a colon in place of each dash",
            id="steps as a list",
        ),
        pytest.param(
            'flow: one\nsteps: {a: {say: "@(1 + )"}}',
            2,
            "@(1 + ) cannot be read: syntax error at its end.",
            id="an expression that ends too early",
        ),
        pytest.param("", 1, "the file has no keys", id="an empty file"),
        pytest.param("just words", 1, "the file has no keys", id="no mapping"),
        pytest.param("flow: [", 1, "this is not YAML", id="an open bracket"),
        pytest.param("flow: one\nflow: two", 2, "this is not YAML", id="a key twice"),
        pytest.param("flow: one\nstep: {}", 2, "has no step. Write steps", id="a key misspelt"),
        pytest.param(
            "flow: one\nspec: 9\nsteps: {a: {say: x}}", 2, "up to spec 2, and the", id="spec"
        ),
        pytest.param(
            "flow: one\nresume: maybe\nsteps: {a: {say: x}}", 2, "not true or false", id="no flag"
        ),
        pytest.param(
            "flow: one\nstart: {keywords: [two words]}\nsteps: {a: {say: x}}",
            2, "'two words' is not one word", id="a keyword of two words",
        ),
        pytest.param(
            "flow: one\nstart: {keywords: 7}\nsteps: {a: {say: x}}",
            2, "not a list of words", id="keywords that are no list",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_told_with_its_line(text: str, line: int, says: str) -> None:
    assert_told(text, line, says)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("a: {sya: x}", 3, "step a has no sya. Write say", id="a step's key misspelt"),
        pytest.param("a: {retry: x}", 3, "step a does nothing", id="a step that does nothing"),
        pytest.param("A b: {say: x}", 3, "cannot be a step's name", id="a step's name"),
        pytest.param("end: {say: x}", 3, "cannot be a step's name", id="a step named end"),
        pytest.param("a: {say: ''}", 3, "say of step a is not a text", id="an empty text"),
        pytest.param("a: {say: [x]}", 3, "say of step a is not a text", id="a list for a text"),
        pytest.param("a: {say: x, save: b.c}", 3, "save without ask or menu", id="a lonely key"),
        pytest.param("a: {ask: x, menu: y}", 3, "both ask and menu", id="two questions"),
        pytest.param("a: {goto: a, end: true}", 3, "both goto and end", id="two ways on"),
        pytest.param("a: {goto: b}", 3, "goto leads to b, which is no step", id="goto nowhere"),
        pytest.param("a: {call: b}", 3, "there is no flow b to call. Use one of one", id="call"),
        pytest.param("a: {ask: x, expect: mood}", 3, "expects mood", id="an unknown kind"),
        pytest.param("a: {ask: x, expect: number(5)}", 3, "number(1, 5)", id="half a range"),
        pytest.param("a: {ask: x, expect: 'number(5, 1)'}", 3, "number(1, 5)", id="a range upside"),
        pytest.param("a: {ask: x, expect: place(moon)}", 3, "names no level", id="a level"),
        pytest.param("a: {ask: x, expect: text(1.5)}", 3, "text(160)", id="half a character"),
        pytest.param("a: {ask: x, expect: date(1)}", 3, "Write date", id="an argument too many"),
        pytest.param("a: {ask: x, attempts: 0}", 3, "not a whole number above 0", id="attempts"),
        pytest.param("a: {ask: x, save: Name}", 3, "saved under Name", id="a path in capitals"),
        pytest.param("a: {ask: x, save: participant}", 3, "saved under participant", id="a root"),
        pytest.param("a: {set: {motions: 1}}", 3, "saved under motions", id="set over a root"),
        pytest.param("a: {set: {b.c: [1]}}", 3, "not a text or a number", id="set to a list"),
        pytest.param("a: {menu: x}", 3, "step a has no options", id="a menu without options"),
        pytest.param("a: {menu: x, options: {one: y}}", 3, "chosen by one", id="a word for a key"),
        pytest.param("a: {menu: x, options: {1: {then: a}}}", 3, "has no label", id="no label"),
        pytest.param("a: {menu: x, options_from: words}", 3, "not one expression", id="no path"),
        pytest.param(
            "a: {menu: x, options: {1: {label: y, when: '@motion', unless: '@motion'}}}",
            3, "both when and unless", id="two conditions",
        ),
        pytest.param("a: {when: '@motion'}", 3, "step a has no then", id="when without then"),
        pytest.param("a: {when: yes, then: a}", 3, "is not one expression", id="when text"),
        pytest.param(
            "a: {when: '@motion', then: a, cases: {1: a}}", 3, "then and cases", id="two branches"
        ),
        pytest.param("a: {do: dance}", 3, "there is no action dance. Use one of", id="an action"),
        pytest.param("a: {do: call_seen}", 3, "call_seen needs number", id="no arguments"),
        pytest.param(
            "a: {do: call_seen, with: {nmuber: 1}}", 3, "has no nmuber. Write number", id="argument"
        ),
        pytest.param(
            "a: {do: cast_vote, with: {motion: 1}}", 3, "needs option. Add option", id="one less"
        ),
        pytest.param(
            "a: {do: call_seen, with: {number: 1}, on: {sene: end}}",
            3, "has no sene. Write seen", id="an outcome that cannot be",
        ),
        pytest.param("a: {say: '@(1 +)'}", 3, "cannot be read", id="half an expression"),
        pytest.param(
            "a: {say: '@(uper(answer.x))'}", 3, "no function uper. Write upper", id="no function"
        ),
        pytest.param("a: {say: '@partcipant.name'}", 3, "name that nothing has", id="a root"),
        pytest.param("a: {say: x}\n  b: {say: y", 4, "this is not YAML", id="an open brace"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_step_is_told_with_its_line(text: str, line: int, says: str) -> None:
    assert_told(f"flow: one\nsteps:\n  {text}", line, says)


def assert_told(text: str, line: int, says: str) -> None:
    with pytest.raises(FlowFileError) as told:
        release(text)
    message = str(told.value)
    assert re.fullmatch(rf"flows/one\.yaml:{line}: .+\. .+\.", message, re.DOTALL), message
    assert says in message


def test_a_saved_name_may_be_shown_by_the_flow_that_saves_it() -> None:
    phone = Phone(release(steps("\n  a: {ask: Size?, save: shoe.size}\n  b: {say: '@shoe.size'}")))
    phone.start()
    assert phone.reply("44") == "44"


def test_one_flow_name_in_two_files_is_refused() -> None:
    with pytest.raises(FlowFileError, match=r"flows/two\.yaml:1: the flow one is in flows/one"):
        release(steps("  a: {say: x}"), two=steps("  a: {say: x}"))


EXPECTED = (
    ("text", "x", " "),
    ("text(3)", "abc", "abcd"),
    ("number", "7", "x"),
    ("number(1, 5)", "5", "6"),
    ("number(0.5, 1)", "0.7", "0.2"),
    ("yes_no", "yes", "perhaps"),
    ("phone", "0970000001", "7"),
    ("date", "12 May", "soon"),
    ("place", "North", "Nowhere"),
    ("place(district)", "Katunda", "Zzz"),
)


@pytest.mark.parametrize(("expect", "good", "bad"), EXPECTED)
def test_every_kind_of_answer_can_be_expected(expect: str, good: str, bad: str) -> None:
    phone = Phone(
        release(steps(f"\n  a: {{ask: 'A?', expect: '{expect}'}}\n  b: {{say: Done.}}\n"))
    )
    phone.start()
    assert phone.reply(bad).endswith("A?")
    assert phone.reply(good) == "Done."


def test_every_key_of_a_step_is_played_somewhere_in_these_tests() -> None:
    played = "".join(
        path.read_text()
        for folder in ("tests/core/flow", "tests/flowfiles", "flows")
        for path in (ROOT / folder).glob("*")
        if path.suffix in {".py", ".yaml"}
    )
    assert [key for key in STEP_KEYS if f"{key}:" not in played] == []


def test_every_kind_of_answer_is_in_the_table_above() -> None:
    assert {expect.partition("(")[0] for expect, _, _ in EXPECTED} == set(EXPECTS)


def test_the_documentation_names_every_key_and_every_kind_of_answer() -> None:
    page = (ROOT / "docs" / "flows.md").read_text()
    named = (*STEP_KEYS, *START.names, *FLOW.names, *EXPECTS)
    assert [key for key in named if re.search(rf"\b{key}\b", page) is None] == []
