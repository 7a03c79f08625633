"""Migrations make the tables that the code declares, on both databases, and a start checks them."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from gateway.store import schema, tables
from gateway.store.database import Database, DatabaseError
from tests.conftest import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path: Path):
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/gateway.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    with Database(url) as database:
        yield database


def test_an_empty_database_is_refused_with_the_command_that_fills_it(empty):
    with pytest.raises(DatabaseError, match="gateway db upgrade"):
        schema.check(empty)


def test_upgrading_an_empty_database_makes_exactly_the_declared_tables(empty):
    schema.upgrade(empty)
    schema.check(empty)
    with empty.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        inspector = inspect(connection)
        for table in tables.metadata.sorted_tables:
            found = {column["name"]: column for column in inspector.get_columns(table.name)}
            assert {name: bool(column["nullable"]) for name, column in found.items()} == {
                column.name: bool(column.nullable) for column in table.columns
            }, table.name
            indexes = {index["name"] for index in inspector.get_indexes(table.name)}
            assert {str(index.name) for index in table.indexes} <= indexes, table.name


def test_upgrading_twice_changes_nothing(empty):
    schema.upgrade(empty)
    schema.upgrade(empty)
    schema.check(empty)


def test_a_database_of_another_version_is_refused(empty):
    schema.upgrade(empty)
    with empty.write_schema() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="at version 9999"):
        schema.check(empty)


def test_an_upgrade_that_breaks_leaves_nothing_behind(empty):
    with empty.write_schema() as connection:
        connection.exec_driver_sql("CREATE TABLE messages (id integer)")
    with pytest.raises(Exception, match="messages"):
        schema.upgrade(empty)
    with empty.read() as connection:
        assert inspect(connection).get_table_names() == ["messages"]
