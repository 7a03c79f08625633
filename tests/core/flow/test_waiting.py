"""What a conversation waits for besides a reply: servers, time, and flows that wait too long."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.core.flow.answers import TESTS
from gateway.core.flow.engine import TURN_LIMIT, step
from gateway.core.flow.events import Ended, Failed, Left, Requested, Said, Waiting
from gateway.core.flow.graph import (
    Call,
    Case,
    Category,
    Flow,
    Node,
    Router,
    Say,
    Timeout,
    Wait,
    Webhook,
)
from gateway.core.flow.routing import answer_test
from gateway.core.flow.state import State
from gateway.core.flow.turn import Aside, Expired, Reply, Responded, Resume, Start, TimedOut
from gateway.core.flow.webhooks import KEPT_BYTES
from tests.graphs import asks, flow, node, release_of, template, text
from tests.stage import Phone

PRICE = Webhook(
    "POST",
    template("http://prices.test/@answer.x"),
    (("X-From", template("@channel")),),
    template('{"what": "@answer.x"}'),
    save="answer.price",
)
ON_OUTCOME = Router(
    (Case("has_only_text", answer_test("has_only_text"), ("answered",), Category("yes", "tell")),),
    Category("no", "sorry"),
    operand=template("@outcome"),
)
SHOP = release_of(
    flow(
        "one",
        node("what", router=asks("What?", "look")),
        node("look", Say(text("Looking.")), PRICE, Say(text("Looked.")), router=ON_OUTCOME),
        node("tell", Say(text("It is @answer.price.json.kwacha."))),
        node("sorry", Say(text("Not known (@webhook.status)."))),
    )
)


def asked_for_maize(phone: Phone) -> None:
    phone.start()
    assert phone.reply("maize").startswith("Looking.")


def test_a_server_is_asked_outside_and_the_conversation_waits_for_its_answer() -> None:
    phone = Phone(SHOP)
    asked_for_maize(phone)
    assert phone.events_of(Requested) == [
        Requested(
            1,
            "POST",
            "http://prices.test/maize",
            (("X-From", "sms"),),
            '{"what": "maize"}',
            10,
            "screen",
        )
    ]
    assert phone.give(Responded(1, 200, '{"kwacha": 320}')) == "Looked.\nIt is 320."
    assert phone.over


def test_an_answer_that_is_a_refusal_or_none_leads_where_the_flow_says() -> None:
    for status in (500, 404, 0):
        phone = Phone(SHOP)
        asked_for_maize(phone)
        assert phone.give(Responded(1, status, "no")) == f"Looked.\nNot known ({status})."


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param('{"kwacha": [1, {"Of": 2}]}', "It is [1, {Of: 2}].", id="lists and things"),
        pytest.param('{"Kwacha": 3}', "It is 3.", id="a name with capitals"),
        pytest.param(
            '{"kwacha": 123456789012345678901}', "It is 123456789012345680000.", id="huge"
        ),
        pytest.param('{"kwacha": 1e999}', "It is .", id="a number that none can hold"),
        pytest.param("[" * 100 + "]" * 100, "It is .", id="as deep as lists may be"),
        pytest.param("[" * 5000, "It is .", id="deeper"),
        pytest.param('"\ud800"', "It is .", id="half a character"),
        pytest.param("", "It is .", id="nothing"),
    ],
)
def test_whatever_a_server_answers_the_conversation_goes_on(body: str, shown: str) -> None:
    asks_more = node("tell", Say(text("It is @answer.price.json.kwacha.")), router=asks("More?"))
    flows = SHOP.flows["one"]
    phone = Phone(release_of(replace(flows, nodes={**flows.nodes, "tell": asks_more})))
    asked_for_maize(phone)
    assert phone.give(Responded(1, 200, body)) == f"Looked.\n{shown}\nMore?"
    assert phone.state is not None


def test_the_answer_of_another_question_changes_nothing() -> None:
    phone = Phone(SHOP)
    phone.start()
    for ticket in (1, 2):
        waiting = phone.kept
        assert phone.give(Responded(ticket, 200, "{}")) == ""
        assert phone.events == ()
        assert phone.kept == waiting
        phone.reply("maize")
    assert phone.give(Responded(1, 200, '{"kwacha": 1}')).endswith("It is 1.")


def test_whatever_else_comes_in_while_a_server_is_asked_is_asked_to_wait() -> None:
    phone = Phone(SHOP)
    asked_for_maize(phone)
    before = phone.state
    for given in (Reply("hello?"), Resume(), Aside("one")):
        assert phone.give(given) == "Please wait a moment."
    assert phone.give(TimedOut()) == ""
    assert phone.state is not None
    assert before is not None
    assert phone.state == replace(before, turns=before.turns + 2)


def test_a_screen_says_that_it_waits() -> None:
    phone = Phone(SHOP, channel="ussd")
    phone.start()
    assert phone.reply("maize") == "Looking.\nPlease wait a moment."


PATIENCE = Timeout(3600, Category("late", "remind"))
REMINDS = release_of(
    flow(
        "one",
        node("ask", router=asks("Will you come?", None, timeout=PATIENCE)),
        node("remind", Say(text("You did not say."))),
    )
)


def test_time_leads_on_where_the_question_allows_it() -> None:
    phone = Phone(REMINDS)
    phone.start()
    assert phone.events_of(Waiting) == [Waiting(3600)]
    assert phone.give(TimedOut()) == "You did not say."
    assert phone.over


def test_a_time_that_is_not_over_yet_changes_nothing() -> None:
    phone = Phone(REMINDS)
    phone.start()
    before = phone.kept
    assert phone.wait(minutes=59, seconds=59) == ""
    assert phone.events == (Waiting(1),)
    assert phone.kept == before
    assert phone.wait(seconds=1) == "You did not say."


def test_every_word_and_every_look_begins_the_time_anew() -> None:
    confirms = Router(
        (Case("place", TESTS["place"], (), Category("said", None)),),
        None,
        Wait(text("Where?"), timeout=PATIENCE),
    )
    own = release_of(flow("one", node("ask", router=confirms), node("remind", Say(text("Late.")))))
    phone = Phone(own)
    phone.start()
    for given in (Reply("nowhere"), Resume(), Reply("Mwea")):
        phone.wait(minutes=30)
        assert phone.events_of(Waiting) == [Waiting(1800)]
        phone.give(given)
        assert phone.events_of(Waiting) == [Waiting(3600)]
    phone.reply("1")
    assert phone.over


def test_a_question_behind_one_with_a_limit_has_none() -> None:
    again = Router((), Category("said", "name"), Wait(text("Will you come?"), timeout=PATIENCE))
    own = release_of(flow("one", node("ask", router=again), node("name", router=asks("Name?"))))
    phone = Phone(own)
    phone.start()
    assert phone.reply("yes") == "Name?"
    assert phone.state is not None
    assert phone.state.due is None


def test_nothing_said_in_a_pause_makes_it_longer() -> None:
    pause = Router((), Category("said", None), Wait(None, timeout=PATIENCE, pause=True))
    phone = Phone(release_of(flow("one", node("rest", router=pause))))
    phone.start()
    for given, rest in ((Reply("hello"), 3000), (Resume(), 2400), (Aside("nine"), 1800)):
        phone.wait(minutes=10)
        assert phone.give(given) == ""
        assert phone.events == (Waiting(rest),)


def test_time_changes_nothing_for_a_question_without_a_limit() -> None:
    phone = Phone(release_of(flow("one", node("ask", router=asks("Name?")))))
    phone.start()
    assert phone.give(TimedOut()) == ""
    assert not phone.over


def test_a_pause_ends_with_time_alone() -> None:
    pause = Router((), Category("said", None), Wait(None, timeout=PATIENCE, pause=True))
    phone = Phone(
        release_of(flow("one", node("rest", router=pause), node("remind", Say(text("Again.")))))
    )
    phone.start()
    assert phone.reply("hello") == ""
    assert phone.give(TimedOut()) == "Again."


def test_a_flow_that_waits_too_long_is_over_and_its_caller_knows() -> None:
    inner = flow("inner", node("ask", router=asks("Age?")), runs=True)
    told = Say(text("It @child.status."))
    outer = flow("one", node("call", call=Call("inner"), to="tell"), node("tell", told), runs=True)
    phone = Phone(release_of(outer, inner))
    phone.start()
    assert phone.give(Expired()) == "It expired."
    assert phone.events_of(Left) == [Left("inner", "expired"), Left("one", "completed")]


def test_a_conversation_of_endless_turns_is_stopped() -> None:
    own = release_of(flow("one", node("ask", router=asks("Again?", "ask"))))
    phone = Phone(own)
    state: State | None = step(own, None, Start("one"), phone.context()).state
    for _ in range(TURN_LIMIT):
        assert state is not None
        state = step(own, state, Reply("x"), phone.context()).state
    assert state is not None
    taken = step(own, state, Reply("x"), phone.context())
    assert isinstance(taken.events[-1], Failed)
    assert taken.state is None


def test_looking_again_is_no_turn() -> None:
    own = release_of(flow("one", node("ask", router=asks("Again?", "ask"))))
    phone = Phone(own)
    phone.start()
    phone.resume()
    assert phone.state is not None
    assert phone.state.turns == 0


def test_an_empty_flow_is_over_at_once() -> None:
    taken = step(release_of(flow("one")), None, Start("one"), Phone(SHOP).context())
    assert taken.state is None
    assert taken.events == (Ended(),)


def test_a_message_that_starts_a_flow_answers_its_first_wait() -> None:
    hears = Router((), Category("said", "echo"), Wait(None), save="answer.x")
    own = release_of(
        flow(
            "one", node("hear", router=hears), node("echo", Say(text("ok @input.text."))), runs=True
        )
    )
    taken = step(own, None, Start("one", message="ring 5"), Phone(own).context())
    assert Said("ok ring 5.") in taken.events
    assert step(own, None, Start("one"), Phone(own).context()).state is not None


HEARS = Router((), Category("said", "echo"), Wait(None), save="answer.x")
ECHO = node("echo", Say(text("ok @input.text.")))


def begun_by_a_message(*nodes: Node, **more: Flow) -> Phone:
    own = release_of(flow("one", *nodes, ECHO, runs=True), *more.values())
    phone = Phone(own)
    phone.give(Start("one", message="ring 5"))
    return phone


def test_a_first_step_that_waits_does_what_it_says_before_the_message_answers_it() -> None:
    phone = begun_by_a_message(node("hear", Say(text("Welcome.")), router=HEARS))
    assert phone.events_of(Said) == [Said("Welcome."), Said("ok ring 5.")]


def test_the_message_that_starts_a_flow_ends_no_pause_and_answers_no_later_step() -> None:
    pause = replace(HEARS, wait=Wait(None, timeout=PATIENCE, pause=True))
    called = flow("two", node("hear", router=replace(HEARS, default=Category("said", None))))
    for phone in (
        begun_by_a_message(node("rest", router=pause)),
        begun_by_a_message(node("ask", router=asks("Age?"))),
        begun_by_a_message(node("say", to="hear"), node("hear", router=HEARS)),
        begun_by_a_message(node("call", call=Call("two"), to="echo"), two=called),
        begun_by_a_message(node("look", PRICE, router=HEARS)),
    ):
        assert not phone.over
        assert not phone.events_of(Said)


LONG = "x" * KEPT_BYTES


def asks_two_servers(**more: Any) -> Phone:
    first, second = replace(PRICE, **more), replace(PRICE, save=None, url=template("@webhook.body"))
    shows = Say(text("@webhook.body"))
    own = release_of(
        flow("one", node("act", first, shows, second, shows, router=asks("More?"), to=None))
    )
    phone = Phone(own)
    phone.start()
    return phone


def test_what_a_server_answered_is_known_when_the_next_one_is_asked() -> None:
    phone = asks_two_servers()
    assert phone.give(Responded(1, 200, "http://x.test")) == "http://x.test"
    (asked,) = phone.events_of(Requested)
    assert isinstance(asked, Requested)
    assert (asked.ticket, asked.url) == (2, "http://x.test")
    assert phone.give(Responded(1, 200, "late")) == ""
    assert phone.give(Responded(2, 200, "y")) == "y\nMore?"
    assert phone.state is not None
    assert phone.state.values["webhook"] == {
        "__default__": "POST http://x.test",
        "status": 200,
        "json": None,
        "body": "y",
        "headers": {},
        "lasts": True,
    }


def test_a_long_answer_is_shown_and_not_kept_beyond_the_turn() -> None:
    phone = asks_two_servers()
    assert phone.give(Responded(1, 200, LONG)) == LONG
    assert phone.give(Responded(2, 200, LONG)).endswith("More?")
    assert phone.state is not None
    short = {"__default__": "POST http://prices.test/", "status": 200}
    assert phone.state.values == {"answer.price": short}
    assert len(phone.kept or b"") < 1000


def test_an_answer_of_the_most_letters_is_kept() -> None:
    phone = asks_two_servers()
    phone.give(Responded(1, 200, LONG[:-1]))
    assert phone.state is not None
    kept = phone.state.values["answer.price"]
    assert isinstance(kept, dict)
    assert kept["body"] == LONG[:-1]


def test_resuming_shows_what_waits() -> None:
    phone = Phone(REMINDS)
    phone.start()
    assert phone.give(Resume()) == "Will you come?"
