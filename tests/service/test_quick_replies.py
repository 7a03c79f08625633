"""Quick replies of imported flows: options on a screen, words to answer with in an SMS."""

from gateway.core.flow.graph import Category, Flow, Router, Say, Tell, Text, Wait
from gateway.core.flow.triggers import Trigger
from gateway.service.due import Alarm
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, DIALLED, Exchange
from tests.graphs import flow, node, template, text

REPLIES = (text("Yes", ny="Inde"), text("No", ny="Ayi"))
ASKS = flow(
    "asks",
    node("ask", Say(text("Will you come?", ny="Mubwera?"), (), REPLIES), to="hear"),
    node("hear", router=Router((), Category("said", "tell"), Wait(None))),
    node("tell", Say(text("You said @input.text."), (), (text("Thanks"),))),
    runs=True,
)


def play(exchange: Exchange, *flows: Flow) -> None:
    """Start with flows that their names begin, the first also by a dialled code."""
    exchange.add(
        *flows,
        words={
            **exchange.ground.releases.current.triggers.words,
            **{one.name: Trigger(one.name, "en") for one in flows},
        },
        codes={DIALLED: flows[0].name},
    )


def test_a_screen_numbers_them_and_shows_them_again_to_who_dials_again(exchange: Exchange):
    play(exchange, ASKS)
    asked = "CON Will you come?\n1 Yes\n2 No"
    assert exchange.dial(AMINA).screen == asked
    again = exchange.dial(AMINA)
    assert again.screen == "CON You had not finished.\n1 Continue\n2 Start again"
    assert again.type("1") == asked
    assert again.type("2") == "END You said No.\nThanks", "nothing waits for a number any more"


def test_an_sms_has_them_below_its_text(exchange: Exchange):
    play(exchange, ASKS)
    assert exchange.sms(AMINA, "asks") == ["Will you come?\nYes\nNo"]
    assert exchange.sms(AMINA, "1") == ["You said 1.\nThanks"]


def test_a_message_to_others_has_them_below_its_text_in_each_language(
    exchange: Exchange, clock: Clock
):
    words: Text = text("Well 3 is dry. Will you come?", ny="Chitsime 3 chauma. Mubwera?")
    for_whom = (("groups", ()), ("contacts", ()), ("urns", (template(f"tel:{BWALYA}"),)))
    whom = (*for_whom, ("others", ()), ("query", template("")))
    tells = flow(
        "tells",
        node("1", Tell("broadcast", (("text", words), ("replies", REPLIES), *whom))),
        runs=True,
    )
    play(exchange, tells)
    exchange.sms(BWALYA, "JOIN Bwalya, Chipata, yes")
    exchange.sms(BWALYA, "LANGUAGE 2")
    exchange.sms(AMINA, "tells")
    clock.advance(seconds=1)
    alarm = Alarm(exchange.database, exchange.ground)
    while alarm.turn():
        pass
    assert exchange.queued(BWALYA)[-1] == "Chitsime 3 chauma. Mubwera?\nInde\nAyi"
