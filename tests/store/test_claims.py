import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gateway.core.delivery.purpose import PRIORITIES, Purpose
from gateway.core.delivery.status import Status
from gateway.store import claims, outbox, tables
from gateway.store.claims import Claim, Claimed, Settled
from gateway.store.database import SQLITE, Database
from gateway.store.outbox import Reported
from tests.conftest import START_MS, Clock
from tests.population import Population, Somebody

CHANNEL = 1
LEASE_MS = 60_000
FAST = 1_000.0


@pytest.fixture(autouse=True)
def _channel(population: Population) -> None:
    population.channel(CHANNEL, "demo")


@pytest.fixture
def amina(population: Population) -> Somebody:
    return population.join("+260970000001", name="Amina", place="ZM-03")


def queue(population: Population, one: Somebody, purpose: Purpose, **columns: Any) -> int:
    columns = {"status": int(Status.QUEUED), "attempts": 0, **columns}
    return population.message(
        one, "Hello", purpose=int(purpose), priority=purpose.priority, **columns
    )


def call(population: Population, one: Somebody, number: int, **columns: Any) -> int:
    columns = {"status": int(Status.QUEUED), "attempts": 0, "language": "en", **columns}
    purpose = Purpose.BROADCAST
    return population.message(
        one, None, purpose=int(purpose), priority=purpose.priority, broadcast=number, **columns
    )


def claim(
    database: Database,
    *,
    rate: float = FAST,
    limit: int = 100,
    priorities: Sequence[int] = PRIORITIES,
) -> Claim:
    with database.write() as tx:
        return claims.claim(
            tx, CHANNEL, rate=rate, limit=limit, lease_ms=LEASE_MS, priorities=priorities
        )


def settle(database: Database, *outcomes: Settled) -> None:
    with database.write() as tx:
        claims.settle(tx, CHANNEL, outcomes)


def stored(database: Database, number: int) -> Mapping[str, Any]:
    with database.read() as connection:
        query = select(tables.messages).where(tables.messages.c.id == number)
        return dict(connection.execute(query).mappings().one())


def ids(claim: Claim) -> list[int]:
    return [message.id for message in claim.messages]


def accepted(message: Claimed, reference: str | None = None) -> Settled:
    return Settled(message.id, message.lease, Status.ACCEPTED, reference)


def test_a_claimed_message_is_ours_until_the_lease_and_nobody_else_gets_it(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    assert (message.id, message.lease, message.attempts) == (number, START_MS + LEASE_MS, 1)
    assert message.phone == amina.phone
    assert claim(database) == Claim()
    row = stored(database, number)
    assert (row["status"], row["claimed_until"]) == (Status.SENDING, START_MS + LEASE_MS)


def test_what_was_claimed_opens_under_the_phone_s_own_key(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    person = population.vault.person(message.salt)
    assert person.open(outbox.NUMBER, message.number_sealed) == b"+260970000001"
    assert person.open(outbox.TEXT, message.text_sealed or b"") == b"Hello"


def test_answers_leave_before_notices_and_calls_however_long_those_have_waited(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    population.consent(amina)
    third = call(population, amina, 1)
    clock.advance(seconds=5)
    second = queue(population, amina, Purpose.NOTICE)
    clock.advance(seconds=5)
    first = queue(population, amina, Purpose.RECEIPT)
    assert ids(claim(database, limit=2)) == [first, second]
    assert ids(claim(database)) == [third]


def test_a_deliverer_may_ask_for_the_urgent_ones_only(
    database: Database, population: Population, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    population.consent(amina)
    call(population, amina, 1)
    answer = queue(population, amina, Purpose.ANSWER)
    assert ids(claim(database, priorities=PRIORITIES[:-1])) == [answer]
    assert claim(database, priorities=PRIORITIES[:-1]) == Claim()


def test_a_message_waits_for_its_time(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER, not_before=START_MS + 1000)
    assert claim(database) == Claim()
    clock.advance(seconds=1)
    assert ids(claim(database)) == [number]


def test_another_channel_s_messages_are_left_alone(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER, channel=2)
    assert claim(database) == Claim()


def test_a_message_whose_time_is_over_expires_instead_of_leaving(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER, valid_until=START_MS)
    found = claim(database)
    assert (found.messages, found.dropped) == ((), 1)
    assert stored(database, number)["status"] == Status.EXPIRED


@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.RECEIPT, Purpose.NOTICE])
def test_nothing_leaves_to_a_phone_that_said_stop_while_it_waited(
    database: Database, population: Population, amina: Somebody, purpose: Purpose
):
    number = queue(population, amina, purpose)
    population.leave(amina)
    assert claim(database).messages == ()
    row = stored(database, number)
    assert (row["status"], row["error"]) == (Status.WITHHELD, "stopped")


def test_the_confirmation_of_a_stop_does_leave(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.CONFIRMATION)
    population.leave(amina)
    assert ids(claim(database)) == [number]


def test_nothing_leaves_to_a_person_who_was_erased(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.CONFIRMATION)
    with database.write() as tx:
        tx.connection.execute(tables.phones.update().values(salt=None))
    assert claim(database).messages == ()
    assert stored(database, number)["error"] == "erased"


def test_a_call_names_the_person_who_agreed_to_get_it(
    database: Database, population: Population, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    population.consent(amina)
    call(population, amina, 1)
    (message,) = claim(database).messages
    assert message.text_sealed is None
    assert (message.broadcast, message.language) == (1, "en")
    with database.read() as connection:
        people = claims.recipients(connection, [message.phone])
    assert (people[amina.phone].number, people[amina.phone].place) == (amina.number, "ZM-03")


@pytest.mark.parametrize("answer", ["no", None])
def test_a_call_is_withheld_from_who_did_not_agree_or_does_no_more(
    database: Database, population: Population, amina: Somebody, answer: str | None
):
    population.broadcast(1, {"en": "Come"})
    number = call(population, amina, 1)
    if answer is not None:
        population.consent(amina, answer)
    assert claim(database).messages == ()
    row = stored(database, number)
    assert (row["status"], row["error"]) == (Status.WITHHELD, "no_consent")


def test_messages_of_a_call_that_was_stopped_are_cancelled_when_their_turn_comes(
    database: Database, population: Population, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    population.consent(amina)
    number = call(population, amina, 1)
    with database.write() as tx:
        tx.connection.execute(tables.broadcasts.update().values(status="stopped"))
    found = claim(database)
    assert (found.messages, found.dropped) == ((), 1)
    assert stored(database, number)["status"] == Status.CANCELLED


def test_a_paused_channel_gives_nothing_until_it_is_resumed(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER)
    with database.write() as tx:
        claims.pause(tx, CHANNEL, "insufficient_balance", "Top up.")
    assert claim(database) == Claim()
    with database.write() as tx:
        claims.resume(tx, CHANNEL)
    assert ids(claim(database)) == [number]


def test_a_channel_that_the_database_does_not_know_gives_nothing(database: Database):
    with database.write() as tx:
        found = claims.claim(tx, 77, rate=FAST, limit=1, lease_ms=LEASE_MS)
    assert found == Claim()


def test_the_rate_is_shared_by_everybody_who_claims_and_survives_them(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    for _ in range(10):
        queue(population, amina, Purpose.ANSWER)
    clock.advance(seconds=10)
    assert len(claim(database, rate=3).messages) == 3
    with Database(database.url.render_as_string(hide_password=False), clock=clock) as other:
        waiting = claim(other, rate=3)
        assert (waiting.messages, waiting.wait_ms) == ((), 334)
        clock.advance(ms=334)
        assert len(claim(other, rate=3).messages) == 1
    assert claim(database, rate=3).messages == ()


def test_what_is_dropped_does_not_use_up_the_rate(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER, valid_until=START_MS)
    clock.advance(seconds=10)
    assert claim(database, rate=1).dropped == 1
    queue(population, amina, Purpose.ANSWER)
    assert len(claim(database, rate=1).messages) == 1


def test_an_accepted_message_keeps_its_reference_and_is_nobody_s_any_more(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    settle(database, accepted(message, "ref-1"))
    row = stored(database, message.id)
    assert (row["status"], row["provider_ref"]) == (Status.ACCEPTED, "ref-1")
    assert row["claimed_until"] is None


def test_a_report_that_came_before_the_reference_was_recorded_is_applied_with_it(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    with database.write() as tx:
        early = [Reported("ref-1", Status.DELIVERED), Reported("ref-1", Status.SENT)]
        outbox.apply_reports(tx, CHANNEL, early)
        outbox.apply_reports(tx, 2, [Reported("ref-1", Status.FAILED)])
    settle(database, accepted(message, "ref-1"))
    assert stored(database, message.id)["status"] == Status.DELIVERED
    with database.read() as connection:
        left = connection.execute(select(tables.orphan_reports.c.channel)).scalars().all()
    assert left == [2]


def test_a_message_that_is_put_back_waits_and_counts_its_attempt(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    later = START_MS + 30_000
    settle(
        database,
        Settled(message.id, message.lease, Status.QUEUED, error="busy", not_before=later),
    )
    assert claim(database) == Claim()
    clock.now = later
    (again,) = claim(database).messages
    assert again.attempts == 2


def test_an_attempt_that_was_none_is_not_counted(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    settle(database, Settled(message.id, message.lease, Status.QUEUED, counted=False))
    (again,) = claim(database).messages
    assert again.attempts == 1


def test_a_refusal_that_comes_after_the_lease_was_lost_changes_nothing(
    database: Database, population: Population, amina: Somebody
):
    queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    stale = replace(message, lease=message.lease - 1)
    settle(database, Settled(stale.id, stale.lease, Status.FAILED, error="late"))
    row = stored(database, message.id)
    assert (row["status"], row["error"]) == (Status.SENDING, None)


def test_an_acceptance_counts_even_when_the_lease_was_lost(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    with database.write() as tx:
        tx.connection.execute(tables.messages.update().values(status=int(Status.UNKNOWN)))
    settle(database, accepted(message, "ref-1"))
    assert stored(database, number)["status"] == Status.ACCEPTED


def test_an_acceptance_that_is_told_twice_does_not_take_a_delivered_message_back(
    database: Database, population: Population, amina: Somebody
):
    number = queue(population, amina, Purpose.ANSWER)
    (message,) = claim(database).messages
    settle(database, accepted(message, "ref-1"))
    with database.write() as tx:
        outbox.apply_reports(tx, CHANNEL, [Reported("ref-1", Status.DELIVERED)])
    settle(database, accepted(message, "ref-1"))
    assert stored(database, number)["status"] == Status.DELIVERED


def test_two_deliverers_at_once_never_claim_the_same_message(
    database: Database, population: Population, amina: Somebody
):
    numbers = {queue(population, amina, Purpose.ANSWER) for _ in range(60)}
    found: list[int] = []
    url = database.url.render_as_string(hide_password=False)

    def work() -> None:
        with Database(url, clock=database.clock) as own:
            own.claim_stream()
            while some := claim(own, limit=7).messages:
                found.extend(message.id for message in some)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(numbers)


def test_the_outbox_is_read_by_its_index_however_much_was_sent(
    database: Database, population: Population, amina: Somebody
):
    """A deliverer looks twice a second; it must not look through what is done."""
    queue(population, amina, Purpose.ANSWER)
    if database.dialect != SQLITE:
        pytest.skip("PostgreSQL chooses by its statistics, which a test this small has not")
    with database.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + claims._DUE_SQLITE, (CHANNEL, 0, START_MS, 10)
        ).all()
    steps = [row[3] for row in plan]
    assert "USING INDEX ix_messages_outbox (channel=? AND status=? AND priority=?" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps)


def test_a_clock_that_is_set_back_halts_nothing(
    database: Database, population: Population, clock: Clock, amina: Somebody
):
    """What a channel earns counts from the time that the clock shows then."""
    queue(population, amina, Purpose.ANSWER, not_before=0)
    queue(population, amina, Purpose.ANSWER, not_before=0)
    clock.advance(seconds=2)
    assert len(claim(database, rate=1).messages) == 1
    clock.advance(hours=-3)
    assert claim(database, rate=1).messages == ()
    clock.advance(seconds=2)
    assert len(claim(database, rate=1).messages) == 1
