"""Somebody who was erased and is here again: a new person, and nothing of the old one is read."""

import pytest

from gateway.service import replay
from gateway.service.due import Alarm
from tests.conftest import Clock
from tests.exchange import AMINA, Exchange

FARM = """
flow: farm
language: en
start: {keywords: [farm]}
steps:
  crop: {ask: "What do you grow?", expect: text, save: participant.crop}
  later: {schedule: {text: "Sow.", after: 1 hour}, say: Noted.}
"""
TOLD = """
flow: told
language: en
start: {keywords: [told]}
steps:
  words: {say: "(@participant.crop) @participant.number"}
"""


@pytest.fixture
def erased(exchange: Exchange) -> Exchange:
    """Amina was a member, with a field, a timer and a question that waits; then she was erased."""
    exchange.add(FARM, TOLD)
    exchange.join(AMINA)
    for words in ("farm", "maize", "farm"):
        exchange.sms(AMINA, words)
    with exchange.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE phones SET salt = NULL")
        tx.connection.exec_driver_sql("UPDATE participants SET salt = NULL")
        tx.connection.exec_driver_sql("UPDATE messages SET text_sealed = NULL")
    return exchange


def test_whoever_was_erased_starts_as_new(erased: Exchange, clock: Clock):
    first = "told"
    assert erased.sms(AMINA, first) == ["() "]  # and not the answer to what was asked
    assert erased.sms(AMINA, first) == ["() "]
    erased.join(AMINA)
    assert erased.sms(AMINA, first) == ["() 2"]
    for words in ("farm", "beans"):
        erased.sms(AMINA, words)
    assert erased.sms(AMINA, first) == ["(beans) 2"]
    assert replay.replay(erased.database).differences == ()
    clock.advance(hours=1)
    Alarm(erased.database, erased.ground).turn()
    assert erased.queued(AMINA).count("Sow.") == 1  # not what was scheduled before


def test_whoever_was_erased_is_not_brought_back_by_what_was_scheduled(
    erased: Exchange, clock: Clock
):
    clock.advance(hours=1)
    Alarm(erased.database, erased.ground).turn()
    assert [row["salt"] for row in erased.rows("phones")] == [None]
    assert erased.rows("timers") == []


def test_stop_outlives_being_erased(erased: Exchange):
    with erased.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE phones SET opted_out_at = 1")
    assert erased.sms(AMINA, "told") == []
