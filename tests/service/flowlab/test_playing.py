"""Transcripts that do not hold say so, with the line and what the phone showed instead."""

from collections.abc import Iterator
from textwrap import dedent

import pytest

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source
from gateway.flowfiles.transcripts import read_transcripts
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import play
from gateway.service.flowlab.recording import Recorder, written
from tests.stage import FLOWS, ZAMBIA

FLOW = """\
flow: wells
start: {ussd: true, keywords: [wells]}
steps:
  name: {ask: Your name?, save: answer.name}
  works:
    menu: Does the well work, @answer.name?
    options: {1: Very well, 2: Badly}
    save: answer.works
  bye: {say: "Thank you, @answer.name.", text: Keep this.}
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    source = Source(
        {"system.yaml": (FLOWS / "system.yaml").read_bytes(), "wells.yaml": FLOW.encode()}
    )
    with Laboratory(Setting(source, ZAMBIA)) as lab:
        yield lab


def played(lab: Laboratory, lines: str) -> str | None:
    """Play a transcript of these lines; return what is told of its failure."""
    text = "test: A try\nsteps:\n" + dedent(lines)
    (transcript,) = read_transcripts("wells.test.yaml", text.encode())
    failure = play(lab, transcript)
    return None if failure is None else failure.text


GOOD = """\
- dial: "*384*20200#"
- sees: |
    Your name?
    ...
- types: Amina
- sees: |-
    Does the well work, Amina?
    1 Very well
    2 Badly
    ...
- types: "1"
- ends: Thank you, Amina.
- receives: Keep this.
"""


def test_a_transcript_that_holds_says_nothing(lab: Laboratory) -> None:
    assert played(lab, GOOD) is None


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("1 Very well", "1 Quite well", "wells.test.yaml:8: A try: the screen is another"),
        (
            "- ends: Thank",
            "- sees: Thank",
            "wells.test.yaml:14: A try: the call is over; write ends",
        ),
        ("Keep this.", "Keep that.", "wells.test.yaml:15: A try: the SMS is another"),
        ("- receives: Keep this.\n", "", "wells.test.yaml:14: A try: no line expects this SMS"),
        ("- ends: Thank you, Amina.\n", "", "A try: no line expects this screen"),
        ('- types: "1"\n', '- types: "1"\n- wait: 1 day\n', "A try: no line expects this screen"),
        ("- receives: Keep this.", "- receives_nothing: true", "A try: an SMS came"),
        ("- types: Amina", "- drops: true\n- types: Amina", "A try: no screen waits for an answer"),
    ],
)
def test_a_transcript_that_does_not_hold_says_where(
    lab: Laboratory, was: str, becomes: str, told: str
) -> None:
    assert was in GOOD
    text = played(lab, GOOD.replace(was, becomes, 1))
    assert text is not None
    assert told in text


def test_both_texts_are_compared_line_by_line(lab: Laboratory) -> None:
    told = played(lab, GOOD.replace("1 Very well", "1 Quite well"))
    assert told is not None
    assert told.split("\n")[1:4] == [
        "    Does the well work, Amina?",
        "  - 1 Quite well",
        "  + 1 Very well",
    ]


def test_a_conversation_by_sms_with_time_and_facts(lab: Laboratory) -> None:
    lines = """\
    - sends: WELLS Bwalya
    - receives: |
        Does the well work, Bwalya?
        ...
    - knows: {answer.name: Bwalya, participant.member: "false"}
    - wait: 2 days
    - sends: "1"
    - receives: ...not understand...
    - records: [phone_stopped]
    """
    told = played(lab, lines)
    assert told is not None
    assert "other facts were recorded" in told
    assert played(lab, lines.replace("- records: [phone_stopped]\n", "")) is None


def test_a_lost_call_is_offered_to_be_carried_on(lab: Laboratory) -> None:
    lines = """\
    - dial: "*384*20200#"
    - sees: "...name?..."
    - types: Amina
    - sees: "...well..."
    - drops: true
    - dial: "*384*20200#"
    - sees: |
        You had not finished.
        1 Continue
        2 Start again
    """
    assert played(lab, lines) is None


def test_people_are_strangers_to_each_transcript(lab: Laboratory) -> None:
    member = GOOD.replace("- dial", '- knows: {participant.member: "false"}\n- dial', 1)
    assert played(lab, member) is None
    assert played(lab, member) is None


BAD = {
    "an unknown line": ("steps: [{tpyes: a}]", "Write types"),
    "two things in one line": ("steps: [{types: a, sees: b}]", "Make two lines of it"),
    "a time that is none": ("steps: [{wait: soon}]", "Write one such as 10 minutes"),
    "no lines": ("person: {member: true}", "Add steps"),
    "an unknown key": ("perzon: {}\nsteps: [{types: a}]", "Write person"),
}


@pytest.mark.parametrize(("text", "mend"), BAD.values(), ids=BAD)
def test_a_transcript_with_a_mistake_is_told_of(text: str, mend: str) -> None:
    with pytest.raises(FlowFileError) as trouble:
        read_transcripts("a.test.yaml", f"test: A try\n{text}\n".encode())
    assert mend in str(trouble.value)


TYPED = [
    "*384*20200#", "Amina: the 'first'", "/hangup", "*384*20200#", "1", "/sms HELP",
    "/wait 1 hour", "2", "/hangup", "/nonsense", "yes", "/quit", "WELLS",
]  # fmt: skip


def test_what_was_recorded_holds_when_it_is_played(lab: Laboratory) -> None:
    lab.begin_anew()
    shown: list[str] = []
    recorder = Recorder(lab, shown.append)
    recorder.hold(TYPED)
    text = written("Recorded: a try", recorder.lines)
    (transcript,) = read_transcripts("a.test.yaml", text.encode())
    failure = play(lab, transcript)
    assert failure is None, failure.text
    assert any("There is no /nonsense" in line for line in shown)
    assert [kind for kind, _ in recorder.lines].count("drops") == 1


def test_what_is_dialled_behind_the_code_is_typed_at_once(lab: Laboratory) -> None:
    lab.begin_anew()
    phone = Handset(lab, "+260970000001")
    phone.dial("*384*20200*Amina*2#")
    assert (phone.screen, phone.open) == ("Thank you, Amina.", False)
    assert phone.unread() == ["Keep this."]


PERSONS = {
    "a place that there is not": (
        "{member: true, place: Atlantis}", "there is no place Atlantis, or several"),
    "a language that nothing is in": (
        "{language: xx}", "nothing here is in the language xx"),
    "a place by its name": ("{member: true, place: Chipata}", None),
    "a place by its code": ("{member: true, place: ZM-03-05}", None),
}  # fmt: skip


@pytest.mark.parametrize(("person", "told"), PERSONS.values(), ids=PERSONS)
def test_what_is_said_of_the_person_has_to_be_known_here(
    lab: Laboratory, person: str, told: str | None
):
    text = f"test: A try\nperson: {person}\nsteps:\n  - sends: WELLS\n  - receives: ...\n"
    (transcript,) = read_transcripts("wells.test.yaml", text.encode())
    failure = play(lab, transcript)
    assert (None if failure is None else failure.what) == told


def test_what_only_members_have_is_not_passed_over_in_silence():
    text = "test: A try\nperson: {name: Amina}\nsteps:\n  - sends: WELLS\n"
    with pytest.raises(FlowFileError, match=r":2: nobody but members has name\. Add member: true"):
        read_transcripts("wells.test.yaml", text.encode())
