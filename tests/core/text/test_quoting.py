"""Texts in quotation marks, written and read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text.quoting import quote, unquote


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        pytest.param(r'"a \"b\" \\"', r'a "b" \ '.strip(), id="quotes and backslashes"),
        pytest.param(r'"a\tb\n"', "a\tb\n", id="what is not seen"),
        pytest.param(r'"\x41\102\u0043\U0001f600"', "ABC😀", id="codes"),
        pytest.param(r'"\xc3\xa9"', "é", id="the octets of one character"),
        pytest.param(r'"\xff"', "\ufffd", id="an octet of none"),
        pytest.param(r'"a\n\q"', r"a\n\q", id="an escape that is none spoils all"),
        pytest.param(r'"\ud83d\n"', r"\ud83d\n", id="half a character is no escape"),
        pytest.param('"a\\t\n"', "a\\t\n", id="a line that ends within spoils all"),
        pytest.param('""', "", id="nothing"),
    ],
)
def test_a_text_is_read(quoted: str, text: str):
    assert unquote(quoted) == text


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_written_reads_as_itself(text: str):
    quoted = quote(text)
    assert unquote(quoted) == text
    assert "\n" not in quoted
