"""Imported flows over time: waits that nobody answers, and what their campaigns have in store."""

import pytest

from gateway.service.due import Alarm
from tests.conftest import Clock
from tests.exchange import AMINA, Exchange
from tests.flowfiles.importing.clinic import EXPORT
from tests.flowfiles.importing.stage import imported


@pytest.fixture
def clinic(exchange: Exchange) -> Exchange:
    """An exchange with the clinic's flows beside the shipped ones."""
    exchange.restart(imported(EXPORT))
    return exchange


def _rings(exchange: Exchange) -> list[str]:
    before = len(exchange.queued(AMINA))
    alarm = Alarm(exchange.database, exchange.ground)
    while alarm.turn():
        pass
    return exchange.queued(AMINA)[before:]


def test_a_wait_of_an_imported_flow_ends_in_time(clinic: Exchange, clock: Clock):
    clinic.sms(AMINA, "clinic")
    assert clinic.sms(AMINA, "1") == ["How old are you?"]
    clock.advance(hours=1)
    assert _rings(clinic) == ["We will ask another time."]
    assert _rings(clinic) == []


def test_an_imported_flow_that_waits_too_long_is_over(clinic: Exchange, clock: Clock):
    clinic.sms(AMINA, "clinic")
    clock.advance(days=1)
    assert _rings(clinic) == []
    assert clinic.rows("timers") == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("1", "The clinic expects you tomorrow.", id="in the flow's language"),
        pytest.param("2", "Tikuyembekezerani mawa ku chipatala.", id="in a language of theirs"),
    ],
)
def test_the_campaign_of_an_export_reminds_people(
    clinic: Exchange, clock: Clock, language: str, words: str
):
    for text in ("clinic", language, "34", "7"):
        clinic.sms(AMINA, text)
    clock.advance(days=8)
    assert _rings(clinic) == []
    clock.advance(days=1)
    assert _rings(clinic) == [words]
    clock.advance(days=8, hours=1)
    assert _rings(clinic) == ["Thank you for coming (Visits)."]
    clock.advance(days=8)
    assert _rings(clinic) == []
    assert clinic.rows("timers") == []
