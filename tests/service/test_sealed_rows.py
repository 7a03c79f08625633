"""Nothing that a flow keeps of a person, or tells staff, lies in the database as it was written."""

from pathlib import Path

from gateway.core.flow.graph import Tell
from gateway.core.flow.triggers import Trigger
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
