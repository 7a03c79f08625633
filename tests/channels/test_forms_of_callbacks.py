"""The form of a callback, read as the standard library reads one."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.africastalking_callbacks import read_form
from gateway.channels.base import Unreadable

WORDS = st.text(st.sampled_from("ab1*#+& =%é\u0000\U0001f642\n;"), max_size=12)
CODED = st.text(st.sampled_from("ab2Bf0&=%+;é"), max_size=40)


@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_what_is_coded_comes_back_as_it_was(form):
    assert read_form(urlencode(form).encode()) == form


@given(CODED)
def test_any_body_reads_as_the_standard_library_reads_it(body):
    assert read_form(body.encode()) == dict(parse_qsl(body, keep_blank_values=True))


@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_lose_nothing_else(body):
    text = body.decode("utf-8", "replace")
    assert read_form(body) == dict(parse_qsl(text, keep_blank_values=True))


def test_a_body_of_too_many_fields_is_refused():
    assert len(read_form("&".join(f"f{number}=1" for number in range(100)).encode())) == 100
    with pytest.raises(Unreadable, match="more than 100 fields"):
        read_form(b"a=1&" * 100)
