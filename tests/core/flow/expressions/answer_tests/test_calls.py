"""How answer tests are called: counts of arguments, errors, what a result is, what it costs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS, DESCRIBED
from gateway.core.flow.expressions.conversions import to_boolean, to_json, to_text
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.signature import Described
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.answer_tests.asking import CLASSIFIED, GROUPS, LUSAKA, RESULT, ask

COUNTS = {
    **dict.fromkeys(["has_error", "has_text", "has_number", "has_date", "has_time"], "1"),
    **dict.fromkeys(["has_email", "has_state"], "1"),
    **dict.fromkeys(["has_only_text", "has_beginning", "has_any_word", "has_all_words"], "2"),
    **dict.fromkeys(["has_phrase", "has_only_phrase", "has_pattern"], "2"),
    **dict.fromkeys(["has_number_lt", "has_number_lte", "has_number_eq"], "2"),
    **dict.fromkeys(["has_number_gte", "has_number_gt"], "2"),
    **dict.fromkeys(["has_date_lt", "has_date_eq", "has_date_gt"], "2"),
    **dict.fromkeys(["has_number_between", "has_intent", "has_top_intent"], "3"),
    **dict.fromkeys(["has_phone", "has_district"], "1 to 2"),
    "has_ward": "1 to 3",
    "has_group": "2 to 3",
    "has_category": "at least 2",
}
WORLD: dict[str, Value] = {
    "contact": {"groups": GROUPS},
    "results": {"consent": RESULT, "plan": CLASSIFIED},
}
texts = st.text(max_size=40)
scalars = (
    st.none()
    | st.booleans()
    | texts
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.just(UTC))
    | texts.map(Error)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["uuid", "name", "category", "extra", "intents", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def test_every_test_says_how_many_arguments_it_takes():
    assert COUNTS.keys() == ANSWER_TESTS.keys()
    for name, count in COUNTS.items():
        assert ask(name) == Error(f"need {count} argument(s), got 0")


@pytest.mark.parametrize("name", sorted(ANSWER_TESTS.keys() - {"has_category"}))
def test_an_argument_too_many_is_an_error(name: str):
    most = int(COUNTS[name].split()[-1])
    assert ask(name, *["1"] * (most + 1)) == Error(
        f"need {COUNTS[name]} argument(s), got {most + 1}"
    )


@pytest.mark.parametrize("name", sorted(ANSWER_TESTS.keys() - {"has_error"}))
def test_an_argument_that_is_an_error_is_the_result(name: str):
    least = int(COUNTS[name].removeprefix("at least ").split()[0])
    lost = Error("lost")
    assert ask(name, lost, *["1"] * (least - 1)) is lost


def test_a_result_is_true_and_an_object():
    result = ask("has_number", "12 people")
    assert result == {"__default__": True, "match": Decimal(12)}
    assert to_boolean(LUSAKA, result) is True
    assert to_text(LUSAKA, result) == "true"
    assert to_json(LUSAKA, result) == '{"match":12}'


@given(st.sampled_from(sorted(ANSWER_TESTS)), st.lists(values, max_size=4))
def test_no_call_raises(name: str, args: Sequence[Value]):
    result = ask(name, *args)
    assert result is False or isinstance(result, dict | Error)
    if isinstance(result, dict):
        assert result["__default__"] is True
        assert not isinstance(result["match"], Error)


@given(st.sampled_from(sorted(ANSWER_TESTS)), texts, texts, texts)
def test_the_same_call_gives_the_same(name: str, one: str, two: str, three: str):
    args = [one, two, three][: int(COUNTS[name][-1])]
    assert ask(name, *args) == ask(name, *args)


def test_a_match_keeps_the_kind_of_what_was_found():
    kinds = {
        "has_number": Decimal,
        "has_date": datetime,
        "has_time": time,
        "has_text": str,
    }
    for name, kind in kinds.items():
        result = ask(name, "on 12.5.2026 at 10:30")
        assert isinstance(result, dict)
        assert isinstance(result["match"], kind)
        assert type(result["match"]) is not date


@pytest.mark.parametrize("described", [pytest.param(one, id=one.name) for one in DESCRIBED])
def test_a_test_says_what_it_asks_and_shows_it(described: Described):
    assert described.says.startswith("Whether ")
    assert described.says.endswith(".")
    assert any(f"{described.name}(" in template for template, _ in described.examples)


@pytest.mark.parametrize(
    ("template", "result"), [example for one in DESCRIBED for example in one.examples]
)
def test_an_example_gives_what_is_written_beside_it(template: str, result: str):
    errors: list[str] = []
    made = compile_template(template, frozenset(WORLD))
    text = made.render(DictScope(WORLD, LUSAKA), errors)
    assert ("ERROR" if errors else text) == result
