"""`gateway flows test` and `gateway flows record`, as an author runs them on a folder."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from tests.stage import FLOWS

FLOW = """\
flow: wells
start: {ussd: true}
steps:
  which: {menu: Does it work?, options: {1: Very well, 2: {label: Badly, then: sorry}}}
  bye: {say: Thank you., end: true}
  sorry: {say: We are sorry.}
"""
TRANSCRIPT = """\
test: It works
steps:
  - dial: "*384*20200#"
  - sees: "Does it work?..."
  - types: "1"
  - ends: Thank you.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a flow and one transcript, below the working directory."""
    folder = tmp_path / "flows"
    folder.mkdir()
    (tmp_path / "config").mkdir()
    (folder / "wells.yaml").write_text(FLOW)
    (folder / "wells.test.yaml").write_text(TRANSCRIPT)
    shutil.copy(FLOWS / "system.yaml", folder)
    monkeypatch.chdir(tmp_path)
    return folder


def test_transcripts_are_played_and_what_they_leave_out_is_named(folder: Path) -> None:
    done = CliRunner().invoke(app, ["flows", "test", "--coverage"])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "flows/wells.yaml:6: step sorry was never reached",
        "flows/wells.yaml:4: step which was never left by 2",
        "1 transcripts, 0 failed. Walked 2 of 3 steps, 1 of 2 branches: 60 %.",
    ]
    assert CliRunner().invoke(app, ["flows", "test", "--minimum", "100"]).exit_code == 1


def test_a_failure_ends_with_1_and_is_told_to_people_and_programs(folder: Path) -> None:
    (folder / "wells.test.yaml").write_text(TRANSCRIPT.replace("Thank you.", "Thanks."))
    done = CliRunner().invoke(app, ["flows", "test"])
    assert done.exit_code == 1
    assert done.stdout.startswith("flows/wells.test.yaml:6: It works: the screen is another\n")
    told = json.loads(CliRunner().invoke(app, ["flows", "test", "--json"]).stdout)
    assert told["failed"][0]["line"] == 6


def test_what_is_recorded_from_a_pipe_holds_when_it_is_played(folder: Path) -> None:
    typed = "*384*20200#\n2\n"
    command = ["flows", "record", "flows/sad.test.yaml", "--name", "It does not work"]
    done = CliRunner().invoke(app, command, input=typed)
    assert done.exit_code == 0, done.output
    assert "wrote flows/sad.test.yaml" in done.stdout
    played = CliRunner().invoke(app, ["flows", "test"])
    assert played.exit_code == 0, played.output
    assert "2 transcripts, 0 failed" in played.stdout
    assert CliRunner().invoke(app, command, input=typed).exit_code == 2


RING = """\
flow: ring
spec: 2
start: {missed_call: true}
steps:
  hello: {say: "You called."}
"""


@pytest.mark.parametrize(
    ("variable", "value", "lines", "answers"),
    [
        ("MISSED_CALL_MINUTES", "10", ["/ring", "/ring"], 1),
        ("MISSED_CALL_MINUTES", "0", ["/ring", "/ring"], 2),
        ("ANSWERS_PER_HOUR", "1", ["what", "who", "where"], 1),
    ],
)
def test_the_settings_bound_what_a_phone_of_the_laboratory_gets(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    lines: list[str],
    answers: int,
) -> None:
    monkeypatch.setenv(f"GATEWAY_CONVERSATIONS_{variable}", value)
    (folder / "ring.yaml").write_text(RING)
    command = ["flows", "record", "flows/ring.test.yaml", "--name", "Again and again"]
    shown = CliRunner().invoke(app, command, input="\n".join(lines)).stdout
    assert shown.count("SMS: ") == answers


def test_a_transcript_has_its_ending(folder: Path) -> None:
    assert CliRunner().invoke(app, ["flows", "record", "a.yaml"], input="").exit_code == 2
