"""`gateway flows export` as an organiser runs it who wants to go, or only to be able to."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.flowfiles.leaving.document import SITE
from tests.stage import FLOWS

Run = Callable[..., Result]

GOOD = """\
flow: wells
spec: 2
name: Wells
start: {keywords: [wells]}
steps:
  many: {ask: How many wells?, expect: "has_number_between(1, 9)", save: answer.many, give_up: end}
  thanks: {say: "@answer.many, thank you."}
"""
BAD = """\
flow: leave
spec: 2
start: {keywords: [leave_us]}
steps:
  tell: {say: "Member @participant.number"}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that exports from a folder of two flows and the system's texts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "system.yaml").write_bytes((FLOWS / "system.yaml").read_bytes())
    (tmp_path / "flows" / "wells.yaml").write_text(GOOD)
    (tmp_path / "flows" / "leave.yaml").write_text(BAD)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["flows", "export", *arguments])

    return run


def test_a_flow_is_written_and_what_will_be_another_way_is_told(run: Run, tmp_path: Path) -> None:
    done = run("wells", "-o", "out/wells.json")
    assert done.exit_code == 0, done.stderr
    assert "Will be another way there (1):" in done.stdout
    assert "flows/wells.yaml:6: step many: a question. RapidPro knows no way back" in done.stdout
    assert "Wrote out/wells.json: 1 flow, 1 trigger." in done.stdout
    document = orjson.loads((tmp_path / "out" / "wells.json").read_bytes())
    assert (document["version"], document["site"]) == ("13", SITE)
    assert [flow["name"] for flow in document["flows"]] == ["Wells"]


def test_what_cannot_be_expressed_is_told_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    done = run()
    assert done.exit_code == 1
    assert "Cannot be expressed (2):" in done.stdout
    assert "flows/leave.yaml:3: the keyword leave_us." in done.stdout
    assert "flows/leave.yaml:5: step tell: @participant.number is not there." in done.stdout
    assert "Give --allow-partial to write the rest." in done.stderr
    assert not (tmp_path / "export.json").exists()


def test_the_rest_is_written_if_that_is_allowed_with_a_stub(run: Run, tmp_path: Path) -> None:
    done = run("leave", "--allow-partial")
    assert done.exit_code == 0
    (flow,) = orjson.loads((tmp_path / "export.json").read_bytes())["flows"]
    stub = flow["nodes"][0]["actions"][0]
    assert (stub["type"], stub["name"]) == ("set_run_result", "Left out")
    assert stub["value"] == "flows/leave.yaml:5: step tell: @@participant.number is not there"
    (note,) = flow["_ui"]["stickies"].values()
    assert note["title"] == "Left out: step tell"


def test_a_file_is_overwritten_only_by_force(run: Run, tmp_path: Path) -> None:
    first = run("wells")
    written = (tmp_path / "export.json").read_bytes()
    again = run("wells")
    assert (first.exit_code, again.exit_code) == (0, 1)
    assert "export.json is there already. Give --force to overwrite it." in again.stderr
    assert run("wells", "--force").exit_code == 0
    assert (tmp_path / "export.json").read_bytes() == written


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    dry = run("wells", "--dry-run")
    assert dry.exit_code == 0
    assert "Nothing was written." in dry.stdout
    assert not (tmp_path / "export.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nobody",), 2, "There is no flow nobody. There are: leave, wells."),
        (("wells", "-o", "flows"), 1, "flows is a folder. Name a file with -o."),
        (("wells", "-o", "config/x/y.json"), 0, ""),
        (("wells", "-o", "flows/wells.yaml/x.json"), 1, "Name another file with -o."),
        (("wells", "--directory", "none"), 1, "Name the folder that holds *.yaml"),
    ],
    ids=["an unknown flow", "a folder", "a new folder", "no place for a file", "no flows"],
)
def test_what_cannot_be_is_told_with_what_to_do(
    run: Run, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == code
    assert told in done.stderr
