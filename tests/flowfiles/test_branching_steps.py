"""Steps that lead somewhere: conditions, waits, time-outs of questions, chance."""

from collections.abc import Callable

import pytest

from gateway.core.flow.events import Json, Prompted, ResultSaved, Waiting
from gateway.core.flow.turn import Resume, Start, TimedOut
from tests.stage import Phone, release, steps

ENDS = "  yes: {say: 'Yes.', end: true}\n  no: {say: 'No.', end: true}\n"


def says(step: str, roots: dict[str, Json] | None = None) -> str:
    return Phone(release(steps(f"  a: {step}\n  b: {{say: 'Next.', end: true}}\n{ENDS}")),
                 roots=roots or {}).start()  # fmt: skip


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        pytest.param("{when: '@(participant.age >= 18)', then: yes}", "Yes.", id="a comparison"),
        pytest.param("{when: '@(participant.age < 18)', then: yes}", "Next.", id="one that fails"),
        pytest.param("{when: '@(participant.age < 18)', then: yes, else: no}", "No.", id="else"),
        pytest.param("{when: '@participant.email', then: yes}", "Next.", id="a value not there"),
        pytest.param("{when: '@(1 / 0)', then: yes}", "Next.", id="an error is not true"),
        pytest.param(
            '{when: "@(has_group(participant.groups, ""Marshals""))", then: yes}'.replace(
                '""', '\\"'
            ),
            "Yes.",
            id="a group",
        ),
        pytest.param(
            """{when: '@(has_group(participant.groups, "Nurses"))', then: yes, else: no}""",
            "No.",
            id="a group of others",
        ),
        pytest.param(
            """{when: '@(has_group(participant.club, "Nurses"))', then: yes, else: no}""",
            "No.",
            id="no group at all",
        ),
        pytest.param(
            "{when: '@(has_number(participant.name))', then: yes, else: no}",
            "No.",
            id="a test that does not hold",
        ),
        pytest.param(
            "{when: '@(has_number(participant.age))', then: yes, else: no}",
            "Yes.",
            id="a test that holds",
        ),
        pytest.param("{when: '@(false)', then: yes}", "Next.", id="false"),
        pytest.param("{when: '@participant.age', cases: {34: yes}}", "Yes.", id="a value"),
        pytest.param("{when: '@participant.name', cases: {' AMINA ': yes}}", "Yes.", id="a word"),
        pytest.param(
            "{when: '@participant.age', cases: {'has_number_between(1, 17)': no, "
            "'has_number_between(18, 99)': yes}}",
            "Yes.",
            id="the first test that holds",
        ),
        pytest.param(
            "{when: '@participant.age', cases: {'has_number_gt(answer.limit)': no, "
            "'@participant.age': yes}}",
            "Yes.",
            id="tests and values that are expressions",
        ),
        pytest.param(
            "{when: '@participant.name', cases: {has_number: no}, else: yes}",
            "Yes.",
            id="a test without arguments",
        ),
        pytest.param(
            "{when: '@participant.name', cases: {'has_pattern(\"^am(,|i)\")': yes}}",
            "Yes.",
            id="a comma in a text",
        ),
    ],
)
def test_a_condition_leads_where_its_value_says(step: str, shown: str):
    person: Json = {
        "age": 34, "name": "Amina", "club": None,
        "groups": [{"uuid": "Marshals", "name": "Marshals"}],
    }  # fmt: skip
    assert says(step, {"participant": person, "answer": {"limit": 40}}) == shown


WAITS = steps(
    "  a: {say: 'Later more.', wait: 3 days}\n  b: {say: 'The meeting is tomorrow.', end: true}\n"
)


def test_a_wait_goes_on_when_its_time_has_passed_and_not_before():
    phone = Phone(release(WAITS))
    assert phone.start() == "Later more."
    assert phone.events_of(Waiting) == [Waiting(3 * 86_400)]
    assert phone.reply("hello?") == ""
    assert phone.give(Resume()) == ""
    assert phone.give(TimedOut()) == "The meeting is tomorrow."
    assert phone.over


def test_a_wait_may_end_a_flow_or_lead_elsewhere():
    phone = Phone(release(steps("  a: {wait: 1 hour, goto: yes}\n" + ENDS)))
    phone.start()
    assert phone.give(TimedOut()) == "Yes."
    phone = Phone(release(steps("  a: {wait: 1 hour, end: true}\n" + ENDS)))
    phone.start()
    phone.give(TimedOut())
    assert phone.over


def test_a_reply_may_end_a_wait_before_its_time():
    flow = release(
        steps(
            "  a: {wait: {for: 2 hours, reply: thanks, save: answer.words}}\n"
            "  b: {say: 'Nothing came.', end: true}\n"
            "  thanks: {say: 'You said: @answer.words'}\n"
        )
    )
    phone = Phone(flow)
    assert phone.start() == ""
    assert phone.reply("all is well") == "You said: all is well"
    phone.start()
    assert phone.give(TimedOut()) == "Nothing came."
    phone.start()
    assert phone.reply(" ") == "You said: "


@pytest.mark.parametrize(
    ("timeout", "shown"),
    [
        ("{after: 2 hours, then: no}", "No."),
        ("{after: 2 hours}", "So: ."),
        ("{after: 2 hours, then: end}", ""),
    ],
    ids=["to a step", "to the next step", "to the end"],
)
def test_a_question_that_nobody_answers_goes_on_where_it_says(timeout: str, shown: str):
    flow = f"  a: {{ask: 'Who?', save: answer.who, timeout: {timeout}}}\n"
    phone = Phone(release(steps(f"{flow}  b: {{say: 'So: @answer.who.', end: true}}\n{ENDS}")))
    phone.start()
    assert phone.events_of(Waiting) == [Waiting(7200)]
    assert phone.give(TimedOut()) == shown
    assert phone.over
    phone.start()
    assert phone.reply("Amina") == "So: Amina."


def test_a_menu_may_time_out_too():
    flow = "  a: {menu: 'Well?', options: {1: Fine}, timeout: {after: 1 day, then: no}}\n"
    phone = Phone(release(steps(flow + ENDS)))
    phone.start()
    assert phone.events_of(Prompted)
    assert phone.give(TimedOut()) == "No."


WAYS = {
    "[yes, no]": [(0.0, "Yes."), (0.49, "Yes."), (0.5, "No."), (0.99, "No.")],
    "{a: yes, b: no}": [(0.0, "Yes."), (0.5, "No.")],
    "{a: {then: yes, weight: 3}, b: no}": [(0.74, "Yes."), (0.75, "No.")],
    "{a: {then: yes, weight: 90}, b: {then: no, weight: 10}}": [(0.89, "Yes."), (0.91, "No.")],
    "{a: yes, b: end}": [(0.9, "")],
}


@pytest.mark.parametrize("ways", WAYS)
def test_chance_takes_each_way_as_often_as_it_weighs(ways: str):
    flow = release(steps(f"  a: {{split: {ways}}}\n{ENDS}"))
    for chance, shown in WAYS[ways]:
        assert Phone(flow, chance=chance).start() == shown


def test_the_name_of_a_way_is_saved_and_a_result():
    flow = release(
        steps(
            "  a: {split: {short: b, long: b}, save: answer.form, result: Form}\n"
            "  b: {say: 'The @answer.form one, @results.form.category.'}\n"
        )
    )
    phone = Phone(flow, chance=0.7)
    assert phone.start() == "The long one, long."
    (result,) = phone.events_of(ResultSaved)
    assert isinstance(result, ResultSaved)
    assert (result.name, result.category) == ("Form", "long")


@pytest.mark.parametrize(
    ("step", "says"),
    [
        pytest.param("{when: '@motion', then: b, cases: {1: b}}", "both then and cases",
                     id="then and cases"),
        pytest.param("{when: '@motion', cases: {}}", "has nothing under it", id="no cases"),
        pytest.param("{when: '@motion', cases: {' ': b}}", "is empty", id="an empty case"),
        pytest.param("{when: '@motion', cases: {'has_nubmer(1)': b}}",
                     "there is no test has_nubmer. Write has_number", id="a test misspelt"),
        pytest.param("{when: '@motion', cases: {'has_number_gt()': b}}",
                     "has_number_gt has 0 arguments beside the answer and takes 1", id="too few"),
        pytest.param("{when: '@motion', cases: {'has_number(1, 2)': b}}",
                     "has_number has 2 arguments beside the answer and takes 0", id="too many"),
        pytest.param("{when: '@motion', cases: {'has_pattern(\"(\")': b}}",
                     "( is no regular expression", id="a pattern that is none"),
        pytest.param("{when: '@motion', cases: {'has_number_gt(moton)': b}}",
                     "@moton begins with a name that nothing has. Use motion", id="a name"),
        pytest.param("{when: '@motion', cases: {'has_number_gt(1 +)': b}}", "cannot be read",
                     id="half an expression"),
        pytest.param("{when: '@motion', cases: {'@nothing': b}}", "name that nothing has",
                     id="a value's name"),
        pytest.param("{when: '@motion', then: c}", "then leads to c, which is no step", id="then"),
        pytest.param("{when: '@motion', then: b, wait: 1 day}", "both when and wait",
                     id="a condition and a wait"),
        pytest.param("{wait: soon}", "no length of time: soon. Write one such as 10 minutes",
                     id="no length of time"),
        pytest.param("{wait: 0 days}", "no length of time", id="no time at all"),
        pytest.param("{wait: 3 moons}", "no length of time", id="an unknown unit"),
        pytest.param("{wait: 99 weeks}", "longer than a year", id="too long"),
        pytest.param("{wait: [1 day]}", "not a text", id="a list of times"),
        pytest.param("{wait: {for: 1 day}}", "has no reply. Add reply", id="no reply"),
        pytest.param("{wait: {for: 1 day, reply: c}}", "leads to c", id="a reply to nowhere"),
        pytest.param("{wait: {for: 1 day, reply: b, safe: x}}", "has no safe. Write save",
                     id="a key of a wait"),
        pytest.param("{wait: {for: 1 day, reply: b, save: motion}}", "saved under motion",
                     id="a wait's path"),
        pytest.param("{ask: x, timeout: 2 hours}", "has nothing under it", id="no time-out"),
        pytest.param("{ask: x, timeout: {then: b}}", "has no after. Add after", id="no after"),
        pytest.param("{ask: x, timeout: {after: 2 hours, then: c}}", "leads to c", id="leads to c"),
        pytest.param("{say: x, timeout: {after: 2 hours}}", "timeout without ask or menu",
                     id="a lonely time-out"),
        pytest.param("{split: [b]}", "has 1 ways. Give it 2 to 50", id="one way"),
        pytest.param("{split: [b, b]}", "has 1 ways", id="the same way twice"),
        pytest.param("{split: [b, c]}", "split leads to c", id="a way to nowhere"),
        pytest.param("{split: {x: b, y: c}}", "y leads to c", id="a named way to nowhere"),
        pytest.param("{split: {X: b, y: b}}", "X cannot be a way's name", id="a way's name"),
        pytest.param("{split: {x: b, y: {then: b, weight: 101}}}", "weight is 101. Write 100",
                     id="a heavy way"),
        pytest.param("{split: {x: b, y: {then: b, weight: 0}}}", "above 0", id="no weight"),
        pytest.param("{split: {x: b, y: {weight: 2}}}", "has no then", id="a way without a step"),
        pytest.param("{split: b}", "has nothing under it", id="a word for ways"),
        pytest.param("{split: [b, end], save: motion}", "saved under motion", id="a split's path"),
    ],
)  # fmt: skip
def test_a_mistake_in_where_a_step_leads_is_told(
    step: str, says: str, refused: Callable[[str, int, str], None]
):
    refused(f"flow: one\nsteps:\n  b: {{say: x}}\n  a: {step}\n", 4, says)


def test_a_message_that_begins_a_flow_does_not_end_a_wait_for_time_alone():
    phone = Phone(release(WAITS.replace("say: 'Later more.', ", "")))
    assert phone.give(Start("one", message="hello")) == ""
    assert phone.give(TimedOut()) == "The meeting is tomorrow."
