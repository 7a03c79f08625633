"""Transactions: all or nothing, one writer at a time on SQLite, a stream for each process."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gateway.store import bulk, tables
from gateway.store.database import UNAVAILABLE, Database, DatabaseError


def _count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM counters")).scalar_one())


def _add(database: Database, name: str) -> None:
    with database.write() as tx:
        bulk.insert(tx, tables.counters, ("name", "value"), [(name, 1)])


def test_an_error_inside_a_transaction_takes_everything_back(database):
    def break_in_the_middle() -> None:
        with database.write() as tx:
            bulk.insert(tx, tables.counters, ("name", "value"), [("one", 1)])
            tx.head.take_id()
            raise RuntimeError

    with database.write() as tx:
        before = tx.head.next_id
    with pytest.raises(RuntimeError):
        break_in_the_middle()
    assert _count(database) == 0
    with database.write() as tx:
        assert tx.head.next_id == before


def test_ids_are_unique_across_threads_that_write_at_the_same_time(database):
    ids: list[int] = []

    def take() -> None:
        for _ in range(20):
            with database.write() as tx:
                ids.append(tx.head.take_id())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 80


def test_two_processes_on_sqlite_share_a_stream_and_never_an_id(database_url, database):
    with Database(database_url) as other:
        taken = []
        for one in (database, other, database, other):
            with one.write() as tx:
                taken.append(tx.head.take_id())
    assert len(set(taken)) == 4


def test_each_process_on_postgresql_has_a_stream_that_is_free_again_when_it_ends(
    postgres, postgresql_template
):
    url = postgres.new_database(postgresql_template)
    with Database(url) as first:
        with Database(url) as second:
            assert [first.claim_stream(), second.claim_stream()] == [1, 2]
            assert second.claim_stream() == 2
        with Database(url) as third:
            assert third.claim_stream() == 2


def test_an_error_in_statements_that_share_their_way_keeps_its_kind(database):
    def add_twice() -> None:
        with database.write() as tx, tx.pipelined():
            for _ in range(2):
                bulk.insert(tx, tables.counters, ("name", "value"), [("one", 1)])

    with pytest.raises(IntegrityError):
        add_twice()
    assert _count(database) == 0


def test_a_connection_lost_among_such_statements_is_a_database_out_of_reach(
    postgres, postgresql_template
):
    with Database(postgres.new_database(postgresql_template)) as database:

        def lose_it() -> None:
            with database.write() as tx:
                query = "SELECT pg_backend_pid()"
                number = tx.connection.exec_driver_sql(query).scalar_one()
                with tx.pipelined():
                    postgres.run(f"SELECT pg_terminate_backend({number})")
                    bulk.insert(tx, tables.counters, ("name", "value"), [("one", 1)])

        with pytest.raises(UNAVAILABLE):
            lose_it()
        assert _count(database) == 0


def test_a_reader_sees_one_moment_while_a_writer_goes_on(database):
    with database.read() as connection:
        before = connection.execute(text("SELECT count(*) FROM counters")).scalar_one()
        _add(database, "during")
        assert connection.execute(text("SELECT count(*) FROM counters")).scalar_one() == before
    assert _count(database) == before + 1


def test_sqlite_syncs_every_commit_and_wipes_what_is_deleted(tmp_path):
    with Database(f"sqlite:///{tmp_path}/gateway.db") as database, database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/x", "Use sqlite or postgresql"),
        ("not an address", "cannot be read"),
        ("sqlite://", "loses everything"),
        ("sqlite:///:memory:", "loses everything"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_what_to_write(url, said):
    with pytest.raises(DatabaseError, match=said):
        Database(url)
