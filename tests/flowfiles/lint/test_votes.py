"""A vote is never a slip of the finger: where the menu is, and how its answer gets to the vote."""

import pytest

from tests.flowfiles.lint.looking import codes

MENU = "which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x, result: Pick}\n"
WHY = "why: {ask: Why?}\n"
CAST = "cast: {do: cast_vote, with: {motion: 1, option: '@answer.x.code'}}"
THERE = "flow: two\nsteps:\n  cast: {do: cast_vote, with: {motion: 1, option: '%s'}}\n"

VOTES = {
    "a vote by a menu that takes slips": (
        ("which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x}\n"
        'cast: {do: cast_vote, with: {motion: "1", option: "@answer.x.code"}}'), True),
    "a vote by an exact menu": (
        ("which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x, exact: true}\n"
        'cast: {do: cast_vote, with: {motion: "1", option: "@answer.x.code"}}'), False),
    "a vote by a menu that asks back": (
        ("which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x, confirm: true}\n"
        'cast: {do: cast_vote, with: {motion: "1", option: "@answer.x.code"}}'), False),
    "a vote by a menu further up": (
        ("which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x}\nwhy: {ask: Why?}\n"
        'cast: {do: cast_vote, with: {motion: "1", option: "@answer.x.code"}}'), True),
    "a vote by an answer that was saved once more": (
        MENU + WHY + "s: {set: {answer.y: '@answer.x.code'}}\nmore: {ask: And?}\n"
        "cast: {do: cast_vote, with: {motion: 1, option: '@answer.y'}}", True),
    "a vote by a result": (
        MENU + WHY + "c: {do: cast_vote, with: {motion: 1, option: '@results.pick.value'}}", True),
    "a vote by another answer": (
        MENU + WHY + "how: {ask: How?, save: answer.y}\n"
        "cast: {do: cast_vote, with: {motion: 1, option: '@answer.y'}}", False),
    "a vote for each option, in the step it leads to": (
        ("which: {menu: W?, options: {1: {label: Aye, then: aye}, 2: {label: Nay, then: nay}}}\n"
        "aye: {do: cast_vote, with: {motion: 1, option: 1}, end: true}\n"
        "nay: {do: cast_vote, with: {motion: 1, option: 2}}"), True),
    "a menu before another question and a vote of its own": (
        ("which: {menu: Which?, options: {1: Red, 2: Blue}}\nwhy: {ask: Why?}\n"
        "aye: {do: cast_vote, with: {motion: 1, option: 1}}"), False),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "found"), VOTES.values(), ids=VOTES)
def test_a_menu_that_takes_slips_for_a_vote_is_found(steps, found):
    assert ("vote-guessed" in codes(steps)) is found


ELSEWHERE = {
    "by what both save": (MENU + WHY + "go: {call: two}", THERE % "@answer.x.code", True),
    "by an argument": (
        MENU + WHY + "go: {call: {flow: two, with: {what: '@answer.x.code'}}}",
        THERE % "@argument.what", True),
    "by another argument": (
        MENU + WHY + "go: {call: {flow: two, with: {what: '@answer.x.code', why: hm}}}",
        THERE % "@argument.why", False),
    "at once": (
        "which: {menu: Which?, options: {1: Aye}}\ngo: {call: two}", THERE % 1, True),
    "after a question of the other flow": (
        "which: {menu: Which?, options: {1: Aye}}\ngo: {call: two}",
        "flow: two\nsteps:\n  why: {ask: W?}\n  c: {do: cast_vote, with: {motion: 1, option: 1}}\n",
        False),
    "after the other flow, which asks nothing": (
        ("which: {menu: Which?, options: {1: Aye}}\ngo: {call: two}\n"
        "cast: {do: cast_vote, with: {motion: 1, option: 1}}"),
        "flow: two\nsteps:\n  a: {say: Well.}\n", True),
    "after the other flow, which asks": (
        ("which: {menu: Which?, options: {1: Aye}}\ngo: {call: two}\n"
        "cast: {do: cast_vote, with: {motion: 1, option: 1}}"),
        "flow: two\nsteps:\n  a: {ask: Well?}\n", False),
    "in the flow that called the one with the menu": (
        "go: {call: two}\ncast: {do: cast_vote, with: {motion: 1, option: 1}}",
        "flow: two\nsteps:\n  which: {menu: Which?, options: {1: Aye}}\n", True),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "two", "found"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_vote_in_another_flow_is_found(steps, two, found):
    assert ("vote-guessed" in codes(steps, two=two)) is found
