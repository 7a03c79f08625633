"""What can be said of an expression before anybody talks: it fails always, or never changes."""

import pytest

from gateway.core.flow.expressions.answer_tests import DESCRIBED as ANSWERS
from gateway.core.flow.expressions.folding import FAILS, SAME, Known, fails_always, troubles
from gateway.core.flow.expressions.functions import TOPICS
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.syntax import Call, Chain, Literal, Name, parse

ROOTS = frozenset({"participant", "answer", "channel", "results"})
KNOWN: dict[str, Known] = {
    "channel": ("sms", "ussd"),
    "participant.member": (True, False, None),
    "answer.topic.code": ("water", "land", None),
}


def found(source: str) -> list[tuple[str, str]]:
    """Return the troubles of an expression, each as (kind, what it says)."""

    def domain(wanted: Path) -> Known:
        return KNOWN.get(wanted.full)

    return [(one.kind, one.says) for one in troubles(source, ROOTS, domain)]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 / 0", "division by zero"),
        ("answer.x / 0", "division by zero"),
        ("answer.x / (2 - 2)", "division by zero"),
        ('answer.x + "abc"', "unable to convert"),
        ('-"abc"', "unable to convert"),
        ("upper()", "need 1 argument"),
        ("upper(answer.x, answer.y)", "need 1 argument"),
        ("parse_datetime(answer.x)", "need 2 to 3 argument"),
        ("has_pattern(answer.x)", "need 2 argument"),
        ('round(answer.x, "two")', "unable to convert"),
        ('regex_match(answer.x, "(")', "invalid regular expression"),
        ("if(answer.x, 1 / 0, 2)", "division by zero"),
        ("foreach(answer.x, (one) => one / 0)", "division by zero"),
        ("answer.list[1 / 0]", "division by zero"),
        ('upper("a").b', "doesn't support lookups"),
        ('datetime_add(answer.x, 1, "eons")', "unknown unit"),
        ('repeat("a", -1)', "must be"),
    ],
)  # fmt: skip
def test_a_part_that_fails_whatever_it_is_given_is_found(source: str, says: str) -> None:
    ((kind, said),) = found(source)
    assert kind == FAILS
    assert says in said


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 = 2", "1 = 2 never holds"),
        ('channel = "email"', 'channel = "email" never holds'),
        ('channel != "email"', 'channel != "email" always holds'),
        ('participant.member = "yes"', 'participant.member = "yes" never holds'),
        ('and(answer.x, answer.topic.code = "health")', 'answer.topic.code = "health" never holds'),
        ('if("a" = "a", 1, 2)', '"a" = "a" always holds'),
    ],
)
def test_a_comparison_that_always_comes_out_alike_is_found(source: str, says: str) -> None:
    assert found(source) == [(SAME, says)]


@pytest.mark.parametrize(
    "source",
    [
        'channel = "sms"',
        'answer.topic.code = "water"',
        "participant.member",
        "answer.x / answer.y",
        'answer.x & "abc"',
        "answer.x > 5",
        "upper(answer.x)",
        "now() > answer.x",
        "rand() > 0.5",
        "today() = today()",
        "foreach(answer.list, (one) => upper(one))",
        "filter(answer.list, (one) => one.n > 2)[0].n",
        'parse_datetime(answer.x, "YYYY/MM/DD")',
        'datetime_diff(answer.x, answer.y, "D")',
        'regex_match(answer.x, "[0-9]+")',
        'object("a", 1)["a"]',
        'object("a", 1)["b"] & "x"',
        "is_error(answer.x + 1)",
        'has_category(results.x, "Yes")',
    ],
)
def test_what_may_work_is_left_alone(source: str) -> None:
    assert found(source) == []


def test_what_cannot_be_read_is_left_to_the_reader_of_texts() -> None:
    assert found("1 +") == []


@pytest.mark.parametrize("wanted", [*(one for topic in TOPICS.values() for one in topic), *ANSWERS],
                         ids=lambda one: one.name)  # fmt: skip
def test_no_example_of_a_function_is_called_a_mistake_with_some_of_its_values_unknown(wanted):
    """An example that works shows that its call may work, whichever of its values are not known."""
    for template, result in wanted.examples:
        if result == "ERROR":
            continue
        tree = parse(template.removeprefix("@(").removesuffix(")"))
        if not isinstance(tree, Chain) or tree.first != Name(wanted.name):
            continue
        (call, *_) = tree.trailers
        assert isinstance(call, Call)
        if not all(isinstance(arg, Literal) for arg in call.args):
            continue
        given: list[Known] = [(arg.value,) for arg in call.args if isinstance(arg, Literal)]
        for hidden in range(2 ** len(given)):
            some = [None if hidden >> at & 1 else one for at, one in enumerate(given)]
            assert fails_always(wanted.name, some) is None, (template, some)


def test_an_answer_test_of_a_router_is_tried_too() -> None:
    assert fails_always("has_number_between", [None, ("x",), ("5",)]) is not None
    assert fails_always("has_number_between", [None, ("1",), ("5",)]) is None
    assert fails_always("has_numbr", [None]) == "there is no function has_numbr"
