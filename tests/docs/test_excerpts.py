"""Parts of files in pages of the documentation."""

from pathlib import Path

import pytest

from gateway.cli.excerpts import excerpt, filled

FILE = """\
# yaml-language-server: $schema=x.json
a: 1

# of b
b:
  c:
    - x
    # of d
  d: {e: 1}

f: 2
"""


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("a", "a: 1\n"),
        ("b", "b:\n  c:\n    - x\n    # of d\n  d: {e: 1}\n"),
        ("b.c", "c:\n  - x\n"),
        ("b.d", "d: {e: 1}\n"),
        ("f", "f: 2\n"),
    ],
)
def test_a_key_is_shown_with_what_is_under_it_and_nothing_else(key: str, shown: str):
    assert excerpt(FILE, key) == shown


@pytest.mark.parametrize("key", ["z", "b.z", "a.b"])
def test_a_key_that_is_not_there_is_no_excerpt(key: str):
    with pytest.raises(KeyError):
        excerpt(FILE, key)


def test_a_page_is_filled_with_what_its_lines_ask_for(tmp_path: Path):
    (tmp_path / "x.yaml").write_text(FILE)
    page = "<!-- x.yaml: f, b.d -->\n```yaml\nold\n```\n\n<!-- x.yaml -->\n```yaml\n```\n"
    whole = FILE.partition("\n")[2]
    assert filled(page, tmp_path) == (
        f"<!-- x.yaml: f, b.d -->\n```yaml\nf: 2\nd: {{e: 1}}\n```\n\n"
        f"<!-- x.yaml -->\n```yaml\n{whole}```\n"
    )
    assert filled(filled(page, tmp_path), tmp_path) == filled(page, tmp_path)
