"""Databases of PostgreSQL that are emptied after a test, where making each anew takes much longer.

One is as it was laid out again when its tables hold what they held then. A test that changed the
tables themselves, or had the planner look at them, leaves one that is thrown away.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import psycopg
from psycopg import sql

_SHAPE = """
SELECT (SELECT md5(string_agg(concat_ws(' ', relname, relkind, relhastriggers), ',' ORDER BY oid))
        FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat_ws(' ', attrelid, attnum, attname, atttypid, attnotnull), ','
                              ORDER BY attrelid, attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat_ws(' ', tgname, tgenabled), ',' ORDER BY oid))
        FROM pg_trigger),
       (SELECT count(*) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
        WHERE relnamespace = 'public'::regnamespace)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Server(Protocol):
    """A server on which databases are made and thrown away."""

    def copy(self, template: str) -> str:
        """Copy a database and return the address of the copy."""

    def throw_away(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""


class Emptied:
    """Lends databases that are like a template."""

    def __init__(self, server: Server, template: str, url: str) -> None:
        """Take the template's name and address; it is looked at once, and not changed."""
        self._server = server
        self._template = template
        self._free: list[str] = []
        with psycopg.connect(url, autocommit=True) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._tables = [str(row[0]) for row in connection.execute(_TABLES)]
            self._rows = {
                name: _read(connection, name) for name in _filled(connection, self._tables)
            }

    def lend(self) -> str:
        """Return the address of a database that nobody uses."""
        return self._free.pop() if self._free else self._server.copy(self._template)

    def take_back(self, url: str) -> None:
        """Empty a database for the next test, whatever was left open in it."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_LEAVE)
            as_it_was = connection.execute(_SHAPE).fetchone() == self._shape
            if as_it_was:
                self._empty(connection)
        if as_it_was:
            self._free.append(url)
        else:
            self._server.throw_away(url)

    def _empty(self, connection: psycopg.Connection[Any]) -> None:
        filled = _filled(connection, self._tables)
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # no triggers
            for name in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name, rows in self._rows.items():
                command = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
                with connection.cursor() as cursor, cursor.copy(command) as copy:
                    copy.write(rows)


def _filled(connection: psycopg.Connection[Any], tables: Iterable[str]) -> list[str]:
    """Return the tables that hold anything."""
    looks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in tables
    ]
    return [str(row[0]) for row in connection.execute(sql.SQL(" UNION ALL ").join(looks))]


def _read(connection: psycopg.Connection[Any], table: str) -> bytes:
    command = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        return b"".join(map(bytes, copy))
