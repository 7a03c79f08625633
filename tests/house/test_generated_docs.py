"""The generated pages of the documentation say what the code says."""

import re
from pathlib import Path

import pytest

from gateway.cli import reference
from gateway.cli.excerpts import EXCERPT, filled
from gateway.flowfiles.language import schema

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_a_generated_page_is_up_to_date(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == reference.pages()[name], (
        "run `make docs` and commit what it writes"
    )


def test_the_schema_of_flow_files_is_up_to_date():
    assert (ROOT / "flows" / schema.FILE).read_bytes() == schema.written(), (
        "run `make docs` and commit what it writes"
    )


@pytest.mark.parametrize("name", reference.WITH_EXCERPTS)
def test_the_examples_of_a_page_are_parts_of_real_files(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == filled(page, ROOT), "run `make docs` and commit what it writes"
    assert page.count("```yaml\n") == len(EXCERPT.findall(page))


def test_every_page_in_the_folder_is_generated():
    assert {path.name for path in FOLDER.iterdir()} == set(reference.pages())


def test_the_help_of_no_command_has_words_in_brackets_which_terminals_take_for_a_colour():
    links = re.compile(r"\[[a-z]+\](?!\()")
    assert links.findall(reference.pages()["commands.md"]) == []
