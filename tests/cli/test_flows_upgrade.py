"""`gateway flows upgrade` and `gateway flows schema`, as an author runs them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from tests.stage import FLOWS

Run = Callable[..., Result]

OLD = "flow: a   # wells\nsteps:\n  a: {say: x}\n"
NEW = "flow: a   # wells\nspec: 2\nsteps:\n  a: {say: x}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "a.yaml").write_text(OLD)
    (folder / "b.yaml").write_text(NEW.replace("flow: a", "flow: b"))
    (folder / "a.test.yaml").write_text("not: a flow")
    shutil.copy(FLOWS / "system.yaml", folder)
    return folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(folder.parent)
    (folder.parent / "config").mkdir()
    return lambda *arguments: CliRunner().invoke(app, ["flows", *arguments])


def test_the_files_of_a_folder_are_rewritten_and_the_change_is_shown(run: Run, folder: Path):
    done = run("upgrade", "--directory", "flows")
    assert done.exit_code == 0
    assert done.output == (
        "--- flows/a.yaml\n+++ flows/a.yaml\n@@ -1,2 +1,3 @@\n"
        " flow: a   # wells\n+spec: 2\n steps:\n"
    )
    assert (folder / "a.yaml").read_text() == NEW
    again = run("upgrade", "--directory", "flows")
    assert (again.exit_code, again.output) == (0, "Every file is of the newest edition.\n")


def test_a_check_writes_nothing_and_fails_where_a_file_is_older(run: Run, folder: Path):
    done = run("upgrade", "--check", "--directory", "flows")
    assert done.exit_code == 1
    assert "+spec: 2" in done.output
    assert (folder / "a.yaml").read_text() == OLD


def test_files_may_be_named(run: Run):
    assert run("upgrade", "--check", "flows/b.yaml").exit_code == 0
    assert run("upgrade", "--check", "flows/b.yaml", "flows/a.yaml").exit_code == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("flows/system.yaml", "gateway: flows/system.yaml:1: the file has no flow. Add flow.\n"),
        ("flows/c.yaml", "gateway: flows/c.yaml cannot be read: No such file or directory.\n"),
    ],
)
def test_what_cannot_be_upgraded_is_told_in_a_sentence(run: Run, name: str, says: str):
    done = run("upgrade", name)
    assert (done.exit_code, done.stderr) == (1, says)


def test_the_schema_is_the_one_that_lies_beside_the_flows(run: Run):
    done = run("schema")
    assert done.exit_code == 0
    assert done.output == (FLOWS / "schema.json").read_text(encoding="utf-8")
    assert json.loads(done.output)["title"] == "Flow files"
