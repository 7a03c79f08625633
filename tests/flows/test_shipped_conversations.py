"""Conversations with the flows that ship, word by word, with a service that plays along."""

from collections.abc import Mapping

import pytest

from gateway.core.flow.events import Ended, Json, Saved, Texted
from gateway.core.flow.turn import Outcome
from gateway.core.text.keywords import first_word
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS, ZAMBIA, Phone

RELEASE = read_release(FLOWS)
MEMBER: Json = {
    "name": "Amina",
    "number": 7,
    "member": True,
    "place": {"code": "ZM-03-03", "name": "Chipata", "__default__": "Chipata"},
}
WATER: Json = {
    "number": 12,
    "question": "More wells?",
    "label": "More wells?",
    "closes": "Fri 18:00",
    "options": [{"number": 1, "label": "Yes"}, {"number": 2, "label": "No"}],
}
LAND: Json = {**WATER, "number": 13, "label": "Land first?", "question": "Land first?"}  # type: ignore[dict-item]


CONSENT = "May we text you news of meetings and votes? Send STOP at any time to leave.\n1 Yes\n2 No"
NOT_COUNTED = "Your vote could not be counted. Send HELP to see what you can do."


class Service:
    """Carries out actions as told, and remembers them."""

    def __init__(self, **categories: str) -> None:
        self.categories = categories
        self.calls: list[tuple[str, dict[str, Json]]] = []

    def __call__(
        self, action: str, arguments: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        self.calls.append((action, dict(arguments)))
        category = self.categories.get(action, "done")
        values: dict[str, Json] = {}
        if action == "join":
            values = {"participant.number": 7, "participant.member": True}
        elif action == "report":
            values = {"report.code": "K7QM"}
        elif action == "choose_motion":
            motion = LAND if arguments["number"] == 13 else WATER
            assert isinstance(motion, dict)
            values = {f"motion.{name}": value for name, value in motion.items()}
        return Outcome(category, values)


MOVEMENT: Json = {
    "name": "Mashinani",
    "languages": dict.fromkeys(("en", "ny", "bem", "sw", "fr", "am"), True),
}


def phone(service: Service | None = None, *, ussd: bool = True, **roots: Json) -> Phone:
    known: dict[str, Json] = {"movement": MOVEMENT, **roots}
    return Phone(
        RELEASE,
        channel="ussd" if ussd else "sms",
        roots=known,
        perform=service or Service(),
        places=ZAMBIA,
    )


def play(person: Phone, flow: str, *turns: tuple[str, str]) -> None:
    """Play a conversation: the first shown text, then what is typed and what it shows."""
    (_, first), *rest = turns
    assert person.start(flow) == first
    for typed, shown in rest:
        assert person.reply(typed) == shown


@pytest.mark.parametrize("ussd", [True, False], ids=["ussd", "sms"])
def test_a_person_joins_with_three_answers(ussd: bool) -> None:
    service = Service(join="joined")
    person = phone(service, ussd=ussd)
    play(
        person,
        "join",
        ("", "Welcome to Mashinani. What is your name? Reply 0 to skip."),
        ("Amina Phiri", "Which district do you live in? Reply 0 to skip."),
        ("chipata", CONSENT),
        ("1", "Thank you Amina Phiri. You are member 7 of Mashinani."),
    )  # fmt: skip
    assert person.over
    assert service.calls == [
        ("join", {
            "consent": "yes",
            "consent_text": CONSENT,
        }),
    ]  # fmt: skip


def test_the_number_alone_is_enough_to_join_and_no_to_news_is_recorded() -> None:
    service = Service(join="joined")
    person = phone(service)
    person.start("join")
    person.reply("0")
    person.reply("0")
    assert person.reply("2") == "Thank you. You are member 7. We will not text you news."
    assert service.calls[0][1]["consent"] == "no"
    assert person.events_of(Saved) == []


def test_who_skips_the_name_is_thanked_without_one() -> None:
    person = phone(Service(join="joined"))
    person.start("join", "0", "0")
    assert person.reply("yes") == "Thank you. You are member 7 of Mashinani."


def test_a_district_that_is_not_there_is_asked_again_and_then_passed_over() -> None:
    person = phone()
    person.start("join", "Amina")
    assert person.reply("Zzzzzz") == (
        "We do not know that district.\nWhich district do you live in? Reply 0 to skip."
    )
    person.reply("Zzzzzz")
    assert person.reply("Zzzzzz").startswith("May we text you")


def test_a_member_who_joins_again_is_told_the_number() -> None:
    person = phone(participant=MEMBER)
    assert person.start("join") == "You are already a member. Your number is 7."
    assert person.over


def test_joining_by_a_nyanja_keyword_is_in_nyanja() -> None:
    trigger = RELEASE.triggers.words["lowani"]
    person = phone()
    assert person.start(trigger.flow, language=trigger.language).startswith("Takulandirani")


def test_the_home_menu_of_a_stranger_and_of_a_member() -> None:
    assert phone().start("home") == (
        "Welcome to Mashinani.\n1 Join\n2 Report a problem\n3 Vote\n5 Language\n6 Help"
    )
    assert phone(participant=MEMBER).start("home") == (
        "Welcome to Mashinani.\n2 Report a problem\n3 Vote\n4 My details\n5 Language\n6 Help"
    )


def test_home_is_not_carried_on_but_what_was_begun_from_it_is() -> None:
    person = phone()
    person.start("home")
    assert person.state is not None
    assert not RELEASE.flows[person.state.flow].resume
    person.reply("1")
    assert person.state is not None
    assert RELEASE.flows[person.state.flow].resume


def test_a_pending_vote_comes_before_the_menu_and_ends_the_call_when_cast() -> None:
    service = Service(choose_motion="chosen", cast_vote="recorded")
    person = phone(service, participant=MEMBER, motions=[WATER], pending={"vote": WATER})
    play(
        person,
        "home",
        ("", "More wells?\n1 Yes\n2 No\n0 Not now"),
        ("1", "Your vote is counted: Yes. You may change it until Fri 18:00."),
    )
    assert person.over
    assert service.calls[-1] == ("cast_vote", {"motion": 12, "option": 1})


def test_a_pending_vote_that_has_to_wait_leads_to_the_menu() -> None:
    person = phone(
        Service(choose_motion="chosen"),
        participant=MEMBER, motions=[WATER], pending={"vote": WATER},
    )  # fmt: skip
    person.start("home")
    assert person.reply("0").startswith("Welcome to Mashinani.\n2 Report")


def test_a_pending_call_comes_before_the_menu_and_is_noted_as_seen() -> None:
    service = Service()
    call: Json = {"number": 3, "text": "Meet at the clinic on Friday at 9."}
    person = phone(service, participant=MEMBER, pending={"call": call})
    assert person.start("home") == "Meet at the clinic on Friday at 9.\n0 Menu"
    assert service.calls == [("call_seen", {"number": 3})]
    assert person.reply("0").startswith("Welcome to Mashinani.")


def test_news_by_sms_is_one_message() -> None:
    call: Json = {"number": 3, "text": "Meet on Friday."}
    person = phone(ussd=False, pending={"call": call})
    assert person.start("call") == "Meet on Friday."
    assert person.over
    assert phone(ussd=False).start("call") == "There is no new call now."


def test_a_deep_dial_goes_past_what_is_pending_straight_to_the_menu() -> None:
    person = phone(session={"direct": True}, participant=MEMBER, pending={"vote": WATER})
    assert person.start("home", "2", "1") == "Where is it?\n1 Chipata\n2 Another district"


def test_an_issue_is_reported_with_its_place_and_words_and_the_code_comes_by_sms_too() -> None:
    service = Service(report="filed")
    person = phone(service)
    person.start("home")
    assert person.reply("2").startswith("What is the problem about?\n1 Water\n2 Health")
    assert person.reply("1") == "Which district is it in?"
    assert person.reply("Kitwe").startswith("What is wrong, and where exactly?")
    assert person.reply("The pump at the school is broken") == (
        "Thank you. Your report is K7QM. Keep this code, we will tell you what happens.\n"
        "[SMS: Mashinani: your report is K7QM. Keep this code.]"
    )
    assert service.calls == [
        ("report", {
            "category": "water",
            "category_label": "Water",
            "place": next(place.code for place in ZAMBIA if place.name == "Kitwe"),
            "words": "The pump at the school is broken",
        }),
    ]  # fmt: skip


def test_a_member_reports_from_home_with_one_key() -> None:
    service = Service(report="filed")
    person = phone(service, ussd=False, participant=MEMBER)
    person.start("report", "7")
    person.reply("1")
    shown = person.reply("No road")
    assert shown.startswith("Thank you. Your report is K7QM.")
    assert person.events_of(Texted) == []
    assert service.calls[0][1]["place"] == "ZM-03-03"
    assert service.calls[0][1]["category"] == "other"


def test_a_report_whose_place_nobody_knows_is_filed_all_the_same() -> None:
    service = Service(report="filed")
    person = phone(service)
    person.start("report", "3")
    for _ in range(3):
        person.reply("Qqqqqqq")
    person.reply("No teacher")
    assert service.calls[0][1]["place"] is None


def test_of_several_motions_one_is_chosen_and_the_vote_is_never_guessed() -> None:
    service = Service(choose_motion="chosen", cast_vote="changed")
    person = phone(service, participant=MEMBER, motions=[WATER, LAND])
    play(
        person,
        "vote",
        ("", "Which question?\n12 More wells?\n13 Land first?\n0 Not now"),
        ("13", "Land first?\n1 Yes\n2 No\n0 Not now"),
        ("l", "Sorry, we did not understand.\nLand first?\n1 Yes\n2 No\n0 Not now"),
        ("No", "Your vote is changed to: No. The last one counts, until Fri 18:00."),
    )
    assert service.calls[-1] == ("cast_vote", {"motion": 13, "option": 2})


@pytest.mark.parametrize(
    ("category", "shown"),
    [
        ("late", "This vote has closed. Your vote came too late and is not counted."),
        ("invalid", NOT_COUNTED),
        ("not_member", NOT_COUNTED),
        ("not_here", NOT_COUNTED),
        ("an outcome that the flow does not know", NOT_COUNTED),
        ("no_place", NOT_COUNTED),
    ],
)
def test_a_vote_that_does_not_count_is_told_so(category: str, shown: str) -> None:
    service = Service(choose_motion="chosen", cast_vote=category)
    person = phone(service, participant=MEMBER, motions=[WATER])
    person.start("vote")
    assert person.reply("1") == shown
    assert person.events[-1] == Ended()


def test_a_stranger_who_wants_to_vote_is_offered_to_join() -> None:
    person = phone(motions=[WATER])
    assert person.start("vote").startswith("Only members can vote.")
    assert person.reply("1").startswith("Welcome to Mashinani. What is your name?")


def test_with_nothing_open_a_member_is_told_so() -> None:
    assert phone(participant=MEMBER).start("vote") == "Nothing is open for your vote now."


def test_a_language_is_chosen_and_the_menu_comes_back_in_it() -> None:
    service = Service()
    person = phone(service)
    person.start("home", "5")
    shown = person.reply("2")
    assert shown.startswith("Tizikulemberani m'Chinyanja.\nTakulandirani ku Mashinani.")
    assert service.calls == [("set_language", {"language": "ny"})]
    assert person.said_in == "ny"


OFFERS = [
    pytest.param(("en", "ny", "bem"), "1 English\n2 Nyanja\n3 Bemba", id="in Zambia"),
    pytest.param(("en", "sw"), "1 English\n4 Kiswahili", id="elsewhere, under the same numbers"),
    pytest.param(
        ("en", "ny", "bem", "sw", "fr", "am"),
        "1 English\n2 Nyanja\n3 Bemba\n4 Kiswahili\n5 Francais\n6 Amarinya",
        id="all there are",
    ),
]


@pytest.mark.parametrize(("offered", "shown"), OFFERS)
def test_the_languages_that_a_movement_offers_are_on_the_menu(
    offered: tuple[str, ...], shown: str
) -> None:
    languages: Json = dict.fromkeys(offered, True)
    person = phone(movement={"name": "Mashinani", "languages": languages})
    assert person.start("language") == f"Your language?\n{shown}"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("2", "ny", "Tizikulemberani m'Chinyanja."),
        ("3", "bem", "Tulemulembela mu Cibemba."),
        ("4", "sw", "Tutakuandikia kwa Kiswahili."),
        ("5", "fr", "Nous vous écrirons en francais."),
        ("Français", "fr", "Nous vous écrirons en francais."),
        ("6", "am", "በአማርኛ እንጽፍልዎታለን።"),
        ("amarinya", "am", "በአማርኛ እንጽፍልዎታለን።"),
        ("አማርኛ", "am", "በአማርኛ እንጽፍልዎታለን።"),
    ],
)
def test_every_language_is_chosen_by_its_number_or_its_name(
    typed: str, code: str, said: str
) -> None:
    person = phone()
    person.start("language")
    assert person.reply(typed) == said
    assert person.said_in == code


def test_the_word_for_language_in_amharic_leads_to_the_menu_in_its_own_letters() -> None:
    trigger = RELEASE.triggers.of_words("ቋንቋ", first_word("ቋንቋ")[0])
    assert trigger is not None
    assert phone().start(trigger.flow, language=trigger.language).splitlines()[-1] == "6 አማርኛ"


def test_help_and_details_answer_at_once() -> None:
    assert "REPORT" in phone().start("help")
    assert phone(participant=MEMBER).start("status").splitlines() == [
        "You are member 7.", "Name: Amina", "Place: Chipata", "To leave, send STOP.",
    ]  # fmt: skip
    assert phone().start("status").startswith("You are not a member yet.")
