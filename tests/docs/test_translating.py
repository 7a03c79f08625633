"""docs/translating.md is true: its commands run as printed, its examples are what is printed."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Settings
from gateway.flowfiles.messages.check import Rule
from gateway.flowfiles.messages.languages import PSEUDO
from gateway.flowfiles.po_files import read_po_file
from tests.stage import ROOT

PAGE = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
DISTRICT = 'msgid "Which district do you live in? Reply 0 to skip."\nmsgstr "Unaishi wilaya gani? '


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the flows in a folder of its own, which is where commands run."""
    shutil.copytree(ROOT / "flows", tmp_path / "flows")
    (tmp_path / "config").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> Result:
    return CliRunner().invoke(app, line.removeprefix("gateway ").split())


def test_every_command_runs_as_it_is_printed_one_after_the_other(folder: Path) -> None:
    assert len(COMMANDS) > 8
    for line in COMMANDS:
        assert line.startswith("gateway flows messages ")
        done = run(line)
        assert done.exit_code == 0 or PSEUDO in line, (line, done.output)
    assert (folder / "flows" / "translations" / "toi.po").exists()
    assert (folder / "flows" / "translations" / "sw.mo").exists()


def test_the_entry_that_is_shown_is_one_of_the_catalogue() -> None:
    catalogue = (ROOT / "flows" / "translations" / "sw.po").read_text(encoding="utf-8")
    assert f"\n{block('po')}\n" in catalogue


def test_a_mistake_is_told_as_the_page_says(folder: Path) -> None:
    path = folder / "flows" / "translations" / "sw.po"
    before, entry, after = path.read_text(encoding="utf-8").partition(DISTRICT)
    assert entry
    path.write_text(before + entry + after.replace("Jibu 0 kuruka", "Jibu kuruka", 1))
    told = run("gateway flows messages compile --language sw")
    assert told.exit_code == 1
    shown, printed = (re.sub(r":\d+:", ":", text) for text in (block("text"), told.stdout))
    assert printed.startswith(shown)


def test_a_catalogue_in_order_is_told_in_these_words(folder: Path) -> None:
    done = run("gateway flows messages compile --language sw")
    assert done.stdout.strip() in PAGE


def test_every_rule_of_the_checks_is_in_the_table() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(get_args(Rule))


def test_the_fallbacks_that_are_shown_can_be_set() -> None:
    written = tomllib.loads(block("toml"))
    assert Settings.model_validate(written).flows.fallbacks == {
        "toi": ("bem", "ny"), "bem": ("ny",),
    }  # fmt: skip


def test_the_languages_that_it_names_are_those_that_ship_as_drafts() -> None:
    names = {"fr": "French", "sw": "Swahili", "ny": "Nyanja", "bem": "Bemba", "am": "Amharic"}
    paths = sorted((ROOT / "flows" / "translations").glob("*.po"))
    assert {path.stem for path in paths} == names.keys()
    for path in paths:
        review = read_po_file(str(path), path.read_bytes()).headers["X-Review"]
        assert ("draft" in review) == (names[path.stem] in PAGE)
