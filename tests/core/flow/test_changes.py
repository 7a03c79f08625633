"""What is other in one release than in another."""

from pathlib import Path

import pytest

from gateway.core.flow.changes import Words, changes
from gateway.flowfiles.releases import Source, compile_release

SYSTEM = (Path(__file__).resolve().parents[3] / "flows" / "system.yaml").read_bytes()
ASK = b"""\
flow: ask
spec: 2
name: A question
start:
  keywords: [ask]
steps:
  colour:
    menu: Which colour?
    options:
      1: {label: Red, then: thanks}
      2: {label: Blue, then: thanks}
  thanks:
    say: Thank you.
"""
OTHER = b"flow: other\nspec: 2\nsteps:\n  hello:\n    say: Hello.\n"


def _changes(before: bytes, after: bytes, **more: bytes):
    files = {"system.yaml": SYSTEM, "ask.yaml": before}
    return changes(
        compile_release(Source(files)),
        compile_release(Source({**files, "ask.yaml": after, **more})),
    )


def test_the_same_files_change_nothing():
    assert not _changes(ASK, ASK).any


@pytest.mark.parametrize(
    "after", [ASK + b"# a remark\n", b"# above\n" + ASK], ids=["below", "above, on other lines"]
)
def test_a_remark_changes_nothing_that_people_would_notice(after):
    assert not _changes(ASK, after).any


def test_other_words_are_told_with_their_step_and_language():
    [flow] = _changes(ASK, ASK.replace(b"Red", b"Green")).flows
    assert flow.words == (Words("colour", "option", "1", "en", "Red", "Green"),)
    assert flow.other == ("colour",)
    assert not flow.begins_otherwise


def test_steps_come_and_go():
    [flow] = _changes(ASK, ASK.replace(b"thanks", b"goodbye")).flows
    assert (flow.new, flow.gone, flow.other) == (("goodbye",), ("thanks",), ("colour",))


def test_a_step_that_leads_elsewhere_has_changed_though_no_word_has():
    after = ASK.replace(b"{label: Blue, then: thanks}", b"{label: Blue, then: colour}")
    [flow] = _changes(ASK, after).flows
    assert flow.other == ("colour",)
    assert flow.words == ()


def test_another_keyword_is_another_beginning():
    [flow] = _changes(ASK, ASK.replace(b"[ask]", b"[enquire]")).flows
    assert flow.begins_otherwise


def test_a_flow_that_is_new_is_named():
    found = _changes(ASK, ASK, **{"other.yaml": OTHER})
    assert found.new == ("other",)
    assert not found.gone
