"""Names that are read before anything has saved them, in one flow and in several."""

import pytest

from tests.flowfiles.lint.looking import codes, files, look

ASKS = "b: {ask: Well?, save: answer.x}\n"
READS = "a: {say: 'You said @answer.x.'}\n"
ORDERS = {
    "read before it is asked": (READS + ASKS, True),
    "another is asked before it": ("w: {ask: Who?, save: answer.y}\n" + READS + ASKS, True),
    "read after it is asked": (ASKS + READS, False),
    "read in the question itself": ("b: {ask: 'Well @answer.x?', save: answer.x}", True),
    "read in a question that comes again": (
        ("b: {menu: 'Well @answer.x?', options: {1: {label: Again, then: b}, 2: {label: No, "
        "then: end}}, save: answer.x}"), False),
    "read in the step that saves it": ("a: {set: {answer.x: y}, say: '@answer.x'}", False),
    "filed in the step that says its code": (
        "a: {do: report, with: {category: a, place: b, words: c}, say: '@report.code'}", False),
    "counted up from nothing": (
        "a: {set: {answer.x: '@(default(answer.x, 0) + 1)'}, say: '@answer.x'}", False),
    "asked on one of two ways": (
        "w: {when: '@participant.member', then: a, else: b}\n" + ASKS + READS, False),
    "asked on the other way only": (
        "w: {when: '@participant.member', then: b, else: a}\n"
        "b: {ask: Well?, save: answer.x, goto: c}\n" + READS + "c: {say: Bye.}", True),
    "asked in a step that nobody comes to": (
        "a: {say: 'You said @answer.x.', end: true}\n" + ASKS, True),
    "a part of what is saved later": (
        "a: {say: '@answer.x.name'}\nb: {menu: W?, options: {1: A}, save: answer.x}", True),
    "what is of the person stays from before": (
        "a: {say: '@participant.town'}\nb: {ask: Well?, save: participant.town}", False),
    "a code before the report is filed": (
        ("a: {say: '@report.code'}\n"
        "b: {do: report, with: {category: a, place: b, words: c}}"), True),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "found"), ORDERS.values(), ids=ORDERS)
def test_a_name_that_is_read_too_early_is_found(steps, found):
    assert ("unknown-name" in codes(steps)) is found


TWO = "flow: two\nsteps:\n  b: {ask: Well?, save: answer.x}\n"
CALLS = {
    "saved by the flow that was called": ("c: {call: two}\n" + READS, TWO, False),
    "saved by the flow that is called later": (READS + "c: {call: two}", TWO, True),
    "read by the flow that is called": (
        ASKS + "c: {call: two}", "flow: two\nsteps:\n  a: {say: '@answer.x'}\n", False),
    "read by the flow that is called before": (
        "c: {call: two}\n" + ASKS, "flow: two\nsteps:\n  a: {say: '@answer.x'}\n", True),
    "said in the step that calls, which is before the call": (
        "c: {call: two, say: 'You said @answer.x.'}", TWO, True),
    "said in the step that keeps it of a call": (
        "c: {call: {flow: two, save: {answer.z: '@answer.x'}}, say: '@answer.z'}", TWO, True),
    "asked in the step that calls, which is after the call": (
        "c: {call: two, ask: 'You said @answer.x. Right?'}", TWO, False),
    "said in a step that calls and comes again": (
        "c: {call: two, say: 'So far: @answer.x', when: '@answer.x', then: c, else: end}",
        TWO, False),
    "saved by the call": (
        "c: {call: {flow: two, save: {answer.z: '@answer.x'}}}\nd: {say: '@answer.z'}", TWO, False),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "two", "found"), CALLS.values(), ids=CALLS)
def test_flows_that_call_each_other_are_looked_at_together(steps, two, found):
    assert ("unknown-name" in codes(steps, two=two)) is found


def test_what_is_read_too_early_is_told_with_its_step():
    (found,) = look(files(READS + ASKS))
    assert (found.line, found.what) == (5, "nothing gives @answer.x before step a reads it")
