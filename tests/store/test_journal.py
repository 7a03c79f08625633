"""The journal is chained, so that a change is found out, and replays to the same tables."""

from typing import Any

import pytest
from sqlalchemy import text

from gateway.core.clock import next_stamp, stamp_ms
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service import replay
from gateway.store import journal, tables
from gateway.store.database import Database
from gateway.store.journal import Broken
from gateway.store.projections import PROJECTED, PROJECTIONS
from tests.conftest import Clock
from tests.population import Population

AMINA, BWALYA = "+260970000001", "+260970000002"


def _run(database: Database, statement: str, **values: object) -> None:
    with database.write() as tx:
        tx.connection.execute(text(statement), values)


def _some_facts(population: Population) -> None:
    one, other = population.join(AMINA, name="Amina"), population.join(BWALYA)
    population.consent(one)
    population.report(one, "2345678", "No water")
    population.vote(one, 1, 2)
    population.leave(other)


def test_an_untouched_journal_holds(database, population):
    _some_facts(population)
    found = replay.verify(database)
    assert (found.facts, found.broken) == (7, ())


@pytest.mark.parametrize(
    "column", ["hlc", "kind", "subject", "body", "body_sealed", "hash"], ids="changed {}".format
)
def test_a_fact_that_was_changed_is_named(database, population, column):
    _some_facts(population)
    changed = {
        "hlc": "hlc + 1",
        "kind": "kind || 'x'",
        "subject": ":other",
        "body": "replace(body, 'demo', 'nemo')",
        "body_sealed": ":other",
        "hash": ":other",
    }[column]
    where = {"body_sealed": "seq = 1"}.get(column, "seq = 4")
    values = {"other": b"x" * 32} if ":other" in changed else {}
    _run(database, f"UPDATE journal SET {column} = {changed} WHERE {where}", **values)
    seq = int(where[-1])
    (broken,) = replay.verify(database).broken
    assert broken == Broken(1, seq, "the fact was changed after it was recorded")


def test_a_fact_that_was_removed_is_named(database, population):
    _some_facts(population)
    _run(database, "DELETE FROM journal WHERE seq = 3")
    assert replay.verify(database).broken == (Broken(1, 3, "a fact is missing here"),)


def test_facts_that_were_cut_off_at_the_end_are_missed(database, population):
    _some_facts(population)
    _run(database, "DELETE FROM journal WHERE seq > 5")
    assert replay.verify(database).broken == (Broken(1, 6, "facts at the end are missing"),)


def test_a_fact_that_was_added_by_another_hand_is_found(database, population):
    _some_facts(population)
    columns = "hlc, kind, subject, body, body_sealed, hash"
    for stream, seq in ((1, 8), (7, 1)):
        _run(
            database,
            f"INSERT INTO journal (stream, seq, {columns}) "
            f"SELECT {stream}, {seq}, {columns} FROM journal WHERE stream = 1 AND seq = 7",
        )
    found = {(one.stream, one.seq): one.why for one in replay.verify(database).broken}
    assert found == {
        (7, 0): "the stream has facts but no head",
        (1, 8): "the fact was changed after it was recorded",
    }


def test_every_kind_of_fact_has_a_projection_and_a_sentence():
    assert set(PROJECTIONS) == set(kinds.KINDS)


def test_a_fact_and_what_it_changes_are_written_together_or_not_at_all(database, population):
    _some_facts(population)
    before = len(_rows(database, "journal"))

    def break_in_the_middle() -> None:
        with database.write() as tx:
            body = {"how": "stop", "channel": "demo"}
            journal.record(tx, [Fact(kinds.PHONE_STOPPED, b"p" * 16, body)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_in_the_middle()
    assert len(_rows(database, "journal")) == before
    assert replay.verify(database).broken == ()


def test_the_clock_of_facts_goes_on_when_the_wall_clock_is_set_back(
    database: Database, population: Population, clock: Clock
):
    one = population.join(AMINA)
    clock.advance(hours=-5)
    population.consent(one)
    stamps = [row["hlc"] for row in _rows(database, "journal")]
    assert stamps == sorted(stamps)
    assert stamps[1] == stamps[0] + 1
    assert replay.verify(database).broken == ()


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        pytest.param(0, 5, 5 << 16, id="time has passed"),
        pytest.param(5 << 16, 5, (5 << 16) + 1, id="the same millisecond"),
        pytest.param(9 << 16, 5, (9 << 16) + 1, id="the clock was set back"),
        pytest.param((5 << 16) + 65535, 5, 6 << 16, id="more facts than a millisecond holds"),
    ],
)
def test_a_stamp_is_later_than_the_one_before_and_not_before_now(last, now, expected):
    assert next_stamp(last, now) == expected
    assert stamp_ms(expected) >= now


def test_a_replay_makes_the_same_tables(database, population):
    _some_facts(population)
    found = replay.replay(database)
    assert (found.facts, found.differences) == (7, ())


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE participants SET place = 'ZM-01' WHERE number = 1", ("participants", 0, 0, 1)),
        ("DELETE FROM reports", ("reports", 1, 0, 0)),
        ("UPDATE ballots SET option = 1", ("ballots", 0, 0, 1)),
        (
            "INSERT INTO ballots SELECT 2, participant, 1, channel, 0, cast_at FROM ballots",
            ("ballots", 0, 1, 0),
        ),
        ("UPDATE phones SET opted_out_at = NULL", ("phones", 0, 0, 1)),
    ],
    ids=["a changed member", "a lost report", "a changed vote", "an invented vote", "a lost STOP"],
)
def test_a_table_that_is_not_what_the_journal_says_is_named(
    database, population, statement, expected
):
    _some_facts(population)
    _run(database, statement)
    found = replay.replay(database).differences
    assert [(one.table, one.missing, one.extra, one.changed) for one in found] == [expected]


def test_every_projected_column_is_compared():
    compared = {table.name for table, _ in PROJECTED}
    assert compared == {
        "participants",
        "memberships",
        "fields",
        "results",
        "reports",
        "report_notes",
        "assemblies",
        "motions",
        "ballots",
        "hall_counts",
        "minutes",
        "phones",
    }


def _rows(database: Database, table: str) -> list[dict[str, Any]]:
    found = tables.metadata.tables[table]
    with database.read() as connection:
        rows = connection.execute(found.select().order_by(*found.primary_key)).mappings()
        return [dict(row) for row in rows]
