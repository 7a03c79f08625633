"""What becomes of each question is told once, for the day and the channel on which it was put."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.flow.engine import step
from gateway.core.flow.graph import Call
from gateway.core.flow.passages import LEFT, STOPPED, Passage, left_behind
from gateway.core.flow.state import State
from gateway.core.flow.turn import Aside, Expired, Given, Reply, Start, TimedOut
from tests.graphs import flow, node
from tests.stage import NOW, Phone, release, steps

DAY = NOW.toordinal()
AWAY = flow("away", node("gone", call=Call("aid", last=True)))
READ = release(
    steps("""
  name: {ask: Your name?, save: answer.name}
  age: {ask: How old?, expect: number, attempts: 2}
  mood: {menu: How are you?, options: {1: Well, 2: Ill}, timeout: {after: 1 hour, then: bye}}
  bye: {say: Thank you.}
"""),
    aid="flow: aid\nsteps: {which: {ask: Which help?}, words: {say: Ask us.}}",
)
SURVEY = replace(READ, flows={**READ.flows, "away": AWAY})


@dataclass
class Told(Phone):
    """A phone that keeps what its turns told."""

    told: list[Passage] = field(default_factory=list)

    def take(self, given: Given) -> None:
        taken = step(self.release, self.state, given, self.context())
        self.kept = None if taken.state is None else taken.state.to_json()
        self.told += taken.passages

    @property
    def words(self) -> list[str]:
        """Return what was told, without when."""
        return [f"{one.flow}.{one.step} {one.kind}" for one in self.told]


def told(*given: Given, channel: str = "sms") -> Told:
    phone = Told(SURVEY, channel="ussd" if channel == "ussd" else "sms")
    for one in given:
        phone.take(one)
    return phone


BEGUN = ["one. begun", "one.name put"]
NAMED = [*BEGUN, "one.name answered", "one.age put"]
AGED = [*NAMED, "one.age answered", "one.mood put"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param([], BEGUN, id="it begins with a question"),
        pytest.param([Reply("Amina")], NAMED, id="an answer, and the next question"),
        pytest.param(
            [Reply("Amina"), Reply("x"), Reply("30")],
            [*NAMED, "one.age misunderstood", "one.age answered", "one.mood put"],
            id="a reply that is not understood is no end",
        ),
        pytest.param(
            [Reply("Amina"), Reply("x"), Reply("x")],
            [*NAMED, "one.age misunderstood", "one.age misunderstood", "one.age gave_up"],
            id="given up, so the flow is not finished",
        ),
        pytest.param(
            [Reply("Amina"), Reply("30"), Reply("1")],
            [*AGED, "one.mood answered", "one. finished"],
            id="finished",
        ),
        pytest.param(
            [Reply("Amina"), Reply("back")],
            [*NAMED, "one.age back", "one.name put"],
            id="back to the question before",
        ),
        pytest.param([Reply("Amina"), Reply("main menu")], [*NAMED, "one.age gone"], id="home"),
        pytest.param([Expired()], [*BEGUN, "one.name expired"], id="expired"),
        pytest.param(
            [Reply("Amina"), Aside("aid"), Reply("money"), Reply("30")],
            [
                *NAMED, "aid. begun", "aid.which put", "aid.which answered", "aid. finished",
                "one.age answered", "one.mood put",
            ],
            id="an aside leaves the question as it was",
        ),
        pytest.param(
            [Reply("Amina"), Aside("aid"), Aside("aid")],
            [
                *NAMED, "aid. begun", "aid.which put",
            ],
            id="an aside that runs is asked again",
        ),
    ],
)  # fmt: skip
def test_a_turn_tells_what_became_of_questions(given: list[Given], words: list[str]) -> None:
    assert told(Start("one"), *given).words == words


def test_questions_that_were_answered_ahead_are_told_as_those_that_were_shown() -> None:
    assert told(Start("one", ("Amina", "30"))).words == AGED


def test_a_question_whose_time_is_over_went_on_without_an_answer() -> None:
    phone = told(Start("one", ("Amina", "30")))
    phone.now += timedelta(hours=2)
    phone.take(TimedOut())
    assert phone.words == [*AGED, "one.mood unanswered", "one. finished"]


def test_what_becomes_of_a_question_counts_for_the_day_and_the_channel_of_the_question() -> None:
    phone = told(Start("one"), channel="ussd")
    phone.now += timedelta(days=2)
    phone.channel = "sms"
    phone.take(Reply("Amina"))
    assert [(one.kind, one.since) for one in phone.told[1:]] == [
        ("put", (DAY, "ussd")),
        ("answered", (DAY, "ussd")),
        ("put", (DAY + 2, "sms")),
    ]


def test_days_are_those_of_the_time_zone_in_which_the_turn_is_taken() -> None:
    phone = Told(SURVEY, now=NOW.replace(hour=23).astimezone(ZoneInfo("Africa/Lusaka")))
    phone.take(Start("one"))
    assert phone.told[-1].since == (DAY + 1, "sms")


def test_a_conversation_that_is_dropped_leaves_the_question_and_those_that_were_left_aside() -> (
    None
):
    state = told(Start("one"), Reply("Amina"), Aside("aid")).state
    assert state is not None
    assert Counter(left_behind(state, STOPPED)) == Counter(
        [
            Passage("aid", "which", STOPPED, (DAY, "sms")),
            Passage("one", "age", STOPPED, (DAY, "sms")),
        ]
    )


def test_an_aside_that_goes_on_elsewhere_for_good_leaves_the_question() -> None:
    phone = told(Start("one"), Reply("Amina"), Aside("away"))
    assert phone.words[len(NAMED) :] == [
        "away. begun", "away. finished", f"one.age {LEFT}", "aid. begun", "aid.which put",
    ]  # fmt: skip


def test_a_state_of_before_there_were_passages_tells_nothing_of_its_question() -> None:
    phone = told(Start("one"))
    assert phone.kept is not None
    phone.kept = phone.kept.replace(b',"s":[%d,"sms"]' % DAY, b"")
    assert State.from_json(phone.kept).since is None
    phone.take(Reply("Amina"))
    assert phone.words == [*BEGUN, "one.age put"]
