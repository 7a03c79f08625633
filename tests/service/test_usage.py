"""How far people come is counted with what it counts, once, on each kind of database."""

import pytest
from sqlalchemy import update

from gateway.channels.base import CallbackKind
from gateway.service.expire import Upkeep
from gateway.service.usage import Asked, FlowUse, StepUse, Usage
from gateway.store import tables
from gateway.store.database import Database
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, DALITSO, Exchange
from tests.service.open_questions import counted, waiting

SMS = CallbackKind.SMS
ALL = Asked()
SURVEY = """
flow: survey
language: en
start: {keywords: [survey]}
steps:
  name: {ask: Your name?, save: answer.name}
  age: {ask: How old are you?, expect: number, attempts: 2}
  bye: {say: Thank you.}
"""
OTHER = """
flow: other
language: en
start: {keywords: [other]}
steps:
  which: {ask: Which?}
"""


@pytest.fixture
def talk(exchange: Exchange) -> Exchange:
    exchange.add(SURVEY, OTHER)
    return exchange


def used(talk: Exchange, name: str = "survey", asked: Asked = ALL) -> FlowUse:
    usage = Usage(talk.database, talk.ground.timezone, talk.ground.limits.resume_ms)
    return usage.of(talk.ground.releases.current, name, asked)


def step(found: FlowUse, name: str) -> StepUse:
    return next(one for one in found.steps if one.step == name)


def test_steps_stand_in_the_order_of_the_conversation_with_what_became_of_them(talk: Exchange):
    for phone in (AMINA, BWALYA, CHANDA):
        talk.sms(phone, "survey")
    for phone in (AMINA, BWALYA):
        talk.sms(phone, "Zebediah")
    talk.sms(AMINA, "none of your business")
    talk.sms(AMINA, "30")
    found = used(talk)
    assert (found.begun, found.finished, found.now, found.dropped) == (3, 1, 2, 0)
    assert [one.step for one in found.steps] == ["name", "age"]
    name, age = found.steps
    assert (name.reached, name.answered, name.waiting, name.misunderstood) == (3, 2, 1, 0)
    assert (age.reached, age.answered, age.waiting, age.misunderstood) == (2, 1, 1, 1)
    assert "Zebediah" not in str(talk.rows("passages"))


def test_who_does_not_answer_in_time_fell_silent_and_is_in_it_no_more(talk: Exchange, clock: Clock):
    talk.sms(AMINA, "survey")
    assert (used(talk).now, used(talk).dropped) == (1, 0)
    clock.advance(hours=49)
    found = used(talk)
    assert (found.now, found.dropped, step(found, "name").silent) == (0, 1, 1)
    talk.sms(AMINA, "other")
    assert step(used(talk), "name").silent == 1
    assert step(used(talk), "name").gone == 0


@pytest.mark.parametrize(
    ("words", "became"),
    [
        pytest.param("other", "gone", id="began something else"),
        pytest.param("STOP", "stopped", id="said STOP"),
    ],
)
def test_who_drops_out_is_counted_by_how(talk: Exchange, words: str, became: str):
    talk.sms(AMINA, "survey")
    talk.sms(AMINA, words)
    found = used(talk)
    assert (found.now, found.dropped) == (0, 1)
    assert getattr(step(found, "name"), became) == 1


def test_who_is_not_understood_too_often_gave_up(talk: Exchange):
    for words in ("survey", "Amina", "x", "x"):
        talk.sms(AMINA, words)
    age = step(used(talk), "age")
    assert (age.gave_up, age.misunderstood, age.dropped, used(talk).finished) == (1, 2, 1, 0)


def test_who_dials_again_and_starts_again_left_what_was_under_way(talk: Exchange):
    talk.dial(AMINA).send("1")
    before = {(row["flow"], row["step"]) for row in talk.rows("passages") if row["gone"]}
    again = talk.dial(AMINA)
    again.send("2")
    left = {(row["flow"], row["step"]) for row in talk.rows("passages") if row["gone"]}
    assert (before, left) == (set(), {("join", "name")})


def test_a_word_beside_a_screen_leaves_what_the_screen_asks_as_it_was(talk: Exchange):
    talk.dial(AMINA).send("1")
    talk.sms(AMINA, "STATUS")
    assert not any(row["gone"] for row in talk.rows("passages"))
    assert used(talk, "join").now == 1


def test_channels_days_and_versions_are_told_apart(talk: Exchange, clock: Clock):
    talk.sms(AMINA, "survey")
    first = talk.ground.releases.current.hash
    clock.advance(days=3)
    talk.add(SURVEY, OTHER.replace("Which?", "What?"))
    second = talk.ground.releases.current.hash
    talk.sms(BWALYA, "survey")
    talk.dial(CHANDA).send("1")
    assert used(talk).begun == 2
    assert used(talk, asked=Asked(days=1)).begun == used(talk, asked=Asked(days=3)).begun == 1
    assert used(talk, asked=Asked(days=4)).begun == 2
    assert (
        used(talk, asked=Asked(release=first)).begun
        == used(talk, asked=Asked(release=second)).begun
        == 1
    )
    assert used(talk, asked=Asked(medium="sms")).begun == 2
    assert used(talk, asked=Asked(medium="ussd")).begun == 0
    assert used(talk, "join", Asked(medium="ussd")).begun == 1


def test_an_answer_counts_for_the_day_and_the_version_of_its_question(talk: Exchange, clock: Clock):
    talk.sms(AMINA, "survey")
    clock.advance(hours=23)
    talk.add(SURVEY, OTHER.replace("Which?", "What?"))
    talk.sms(AMINA, "Amina")
    rows = [row for row in talk.rows("passages") if row["step"] == "name"]
    assert [(row["put"], row["answered"]) for row in rows] == [(1, 1)]
    assert step(used(talk, asked=Asked(days=1)), "age").reached == 1
    assert "name" not in {one.step for one in used(talk, asked=Asked(days=1)).steps}
    assert used(talk, asked=Asked(days=1)).now == 1


def test_the_counts_say_of_all_conversations_where_they_wait(talk: Exchange):
    for phone, several in (
        (AMINA, ("survey", "Amina", "HELP", "x")),
        (BWALYA, ("JOIN Bwalya", "Nowhere", "back", "other")),
        (CHANDA, ("survey", "main menu")),
        (DALITSO, ("JOIN Dalitso, Chipata, 1", "LANGUAGE", "survey", "Dalitso", "back")),
    ):
        for words in several:
            talk.sms(phone, words)
        talk.dial(phone).send("1")
        talk.sms(phone, "STATUS")
        talk.dial(phone).send("2")
    assert counted(talk) == waiting(talk)
    assert waiting(talk)


def test_a_callback_that_comes_twice_counts_once(talk: Exchange):
    form = talk.sms_form(AMINA, "survey")
    for _ in range(2):
        talk.receiver.receive([talk.callback(SMS, form), talk.callback(SMS, form)])
    assert used(talk).begun == 1


def test_a_batch_is_one_row_a_step_however_many_people_it_has(talk: Exchange):
    batch = [
        talk.callback(SMS, talk.sms_form(f"+26097{number:07}", "survey")) for number in range(40)
    ]
    talk.receiver.receive(batch)
    rows = [row for row in talk.rows("passages") if row["flow"] == "survey"]
    assert [(row["step"], row["put"]) for row in rows] == [("", 40), ("name", 40)]


def test_a_batch_that_breaks_and_is_taken_apart_counts_each_callback_once(talk: Exchange):
    talk.poisoned = True
    talk.sms(BWALYA, "survey")
    mine = tables.conversations.c.phone == talk.vault.phone_id(BWALYA)
    with talk.database.write() as tx:
        damaged = update(tables.conversations).where(mine).values(state_sealed=bytes(62))
        tx.connection.execute(damaged)
    words = ((AMINA, "survey"), (BWALYA, "Bwalya"), (CHANDA, "survey"))
    talk.receiver.receive([talk.callback(SMS, talk.sms_form(*one)) for one in words])
    found = used(talk)
    assert (found.begun, step(found, "name").reached, step(found, "name").answered) == (3, 3, 0)


def test_counts_outlive_those_who_are_erased(talk: Exchange):
    for words in ("survey", "Amina", "30"):
        talk.sms(AMINA, words)
    before = used(talk)
    with talk.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE phones SET salt = NULL")
        tx.connection.exec_driver_sql("UPDATE messages SET text_sealed = NULL")
    talk.sms(AMINA, "survey")
    found = used(talk)
    assert (found.begun, found.finished) == (before.begun + 1, before.finished) == (2, 1)


def test_counts_are_forgotten_when_they_are_older_than_a_year_and_a_month(
    talk: Exchange, clock: Clock, database: Database
):
    talk.sms(AMINA, "survey")
    upkeep = Upkeep(database, talk.places, "en", inbox_days=1, webhook_days=1, orphan_report_days=1)
    clock.advance(days=399)
    upkeep.turn()
    assert used(talk, asked=Asked(days=500)).begun == 1
    clock.advance(days=3)
    upkeep.turn()
    assert talk.rows("passages") == []
