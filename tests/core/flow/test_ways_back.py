"""Going back, going home, and stepping aside, without disturbing what people type."""

from dataclasses import replace

import pytest

from gateway.core.flow.events import ContactChanged, Left, Prompted, Saved, WentHome
from gateway.core.flow.graph import (
    Call,
    Category,
    Flow,
    Router,
    Say,
    SetContact,
    Timeout,
    Wait,
    Webhook,
)
from gateway.core.flow.turn import Aside, Responded, TimedOut
from tests.graphs import asks, flow, node, person, release_of, template, text
from tests.stage import Phone, release, steps

SURVEY = steps("""
  name:
    ask: Your name?
    save: answer.name
  issue:
    menu: What is it?
    options: {1: Water, 2: Land}
    save: answer.issue
  place:
    ask: Which district?
    expect: place(district)
    save: answer.place
  children:
    ask: How many children?
    expect: number
    save: answer.children
  done:
    say: "@answer.name, @answer.issue, @answer.place, @answer.children"
""")
HELP = "flow: aid\nsteps: {words: {say: Ask us.}}"


def survey(channel: str = "ussd") -> Phone:
    phone = Phone(release(SURVEY, aid=HELP), channel="ussd" if channel == "ussd" else "sms")
    phone.start()
    return phone


def test_the_key_leads_to_the_question_before_and_the_new_answer_counts() -> None:
    phone = survey()
    phone.reply("Amina")
    phone.reply("1")
    assert phone.reply("0") == "What is it?\n1 Water\n2 Land"
    phone.reply("2")
    assert phone.reply("Katunda") == "How many children?"
    assert phone.reply("3") == "Amina, Land, Katunda, 3"


def test_one_can_go_back_more_than_once_and_not_before_the_first_question() -> None:
    phone = survey()
    phone.reply("Amina")
    phone.reply("1")
    phone.reply("0")
    assert phone.reply("0") == "Your name?"
    assert phone.reply("back") == "What is it?\n1 Water\n2 Land"  # nothing to go back to: a name


def test_a_question_that_takes_the_key_as_an_answer_has_it() -> None:
    phone = survey()
    assert phone.reply("0").startswith("What is it?")
    phone.reply("1")
    phone.reply("Katunda")
    assert phone.reply("0") == "0, Water, Katunda, 0"


def test_a_word_leads_back_by_sms_and_the_key_does_not() -> None:
    phone = survey("sms")
    phone.reply("Amina")
    phone.reply("1")
    assert phone.reply("0").startswith("Sorry")
    assert phone.reply("go back").startswith("What is it?")


@pytest.mark.parametrize("typed", ["00", "main menu"])
def test_home_ends_the_conversation_for_the_first_menu(typed: str) -> None:
    phone = survey()
    phone.reply("Amina")
    phone.reply(typed)
    assert phone.events == (WentHome(),)
    assert phone.over


def test_the_key_for_home_leaves_a_question_for_words() -> None:
    phone = survey()
    phone.reply("00")
    assert phone.events == (WentHome(),)


def test_a_key_that_is_an_option_for_some_leads_back_for_the_others() -> None:
    text = """
  name:
    ask: Your name?
    save: answer.name
  more:
    menu: More?
    options:
      1: {label: Water}
      0: {label: Other, when: "@participant.member"}
"""
    shared = release(steps(text))
    for _ in range(2):  # whoever comes first decides nothing for those behind
        for member in (True, False):
            phone = Phone(shared, channel="ussd", roots={"participant": {"member": member}})
            phone.start()
            phone.reply("Amina")
            asked = phone.events[-1]
            assert isinstance(asked, Prompted)
            assert ("0" in dict(asked.options), asked.back) == (member, not member)


def test_a_release_with_other_keys_remembers_nothing_of_the_first() -> None:
    first = release(SURVEY)
    other = replace(first, keys={"back": "1", "home": "00"})
    for one, leads in ((first, True), (other, False), (first, True)):
        phone = Phone(one, channel="ussd")
        phone.start()
        phone.reply("Amina")
        asked = phone.events[-1]
        assert isinstance(asked, Prompted)
        assert asked.back is leads  # of two options, 1 is the first


def test_what_was_done_is_not_gone_back_behind() -> None:
    text = """
  sure:
    menu: Sure?
    options: {1: "Yes"}
  file:
    do: report
    with: {category: water, place: "", words: "x"}
  more:
    menu: More?
    options: {1: "Yes"}
"""
    phone = Phone(release(steps(text)), channel="ussd")
    phone.start()
    phone.reply("1")
    assert phone.reply("0").startswith("Sorry")


def test_a_prompt_says_whether_there_is_a_way_back() -> None:
    phone = survey()
    (first,) = phone.events_of(Prompted)
    phone.reply("Amina")
    (second,) = phone.events_of(Prompted)
    assert isinstance(first, Prompted)
    assert isinstance(second, Prompted)
    assert (first.back, second.back) == (False, True)


def test_help_in_the_middle_of_a_question_puts_the_question_again() -> None:
    phone = survey("sms")
    phone.reply("Amina")
    assert phone.give(Aside("aid")) == "Ask us.\nWhat is it?\n1 Water\n2 Land"
    assert phone.reply("1") == "Which district?"


def test_going_back_reaches_into_the_flow_that_called() -> None:
    outer = """
  first:
    menu: First?
    options: {1: "Go"}
  inner:
    call: two
  done:
    say: Done.
"""
    inner = "flow: two\nsteps: {ask: {menu: Second?, options: {1: Go}}}"
    phone = Phone(release(steps(outer), two=inner), channel="ussd")
    phone.start()
    assert phone.reply("1").startswith("Second?")
    assert phone.reply("0").startswith("First?")
    phone.reply("1")
    assert phone.reply("1") == "Done."
    assert phone.over


def test_going_back_into_a_flow_that_is_over_calls_it_as_before() -> None:
    outer = """
  first:
    call: {flow: two, with: {what: Water}}
  second:
    call: {flow: two, with: {what: Land}}
  done:
    menu: Done?
    options: {1: "Yes"}
"""
    inner = "flow: two\nsteps: {ask: {menu: '@argument.what?', options: {1: Good, 2: Bad}}}"
    phone = Phone(release(steps(outer), two=inner), channel="ussd")
    assert phone.start().startswith("Water?")
    assert phone.reply("1").startswith("Land?")
    assert phone.reply("0").startswith("Water?")
    assert phone.reply("1").startswith("Land?")
    assert phone.reply("1").startswith("Done?")
    assert phone.reply("0").startswith("Land?")
    assert phone.reply("1").startswith("Done?")


def test_a_flow_with_runs_that_is_left_for_home_or_for_a_question_before_was_interrupted() -> None:
    for typed in ("main menu", "go back"):
        own = release_of(
            flow("one", node("ask", router=asks("Name?", "call")), node("call", call=Call("two"))),
            flow("two", node("hear", router=Router((), None, Wait(None))), runs=True),
        )
        phone = Phone(own)
        phone.start()
        phone.reply("Amina")
        phone.reply(typed)
        assert phone.events[0] == Left("two", "interrupted")
        assert phone.events[1] == (WentHome() if typed == "main menu" else Prompted("Name?"))


def test_there_is_no_way_back_into_what_went_on_elsewhere_for_good() -> None:
    phone = Phone(
        release_of(
            flow(
                "one",
                node("ask", router=asks("Name?", "go")),
                node("go", call=Call("two", last=True)),
            ),
            flow("two", node("ask", router=asks("Age?"))),
        )
    )
    phone.start()
    phone.reply("Amina")
    assert phone.events == (Saved("answer.x", "Amina"), Prompted("Age?"))


JOIN = steps("""
  name: {ask: Name?, save: answer.name}
  place: {ask: District?, expect: place(district), save: answer.place}
  sure: {menu: Sure?, options: {1: "Yes", 2: "No"}, save: answer.sure}
  done: {say: "@answer.name, @answer.place, @answer.sure"}
""")


def test_by_sms_only_what_was_not_understood_is_asked_again() -> None:
    phone = Phone(release(JOIN))
    assert phone.start("one", "Amina", "Nowhere", "1") == (
        "Sorry, we did not understand.\nDistrict?"
    )
    assert phone.reply("Katunda") == "Amina, Katunda, Yes"


def test_answers_given_ahead_are_heard_where_imported_flows_find_them_and_change_people() -> None:
    hears = Router((), Category("said", "keep"), Wait(None))
    named = SetContact("name", template("@input.text"))
    own = release_of(
        flow("one", node("hear", router=hears), node("keep", named, router=hears), runs=True)
    )
    phone = Phone(own, contact=person())
    phone.start("one", "Bwalya", "Mulenga")
    assert phone.events_of(ContactChanged) == [
        ContactChanged("name", "Bwalya"),
        ContactChanged("name", "Mulenga"),
    ]


def test_an_answer_given_ahead_waits_for_a_server_and_for_a_pause() -> None:
    pause = Wait(None, timeout=Timeout(60, Category("over", "two")), pause=True)
    own = release_of(
        flow(
            "one",
            node("one", router=asks("One?", "look")),
            node("look", Webhook("GET", template("http://x.test/"), (), None), to="rest"),
            node("rest", router=Router((), None, pause)),
            node("two", router=asks("Two?", "three")),
            node("three", router=asks("Three?", "told")),
            node("told", Say(text("@answer.x"))),
        )
    )
    phone = Phone(own)
    assert phone.start("one", "a", "b") == ""
    assert phone.give(Responded(1, 200, "")) == ""
    assert phone.state is not None
    assert list(phone.state.ahead) == ["b"]
    assert phone.give(TimedOut()) == "Two?"
    assert not phone.state.ahead
    screen = Phone(replace(own, flows={"one": without_pause(own.flows["one"])}), channel="ussd")
    assert screen.start("one", "a", "b") == "Please wait a moment."
    assert screen.give(Responded(1, 200, "")) == "Three?"


def without_pause(whole: Flow) -> Flow:
    look = replace(whole.nodes["look"], to="two")
    return replace(whole, nodes={**whole.nodes, "look": look})


def test_of_a_dialled_string_nothing_is_kept_behind_what_was_not_understood() -> None:
    phone = Phone(release(JOIN), channel="ussd")
    phone.start("one", "Amina", "Nowhere", "1")
    assert phone.reply("Katunda") == "Sure?\n1 Yes\n2 No"
