"""Phone numbers among the words of an answer. The numbers here are nobody's."""

from dataclasses import replace

import pytest

from gateway.core.flow.expressions.values import Exhausted, Value
from tests.core.flow.expressions.answer_tests.asking import LUSAKA, match


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        pytest.param("call 0970000001", None, "+260970000001", id="of the environment's country"),
        pytest.param("call 097 000-0001!", None, "+260970000001", id="with separators"),
        pytest.param("no0970000001x", None, "+260970000001", id="against words"),
        pytest.param("+260 970 000 001", None, "+260970000001", id="international"),
        pytest.param("260970000001", "KE", "+260970000001", id="international without a plus"),
        pytest.param("0970000001", "zm", "+260970000001", id="the country in small letters"),
        pytest.param("0710000001", "KE", "+254710000001", id="of the country that is given"),
        pytest.param("12 or 0970000001", None, "+260970000001", id="after another number"),
        pytest.param(
            "0970000001 0970000002", None, "+260970000001", id="the first of two without a word"
        ),
        pytest.param("٠٩٧٠٠٠٠٠٠١", None, "+260970000001", id="in other digits"),
        pytest.param("097000", None, False, id="too short"),
        pytest.param("0970000001", "", False, id="national, and no country"),
        pytest.param("0970000001", "XX", False, id="national, and no such country"),
        pytest.param("5550100", "US", False, id="only within its area"),
        pytest.param("none", None, False, id="no digits"),
        pytest.param(None, None, False, id="null"),
    ],
)
def test_a_phone_number(text: Value, country: str | None, expected: Value):
    args = [text] if country is None else [text, country]
    assert match("has_phone", *args) == expected


def test_a_text_full_of_what_may_be_numbers_is_given_up():
    with pytest.raises(Exhausted):
        match("has_phone", "12345 x " * 500, environment=replace(LUSAKA, cost_limit=10_000))
