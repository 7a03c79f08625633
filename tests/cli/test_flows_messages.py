"""`gateway flows messages` as an organiser and a translator run it, on a folder of their own."""

import gettext
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from tests.flowfiles.messages.stage import WELLS
from tests.stage import FLOWS

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one flow and the system file, and no catalogues."""
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "wells.yaml").write_text(WELLS)
    shutil.copy(FLOWS / "system.yaml", folder)
    return folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command of `gateway flows messages` on the folder."""
    monkeypatch.chdir(folder.parent)
    (folder.parent / "config").mkdir()

    def run(*arguments: str) -> Result:
        words = ["flows", "messages", *arguments, "--directory", "flows"]
        return CliRunner().invoke(app, words)

    return run


def translate(folder: Path, context: str, text: str, language: str = "fr") -> None:
    """Write a translation into a catalogue, as a translator does with an editor."""
    path = folder / "translations" / f"{language}.po"
    before, context_line, after = path.read_text().partition(f'msgctxt "{context}"\n')
    assert context_line
    source, _, rest = after.partition("msgstr ")
    path.write_text(f'{before}{context_line}{source}msgstr "{text}"\n{rest.partition(chr(10))[2]}')


def test_extract_writes_the_template_and_only_when_it_changes(run: Run, folder: Path) -> None:
    first = run("extract")
    assert first.exit_code == 0, first.stderr
    assert "wrote flows/translations/messages.pot" in first.stdout
    template = (folder / "translations" / "messages.pot").read_text()
    assert '#: flows/wells.yaml:6\nmsgctxt "wells.works.menu"\n' in template
    assert "wrote" not in run("extract").stdout
    assert (folder / "translations" / "messages.pot").read_text() == template


def test_update_begins_a_language_and_tells_what_waits_for_its_translator(
    run: Run, folder: Path
) -> None:
    begun = run("update", "--language", "fr")
    assert begun.exit_code == 0, begun.stderr
    texts = (folder / "translations" / "fr.po").read_text().count("msgctxt")
    assert f"fr: {texts} texts, {texts} to translate, 0 fuzzy." in begun.stdout
    translate(folder, "wells.words.ask", "Quoi? Tapez 0 pour sauter.")
    (folder / "wells.yaml").write_text(WELLS.replace("What is broken?", "What is wrong?"))
    changed = run("update")
    assert f"fr: {texts} texts, {texts - 1} to translate, 1 fuzzy." in changed.stdout
    written = (folder / "translations" / "fr.po").read_text()
    assert '#, fuzzy\n#| msgid "What is broken? Reply 0 to skip."\n' in written
    assert "wrote" not in run("update").stdout


def test_what_would_be_written_can_be_asked_without_writing(run: Run, folder: Path) -> None:
    asked = run("update", "--language", "fr", "--check")
    assert asked.exit_code == 1
    assert "would write flows/translations/fr.po" in asked.stdout
    assert "without --check" in asked.stderr
    assert not (folder / "translations").exists()
    assert run("update", "--language", "fr").exit_code == 0
    assert run("update", "--check").exit_code == 0


def test_compile_ends_with_1_and_tells_each_mistake_with_its_line(run: Run, folder: Path) -> None:
    run("update", "--language", "fr")
    translate(folder, "wells.thanks.text", "Votre code.")
    lines = (folder / "translations" / "fr.po").read_text().splitlines()
    line = lines.index('msgstr "Votre code."') + 1
    checked = run("compile", "--incomplete")
    assert checked.exit_code == 1
    assert f"flows/translations/fr.po:{line}: error: wells.thanks.text: @report.code is lost. " in (
        checked.stdout
    )
    assert checked.stdout.splitlines()[-1].startswith("1 error, ")
    translate(folder, "wells.thanks.text", "Votre code: @report.code.")
    assert run("compile", "--incomplete").exit_code == 0
    assert run("compile").exit_code == 1


def test_findings_are_printed_for_programs_and_for_github(run: Run, folder: Path) -> None:
    run("update", "--language", "fr")
    translate(folder, "wells.works.option.1", "Ouî")
    found = json.loads(run("compile", "--incomplete", "--format", "json").stdout)
    (wrong,) = [one for one in found if one["level"] == "error"]
    assert (wrong["rule"], wrong["language"]) == ("alphabet", "fr")
    assert wrong["path"] == "flows/translations/fr.po"
    assert set(wrong) == {"level", "rule", "path", "line", "what", "why", "mend", "language"}
    github = run("compile", "--incomplete", "--format", "github").stdout.splitlines()
    (line,) = [one for one in github if one.startswith("::error ")]
    place = f"file=flows/translations/fr.po,line={wrong['line']},title=alphabet"
    assert line.startswith(f"::error {place}::wells.works.option.1: î is not in GSM-7. ")


def test_one_language_can_be_checked_and_one_that_is_not_there_is_told(run: Run) -> None:
    run("update", "--language", "fr", "--language", "sw")
    found = json.loads(run("compile", "--language", "sw", "--format", "json").stdout)
    assert {one["language"] for one in found} == {"sw"}
    missing = run("compile", "--language", "pt")
    assert missing.exit_code == 2
    assert "update --language pt" in missing.stderr


def test_the_binary_form_has_what_is_translated_and_not_fuzzy(run: Run, folder: Path) -> None:
    run("update", "--language", "fr")
    translate(folder, "wells.works.option.1", "Oui")
    assert run("compile", "--incomplete", "--mo").exit_code == 0
    with (folder / "translations" / "fr.mo").open("rb") as file:
        binary = gettext.GNUTranslations(file)
    assert binary.pgettext("wells.works.option.1", "Yes") == "Oui"
    assert binary.pgettext("wells.works.option.2", "No") == "No"


def test_a_feigned_language_is_written_and_left_alone_by_the_others(run: Run, folder: Path) -> None:
    assert run("pseudo").exit_code == 0
    path = folder / "translations" / "qps.po"
    assert 'msgid "Yes"\nmsgstr "(Yés)"' in path.read_text()
    plain = path.read_bytes()
    assert run("pseudo", "--ucs2").exit_code == 0
    assert path.read_bytes() != plain
    assert "qps" not in run("update").stdout
    assert run("compile").exit_code == 0
    assert run("compile", "--language", "qps").exit_code in {0, 1}
    run("update", "--language", "fr")
    refused = run("pseudo", "--language", "fr")
    assert refused.exit_code == 2
    assert "a real catalogue" in refused.stderr


def test_a_fallback_without_texts_is_a_warning(run: Run, folder: Path) -> None:
    settings = folder.parent / "config" / "gateway.toml"
    settings.write_text('[flows]\nfallbacks = { bem = ["ny"] }\n')
    (found,) = json.loads(run("compile", "--format", "json").stdout)
    assert (found["rule"], found["level"]) == ("fallback", "warning")
    run("update", "--language", "ny")
    assert "fallback" not in run("compile", "--incomplete").stdout


@pytest.mark.parametrize("code", ["French", "f", "FR", "../x"])
def test_a_language_is_named_by_its_code(run: Run, code: str) -> None:
    refused = run("update", "--language", code)
    assert refused.exit_code == 2
    assert "Write two or three letters" in refused.stderr


def test_flows_that_are_no_release_are_refused_with_their_line(run: Run, folder: Path) -> None:
    (folder / "wells.yaml").write_text("flow: wells\nsteps:\n  a: {sya: x}\n")
    refused = run("extract")
    assert refused.exit_code == 1
    assert "flows/wells.yaml:3: " in refused.stderr
    assert not (folder / "translations").exists()
