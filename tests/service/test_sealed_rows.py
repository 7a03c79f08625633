"""Nothing that a flow keeps of a person, or tells staff, lies in the database as it was written."""

from pathlib import Path

from sqlalchemy import update

from gateway.channels.base import CallbackKind
from gateway.core.flow.graph import Tell
from gateway.core.flow.triggers import Trigger
from gateway.store import tables
from gateway.store.inbox import Taken
from tests.exchange import AMINA, Exchange
from tests.graphs import flow, node, template
from tests.security.traces import find, traces, word_traces

WORDS = "reservoir tastes of kerosene"
FARM = """
flow: farm
language: en
start: {keywords: [farm]}
steps:
  what: {ask: "What is wrong?", expect: text, save: participant.worry}
  over: {hand_over: {note: "Worries that @participant.worry"}, say: We will write.}
"""
LABELLED = flow("labelled", node("1", Tell("labels", (("labels", (template(WORDS),)),))), runs=True)


def test_fields_notes_notices_and_messages_to_staff_are_sealed(exchange: Exchange, tmp_path: Path):
    exchange.add(FARM, LABELLED, whole={"labelled": Trigger("labelled", "en")})
    for words in ("labelled", "FARM", f"the {WORDS}", f"yes, the {WORDS}"):
        exchange.sms(AMINA, words)
    for table in ("fields", "handovers", "notices"):
        assert len(exchange.rows(table)) == 1
    dump = tmp_path / "rows"
    with dump.open("wb") as file:
        for table in ("fields", "handovers", "notices", "messages", "conversations", "journal"):
            for row in exchange.rows(table):
                for value in row.values():
                    file.write(value if isinstance(value, bytes) else str(value).encode())
    wanted = {**word_traces(WORDS), **traces(AMINA, AMINA.removeprefix("+260"))}
    assert find([dump], wanted) == []


def test_a_name_is_opened_for_the_texts_that_name_it_alone(exchange: Exchange):
    exchange.join(AMINA)
    exchange.open_motions()
    with exchange.database.write() as tx:  # as if the disk had spoilt it
        tx.connection.execute(update(tables.participants).values(name_sealed=b"spoilt"))
    exchange.sms(AMINA, "12 1")
    assert exchange.votes(12) == {AMINA: 1}
    assert exchange.dial(AMINA).screen.startswith("CON ")
    exchange.poisoned = True
    exchange.post(CallbackKind.SMS, exchange.sms_form(AMINA, "STATUS"))  # which says the name
    assert [row["kind"] for row in exchange.rows("inbox") if row["status"] == Taken.FAILED] == [
        "sms"
    ]
