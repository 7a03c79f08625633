"""All expressions of a turn share what they may spend; what is beyond it fails, and all goes on."""

from dataclasses import replace

import pytest

from gateway.core.flow.engine import step
from gateway.core.flow.events import Failed, Faulty, Prompted, Said, Saved
from gateway.core.flow.expressions.environment import COST_LIMIT, TURN_LIMIT
from gateway.core.flow.turn import Context, Reply, Start, Step
from tests.stage import Phone, release, steps

SPENT = "the expressions of this turn take more than a turn may"
DEAR = '@(text_length(repeat(\\"ab\\", 160)))'  # a call each, and ten for the text: some 25 steps

THREE = release(
    steps(f"""
  one: {{say: "{DEAR}."}}
  two: {{say: "{DEAR}."}}
  three: {{say: "{DEAR}."}}
  name: {{ask: Your name?, save: answer.name}}
  thanks: {{say: "{DEAR} is what we counted, @answer.name."}}
""")
)


def poor(turn_limit: int, flows=THREE) -> Context:
    context = Phone(flows).context()
    assert context.environment is not None
    return replace(context, environment=replace(context.environment, turn_limit=turn_limit))


def said(turn: Step) -> list[str]:
    return [one.text for one in turn.events if isinstance(one, Said | Prompted)]


def faults(turn: Step) -> list[str]:
    return [one.reason.rpartition(": ")[2] for one in turn.events if isinstance(one, Faulty)]


def test_what_is_beyond_the_turn_is_left_out_and_told_and_the_question_is_put():
    rich = step(THREE, None, Start("one"), poor(1000))
    assert said(rich) == ["320.", "320.", "320.", "Your name?"]
    turn = step(THREE, None, Start("one"), poor(60))
    assert said(turn) == ["320.", "320.", ".", "Your name?"]
    assert faults(turn) == [SPENT]


def test_every_turn_may_spend_the_whole():
    first = step(THREE, None, Start("one"), poor(60))
    second = step(THREE, first.state, Reply("Amina"), poor(60))
    assert said(second) == ["320 is what we counted, Amina."]


def test_an_expression_alone_is_told_by_its_own_limit():
    costly = release(steps('  a: {say: "@(((f) => f(f))((f) => f(f)))!"}\n'))
    turn = step(costly, None, Start("one"), poor(TURN_LIMIT, costly))
    assert faults(turn) == ["evaluation takes more than an expression may"]


def test_names_alone_are_read_when_all_is_spent():
    flows = release(steps(f'  a: {{say: "{DEAR}"}}\n  b: {{say: "By @channel, @(1 + 1)."}}\n'))
    turn = step(flows, None, Start("one"), poor(3, flows))
    assert said(turn) == ["By sms, ."]
    assert faults(turn) == [SPENT, SPENT]


def test_an_answer_test_does_not_hold_when_all_is_spent():
    flows = release(
        steps(f"""
  a:
    set: {{answer.x: "{DEAR}", answer.seven: a number 7}}
  b:
    when: "@answer.seven"
    cases: {{has_number: yes_it_is}}
    else: spent
  yes_it_is: {{say: Seven., end: true}}
  spent: {{say: Nothing.}}
""")
    )
    assert said(step(flows, None, Start("one"), poor(1000, flows))) == ["Seven."]
    assert said(step(flows, None, Start("one"), poor(3, flows))) == ["Nothing."]


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param('@(has_phone(repeat("0977 ", 2000)))', id="a dear answer test"),
        pytest.param('@(count(split(repeat("a ", 5000), " ")))', id="a long list"),
        pytest.param("@(((f) => f(f))((f) => f(f)))", id="a function that calls itself"),
    ],
)
def test_dear_expressions_in_circles_end_as_any_circle_does(expression: str):
    flows = release(steps(f"  a: {{set: {{answer.x: '{expression}'}}}}\n  b: {{goto: a}}\n"))
    counted: list[int] = []
    context = poor(TURN_LIMIT, flows)
    turn = step(flows, None, Start("one"), replace(context, trace=lambda *_: counted.append(1)))
    assert isinstance(turn.events[-1], Failed)
    values = [one.value for one in turn.events if isinstance(one, Saved)]
    assert values[-1] is None  # it ran out before the circle was found
    assert len([one for one in values if one is not None]) <= TURN_LIMIT // 1000


def test_a_turn_may_spend_what_several_whole_texts_do():
    assert TURN_LIMIT >= 3 * COST_LIMIT
