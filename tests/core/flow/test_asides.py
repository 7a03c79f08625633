"""Stepping aside in the middle of a question leaves the question as it was."""

from dataclasses import replace

from gateway.core.flow.answers import TESTS
from gateway.core.flow.events import Entered, Left, Prompted, Waiting
from gateway.core.flow.graph import Call, Case, Category, Router, Say, Timeout, Wait, Webhook
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Aside, Expired, Responded, TimedOut
from tests.graphs import asks, flow, node, release_of, template, text
from tests.stage import Phone

ASKING = flow(
    "aid", node("aid", router=asks("Which help?", "more")), node("more", Say(text("Call us.")))
)
QUICK = flow("quick", node("quick", Say(text("Ask us."))))
PLACED = Router(
    (Case("place", TESTS["place"], ("district",), Category("answered", "sure")),),
    None,
    Wait(text("District?"), timeout=Timeout(3600, Category("late", "late"))),
    save="answer.place",
)
SURVEY = release_of(
    flow(
        "one",
        node("name", router=asks("Name?", "place")),
        node("place", router=PLACED),
        node("sure", router=asks("Sure?")),
        node("late", Say(text("Too late."))),
    ),
    ASKING,
    QUICK,
)
WHICH = "Which one?\n1 Mwera\n2 Mwela\n0 None of these"


def at_the_second_question(*answers: str, own: Release = SURVEY, screen: bool = False) -> Phone:
    phone = Phone(own, channel="ussd" if screen else "sms")
    phone.start("one", "Amina", *answers)
    return phone


def without_turns(state: State | None) -> State:
    assert state is not None
    return replace(state, turns=0, values={})


def test_attempts_candidates_answers_ahead_and_the_way_back_are_as_they_were() -> None:
    phone = at_the_second_question("Nowhere", "yes")
    assert phone.reply("Mwea") == WHICH
    before = without_turns(phone.state)
    assert (before.attempts, before.ahead) == (1, ("yes",))
    assert before.candidates == ("ZZ-01-01", "ZZ-01-02")
    assert phone.give(Aside("aid")) == "Which help?"
    within = without_turns(phone.state)
    assert (within.attempts, within.ahead, within.trail, within.due) == (0, (), (), None)
    assert phone.reply("money") == f"Call us.\n{WHICH}"
    assert without_turns(phone.state) == before
    assert phone.reply("1") == ""
    assert phone.over


def test_what_was_given_ahead_answers_no_question_that_was_put_before() -> None:
    phone = at_the_second_question("Nowhere", "Katunda")
    phone.give(Aside("aid"))
    assert phone.reply("money") == "Call us.\nDistrict?"


def test_the_time_of_a_question_begins_anew_and_that_of_a_pause_goes_on() -> None:
    late = Timeout(3600, Category("late", None))
    rests = Router((), Category("said", None), Wait(None, timeout=late, pause=True))
    for router, rest in ((PLACED, 3600), (rests, 3000)):
        nodes = (node("name", router=asks("Name?", "place")), node("place", router=router))
        phone = at_the_second_question(own=release_of(flow("one", *nodes), ASKING, QUICK))
        assert phone.events_of(Waiting) == [Waiting(3600)]
        assert phone.wait(minutes=5) == ""
        phone.give(Aside("aid"))
        assert phone.events_of(Waiting) == []
        assert phone.wait(minutes=5) == ""
        phone.reply("money")
        assert phone.events_of(Waiting) == [Waiting(rest)]


def test_the_question_below_does_not_time_out_meanwhile() -> None:
    phone = at_the_second_question()
    phone.give(Aside("aid"))
    assert phone.wait(hours=2) == ""
    assert phone.reply("money").endswith("District?")
    assert phone.give(TimedOut()) == "Too late."


def test_an_aside_that_waits_too_long_is_over_and_the_question_is_put_again() -> None:
    phone = at_the_second_question()
    phone.give(Aside("aid"))
    assert phone.give(Expired()) == "District?"


def test_an_aside_that_is_given_up_leads_back_to_the_question() -> None:
    numbers = Case("number", TESTS["number"], (), Category("answered", None))
    asking = flow("aid", node("aid", router=Router((numbers,), None, Wait(text("Which?"), None))))
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], asking))
    phone.give(Aside("aid"))
    phone.reply("x")
    phone.reply("x")
    shown = phone.reply("x")
    assert shown.startswith("Sorry, we did not understand. Send HELP")
    assert shown.endswith("\nDistrict?")


def test_going_back_from_the_first_question_of_an_aside_leads_to_the_question() -> None:
    phone = at_the_second_question(screen=True)
    before = without_turns(phone.state)
    phone.give(Aside("aid"))
    (asked,) = phone.events_of(Prompted)
    assert isinstance(asked, Prompted)
    assert asked.home
    assert phone.reply("back") == "Call us.\nDistrict?"  # an answer in words to one for words
    menu = release_of(SURVEY.flows["one"], flow("aid", node("aid", router=PLACED)))
    phone = at_the_second_question(own=menu, screen=True)
    phone.give(Aside("aid"))
    (asked,) = phone.events_of(Prompted)
    assert isinstance(asked, Prompted)
    assert asked.back
    assert phone.reply("0") == "District?"
    assert without_turns(phone.state) == replace(before, release=menu.hash)
    assert phone.reply("0") == "Name?"


def test_going_back_within_an_aside_stays_in_it() -> None:
    second = replace(PLACED, cases=(replace(PLACED.cases[0], category=Category("answered", None)),))
    asking = flow(
        "aid", node("first", router=asks("First?", "place")), node("place", router=second)
    )
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], asking), screen=True)
    phone.give(Aside("aid"))
    phone.reply("x")
    assert phone.reply("0") == "First?"
    phone.reply("x")
    assert phone.reply("Katunda") == "District?"
    assert phone.reply("0") == "Name?"


def test_an_aside_within_an_aside_comes_back_to_it_and_one_twice_begins_anew() -> None:
    other = flow("other", node("other", router=asks("Which other?")))
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], ASKING, other))
    phone.give(Aside("aid"))
    phone.give(Aside("other"))
    assert phone.give(Aside("aid")) == "Which help?"
    state = without_turns(phone.state)
    assert [frame.flow for frame in state.frames] == ["one", "aid"]
    phone.give(Aside("other"))
    assert phone.reply("x") == "Which help?"
    assert phone.reply("x") == "Call us.\nDistrict?"


def test_an_aside_that_goes_on_elsewhere_for_good_leaves_the_question_for_good() -> None:
    last = flow("aid", node("aid", call=Call("quick", last=True)))
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], last, QUICK))
    assert phone.give(Aside("aid")) == "Ask us."
    assert phone.over


def test_an_aside_may_ask_a_server_and_what_was_given_ahead_waits() -> None:
    asking = Webhook("GET", template("http://x.test/"), (), None)
    served = flow("aid", node("aid", asking, Say(text("@webhook.status."))))
    phone = at_the_second_question(
        "Nowhere", "Katunda", own=release_of(SURVEY.flows["one"], served)
    )
    assert phone.give(Aside("aid")) == ""
    assert phone.give(Responded(1, 200, "")) == "200.\nDistrict?"


def test_an_aside_with_runs_begins_and_is_over() -> None:
    imported = replace(ASKING, runs=True)
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], imported, QUICK))
    phone.give(Aside("aid"))
    assert phone.events_of(Entered) == [Entered("aid", last=False)]
    phone.give(Aside("quick"))
    phone.give(Aside("aid"))
    phone.reply("x")
    assert phone.events_of(Left) == [Left("aid", "completed")]


def test_an_aside_that_begins_anew_was_interrupted() -> None:
    imported = replace(ASKING, runs=True)
    other = flow("other", node("other", router=asks("Which other?")))
    phone = at_the_second_question(own=release_of(SURVEY.flows["one"], imported, other))
    phone.give(Aside("aid"))
    phone.give(Aside("other"))
    phone.give(Aside("aid"))
    assert phone.events[:2] == (Left("aid", "interrupted"), Entered("aid", last=False))
