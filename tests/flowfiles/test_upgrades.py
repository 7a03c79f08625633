"""Flow files of the first edition are read as they are, and rewritten in the newest."""

import pytest

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.upgrades import upgraded
from tests.stage import FLOWS, release

SHIPPED = sorted({*FLOWS.glob("*.yaml")} - {FLOWS / "system.yaml"} - {*FLOWS.glob("*.test.yaml")})

OLD = """\
# People who keep order at meetings.
flow: marshals                # called from home

name: "Marshals"
start: {keywords: {en: [marshal], ny: [asungwana]}}
steps:
  # First the question.
  which:
    menu: Will you be a marshal?
    options:
      1: {label: "Yes", then: join}   # most people
      2: {label: "No", then: leave}
  join:
    do: add_to_group          # the group has to be there
    # which one
    with:
      group: Marshals

    on:
      not_member: sorry
    set: {answer.code: 0070, answer.phone: +260970000001}
    say: |
      Thank you.
      We will call you.
    end: true
  leave: {do: leave_group, with: {group: '@answer.group'}, end: true}
  keep:
    do: add_to_group
    with: {group: Marshals}
    # and then
    goto: sorry


  sorry:
    say: >-
      Only members
      can be marshals.
# The end.
"""

NEW = """\
# People who keep order at meetings.
flow: marshals                # called from home
spec: 2

name: "Marshals"
start: {keywords: {en: [marshal], ny: [asungwana]}}
steps:
  # First the question.
  which:
    menu: Will you be a marshal?
    options:
      1: {label: "Yes", then: join}   # most people
      2: {label: "No", then: leave}
  join:
    join_group: Marshals      # the group has to be there
    # which one

    on:
      not_member: sorry
    set: {answer.code: 0070, answer.phone: +260970000001}
    say: |
      Thank you.
      We will call you.
    end: true
  leave: {leave_group: '@answer.group', end: true}
  keep:
    join_group: Marshals
    # and then
    goto: sorry


  sorry:
    say: >-
      Only members
      can be marshals.
# The end.
"""


def test_an_old_file_is_rewritten_with_its_comments_and_nothing_else_changes():
    assert upgraded("x.yaml", OLD.encode()) == NEW


def test_both_editions_are_the_same_flow():
    old = release(OLD.replace("flow: marshals", "flow: one"))
    new = release(NEW.replace("flow: marshals", "flow: one"))
    assert {name: node.router for name, node in old.flows["one"].nodes.items()} == {
        name: node.router for name, node in new.flows["one"].nodes.items()
    }
    assert [node.actions for node in old.flows["one"].nodes.values()] == [
        node.actions for node in new.flows["one"].nodes.values()
    ]


def test_a_file_of_the_newest_edition_stays_as_it_is():
    assert upgraded("x.yaml", NEW.encode()) == NEW
    odd = "spec:   2\nflow: a\nsteps: { a: { say: x } }"
    assert upgraded("x.yaml", odd.encode()) == odd


def test_a_number_that_is_there_is_changed_where_it_stands():
    old = "flow: a\nlanguage: sw\nspec: 1   # the first\nsteps: {a: {say: x}}\n"
    assert upgraded("x.yaml", old.encode()) == old.replace("spec: 1", "spec: 2")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_file_that_ships_would_be_rewritten_to_the_letter(path):
    now = path.read_text(encoding="utf-8")
    assert upgraded(path.name, now.replace("spec: 2\n", "").encode()) == now


def test_lines_end_as_they_did():
    old = "flow: a\r\nsteps:\r\n  a: {say: x}\r\n"
    assert upgraded("x.yaml", old.encode()) == "flow: a\r\nspec: 2\r\nsteps:\r\n  a: {say: x}\r\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("system: 1", "the file has no flow. Add flow"),
        ("flow: a\nspec: 9", "the file is of spec 9, which is newer"),
        ("flow: [", "this is not YAML"),
        ("flow: a\nspec: two", "not a whole number"),
    ],
)
def test_what_cannot_be_rewritten_is_told(content: str, says: str):
    with pytest.raises(FlowFileError, match=r"x\.yaml:\d: ") as told:
        upgraded("x.yaml", content.encode())
    assert says in str(told.value)
