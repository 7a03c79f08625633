"""Questions: tests of expressions as answers, options out of lists, results."""

from collections.abc import Callable

import pytest

from gateway.core.flow.events import Json, ResultSaved
from tests.stage import Phone, release, steps


@pytest.mark.parametrize(
    ("expect", "good", "saved", "bad"),
    [
        pytest.param('has_pattern("^[0-9]{4}$")', "2026", "2026", "20261", id="a pattern"),
        pytest.param("has_number_between(1, 5)", "about 4", "4", "7", id="a range"),
        pytest.param("has_number_lte(answer.most)", "12", "12", "13", id="an expression's limit"),
        pytest.param("has_email", "amina@example.org", "amina@example.org", "amina", id="mail"),
        pytest.param('has_any_word("maize, beans")', "the Beans", "Beans", "rice", id="words"),
        pytest.param('has_phrase("(a, b")', "x a b", "a b", "b a", id="brackets in a text"),
        pytest.param(" has_time ( ) ", "at 10:30", "10:30:00", "noon", id="space"),
    ],
)
def test_an_answer_may_be_expected_by_any_test_of_expressions(
    expect: str, good: str, saved: str, bad: str
):
    flow = (
        f"  a: {{ask: 'What?', expect: '{expect}', save: answer.x}}\n  b: {{say: 'So: @answer.x'}}"
    )
    phone = Phone(release(steps(flow)), roots={"answer": {"most": 12}})
    phone.start()
    assert phone.reply(bad) == "Sorry, we did not understand.\nWhat?"
    assert phone.reply(good) == f"So: {saved}"


def test_a_number_that_was_found_stays_one():
    flow = (
        "  a: {ask: 'Age?', expect: has_number_gt(0), save: answer.age}\n"
        "  b: {say: '@(answer.age + 1), @(answer.age > 9)'}"
    )
    phone = Phone(release(steps(flow)))
    phone.start()
    assert phone.reply("I am 34.5") == "35.5, true"


CLINICS: Json = [
    {"id": "k1", "town": "Kasama", "open": True},
    {"id": "m7", "town": "Mbala", "open": False},
    {"id": "x", "town": ""},
]


@pytest.mark.parametrize(
    ("given", "shown", "typed", "answer"),
    [
        pytest.param(
            "{list: '@motion.list', label: '@item.town', save: '@item.id'}",
            "1 Kasama\n2 Mbala", "mbala", "m7", id="labels and codes of one's own",
        ),
        pytest.param(
            "{list: '@motion.list', label: '@(upper(item.town) & if(item.open, \"\", \" -\"))',"
            " number: '@(index * 10)'}",
            "10 KASAMA\n20 MBALA -\n30 -", "20", "20", id="labels and numbers that are worked out",
        ),
        pytest.param(
            "{list: '@(array(\"Red\", \"Blue\"))', label: 'The @item one'}",
            "1 The Red one\n2 The Blue one", "2", "Blue", id="a list that is worked out",
        ),
        pytest.param(
            "{list: '@motion.list', label: Any}", "1 Any\n2 Any\n3 Any", "3", "3", id="all alike"
        ),
    ],
)  # fmt: skip
def test_options_are_made_out_of_a_list(given: str, shown: str, typed: str, answer: str):
    flow = (
        f"  a: {{menu: 'Where?', options_from: {given}, save: answer.x}}\n"
        "  b: {say: '@answer.x.code'}"
    )
    phone = Phone(release(steps(flow)), roots={"motion": {"list": CLINICS}})
    assert phone.start() == f"Where?\n{shown}"
    assert phone.reply(typed) == answer


def test_options_out_of_a_list_may_lead_elsewhere_than_those_of_the_file():
    flow = (
        "  a:\n    menu: Where?\n    options_from: {list: '@motions', then: there}\n"
        "    options: {0: Nowhere}\n"
        "  here: {say: 'You stay.', end: true}\n"
        "  there: {say: 'You go.'}\n"
    )
    phone = Phone(release(steps(flow)), roots={"motions": ["Kasama"]})
    assert phone.start() == "Where?\n1 Kasama\n0 Nowhere"
    assert phone.reply("0") == "You stay."
    phone.start()
    assert phone.reply("kasama") == "You go."


@pytest.mark.parametrize(
    ("question", "reply", "value", "category", "localised"),
    [
        ("ask: 'Age?', expect: number", "34", "34", "answered", "answered"),
        ("menu: 'Sure?', options: {1: 'Yes', 2: 'No'}", "yes", "Yes", "1", "Yes"),
        ("ask: 'Who?', skip: 0", "0", "0", "skipped", "skipped"),
    ],
)
def test_an_answer_is_a_result_where_the_step_names_one(
    question: str, reply: str, value: str, category: str, localised: str
):
    flow = f"  a: {{{question}, result: Mine}}\n  b: {{say: '@results.mine.category_localized'}}"
    phone = Phone(release(steps(flow)))
    phone.start()
    assert phone.reply(reply) == localised
    (result,) = phone.events_of(ResultSaved)
    assert isinstance(result, ResultSaved)
    assert (result.name, result.value, result.category) == ("Mine", value, category)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        pytest.param("{ask: x, expect: has_charm}", "there is no test has_charm", id="no test"),
        pytest.param("{ask: x, expect: 'has_pattern(\"(\")'}", "( is no regular", id="no pattern"),
        pytest.param("{ask: x, expect: has_number_between(1)}",
                     "has_number_between has 1 arguments beside the answer and takes 2. It is "
                     "called as has_number_between(text, ", id="one argument"),
        pytest.param("{ask: x, expect: 'has_number_gt(mtion.x)'}", "Use motion", id="a name"),
        pytest.param("{ask: x, expect: text(0)}", "Write text or text(160)", id="no letters"),
        pytest.param("{ask: x, expect: 'number(1, 9999999999999)'}", "does not say", id="too long"),
        pytest.param("{menu: x, options: {1: y}, exact: true, confirm: true}",
                     "both exact and confirm", id="exact and confirm"),
        pytest.param("{menu: x, options_from: {label: y}}", "has no list. Add list", id="no list"),
        pytest.param("{menu: x, options_from: {list: y}}", "not one expression", id="a word"),
        pytest.param("{menu: x, options_from: {list: '@motions', label: '@itm.x'}}",
                     "@itm.x begins with a name that nothing has. Use item", id="item"),
        pytest.param("{menu: '@item', options_from: '@motions'}", "a name that nothing has",
                     id="an item outside of its list"),
        pytest.param("{menu: x, options_from: {list: '@motions', then: b}}", "leads to b",
                     id="a step"),
        pytest.param("{menu: x, options_from: {list: '@motions', lable: b}}", "Write label",
                     id="a key of a list"),
        pytest.param("{menu: x, options: {1: {label: y, save: [1]}}}", "not a text or a number",
                     id="a code that is a list"),
        pytest.param("{say: x, result: y}", "result without ask or menu or split", id="a result"),
        pytest.param("{say: '@(upr(answer.x))'}", "there is no function upr. Write upper",
                     id="a function"),
        pytest.param("{say: '@(answer.x'}", "is never closed", id="a bracket"),
        pytest.param("{say: '@partcipant.name'}", "Use participant, or write @@", id="a near name"),
        pytest.param("{say: '@zzz'}", "Use one of answer, argument, ", id="no near name"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_question_is_told(
    step: str, says: str, refused: Callable[[str, int, str], None]
):
    refused(f"flow: one\nsteps:\n  a: {step}\n", 3, says)
