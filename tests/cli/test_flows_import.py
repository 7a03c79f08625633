"""`gateway flows import` as an organiser runs it who leaves RapidPro."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.flowfiles.releases import read_release
from tests.flowfiles.importing.stage import EXPORTS
from tests.stage import FLOWS

Run = Callable[..., Result]
WATER, WITH_CALLS = EXPORTS / "water.json", EXPORTS / "water_with_calls.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped flows."""
    return Path(shutil.copytree(FLOWS, tmp_path / "flows"))


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that imports into the folder."""
    monkeypatch.chdir(folder.parent)
    (folder.parent / "config").mkdir()

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["flows", "import", *map(str, arguments), "--into", "flows"])

    return run


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "imported").glob("*"))


def test_an_export_is_imported_and_the_folder_is_a_release_with_it(run: Run, folder: Path) -> None:
    done = run(WATER)
    assert done.exit_code == 0, done.stderr
    assert "version 13.0.0, 2 flows, 2 triggers, 1 campaign, 2 fields, 2 groups." in done.stdout
    assert "flows/imported/registration.json: Registration, 11 nodes, 13 actions" in done.stdout
    assert "Wrote 3 files." in done.stdout
    assert files(folder) == ["assets.json", "registration.json", "water_prices.json"]
    assert {"join", "registration"} <= read_release(folder).flows.keys()
    again = run(WATER)
    assert again.exit_code == 0
    assert "Nothing changes." in again.stdout


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, folder: Path) -> None:
    dry = run(WATER, "--dry-run")
    assert dry.exit_code == 0
    assert "Nothing was written." in dry.stdout
    assert not (folder / "imported").exists()
    assert run(WATER).stdout.startswith(dry.stdout.partition("Nothing was written")[0])


def test_what_cannot_be_carried_is_told_by_flow_and_node_and_stops_everything(
    run: Run, folder: Path
) -> None:
    refused = run(WITH_CALLS)
    assert refused.exit_code == 1
    assert (
        "Reminder, node 00000054-0000-4000-8000-000000000000: the action transfer_airtime: "
        "no airtime leaves from here; staff are told"
    ) in refused.stdout
    assert "Call the members: a flow of type voice: there are no calls here" in refused.stdout
    assert "Nothing was written. Give --allow-partial to import the rest." in refused.stderr
    assert not (folder / "imported").exists()


def test_the_rest_is_imported_where_that_is_allowed(run: Run, folder: Path) -> None:
    partial = run(WITH_CALLS, "--allow-partial")
    assert partial.exit_code == 0, partial.stderr
    assert "Cannot be carried (9):" in partial.stdout
    assert "Will be another way here (1):" in partial.stdout
    assert "call_the_members.json" not in files(folder)
    assert "reminder" in read_release(folder).flows


def test_flows_that_are_there_are_only_overwritten_on_request(run: Run, folder: Path) -> None:
    assert run(WATER).exit_code == 0
    path = folder / "imported" / "water_prices.json"
    edited = path.read_text().replace("20 litres", "a bucket")
    path.write_text(edited)
    refused = run(WATER)
    assert refused.exit_code == 1
    assert "flows/imported/water_prices.json would be overwritten. Give --replace" in refused.stderr
    assert path.read_text() == edited
    done = run(WATER, "--replace")
    assert done.exit_code == 0
    assert "Wrote 1 files." in done.stdout
    assert "20 litres" in path.read_text()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "this cannot be read: No such file or directory"),
        ("{", "export.json:1: this is not JSON"),
        ('{"flows": []}', "there is no flow in this export"),
    ],
    ids=["not there", "no JSON", "empty"],
)
def test_what_is_no_export_is_refused_with_a_sentence(
    run: Run, folder: Path, content: str | None, told: str
) -> None:
    path = folder.parent / "export.json"
    if content is not None:
        path.write_text(content)
    refused = run(path)
    assert refused.exit_code == 1
    assert told in refused.stderr


def test_an_export_of_calls_alone_imports_nothing(run: Run, folder: Path) -> None:
    path = folder.parent / "export.json"
    path.write_text(
        '{"version": "13", "flows": [{"uuid": "u", "name": "Call", "spec_version": "13.1.0",'
        ' "language": "eng", "type": "voice", "nodes": []}]}'
    )
    refused = run(path, "--allow-partial")
    assert refused.exit_code == 1
    assert "no flow of this export can be carried" in refused.stderr
    assert not (folder / "imported").exists()
