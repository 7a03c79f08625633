"""The catalogues that ship: up to date with the flows, complete, in order, marked as drafts."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.config import Settings
from gateway.flowfiles.messages import catalogues
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import read_script
from gateway.flowfiles.po_files import read_po_file
from gateway.flowfiles.releases import read_source
from tests.stage import FLOWS

LANGUAGES = ("am", "bem", "fr", "ny", "sw")
SOURCE = read_source(FLOWS)
SCRIPT = read_script(SOURCE)
LIMITS = Limits(Settings().ussd.limit, Settings().ussd.first_limit)
STALE = "run `gateway flows messages update`, translate what it names, and commit what it writes"


def without_lines(template: bytes) -> str:
    """Return a template without the numbers of lines, which every line more in a flow changes."""
    return re.sub(r"^(#: \S+):\d+$", r"\1", template.decode(), flags=re.MULTILINE)


def test_these_are_the_languages() -> None:
    assert sorted(path.stem for path in (FLOWS / "translations").glob("*.po")) == list(LANGUAGES)


def test_the_template_is_what_the_flows_say() -> None:
    kept = (FLOWS / catalogues.TEMPLATE).read_bytes()
    made = catalogues.extracted(SCRIPT, LIMITS)
    assert without_lines(kept) == without_lines(made), STALE


def test_bringing_the_catalogues_up_to_date_changes_nothing() -> None:
    made = catalogues.updated(SCRIPT, SOURCE, "flows", LIMITS)
    assert [one.language for one in made if one.changed] == [], STALE
    assert [one.language for one in made if one.missing or one.fuzzy] == [], STALE


def test_no_translation_has_anything_to_mend() -> None:
    found = catalogues.checked(SCRIPT, SOURCE, "flows", LIMITS)
    assert [one.text for one in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_that_it_is_a_draft(language: str) -> None:
    path = FLOWS / "translations" / f"{language}.po"
    file = read_po_file(str(path), path.read_bytes())
    assert any(line.startswith("DRAFT") for line in file.comments)
    assert "draft" in file.headers["X-Review"]
    assert file.headers["Language"] == language
    assert file.headers["X-Alphabet"] == ("UCS-2" if language == "am" else "GSM-7")


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's own tools are not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_gettext_s_own_tools_take_a_catalogue(language: str, tmp_path: Path) -> None:
    path = FLOWS / "translations" / f"{language}.po"
    done = subprocess.run(
        ["msgfmt", "--check-format", "--check-domain", "-o", tmp_path / "out.mo", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
