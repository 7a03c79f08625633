"""Set-based statements written once for both databases. Knows tables' shapes, not their meaning.

On SQLite a bulk statement is one prepared statement run for many rows inside the driver; on
PostgreSQL it is one statement over arrays, planned once however many rows there are. The text of
each statement is made once per shape and kept.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from gateway.store.arrays import array
from gateway.store.database import SQLITE, Query, Transaction

_LARGEST_INSERT = 64  # rows
_LARGEST_IN = 16_384  # SQLite takes 32,766 parameters
_PG = postgresql.dialect()  # type: ignore[no-untyped-call]

Row = Sequence[Any]


def insert(
    tx: Transaction,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Row],
    *,
    conflict: tuple[str, ...] = (),
    update: tuple[str, ...] = (),
    add: bool = False,
) -> None:
    """Insert rows; on a conflict over the columns `conflict`, set the columns `update`.

    With `conflict` and no `update`, a row that is there already is left as it is. With `add`, what
    is given is added to what is there.
    """
    if not rows:
        return
    if tx.dialect != SQLITE:
        _run(tx, _insert_text(tx.dialect, table, columns, conflict, update, 0, add=add), rows)
        return
    # Each step of SQLite lets other threads run, and then waits for its turn: a step per row costs
    # more than the rows do. Sizes are powers of two, so that few statements are ever prepared.
    start = 0
    while start < len(rows):
        size = min(_LARGEST_INSERT, 1 << (len(rows) - start).bit_length() - 1)
        statement = _insert_text(tx.dialect, table, columns, conflict, update, size, add=add)
        tx.run(statement, [value for row in rows[start : start + size] for value in row])
        start += size


def update(
    tx: Transaction,
    table: Table,
    key: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Sequence[Row],
) -> None:
    """Set `columns` of the rows with the given keys. A row is (key values…, column values…)."""
    if not rows:
        return
    if tx.dialect == SQLITE:
        width = len(key)
        rows = [(*row[width:], *row[:width]) for row in rows]
    _run(tx, _update_text(tx.dialect, table, key, columns), rows)


def delete(tx: Transaction, table: Table, key: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Delete the rows with the given keys."""
    if rows:
        _run(tx, _delete_text(tx.dialect, table, key), rows)


def select_in(
    tx: Transaction,
    table: Table,
    columns: tuple[str, ...],
    key: str,
    values: Iterable[object],
    *,
    lock: bool = False,
) -> list[Row]:
    """Return the columns of the rows whose `key` is one of `values`, one statement for all.

    With `lock`, PostgreSQL locks them in the order of the key until the transaction ends.
    """
    wanted = sorted(set(values))  # type: ignore[type-var]
    found: list[Row] = []
    for start in range(0, len(wanted), _LARGEST_IN):
        part = wanted[start : start + _LARGEST_IN]
        statement, parameters = query_in(tx, table, columns, key, part, lock=lock)
        found += tx.connection.exec_driver_sql(statement, tuple(parameters)).fetchall()
    return found


def query_in(
    tx: Transaction,
    table: Table,
    columns: tuple[str, ...],
    key: str,
    values: Iterable[object],
    *,
    lock: bool = False,
) -> Query:
    """Return the query of `select_in` for a batch's worth of values, for `Transaction.rows_of`."""
    wanted = sorted(set(values))  # type: ignore[type-var]
    if tx.dialect != SQLITE:
        return _select_text(tx.dialect, table, columns, key, 0, lock=lock), (array(wanted),)
    size = 1 << (len(wanted) - 1).bit_length() if wanted else 0
    wanted += wanted[-1:] * (size - len(wanted))
    return _select_text(tx.dialect, table, columns, key, size, lock=False), wanted


def _run(tx: Transaction, statement: str, rows: Sequence[Row]) -> None:
    if tx.dialect == SQLITE:
        tx.connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    else:
        tx.run(statement, [array(column) for column in zip(*rows, strict=True)])


@lru_cache(maxsize=256)
def _insert_text(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    conflict: tuple[str, ...],
    update_columns: tuple[str, ...],
    size: int,
    *,
    add: bool,
) -> str:
    names = _names(columns)
    if dialect == SQLITE:
        row = f"({', '.join('?' * len(columns))})"
        source = f"VALUES {', '.join([row] * size)}"
    else:
        source = f"SELECT * FROM unnest({_arrays(table, columns)})"
    statement = f"INSERT INTO {table.name} ({names}) {source}"
    if conflict:
        sets = ", ".join(_set(table, column, add=add) for column in update_columns)
        action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
        statement += f" ON CONFLICT ({_names(conflict)}) {action}"
    return statement


def _set(table: Table, column: str, *, add: bool) -> str:
    given = f'excluded."{column}"'
    return f'"{column}" = {table.name}."{column}" + {given}' if add else f'"{column}" = {given}'


@lru_cache(maxsize=256)
def _update_text(dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    if dialect == SQLITE:
        sets = ", ".join(f'"{column}" = ?' for column in columns)
        where = " AND ".join(f'"{column}" = ?' for column in key)
        return f"UPDATE {table.name} SET {sets} WHERE {where}"
    sets = ", ".join(f'"{column}" = given."{column}"' for column in columns)
    where = " AND ".join(f'{table.name}."{column}" = given."{column}"' for column in key)
    arrays = _arrays(table, key + columns)
    return (
        f"UPDATE {table.name} SET {sets} FROM unnest({arrays}) "
        f"AS given({_names(key + columns)}) WHERE {where}"
    )


@lru_cache(maxsize=256)
def _delete_text(dialect: str, table: Table, key: tuple[str, ...]) -> str:
    if dialect == SQLITE:
        where = " AND ".join(f'"{column}" = ?' for column in key)
        return f"DELETE FROM {table.name} WHERE {where}"
    where = " AND ".join(f'{table.name}."{column}" = given."{column}"' for column in key)
    arrays = _arrays(table, key)
    return f"DELETE FROM {table.name} USING unnest({arrays}) AS given({_names(key)}) WHERE {where}"


@lru_cache(maxsize=256)
def _select_text(
    dialect: str, table: Table, columns: tuple[str, ...], key: str, size: int, *, lock: bool
) -> str:
    statement = f'SELECT {_names(columns)} FROM {table.name} WHERE "{key}"'
    if dialect == SQLITE:
        return f"{statement} IN ({', '.join('?' * size)})"
    statement += f" = ANY({_array(table, key)})"
    return f'{statement} ORDER BY "{key}" FOR UPDATE' if lock else statement


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _arrays(table: Table, columns: tuple[str, ...]) -> str:
    return ", ".join(_array(table, column) for column in columns)


def _array(table: Table, column: str) -> str:
    return f"%s::{table.c[column].type.compile(dialect=_PG)}[]"
