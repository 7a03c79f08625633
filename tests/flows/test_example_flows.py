"""The flows of the documentation beside their transcripts: servers, results, words for staff."""

from collections.abc import Mapping

import pytest

from gateway.core.flow.events import (
    Event,
    HandedOver,
    Json,
    Requested,
    ResultSaved,
    Scheduled,
    Unscheduled,
    Waiting,
)
from gateway.core.flow.graph import Node, Say, SendSms, Text
from gateway.core.flow.saved import Roots
from gateway.core.flow.turn import Outcome, Responded, Start, TimedOut
from gateway.core.text.gsm7 import is_gsm7
from gateway.core.text.screens import screen
from gateway.flowfiles.releases import read_release
from tests.stage import NOW, ROOT, Phone

RELEASE = read_release(ROOT / "docs" / "examples" / "flows")
AMINA: Mapping[str, Json] = {
    "movement": {"name": "Ours"},
    "participant": {
        "name": "Amina", "number": 7, "member": True, "place": {"code": "ZZ-01", "name": "North"},
        "groups": [{"uuid": "Marshals", "name": "Marshals"}],
    },
}  # fmt: skip
STRANGER: Mapping[str, Json] = {"movement": {"name": "Ours"}, "participant": {"member": False}}
DAY = 86_400


class Doer:
    """Carries out actions, and keeps what was asked for."""

    def __init__(self, outcome: str = "done") -> None:
        self.outcome = outcome
        self.asked: list[tuple[str, Json]] = []

    def __call__(
        self, action: str, arguments: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        self.asked.append((action, dict(arguments)))
        return Outcome(self.outcome, {"participant.number": 7})


def phone(roots: Mapping[str, Json] = AMINA, *, chance: float = 0.0, outcome: str = "") -> Phone:
    return Phone(RELEASE, roots=roots, chance=chance, perform=Doer(outcome or "done"))


def only(person: Phone, kind: type[Event]) -> Event:
    (event,) = person.events_of(kind)
    return event


def asked_for(person: Phone) -> Requested:
    event = only(person, Requested)
    assert isinstance(event, Requested)
    return event


def test_a_price_comes_from_the_market_s_server():
    person = phone()
    person.start("price")
    person.reply("maize")
    assert asked_for(person).url == "https://prices.example.org/v1/maize"
    shown = person.give(Responded(1, 200, '{"bag": 320}'))
    assert shown == "Maize: K320 for a bag of 50 kg, K6.4 for a kilo."
    person.start("price", "rice")
    assert person.give(Responded(1, 503, "")) == (
        "We cannot reach the market now. Please try again later."
    )


def test_a_survey_is_short_for_three_in_four_and_its_answers_are_results():
    person = phone(chance=0.7)
    assert person.start("survey").startswith("Three short questions")
    assert only(person, Waiting) == Waiting(DAY)
    person.reply("about 40 families")
    assert person.reply("many") == (
        "Sorry, we did not understand.\nHow many minutes do you walk to it? Reply 0 to skip."
    )
    person.reply("20")
    assert person.reply("no") == "Thank you. We will ask who can repair it."
    assert person.over
    result = only(person, ResultSaved)
    assert isinstance(result, ResultSaved)
    assert (result.name, result.value, result.category) == ("Works", "No", "3")


def test_the_long_survey_asks_more_and_tells_staff_who_walks_far():
    person = phone(chance=0.8)
    assert person.start("survey").startswith("Four short questions")
    person.reply("40")
    person.reply("90")
    assert person.reply("1") == "How deep is it, in metres? Reply 0 if you do not know."
    assert person.reply("25") == "Thank you. We are glad that your well works."
    assert only(person, HandedOver) == HandedOver("Amina walks 90 minutes to water.", "water")


def test_who_walks_rather_far_comes_into_a_group():
    person = phone()
    person.start("survey", "40", "45", "1")
    assert isinstance(person.perform, Doer)
    assert person.perform.asked == [("add_to_group", {"group": "Far from water"})]


def test_a_survey_reminds_once_and_lets_people_be():
    person = phone()
    person.start("survey")
    assert person.give(TimedOut()).startswith("We still wait to hear from you.")
    assert person.reply("12") == "How many minutes do you walk to it? Reply 0 to skip."
    person.start("survey")
    person.give(TimedOut())
    assert person.give(TimedOut()) == ""
    assert person.over


def test_who_comes_is_reminded_the_day_before_and_asked_how_it_was():
    person = phone()
    person.start("meeting")
    assert person.reply("Yes I wil come").startswith("Did you mean Yes, I will come?")
    assert person.reply("yes") == "Good! We will remind you the day before."
    due = int(NOW.timestamp() + 2 * DAY) * 1000
    text = "Ours: the assembly is tomorrow at 9 in the hall."
    assert only(person, Scheduled) == Scheduled(due, text, "", "assembly")
    assert only(person, Waiting) == Waiting(4 * DAY)
    assert person.reply("ok") == ""
    assert person.give(TimedOut()) == "How was the assembly? Send 1 (bad) to 5 (very good)."
    assert person.reply("2") == "We are sorry. What you said helps us to do better."


def test_who_cannot_come_is_not_reminded():
    person = phone()
    person.start("meeting")
    assert person.reply("2") == "Thank you for telling us. We will not remind you."
    assert only(person, Unscheduled) == Unscheduled("assembly")


SHIFTS = (
    '[{"id": "s1", "day": "Sat", "from": "08:00", "free": 2},'
    ' {"id": "s2", "day": "Sun", "from": "14:00", "free": 1}]'
)


def test_a_marshal_takes_a_shift_that_is_free():
    person = phone()
    person.start("shifts")
    assert asked_for(person).url == "https://rota.example.org/free?place=ZZ-01"
    assert person.give(Responded(1, 200, SHIFTS)) == (
        "Which shift can you take?\n1 Sat 08:00, 2 free\n2 Sun 14:00, 1 free\n0 None of these"
    )
    person.reply("2")
    request = asked_for(person)
    assert (request.method, request.body) == (
        "POST", '{"member":7,"name":"Amina","shift":"s2"}',
    )  # fmt: skip
    shown = person.give(Responded(2, 200, '{"begins": "2026-05-17T14:00:00+00:00"}'))
    assert shown == "You have the shift Sun 14:00, 1 free. Thank you, Amina!"
    scheduled = only(person, Scheduled)
    assert isinstance(scheduled, Scheduled)
    assert scheduled.due == 1_778_940_000_000  # 16 May 2026, 14:00
    assert scheduled.text == "Your shift is tomorrow: Sun 14:00, 1 free."


def test_shifts_are_for_marshals_and_may_be_full():
    assert phone(STRANGER).start("shifts").startswith("Only marshals have shifts.")
    person = phone()
    person.start("shifts")
    assert person.give(Responded(1, 200, "[]")).startswith("All shifts are taken.")
    person.start("shifts")
    assert person.give(Responded(1, 0, "no answer")).startswith("We cannot reach the rota")


def test_three_days_after_joining_people_are_asked_how_they_want_to_help():
    person = phone()
    assert person.start("welcome") == ""
    assert only(person, Waiting) == Waiting(3 * DAY)
    assert person.give(TimedOut()).startswith("You joined us three days ago.")
    assert person.reply("2").startswith("Thank you!")
    person.start("welcome")
    person.give(TimedOut())
    person.give(TimedOut())
    assert person.over
    assert RELEASE.flows["welcome"].expires == 7 * DAY


def test_a_lawyer_is_found_by_a_person():
    person = phone()
    person.start("legal")
    assert person.reply("i was arested").startswith("Did you mean I was arrested?")
    assert person.reply("1") == "Where are you?"
    assert person.reply("Central police").startswith("A lawyer of ours will call you.")
    assert only(person, HandedOver) == HandedOver(
        "Amina: I was arrested, at Central police", "legal"
    )
    assert person.reply("they want to move me") == "We have passed it on."
    assert only(person, HandedOver) == HandedOver("Amina adds: they want to move me", "legal")
    assert person.give(TimedOut()) == ""
    assert person.over


def test_marshals_are_asked_on_mondays_and_silence_is_told():
    person = phone()
    assert person.start("checkin").startswith("Good morning Amina!")
    person.reply("trouble")
    person.reply("2")
    assert person.reply("no water") == "Thank you."
    assert only(person, HandedOver) == HandedOver("Ward of Amina: no water")
    person.start("checkin")
    person.give(TimedOut())
    assert only(person, HandedOver) == HandedOver("Amina did not answer on Monday.")


@pytest.mark.parametrize("message", ["METER 00412", "reading 00412", "READING 00412"])
def test_a_meter_is_read_out_of_the_message_that_began_the_flow(message: str):
    trigger = RELEASE.triggers.of_pattern(message)
    assert trigger is not None
    assert trigger.flow == "meter"
    shown = phone().give(Start("meter", message=message))
    assert shown == "We noted 412 cubic metres. Thank you."


def test_what_nothing_else_takes_is_looked_at_for_words_that_we_know():
    person = phone()
    assert person.give(Start("other", message="what is the PRICE of maize")).startswith("Which pri")
    assert person.give(Start("other", message="my son was arrested")).startswith("What happened?")
    assert person.give(Start("other", message="hello?")).startswith("A person will read")
    assert only(person, HandedOver) == HandedOver("Not understood: hello?")


# Texts

VALUES = Roots(
    {
        **AMINA,
        "argument": {"what": "the assembly"},
        "report": {"code": "K7QM"},
        "answer": {
            "crop": "Maize", "kilo": 6.4, "price": {"json": {"bag": 320}}, "shift": "Sun 14:00",
            "what": "I was arrested", "words": "x", "works": "Yes", "name": "I will come",
        },
    }
)  # fmt: skip


def texts(node: Node) -> list[Text]:
    """Return the texts that a node shows besides its menu."""
    found = [one.text for one in node.actions if isinstance(one, Say | SendSms)]
    wait = node.router.wait if node.router else None
    return [*found, *([wait.prompt] if wait is not None and wait.prompt is not None else [])]


NODES = {
    f"{flow.name}.{node.name}": node
    for flow in RELEASE.flows.values()
    for node in flow.nodes.values()
    if texts(node)
}


@pytest.mark.parametrize("name", NODES)
def test_every_text_is_plain_and_every_question_fits_one_screen(name: str):
    node = NODES[name]
    wait = node.router.wait if node.router else None
    menu = wait.menu if wait else None
    options = [(one.key, one.label.render("en", VALUES)) for one in (menu.options if menu else ())]
    shown = "\n".join(text.render("en", VALUES) for text in texts(node))
    assert is_gsm7(shown)
    assert screen(shown, options, limit=160) is not None, shown
