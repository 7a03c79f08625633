from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.store import outbox, tables
from gateway.store.database import Database
from gateway.store.outbox import Incoming, Queued, Reported
from tests.conftest import START_MS
from tests.population import Population, Somebody

CHANNEL = 1


@pytest.fixture
def amina(population: Population) -> Somebody:
    population.channel(CHANNEL, "demo")
    return population.join("+260970000001", name="Amina")


def sent(population: Population, one: Somebody, reference: str, **columns: Any) -> int:
    return population.message(one, "Hello", provider_ref=reference, **columns)


def stored(database: Database, number: int) -> Mapping[str, Any]:
    with database.read() as connection:
        query = select(tables.messages).where(tables.messages.c.id == number)
        return dict(connection.execute(query).mappings().one())


def report(database: Database, *reports: Reported, channel: int = CHANNEL) -> Mapping[str, bytes]:
    with database.write() as tx:
        return outbox.apply_reports(tx, channel, reports)


def orphans(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(tables.orphan_reports)).all())


def test_a_queued_answer_waits_with_its_priority_and_may_leave_at_once(
    database: Database, amina: Somebody
):
    with database.write() as tx:
        (number,) = outbox.enqueue(
            tx, [Queued(amina.phone, CHANNEL, Purpose.ANSWER, b"sealed", START_MS + 1000)]
        )
    row = stored(database, number)
    assert (row["status"], row["priority"], row["attempts"]) == (Status.QUEUED, 0, 0)
    assert (row["not_before"], row["valid_until"]) == (START_MS, START_MS + 1000)
    assert bytes(row["text_sealed"]) == b"sealed"


def test_ids_come_back_in_the_order_of_the_rows(database: Database, amina: Somebody):
    rows = [Queued(amina.phone, CHANNEL, Purpose.NOTICE, b"%d" % n, None) for n in range(3)]
    with database.write() as tx:
        ids = outbox.enqueue(tx, rows)
    assert [bytes(stored(database, number)["text_sealed"]) for number in ids] == [b"0", b"1", b"2"]


def test_a_message_that_came_in_is_kept_and_never_delivered(database: Database, amina: Somebody):
    with database.write() as tx:
        (number,) = outbox.keep_incoming(tx, [Incoming(amina.phone, CHANNEL, b"words", "link")])
    row = stored(database, number)
    assert (row["direction"], row["status"], row["purpose"]) == (0, Status.RECEIVED, 9)
    assert row["link_id"] == "link"


def test_a_report_moves_its_message_on_and_names_its_phone(
    database: Database, population: Population, amina: Somebody
):
    number = sent(population, amina, "ref-1")
    assert report(database, Reported("ref-1", Status.DELIVERED)) == {"ref-1": amina.phone}
    assert stored(database, number)["status"] == Status.DELIVERED


@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "the last one first"])
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
def test_whatever_order_reports_come_in_the_highest_rank_stays(
    database: Database, population: Population, amina: Somebody, *, reverse: bool, together: bool
):
    number = sent(population, amina, "ref-1")
    reports = [Reported("ref-1", Status.SENT), Reported("ref-1", Status.BUFFERED)]
    reports += [Reported("ref-1", Status.DELIVERED), Reported("ref-1", Status.DELIVERED)]
    if reverse:
        reports.reverse()
    for batch in [reports] if together else [[one] for one in reports]:
        report(database, *batch)
    assert stored(database, number)["status"] == Status.DELIVERED


def test_a_failure_leaves_its_reason_and_a_late_success_takes_it_away(
    database: Database, population: Population, amina: Somebody
):
    number = sent(population, amina, "ref-1")
    report(database, Reported("ref-1", Status.FAILED, "absent"))
    assert stored(database, number)["error"] == "absent"
    report(database, Reported("ref-1", Status.DELIVERED))
    assert stored(database, number)["error"] is None


def test_a_status_that_we_do_not_know_leaves_a_note_and_moves_nothing(
    database: Database, population: Population, amina: Somebody
):
    number = sent(population, amina, "ref-1")
    report(database, Reported("ref-1", None, "unknown status Teleported"))
    row = stored(database, number)
    assert (row["status"], row["error"]) == (Status.ACCEPTED, "unknown status Teleported")


def test_a_report_for_a_reference_that_nobody_knows_is_kept(database: Database, amina: Somebody):
    assert report(database, Reported("ref-9", Status.DELIVERED)) == {}
    assert orphans(database) == 1


def test_an_unknown_status_for_an_unknown_reference_is_not_kept(
    database: Database, amina: Somebody
):
    report(database, Reported("ref-9", None, "unknown status Teleported"))
    assert orphans(database) == 0


def test_another_channel_s_message_with_the_same_reference_is_not_touched(
    database: Database, population: Population, amina: Somebody
):
    number = sent(population, amina, "ref-1", channel=2)
    report(database, Reported("ref-1", Status.DELIVERED), channel=CHANNEL)
    assert stored(database, number)["status"] == Status.ACCEPTED
    assert orphans(database) == 1
