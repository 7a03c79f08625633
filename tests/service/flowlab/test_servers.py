"""Transcripts say what servers answer, and recorders write it down."""

from collections.abc import Iterator
from textwrap import dedent

import pytest

from gateway.flowfiles.releases import Source
from gateway.flowfiles.transcripts import read_transcripts
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import play
from gateway.service.flowlab.recording import Recorder, written
from tests.stage import FLOWS, ZAMBIA

FLOW = """\
flow: price
start: {ussd: true, keywords: [price]}
steps:
  look:
    webhook: {url: "https://prices.example.org/", body: {crop: maize}}
    on: {failed: sorry}
    say: K@webhook.json.bag.0
    end: true
  sorry: {say: Sorry.}
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    system = (FLOWS / "system.yaml").read_bytes()
    source = Source({"system.yaml": system, "price.yaml": FLOW.encode()})
    with Laboratory(Setting(source, ZAMBIA)) as lab:
        yield lab


def played(lab: Laboratory, lines: str) -> str | None:
    """Play a transcript of these lines; return what is told of its failure."""
    text = "test: A try\nsteps:\n" + dedent(lines)
    (transcript,) = read_transcripts("price.test.yaml", text.encode())
    failure = play(lab, transcript)
    return None if failure is None else failure.text


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("{body: {bag: [320]}}", "K320"),
        ("{status: 201, body: '{\"bag\": [9]}'}", "K9"),
        ("{status: 503}", "Sorry."),
        ("{silent: true}", "Sorry."),
    ],
)
def test_a_screen_shows_what_a_server_answers(lab: Laboratory, answer: str, shown: str):
    lines = f"""\
    - dial: "*384*20200#"
    - sees: |-
        Please wait a moment.
        1 Continue
    - server: {answer}
    - types: "1"
    - ends: {shown}
    """
    assert played(lab, lines) is None


def test_what_nobody_looks_at_comes_by_sms(lab: Laboratory):
    lines = """\
    - dial: "*384*20200#"
    - sees: "Please wait..."
    - server: {body: {bag: [1]}}
    - receives_nothing: true
    - wait: 4 minutes
    - receives: K1
    """
    assert played(lab, lines) is None


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param("- server: {status: 200}", "no server is being asked", id="nobody asks"),
        pytest.param("- sends: PRICE", "no line answers; write server", id="nobody answers"),
        pytest.param(
            "- sends: PRICE\n- server: {asked: GET https://prices.example.org/}",
            "the server was asked something else",
            id="it was asked another way",
        ),
    ],
)
def test_a_transcript_that_does_not_fit_says_so(lab: Laboratory, lines: str, told: str):
    assert told in (played(lab, lines) or "")


def test_what_a_server_is_asked_can_be_expected(lab: Laboratory):
    lines = """\
    - sends: PRICE
    - server:
        asked: |-
          POST https://prices.example.org/
          {"crop":"maize"}
        body: {bag: [2]}
    - receives: K2
    """
    assert played(lab, lines) is None


def test_what_is_recorded_can_be_played(lab: Laboratory):
    shown: list[str] = []
    recorder = Recorder(lab, shown.append)
    lab.begin_anew()
    recorder.hold(["/server 200", "PRICE", "/server now", '/server 200 {"bag": [7]}'])
    assert "! No server is being asked." in shown
    text = written("A try", recorder.lines)
    (transcript,) = read_transcripts("price.test.yaml", text.encode())
    assert play(lab, transcript) is None
    assert "receives: K7" in text


def test_that_a_server_says_nothing_can_be_recorded(lab: Laboratory):
    shown: list[str] = []
    recorder = Recorder(lab, shown.append)
    lab.begin_anew()
    recorder.hold(["PRICE", "/server silent"])
    text = written("A try", recorder.lines)
    assert '- server: {"silent": true}' in text
    (transcript,) = read_transcripts("price.test.yaml", text.encode())
    assert play(lab, transcript) is None
