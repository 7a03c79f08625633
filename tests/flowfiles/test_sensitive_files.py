"""The list of words that writers of calls are warned of."""

from pathlib import Path

import pytest

from gateway.flowfiles.sensitive_files import SensitiveFileError, read_sensitive

SHIPPED = Path(__file__).parents[2] / "config" / "sensitive.toml"


def test_the_list_that_is_shipped_is_read():
    words = read_sensitive(SHIPPED)
    assert words.found("en", "The police are there") == ("police",)
    assert words.found("bem", "Bakapokola") == ("Bakapokola",)


def test_without_a_file_nothing_is_watched(tmp_path: Path):
    assert read_sensitive(tmp_path / "none.toml").found("en", "police") == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("words = [", "cannot be read as a list of words"),
        ("wrods = {}", "one table, written [words]"),
        ("words = 5", "one table, written [words]"),
        ('[words]\nen = "strike"', "'words.en' must be a list"),
        ('[words]\nen = ["two words"]', "'words.en' must be a list"),
        ('[words]\nen = ["*"]', "'words.en' must be a list"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_write(
    tmp_path: Path, content: str, sentence: str
):
    path = tmp_path / "sensitive.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SensitiveFileError) as refused:
        read_sensitive(path)
    assert sentence in str(refused.value)
