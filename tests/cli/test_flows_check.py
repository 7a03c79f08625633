"""`gateway flows check` as an author runs it, on a folder of their own."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.flowfiles.releases import pack, read_source
from gateway.service.releases import Releases
from gateway.store import node, schema
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.stage import FLOWS

Run = Callable[..., Result]

GOOD = """\
flow: wells
start: {keywords: [wells]}
steps:
  which: {menu: Does it work?, options: {1: Very well, 2: Badly}}
  bye: {say: Thank you.}
"""
NMAE = GOOD.replace("Thank you.", "Thank you @participant.nmae.")
MOVED = GOOD.replace("{1: Very well, 2: Badly}", "{1: Badly, 2: Very well}")
UNUSED = "flow: lost\nsteps:\n  bye: {say: Bye.}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one flow and the system file, below the working directory."""
    folder = tmp_path / "flows"
    folder.mkdir()
    (tmp_path / "config").mkdir()
    (folder / "wells.yaml").write_text(GOOD)
    shutil.copy(FLOWS / "system.yaml", folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_MOVEMENT_LANGUAGES", "en")
    return folder


@pytest.fixture
def check(folder: Path) -> Run:
    """Return a function that runs the command."""
    return lambda *arguments: CliRunner().invoke(app, ["flows", "check", *arguments])


def test_a_folder_in_order_ends_with_0(check: Run) -> None:
    done = check()
    assert (done.exit_code, done.stdout) == (0, "Nothing is wrong with these flows.\n")
    assert "Menu numbers are not compared" in done.stderr


def test_an_error_ends_with_1_and_says_where_why_and_the_mend(check: Run, folder: Path) -> None:
    (folder / "wells.yaml").write_text(NMAE)
    done = check()
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        (
            "flows/wells.yaml:5: error: nothing gives @participant.nmae. Where it stands people "
            "read nothing, and a condition on it never holds. Write @participant.name. "
            "[unknown-name]"
        ),
        "1 error, 0 warnings.",
    ]


def test_a_warning_ends_with_0_and_with_1_where_it_is_strict(check: Run, folder: Path) -> None:
    (folder / "lost.yaml").write_text(UNUSED)
    assert check().exit_code == 0
    assert check("--strict").exit_code == 1
    assert "[unused-flow]" in check().stdout


def test_programs_and_github_read_what_they_know(check: Run, folder: Path) -> None:
    (folder / "wells.yaml").write_text(NMAE)
    (found,) = json.loads(check("--format", "json").stdout)
    assert (found["path"], found["line"], found["rule"]) == ("flows/wells.yaml", 5, "unknown-name")
    assert found["mend"] == "Write @participant.name"
    github = check("--format", "github")
    assert github.stdout.startswith("::error file=flows/wells.yaml,line=5,title=unknown-name::")
    assert check("--format", "json").stderr == ""
    (folder / "wells.yaml").write_text(NMAE.replace("@participant.nmae", "–"))
    assert check("--format", "github").stdout.splitlines()[0].endswith(" - for –. [en]")


def test_another_folder_is_looked_at_where_it_is_named(check: Run, folder: Path) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    (other / "wells.yaml").write_text(NMAE)
    assert check().exit_code == 0
    assert "other/wells.yaml:5" in check("other").stdout
    assert check("nowhere").exit_code == 1
    assert check("nowhere").stderr.startswith("gateway: nowhere: this is no folder. Name the fol")
    (folder.parent / "empty").mkdir()
    assert "empty: there are no flow files here." in check("empty").stderr


def test_numbers_are_compared_with_a_folder(check: Run, folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "before")
    (folder / "wells.yaml").write_text(MOVED)
    done = check("--against", "before")
    assert done.exit_code == 1
    assert "option 1 of step which was 2 in the last release" in done.stdout
    assert check("--against", "none").exit_code == 0


def test_numbers_are_compared_with_a_packed_release(check: Run, folder: Path) -> None:
    (folder.parent / "before.release").write_bytes(pack(read_source(folder)))
    (folder / "wells.yaml").write_text(MOVED)
    assert "[renumbered]" in check("--against", "before.release").stdout
    (folder.parent / "broken.release").write_bytes(b"no release")
    assert check("--against", "broken.release").exit_code == 2


def test_numbers_are_compared_with_a_git_revision(check: Run, folder: Path) -> None:
    def git(*words: str) -> None:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *named, *words], cwd=folder.parent, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "flows: First.")
    (folder / "wells.yaml").write_text(MOVED)
    assert "[renumbered]" in check("--against", "HEAD").stdout
    lost = check("--against", "no-such-revision")
    assert lost.exit_code == 2
    assert "neither a folder, a file nor a revision of git" in lost.stderr


def test_numbers_are_compared_with_the_newest_release_of_the_database(
    check: Run, folder: Path, vault: Vault
) -> None:
    assert check("--against", "db").exit_code == 1
    with Database("sqlite:///var/gateway.db") as database:
        schema.upgrade(database)
        node.settle(database, vault)
        Releases(read_source(folder)).keep(database)
    (folder / "wells.yaml").write_text(MOVED)
    done = check()
    assert "[renumbered]" in done.stdout
    assert done.stderr == ""
