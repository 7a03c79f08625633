from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service.replay import replay, verify
from gateway.store import tables
from gateway.store.database import Database, Transaction
from tests.conftest import Clock
from tests.population import Population
from tests.store.test_assemblies import open_assembly


@pytest.fixture
def movement(population: Population, clock: Clock) -> None:
    """A movement in which everything happened that tables are made of."""
    open_assembly(population, 1, (1, 2), place="ZM-01")
    people = []
    for number in range(3):
        one = population.join(f"+26097000010{number}", name=f"Person {number}", place="ZM-01-07")
        clock.advance(ms=7)
        population.consent(one)
        population.record(Fact(kinds.GROUP_JOINED, one.id, {"group": "Water", "channel": "demo"}))
        population.record(Fact(kinds.GROUP_JOINED, one.id, {"group": "land", "channel": "demo"}))
        population.vote(one, 1, 1)
        population.report(one, f"CODE{number}", "The borehole is dry")
        people.append(one)
    population.vote(people[0], 1, 2, changes=1)
    population.record(Fact(kinds.PARTICIPANT_CHANGED, people[1].id, {"language": "ny"}))
    population.record(Fact(kinds.GROUP_LEFT, people[1].id, {"group": "land", "channel": "demo"}))
    population.leave(people[2])
    population.record(Fact(kinds.ASSEMBLY_CLOSED, b"", {"number": 1, "by": "a test"}))


@pytest.mark.usefixtures("movement")
def test_the_tables_are_what_the_journal_says(database: Database):
    found = replay(database)
    assert found.differences == ()
    assert found.facts == verify(database).facts == 25


@pytest.mark.usefixtures("movement")
def test_a_replay_leaves_nothing_behind_and_changes_nothing_here(
    database: Database, tmp_path: Path
):
    room = tmp_path / "room"
    room.mkdir()
    before = everything(database)
    replay(database, within=room)
    assert list(room.iterdir()) == []
    assert everything(database) == before


def _change_a_vote(tx: Transaction) -> None:
    tx.connection.execute(update(tables.ballots).values(option=2))


def _remove_a_member(tx: Transaction) -> None:
    wanted = select(tables.participants.c.id).where(tables.participants.c.number == 2)
    tx.connection.execute(
        delete(tables.participants).where(tables.participants.c.id == wanted.scalar_subquery())
    )


def _add_to_a_group(tx: Transaction) -> None:
    row = {"group": "Zebra", "participant": b"x" * 16, "since": 1}
    tx.connection.execute(insert(tables.memberships).values(row))


def _forget_a_stop(tx: Transaction) -> None:
    tx.connection.execute(update(tables.phones).values(opted_out_at=None))


def _reopen(tx: Transaction) -> None:
    tx.connection.execute(update(tables.assemblies).values(closed_at=None))


@pytest.mark.usefixtures("movement")
@pytest.mark.parametrize(
    ("meddle", "expected"),
    [
        pytest.param(_change_a_vote, ("ballots", 0, 0, 2), id="votes changed by hand"),
        pytest.param(_remove_a_member, ("participants", 1, 0, 0), id="a member removed by hand"),
        pytest.param(_add_to_a_group, ("memberships", 0, 1, 0), id="a membership added by hand"),
        pytest.param(_forget_a_stop, ("phones", 0, 0, 1), id="a STOP forgotten"),
        pytest.param(_reopen, ("assemblies", 0, 0, 1), id="a closed assembly reopened"),
    ],
)
def test_a_table_that_was_changed_by_another_hand_is_named(
    database: Database, meddle: Callable[[Transaction], None], expected: tuple[str, int, int, int]
):
    with database.write() as tx:
        meddle(tx)
    [one] = replay(database).differences
    assert (one.table, one.missing, one.extra, one.changed) == expected
    assert verify(database).broken == ()


@pytest.mark.usefixtures("movement")
def test_a_fact_that_was_changed_breaks_its_chain_where_it_stands(database: Database):
    with database.write() as tx:
        tx.connection.execute(
            update(tables.journal).where(tables.journal.c.seq == 5).values(body='{"option":2}')
        )
    found = verify(database)
    assert [(one.seq, one.why) for one in found.broken] == [
        (5, "the fact was changed after it was recorded")
    ]


@pytest.mark.usefixtures("movement")
def test_facts_taken_from_the_end_are_missed(database: Database):
    with database.write() as tx:
        tx.connection.execute(delete(tables.journal).where(tables.journal.c.seq > 20))
    [one] = verify(database).broken
    assert (one.seq, one.why) == (21, "facts at the end are missing")


def test_an_empty_movement_replays_to_nothing(database: Database):
    assert (replay(database).facts, replay(database).differences) == (0, ())


def everything(database: Database) -> dict[str, list[Any]]:
    with database.read() as view:
        return {
            table.name: [tuple(row) for row in view.execute(select(table))]
            for table in tables.metadata.sorted_tables
        }
