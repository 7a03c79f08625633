from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event, select

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement.calls import DONE, EXPIRED, SENDING, STOPPED
from gateway.store import broadcasts, inbox, outbox, tables, upkeep
from gateway.store.database import SQLITE, Database
from gateway.store.inbox import Entry, Taken
from gateway.store.outbox import Reported
from tests.conftest import START_MS
from tests.population import Population, Somebody

CHANNEL = 1


@pytest.fixture
def amina(population: Population) -> Somebody:
    population.channel(CHANNEL, "demo")
    one = population.join("+260970000001")
    population.consent(one)
    return one


def message(
    population: Population, one: Somebody, purpose: Purpose, status: Status, **columns: Any
) -> int:
    return population.message(
        one,
        "Hello",
        **{
            "purpose": int(purpose),
            "priority": purpose.priority,
            "status": int(status),
            **columns,
        },
    )


def stored(database: Database, number: int) -> Mapping[str, Any]:
    with database.read() as connection:
        query = select(tables.messages).where(tables.messages.c.id == number)
        return dict(connection.execute(query).mappings().one())


def status(database: Database, number: int) -> Status:
    return Status(stored(database, number)["status"])


def test_when_a_lease_runs_out_answers_are_queued_again_and_calls_are_unknown(
    database: Database, population: Population, amina: Somebody
):
    lost = {"claimed_until": START_MS}
    answer = message(population, amina, Purpose.ANSWER, Status.SENDING, **lost)
    call = message(population, amina, Purpose.BROADCAST, Status.SENDING, **lost)
    held = message(population, amina, Purpose.ANSWER, Status.SENDING, claimed_until=START_MS + 1)
    with database.write() as tx:
        assert upkeep.recover(tx) == (1, 1)
    found = [status(database, number) for number in (answer, call, held)]
    assert found == [Status.QUEUED, Status.UNKNOWN, Status.SENDING]
    assert stored(database, answer)["claimed_until"] is None


def test_messages_that_waited_past_their_time_expire_and_others_do_not(
    database: Database, population: Population, amina: Somebody
):
    late = message(population, amina, Purpose.ANSWER, Status.QUEUED, valid_until=START_MS)
    waiting = message(population, amina, Purpose.ANSWER, Status.QUEUED, valid_until=START_MS + 1)
    endless = message(population, amina, Purpose.NOTICE, Status.QUEUED)
    sent = message(population, amina, Purpose.ANSWER, Status.ACCEPTED, valid_until=START_MS)
    with database.write() as tx:
        assert upkeep.expire_messages(tx) == 1
    found = [status(database, number) for number in (late, waiting, endless, sent)]
    assert found == [Status.EXPIRED, Status.QUEUED, Status.QUEUED, Status.ACCEPTED]


def test_a_report_that_was_kept_while_its_reference_was_being_recorded_is_matched_later(
    database: Database, population: Population, amina: Somebody
):
    with database.write() as tx:
        reports = [Reported("ref-1", Status.SENT), Reported("ref-1", Status.DELIVERED)]
        outbox.apply_reports(tx, CHANNEL, [*reports, Reported("ref-2", Status.SENT)])
    number = message(
        population, amina, Purpose.ANSWER, Status.ACCEPTED, provider_ref="ref-1", valid_until=None
    )
    with database.write() as tx:
        assert upkeep.match_orphans(tx) == 1
    assert status(database, number) is Status.DELIVERED
    with database.read() as connection:
        left = connection.execute(select(tables.orphan_reports.c.provider_ref)).scalars().all()
    assert left == ["ref-2"]


def test_reports_that_nothing_matched_are_forgotten_in_time(database: Database, amina: Somebody):
    with database.write() as tx:
        outbox.apply_reports(tx, CHANNEL, [Reported("ref-1", Status.SENT)])
    with database.write() as tx:
        assert upkeep.forget_orphans(tx, START_MS) == 0
        assert upkeep.forget_orphans(tx, START_MS + 1) == 1


def test_handled_callbacks_are_forgotten_a_part_at_a_time_and_failed_ones_are_kept(
    database: Database, amina: Somebody
):
    ages = [(Taken.DONE, 0), (Taken.FAILED, 0), (Taken.DONE, 10), (Taken.DONE, 0), (Taken.DONE, 1)]
    with database.write() as tx:
        entries = [
            Entry(tx.head.take_id(), bytes([n]) * 16, CHANNEL, "sms", taken, START_MS + age)
            for n, (taken, age) in enumerate(ages)
        ]
        inbox.keep(tx, entries)
    after: int | None = -1
    turns = 0
    while after is not None:
        with database.write() as tx:
            after = upkeep.forget_callbacks(tx, after, before=START_MS + 5, limit=2)
        turns += 1
    with database.read() as connection:
        left = connection.execute(select(tables.inbox.c.id).order_by(tables.inbox.c.id))
        assert list(left.scalars()) == [entries[1].id, entries[2].id]
    assert turns == 3


@pytest.mark.parametrize(
    ("ended", "becomes"), [(STOPPED, Status.CANCELLED), (EXPIRED, Status.EXPIRED)]
)
def test_what_waits_of_a_call_is_withdrawn_in_slices_and_what_left_is_not_touched(
    database: Database, population: Population, amina: Somebody, ended: str, becomes: Status
):
    population.broadcast(1, {"en": "Come"})
    people = [population.join(f"+26097001{number:04}") for number in range(5)]
    waiting = [
        message(population, one, Purpose.BROADCAST, Status.QUEUED, broadcast=1) for one in people
    ]
    sent = message(population, amina, Purpose.BROADCAST, Status.DELIVERED, broadcast=1)
    other = message(population, amina, Purpose.ANSWER, Status.QUEUED)
    with database.write() as tx:
        assert broadcasts.move(tx, 1, (SENDING,), ended)
    turns = 1
    with database.write() as tx:
        more = broadcasts.withdraw_slice(tx, 1, slice_size=2)
    with database.read() as connection:
        assert broadcasts.withdrawing(connection) == [1]
    while more:
        with database.write() as tx:
            more = broadcasts.withdraw_slice(tx, 1, slice_size=2)
        turns += 1
    assert {status(database, number) for number in waiting} == {becomes}
    assert status(database, sent) is Status.DELIVERED
    assert status(database, other) is Status.QUEUED
    assert turns == 4
    with database.read() as connection:
        assert broadcasts.withdrawing(connection) == []
        assert broadcasts.count_messages(connection, 1) == {becomes: 5, Status.DELIVERED: 1}


def test_nothing_is_withdrawn_from_a_call_that_is_being_sent(
    database: Database, population: Population, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    number = message(population, amina, Purpose.BROADCAST, Status.QUEUED, broadcast=1)
    with database.write() as tx:
        assert broadcasts.withdraw_slice(tx, 1) is False
    assert status(database, number) is Status.QUEUED


def test_a_call_moves_only_from_the_status_that_was_named(
    database: Database, population: Population, amina: Somebody
):
    population.broadcast(1, {"en": "Come"})
    with database.write() as tx:
        assert not broadcasts.move(tx, 1, (STOPPED,), DONE)
        assert broadcasts.move(tx, 1, (SENDING,), DONE)
        assert not broadcasts.move(tx, 1, (SENDING,), DONE)


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (Status.QUEUED, True),
        (Status.SENDING, True),
        (Status.UNKNOWN, False),
        (Status.ACCEPTED, False),
        (Status.CANCELLED, False),
    ],
)
def test_a_call_waits_while_messages_are_queued_or_on_their_way(
    database: Database, population: Population, amina: Somebody, state: Status, *, waits: bool
):
    population.broadcast(1, {"en": "Come"})
    message(population, amina, Purpose.BROADCAST, state, broadcast=1)
    with database.read() as connection:
        call = broadcasts.find(connection, 1)
        assert call is not None
        assert broadcasts.has_waiting(connection, call) is waits


@pytest.mark.parametrize("search", ["recover", "expire_messages", "has_waiting"])
def test_what_is_done_every_other_second_reads_only_the_outbox(
    database: Database, population: Population, amina: Somebody, search: str
):
    if database.dialect != SQLITE:
        pytest.skip("PostgreSQL chooses by its statistics, which a test this small has not")
    population.broadcast(1, {"en": "Come"})
    seen: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def keep(_1: Any, _2: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "messages" in statement and not statement.startswith("EXPLAIN"):
            seen.append((statement, parameters))

    if search == "has_waiting":
        with database.read() as connection:
            call = broadcasts.find(connection, 1)
            assert call is not None
            broadcasts.has_waiting(connection, call)
    else:
        with database.write() as tx:
            getattr(upkeep, search)(tx)
    assert seen
    with database.read() as connection:
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps = [row[3] for row in plan if "messages" in row[3]]
            assert steps
            assert all(
                "ix_messages_outbox (channel=? AND status=? AND priority=?" in s for s in steps
            )


def test_old_occasions_are_forgotten_but_for_the_newest_of_each_timetable(database: Database):
    day = 86_400_000
    with database.write() as tx:
        tx.connection.execute(
            tables.occasions.insert(),
            [
                {"name": name, "due_at": START_MS - age * day, "finished": finished}
                for name, age, finished in (
                    ("hello", 30, 1), ("hello", 9, 0), ("hello", 2, 1), ("round", 40, 1),
                )
            ],
        )  # fmt: skip
        assert upkeep.forget_occasions(tx, START_MS - 7 * day) == 2
        assert upkeep.forget_occasions(tx, START_MS - 7 * day) == 0
        rows = tx.connection.execute(select(tables.occasions.c.name, tables.occasions.c.due_at))
        assert sorted(map(tuple, rows)) == [
            ("hello", START_MS - 2 * day),
            ("round", START_MS - 40 * day),
        ]
