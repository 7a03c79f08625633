"""What begins a flow, and what two flows may not both claim."""

import re
from collections.abc import Callable

import pytest

from gateway.core.flow.triggers import Timetable, Trigger, Triggers
from gateway.flowfiles.errors import FlowFileError
from tests.stage import release


def starts(start: str, *, language: str = "en") -> str:
    return f"flow: one\nlanguage: {language}\nstart: {start}\nsteps: {{a: {{say: x}}}}"


def triggers(start: str) -> Triggers:
    return release(starts(start)).triggers


def begun(found: Triggers, text: str, first: str) -> Trigger | None:
    return found.of_words(text, first) or found.of_pattern(text)


@pytest.mark.parametrize(
    ("start", "message", "flow"),
    [
        pytest.param("{keywords: [Go]}", ("go now", "go"), Trigger("one", "en"), id="a first word"),
        pytest.param("{keywords: [go]}", ("now go", "now"), None, id="a word within"),
        pytest.param("{only: [Count me in]}", ("COUNT me in!", "count"), Trigger("one", "en"),
                     id="a whole message"),
        pytest.param("{only: [count]}", ("count me in", "count"), None, id="more than the whole"),
        pytest.param("{only: {ny: [ndilowa], en: [in]}}", ("ndilowa", "ndilowa"),
                     Trigger("one", "ny"), id="a whole message in a language"),
        pytest.param('{pattern: "^meter [0-9]{4}$"}', ("Meter 1234", "meter"),
                     Trigger("one", "en"), id="a pattern, capital or not"),
        pytest.param('{pattern: ["x{3}", "y{3}"]}', ("so yyy", "so"), Trigger("one", "en"),
                     id="one of two patterns"),
        pytest.param('{pattern: {sw: "^mita"}}', ("mita 7", "mita"), Trigger("one", "sw"),
                     id="a pattern in a language"),
        pytest.param('{pattern: "^meter"}', ("the meter", "the"), None, id="a pattern not there"),
    ],
)  # fmt: skip
def test_a_message_begins_the_flow_that_claims_it(
    start: str, message: tuple[str, str], flow: Trigger | None
):
    assert begun(triggers(start), *message) == flow


def test_a_whole_message_comes_before_a_first_word_and_both_before_a_pattern():
    two = "flow: two\nstart: {only: [go home]}\nsteps: {a: {say: x}}"
    three = 'flow: three\nstart: {pattern: "go|stay"}\nsteps: {a: {say: x}}'
    found = release(starts("{keywords: [go]}"), two=two, three=three).triggers
    flows = [begun(found, text, text.split()[0]) for text in ("go home", "go out", "stay in")]
    assert [one.flow for one in flows if one is not None] == ["two", "one", "three"]


def test_a_pattern_gives_its_groups():
    (pattern,) = triggers('{pattern: "^meter ([0-9]+)( now)?$"}').patterns
    assert pattern.found("METER 12") == ("12", "")


def test_codes_that_are_dialled_and_all_others():
    every = starts("{ussd: true}").replace("flow: one", "flow: two")
    found = release(starts('{ussd: ["*384*99#", "*384*99*2#"]}'), two=every).triggers
    assert found.codes == {"*384*99#": "one", "*384*99*2#": "one"}
    assert found.dial == "two"
    assert triggers('{ussd: "*123#"}').codes == {"*123#": "one"}
    assert triggers("{ussd: false}").dial is None


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("new_participant", "newcomer"),
        ("joined", "joined"),
        ("missed_call", "missed_call"),
        ("broadcast_reply", "broadcast_reply"),
        ("other", "other"),
    ],
)
def test_what_happens_may_begin_a_flow(key: str, field: str):
    assert getattr(triggers(f"{{{key}: true}}"), field) == "one"
    assert getattr(triggers(f"{{{key}: false}}"), field) is None


def test_short_codes_take_what_nothing_else_does():
    assert triggers("{short_code: 20300}").short_codes == {"20300": "one"}
    assert triggers("{short_code: [20300, '+26097 0000001']}").short_codes == {
        "20300": "one", "+260970000001": "one",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("every", "table"),
    [
        ("{days: [mon, thu], at: '08:00', group: Marshals}",
         Timetable("one", (0, 3), 480, "Marshals")),
        ("{at: '23:59'}", Timetable("one", (0, 1, 2, 3, 4, 5, 6), 1439)),
        ("[{day_of_month: 31, at: '00:05'}]",
         Timetable("one", (0, 1, 2, 3, 4, 5, 6), 5, "", 31)),
    ],
    ids=["days of the week", "every day", "a day of the month"],
)  # fmt: skip
def test_a_flow_begins_by_itself(every: str, table: Timetable):
    assert triggers(f"{{every: {every}}}").timetables == (table,)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        pytest.param("{keywords: [go]}", "the keyword go", id="a keyword"),
        pytest.param("{only: [go home]}", "the message go home", id="a whole message"),
        pytest.param('{pattern: "^x"}', r"the pattern \^x", id="a pattern"),
        pytest.param("{short_code: 20300}", "an SMS to 20300", id="a short code"),
        pytest.param('{ussd: "*1*2#"}', r"the code \*1\*2#", id="a code"),
        pytest.param("{ussd: true}", "a dial that no code takes", id="every dial"),
        pytest.param("{new_participant: true}", "a phone that was never heard of", id="newcomers"),
        pytest.param("{joined: true}", "somebody who has just become a member", id="members"),
        pytest.param("{missed_call: true}", "a call that was not taken", id="missed calls"),
        pytest.param("{broadcast_reply: true}", "a reply to a call to action", id="replies"),
        pytest.param("{other: true}", "an SMS that nothing else takes", id="all else"),
    ],
)
def test_two_flows_that_claim_the_same_are_told_of_each_other(start: str, what: str):
    other = starts(start).replace("flow: one", "flow: two\nresume: true")
    with pytest.raises(FlowFileError) as told:
        release(starts(start), two=other)
    sentence = rf"flows/two\.yaml:4: {what} begins the flow one already, in flows/one\.yaml:3\. "
    assert re.match(sentence, str(told.value))


def test_one_flow_may_claim_a_word_in_two_languages():
    found = triggers("{keywords: {en: [go, go], ny: [go]}}")
    assert found.words == {"go": Trigger("one", "en")}


@pytest.mark.parametrize(
    ("start", "says"),
    [
        pytest.param("{keywords: [stop]}", "never begins a flow: it is what people send to leave",
                     id="stop"),
        pytest.param("{only: {ny: [yambani]}}", "it is what people send to come back", id="start"),
        pytest.param("{keywords: [two words]}", "is not one word. Write single words", id="two"),
        pytest.param("{keywords: ['!']}", "has no letters", id="a mark"),
        pytest.param("{keywords: []}", "not a list of words", id="no keyword"),
        pytest.param("{keywords: go}", "not a list of words", id="a word alone"),
        pytest.param("{only: ['?']}", "has no letters. Write words", id="a mark alone"),
        pytest.param('{pattern: "("}', "( is no regular expression", id="a bracket"),
        pytest.param('{pattern: "(?=x)"}', "without look-ahead", id="a look-ahead"),
        pytest.param('{pattern: "' + "x" * 501 + '"}', "is no regular expression", id="a long one"),
        pytest.param("{ussd: 384}", "384 cannot be dialled", id="no code"),
        pytest.param('{ussd: ["*1#", "1"]}', "1 cannot be dialled", id="one that is no code"),
        pytest.param("{other: perhaps}", "not true or false", id="no flag"),
        pytest.param("{every: {days: [mon]}}", "has no at. Add at", id="no time"),
        pytest.param("{every: {at: 8am}}", 'Write one such as at: "08:00"', id="no clock"),
        pytest.param("{every: {at: '24:00'}}", "no time of the day", id="midnight twice"),
        pytest.param("{every: {at: '8:00'}}", "no time of the day", id="one digit"),
        pytest.param("{every: {at: '08:00', days: [monday]}}", "monday is no day", id="a day"),
        pytest.param("{every: {at: '08:00', day_of_month: 32}}", "no month has 32", id="32nd"),
        pytest.param("{every: {at: '08:00', day_of_month: 1, days: [mon]}}",
                     "both days and day_of_month", id="two kinds of days"),
        pytest.param("{every: [8]}", "time 1 is not one. Begin each time", id="a list of numbers"),
        pytest.param("{keyword: [x]}", "has no keyword. Write keywords", id="a slip"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_begins_a_flow_is_told(
    start: str, says: str, refused: Callable[[str, int, str], None]
):
    refused(starts(start), 3, says)


def test_a_mistake_in_one_language_is_told_with_its_line(
    refused: Callable[[str, int, str], None],
):
    text = "flow: one\nsteps: {a: {say: x}}\nstart:\n  keywords:\n    en: [go]\n    ny: [pita a]\n"
    refused(text, 6, "is not one word")
