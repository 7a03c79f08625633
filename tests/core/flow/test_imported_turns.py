"""What flows that were imported know of a turn: what began them, what came in, what it came to."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.core.flow.answers import TESTS
from gateway.core.flow.assets import Assets
from gateway.core.flow.events import Failed, Faulty, HandedOver, Json, ResultSaved, Said
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import (
    Action,
    Call,
    Case,
    Category,
    HandOver,
    Router,
    Say,
    SetLocal,
    SetResult,
    Timeout,
    Wait,
)
from gateway.core.flow.release import Release
from gateway.core.flow.turn import Aside, Resume, Start, TimedOut
from tests.graphs import asks, flow, node, person, release_of, template, text
from tests.stage import Phone

HEARS = Router(
    (), Category("said", "tell"), Wait(None, timeout=Timeout(60, Category("late", "tell")))
)


def told(what: str, *actions: Action, contact: Mapping[str, Json] | None = None) -> Phone:
    """Play a flow that does something and says what became of it; return its phone."""
    own = release_of(flow("one", node("act", *actions, Say(text(what))), runs=True))
    phone = Phone(own, contact=contact)
    phone.start()
    return phone


def said(phone: Phone) -> str:
    return "\n".join(one.text for one in phone.events_of(Said) if isinstance(one, Said))


def test_a_flow_knows_what_began_it_and_for_whom() -> None:
    own = release_of(flow("one", node("a", Say(text("@trigger.type @parent.status"))), runs=True))
    phone = Phone(own, contact=person())
    phone.give(Start("one", (), None, None, {"type": "manual"}, {"status": "active"}))
    assert said(phone) == "manual active"
    phone.give(Start("one", (), None, None, {"type": "manual"}, None))
    assert said(phone) == "manual "


def test_time_that_is_over_is_no_input_and_a_result_of_its_own() -> None:
    heard = replace(HEARS, result="Reply")
    own = release_of(
        flow(
            "one",
            node("first", router=Router((), Category("said", "wait"), Wait(None))),
            node("wait", router=heard),
            node("tell", Say(text("[@input.text] @results.reply.category"))),
            runs=True,
        )
    )
    phone = Phone(own)
    phone.start()
    phone.reply("well")
    assert phone.give(TimedOut()) == "[] late"
    (kept,) = phone.events_of(ResultSaved)
    assert isinstance(kept, ResultSaved)
    assert (kept.name, kept.category, kept.value) == ("Reply", "late", phone.now.isoformat())


def test_a_flow_knows_that_it_was_time_that_led_on() -> None:
    nodes = (node("wait", router=HEARS), node("tell", Say(text("@resume.type"))))
    phone = Phone(release_of(flow("one", *nodes, runs=True)))
    phone.start()
    assert phone.give(TimedOut()) == "wait_timeout"
    phone.start()
    assert phone.reply("well") == "msg"


def test_where_no_case_holds_and_there_is_no_other_way_the_flow_stops() -> None:
    number = Case("number", TESTS["number"], (), Category("number", None))
    router = Router((number,), None, Wait(text("How many?")), strict=True)
    phone = Phone(release_of(flow("one", node("ask", router=router), runs=True)))
    phone.start()
    phone.reply("many")
    assert phone.events_of(Failed) == [Failed("flow one, step ask: no category fits")]


def aside() -> Release:
    return release_of(
        flow("one", node("name", router=asks("Name?"))),
        flow("aid", node("aid", router=asks("Which help?"))),
    )


def test_a_word_of_another_language_speaks_it_from_then_on() -> None:
    phone = Phone(aside())
    phone.start()
    assert phone.said_in == "en"
    phone.give(Aside("aid", "ny"))
    assert phone.said_in == "ny"


def test_going_back_into_a_flow_that_was_called_leads_to_the_very_question() -> None:
    number = Case("number", TESTS["number"], (1, 9), Category("number", None))
    last = Router((number,), None, Wait(text("C?")))
    second = replace(last, wait=Wait(text("B?")))
    inner = flow("inner", node("a", router=asks("A?", "b")), node("b", router=second))
    outer = flow("one", node("go", call=Call("inner"), to="c"), node("c", router=last))
    phone = Phone(release_of(outer, inner), channel="ussd")
    assert phone.start("one", "x", "2") == "C?"
    assert phone.reply("0") == "B?"
    assert phone.reply("0") == "A?"


COPIES = {
    "one address": (["tel:+260970000001"], 1),
    "two that channels reach": (["tel:+260970000001", "telegram:5", "mailto:a@b.example"], 2),
    "none that a channel reaches": (["mailto:a@b.example"], 1),
}


@pytest.mark.parametrize(("urns", "copies"), COPIES.values(), ids=COPIES)
def test_a_text_for_every_address_is_said_once_for_each(urns: list[str], copies: int) -> None:
    assets = Assets(channels=(("c", "C", "20200", ("tel",)), ("d", "D", "bot", ("telegram",))))
    everywhere = flow("one", node("a", Say(text("Come."), everywhere=True)), runs=True)
    own = release_of(everywhere, assets=assets)
    known = Phone(own, contact=person(urns=list(urns)))
    known.start()
    assert known.events_of(Said) == [Said("Come.")] * copies
    nobody = Phone(own)
    nobody.start()
    assert nobody.events_of(Said) == [Said("Come.")]


def test_a_reply_to_tap_is_cut_where_it_is_too_long_and_only_there() -> None:
    replies = (text("a" * 64), text("b" * 65))
    phone = told("x", Say(text("Well?"), (), replies))
    (first, _) = phone.events_of(Said)
    assert isinstance(first, Said)
    assert first.replies == ("a" * 64, "b" * 61 + "...")


SUMS = {
    "numbers": (("40", "2"), "42", False),
    "down": (("5", "-7"), "-2", False),
    "with a sign": (("+1", "2"), "3", False),
    "what is no number": (("2", "many"), "2", True),
    "what is no whole number": (("2", "1.5"), "2", True),
    "a number beyond bounds": (("2", "1" * 19), "2", True),
    "nothing but what is no number": (("many",), "", True),
}


@pytest.mark.parametrize(("values", "total", "faulty"), SUMS.values(), ids=SUMS)
def test_a_value_of_the_run_is_counted_up(
    values: tuple[str, ...], total: str, *, faulty: bool
) -> None:
    sums = [SetLocal("sum", template(one), add=True) for one in values]
    phone = told('@(default(locals.sum, ""))', *sums)
    assert said(phone) == total
    assert bool(phone.events_of(Faulty)) == faulty


def test_what_a_value_is_counted_up_to_is_counted_from_nothing_where_it_is_no_number() -> None:
    acts = (SetLocal("sum", "many"), SetLocal("sum", 2, add=True))
    assert said(told("@locals.sum", *acts)) == "2"


def test_a_value_that_cannot_be_worked_out_leaves_what_there_was() -> None:
    acts = [SetLocal("kept", template(one)) for one in ("here", "@(1 / 0)")]
    assert said(told("@locals.kept", *acts)) == "here"


def test_a_result_that_cannot_be_worked_out_stays_what_it_was() -> None:
    acts = [SetResult("Crop", text(one), text("Grows")) for one in ("maize", "@(1 / 0) beans")]
    phone = told("@results.crop", *acts)
    assert said(phone) == "maize"
    assert len(phone.events_of(ResultSaved)) == len(phone.events_of(Faulty)) == 1


RESULTS: dict[str, tuple[Template | str, str | None, str]] = {
    "a value alone": (template("@(1 + 1)"), None, "2 2"),
    "a value and its category": ("water", "Wet", "water Wet"),
}


@pytest.mark.parametrize(("value", "category", "shown"), RESULTS.values(), ids=RESULTS)
def test_a_result_is_kept_with_its_category(
    value: Template | str, category: str | None, shown: str
) -> None:
    result = SetResult("Mine", value, None if category is None else text(category))
    kept = told("@results.mine.value @(default(results.mine.category, results.mine.value))", result)
    assert said(kept) == shown


def test_the_category_of_a_result_is_told_in_the_person_s_language() -> None:
    result = SetResult("Mine", "water", text("Wet", ny="Madzi"))
    own = release_of(
        flow("one", node("a", result, Say(text("@results.mine.category_localized"))), runs=True)
    )
    phone = Phone(own, language="ny", contact=person(language="nya"))
    phone.start()
    assert said(phone) == "Madzi"


@pytest.mark.parametrize(("tickets", "category"), [([], "Success"), ([{"topic": "a"}], "Failure")])
def test_the_staff_are_asked_once_and_the_result_says_whether(tickets: Json, category: str) -> None:
    hands = HandOver(text("Help."), "Safety", "Ticket")
    phone = told("@results.ticket.category", hands, contact=person(tickets=tickets))
    assert said(phone) == category
    assert len(phone.events_of(HandedOver)) == (category == "Success")


def test_a_flow_of_nothing_is_called_and_over_and_the_one_that_called_it_goes_on() -> None:
    call = node("go", call=Call("empty"), to="on")
    outer = flow("one", call, node("on", Say(text("On with it."))), runs=True)
    phone = Phone(release_of(outer, flow("empty", runs=True)))
    assert phone.start() == "On with it."
    assert phone.over


def test_a_call_of_a_flow_that_is_not_there_stops_the_conversation() -> None:
    call = node("go", call=Call("gone"), to="on")
    phone = Phone(release_of(flow("one", call, node("on", Say(text("On."))), runs=True)))
    assert phone.start() == ""
    assert phone.events[-1] == Failed("flow one, step go: there is no flow gone")


@pytest.mark.parametrize("counts", [True, False])
def test_how_often_a_step_was_reached_is_known_where_a_flow_asks_for_it(*, counts: bool) -> None:
    again = node("again", Say(text("@node.visit_count")), to="ask")
    own = flow("one", again, node("ask", router=asks("More?", "again")), runs=True, counts=counts)
    phone = Phone(release_of(own))
    assert phone.start() == "1\nMore?"
    assert phone.reply("yes") == ("2\nMore?" if counts else "1\nMore?")


@pytest.mark.parametrize("remembers", [True, False])
def test_where_a_run_has_been_is_known_where_a_flow_asks_for_it(*, remembers: bool) -> None:
    path = '@(join(foreach(run.path, (step) => step.node_uuid), " ")) @(count(run.path))'
    again = node("again", Say(text(path)), to="ask")
    ask = node("ask", router=asks("More?", "again"))
    phone = Phone(release_of(flow("one", again, ask, runs=True, remembers=remembers)))
    assert phone.start() == "again 1\nMore?"
    assert phone.reply("yes") == ("again ask again 3\nMore?" if remembers else "again 1\nMore?")


JOIN = node("join", Say(text("Join?"), (), (text("Yes"), text("3"))), to="hear")
HEARD = node("hear", router=Router((), Category("said", "tell"), Wait(None)))
TELLS = node("tell", Say(text("[@input.text]")), to="more")
MORE = node("more", router=Router((), Category("said", None), Wait(None)))
TAPPED = release_of(
    flow("one", JOIN, HEARD, TELLS, MORE, runs=True),
    flow("aid", node("aid", Say(text("Call us.")))),
)


def test_what_asks_is_said_again_to_who_dials_again_or_looked_for_help() -> None:
    phone = Phone(TAPPED, channel="ussd")
    assert phone.start() == "Join?"
    asked = phone.events_of(Said)
    assert phone.resume() == "Join?"
    assert phone.events_of(Said) == asked, "the quick replies too"
    assert phone.give(Aside("aid")) == "Call us.\nJoin?"
    assert phone.events_of(Said)[1:] == asked
    assert phone.reply("1") == "[Yes]"
    assert phone.resume() == "[Yes]"


def test_words_that_ask_nothing_new_are_said_again_without_the_quick_replies_before() -> None:
    silent = flow("one", JOIN, replace(HEARD, router=replace(HEARS, default=Category("", "more"))),
                  node("tell", Say(text("Late."))), MORE, runs=True)  # fmt: skip
    phone = Phone(release_of(silent), channel="ussd")
    phone.start()
    assert phone.reply("2") == ""
    assert phone.give(Resume()) == "Join?"
    assert [one.replies for one in phone.events_of(Said) if isinstance(one, Said)] == [()]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        pytest.param("1", "Yes", id="its number"),
        pytest.param(" 1 ", "Yes", id="its number among spaces"),
        pytest.param("١", "Yes", id="its number in other digits"),
        pytest.param("2", "3", id="the number of one that is a number"),
        pytest.param("3", "3", id="a reply that is a number itself"),
        pytest.param("0", "0", id="a number that none has"),
        pytest.param("4", "4", id="a number beyond them"),
        pytest.param("yes", "yes", id="words"),
    ],
)
def test_a_quick_reply_is_given_on_a_screen_by(typed: str, heard: str) -> None:
    phone = Phone(TAPPED, channel="ussd")
    phone.start()
    assert phone.reply(typed) == f"[{heard}]"
    assert phone.reply("1") == "", "it was the question before that had quick replies"


def test_a_quick_reply_is_given_behind_a_dialled_code_by_its_number() -> None:
    assert Phone(TAPPED, channel="ussd").start("one", "1") == "[Yes]"


def test_a_number_is_a_number_in_an_sms_which_numbers_no_quick_replies() -> None:
    phone = Phone(TAPPED)
    phone.start()
    assert phone.reply("1") == "[1]"


@pytest.mark.parametrize(
    ("said", "worded"),
    [
        pytest.param(Said("Join?", (), ("Yes", "No")), "Join?\nYes\nNo", id="below the text"),
        pytest.param(Said("Reply YES or no.", (), ("Yes", "No")), "Reply YES or no.", id="in it"),
        pytest.param(
            Said("Do you know yesterday's?", (), ("Yes", "No")),
            "Do you know yesterday's?\nYes\nNo",
            id="in words of it",
        ),
        pytest.param(Said("Well?", (), ("👍",)), "Well?\n👍", id="without letters"),
        pytest.param(Said("Say yes.", (), ("Yes", "No")), "Say yes.\nYes\nNo", id="in it in part"),
        pytest.param(Said("Hi"), "Hi", id="without any"),
        pytest.param(Said("", ("image:x",), ("Yes",)), "Yes", id="without a text"),
    ],
)
def test_quick_replies_are_words_to_answer_with(said: Said, worded: str) -> None:
    assert said.worded == worded
