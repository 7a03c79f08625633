"""When a transcript lets time pass, what is due happens: in its order, once, and never before."""

from collections.abc import Iterator
from textwrap import dedent

import pytest

from gateway.flowfiles.releases import Source
from gateway.flowfiles.transcripts import read_transcripts
from gateway.service.flowlab.laboratory import START_MS, Laboratory, Setting
from gateway.service.flowlab.playing import play
from tests.stage import FLOWS, ZAMBIA

# A laboratory begins on a Thursday at 22:40.
FLOW = """\
flow: wells
start: {ussd: true, keywords: [wells]}
by_sms_after: 10 minutes
steps:
  plan:
    schedule: {text: Two hours., after: 2 hours, name: two}
    say: Hello.
  also:
    schedule: {text: One hour., after: 1 hour}
  name: {ask: Your name?, save: answer.name, timeout: {after: 90 minutes, then: gone}}
  works: {menu: "Does it work, @answer.name?", options: {1: "Yes", 2: "No"}}
  over: {end: true}
  gone:
    unschedule: two
    say: You did not answer.
    goto: pause
  pause: {wait: 1 day}
  later: {say: A day is over.}
"""
WEEKLY = """\
flow: weekly
start: {every: [{days: [fri, mon], at: "08:00"}]}
steps:
  ask: {ask: Is all well?, save: answer.well, timeout: {after: 1 hour, then: end}}
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    files = {"wells.yaml": FLOW.encode(), "weekly.yaml": WEEKLY.encode()}
    source = Source({"system.yaml": (FLOWS / "system.yaml").read_bytes(), **files})
    with Laboratory(Setting(source, ZAMBIA)) as lab:
        yield lab


def played(lab: Laboratory, lines: str, person: str = "") -> str:
    text = f"test: Time\n{person}steps:\n" + dedent(lines)
    (transcript,) = read_transcripts("a.test.yaml", text.encode())
    failure = play(lab, transcript)
    return "" if failure is None else failure.text


def test_texts_and_time_outs_come_in_the_order_in_which_they_are_due(lab: Laboratory) -> None:
    lines = """\
    - sends: WELLS
    - receives: |-
        Hello.
        Your name?
    - wait: 1 day
    - receives: One hour.
    - receives: You did not answer.
    - wait: 2 hours
    - receives: A day is over.
    """
    assert played(lab, lines) == ""


def test_nothing_comes_before_it_is_due_nor_twice(lab: Laboratory) -> None:
    lines = """\
    - sends: WELLS Amina
    - receives: |-
        Does it work, Amina?
        1 Yes
        2 No
    - wait: 59 minutes
    - receives_nothing: true
    - wait: 2 minutes
    - receives: One hour.
    - wait: 58 minutes
    - receives_nothing: true
    - wait: 2 minutes
    - receives: Two hours.
    - wait: 3 days
    - receives_nothing: true
    """
    assert played(lab, lines) == ""


def test_what_no_line_expects_is_a_failure_as_ever(lab: Laboratory) -> None:
    lines = """\
    - sends: WELLS Amina
    - receives: Does it work...
    - wait: 1 hour
    """
    assert "no line expects this SMS" in played(lab, lines)


def test_a_call_that_broke_off_goes_on_by_sms(lab: Laboratory) -> None:
    lines = """\
    - dial: "*384*20200#"
    - sees: |-
        Hello.
        Your name?
        ...
    - wait: 9 minutes
    - receives_nothing: true
    - wait: 2 minutes
    - receives: Your name?
    - sends: Amina
    - receives: Does it work, Amina?...
    """
    assert played(lab, lines) == ""


def test_a_timetable_begins_at_its_time_for_members_alone(lab: Laboratory) -> None:
    member = "person: {member: true, name: Amina}\n"
    lines = """\
    - wait: 9 hours
    - receives_nothing: true
    - wait: 1 hour
    - receives: Is all well?
    - wait: 1 hour
    - wait: 70 hours
    - receives_nothing: true
    - wait: 30 minutes
    - receives: Is all well?
    - sends: It is
    """
    assert played(lab, lines, member) == ""
    assert played(lab, "- wait: 1 week\n- receives_nothing: true\n") == ""


def test_the_clock_stands_where_it_should_after_a_wait(lab: Laboratory) -> None:
    lab.begin_anew()
    lab.pass_time(3 * 3_600_000)
    assert 0 <= lab.clock.now - START_MS - 3 * 3_600_000 < 1000
