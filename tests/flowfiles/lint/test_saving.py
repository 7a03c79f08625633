"""Values saved under names of the gateway, and what is taken back though it is not there."""

import pytest

from tests.flowfiles.lint.looking import codes

SAVED = {
    "over the name of the movement": ("a: {ask: Which?, save: movement.name}", ["given-name"]),
    "over what says who is a member": (
        "a: {set: {participant.member: true}, say: Hi.}", ["given-name"]),
    "inside of what the gateway gives": (
        "a: {set: {participant.groups.first: x}, say: Hi.}", ["given-name"]),
    "over a report's code, out of a call": (
        "a: {call: {flow: two, save: {report.code: x}}}", ["given-name"]),
    "over the vote that was chosen, out of a server": (
        "a: {webhook: {url: 'https://x.example.org/', save: motion.x}}", ["given-name"]),
    "a name and a place, which actions find there": (
        ("a: {ask: Who?, save: participant.name}\n"
        "b: {ask: Where?, expect: place, save: participant.place}"), []),
    "of the person, under another name": (
        "a: {ask: Which?, save: participant.number_of_cows}", []),
    "of the report": ("a: {set: {report.place: here}, say: Hi.}", []),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), SAVED.values(), ids=SAVED)
def test_what_is_saved(steps, expected):
    two = "flow: two\nstart: {keywords: [dos]}\nsteps:\n  a: {say: Hi.}\n"
    assert codes(steps, two=two) == expected


def test_taking_back_what_nothing_schedules_is_found_and_what_another_flow_schedules_is_not():
    two = (
        "flow: two\nstart: {keywords: [dos]}\nsteps:\n"
        "  a: {schedule: {text: Come!, after: 1 day, name: meeting}, say: Hi.}\n"
    )
    assert codes("a: {unschedule: meeting, say: Hi.}", two=two) == []
    assert codes("a: {unschedule: meting, say: Hi.}", two=two) == ["never-scheduled"]
