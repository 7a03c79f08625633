"""Several processes on one PostgreSQL: each with its own stream, and one order of what happened."""

import threading
from collections.abc import Iterator
from random import Random

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.movement.places import Places
from gateway.service import replay
from gateway.service.requests import Callback
from gateway.store.database import Database
from gateway.store.inbox import Taken
from gateway.store.vault import Vault
from tests.conftest import PostgresServer
from tests.exchange import Exchange

SMS = CallbackKind.SMS
PHONES = tuple(f"+2609700005{number:02d}" for number in range(6))


@pytest.fixture
def processes(
    postgres: PostgresServer, postgresql_template: str, vault: Vault, places: Places
) -> Iterator[list[Exchange]]:
    """Three receivers, each with connections and a stream of its own, on one database."""
    url = postgres.new_database(postgresql_template)
    databases = [Database(url) for _ in range(3)]
    assert len({one.claim_stream() for one in databases}) == 3
    yield [Exchange(one, vault, places) for one in databases]
    for one in databases:
        one.close()


def _at_once(processes: list[Exchange], work: list[list[list[Callback]]]) -> None:
    """Let each process take its batches, all at the same time; nothing may raise."""
    troubles: list[BaseException] = []
    ready = threading.Barrier(len(processes))

    def run(one: Exchange, batches: list[list[Callback]]) -> None:
        ready.wait()
        try:
            for batch in batches:
                assert {answer.status for answer in one.receiver.receive(batch)} == {200}
        except BaseException as trouble:  # noqa: BLE001 - reported by the test's own thread
            troubles.append(trouble)

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(processes, work, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []


def test_a_callback_that_reaches_all_processes_at_once_is_handled_once(processes):
    first = processes[0]
    batches = [
        [first.callback(SMS, {**first.sms_form(phone, "JOIN Amina, Chipata, 1"), "id": phone})]
        for phone in PHONES
    ]
    _at_once(processes, [batches] * 3)
    assert len(first.rows("participants")) == len(PHONES)
    assert len(first.rows("inbox")) == len(PHONES)
    assert [len(first.queued(phone)) for phone in PHONES] == [1] * len(PHONES)
    assert sorted(row["number"] for row in first.rows("participants")) == [1, 2, 3, 4, 5, 6]


def test_the_same_people_acting_through_all_processes_leave_one_order_of_facts(processes):
    first = processes[0]
    first.open_motions()
    for phone in PHONES:
        first.join(phone)
    chance = Random(1)

    def batches(name: str) -> list[list[Callback]]:
        made = []
        for turn in range(25):
            batch = []
            for place, phone in enumerate(chance.sample(PHONES, 4)):
                text = chance.choice(["12 1", "12 2", "13 1", "13 3", "STOP", "START", "LOWANI"])
                form = first.sms_form(phone, text) | {"id": f"{name}-{turn}-{place}"}
                batch.append(first.callback(SMS, form))
            made.append(batch)
        return made

    _at_once(processes, [batches(name) for name in "abc"])
    assert replay.verify(first.database).broken == ()
    assert replay.replay(first.database).differences == ()
    assert [row for row in first.rows("inbox") if row["status"] == Taken.FAILED] == []
    assert len({(row["motion"], row["participant"]) for row in first.rows("ballots")}) == len(
        first.rows("ballots")
    )
