"""Rebuilds the projected tables from the journal elsewhere, and compares. Changes nothing here.

The scratch database is an SQLite file that its caller makes and throws away. It gets the facts, and
what facts do not carry: each phone's sealed number and each participant's salt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, Text, select

from gateway.core.movement.facts import PARTICIPANT_JOINED
from gateway.store import bulk, journal, tables
from gateway.store.database import Database, Transaction
from gateway.store.projections import PROJECTED, Recorded, apply

_PAGE = 1000
_PHONE = ("id", "number_sealed", "salt", "created_at")
# Text keys are compared byte by byte on both databases, whatever language they were set up for.
_BYTEWISE = {"sqlite": "BINARY", "postgresql": "C"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a table holds and the journal does not say, and the other way round, in rows."""

    table: str
    missing: int
    extra: int
    changed: int


def rebuild(view: Connection, scratch: Database) -> int:
    """Fill an empty scratch database from the journal; return how many facts there were."""
    with scratch.write_schema() as connection:
        tables.metadata.create_all(connection)
        own = view.execute(select(tables.node)).mappings().one()
        connection.execute(tables.node.insert().values(dict(own)))
    facts = 0
    with scratch.write() as tx:
        _copy_phones(view, tx)
        for recorded in journal.replay(view):
            apply(tx, recorded, _salts(view, recorded))
            facts += len(recorded)
    return facts


def compare(view: Connection, scratch: Connection) -> tuple[Difference, ...]:
    """Compare every projected table row by row; return the tables that differ."""
    found = (_compare(view, scratch, table, columns) for table, columns in PROJECTED)
    return tuple(one for one in found if one.missing or one.extra or one.changed)


def _copy_phones(view: Connection, tx: Transaction) -> None:
    query = select(*(tables.phones.c[name] for name in _PHONE))
    for rows in view.execute(query, execution_options={"yield_per": _PAGE}).partitions():
        bulk.insert(tx, tables.phones, _PHONE, [tuple(row) for row in rows])


def _salts(view: Connection, recorded: Sequence[Recorded]) -> dict[bytes, bytes]:
    joined = {one.fact.subject for one in recorded if one.fact.kind == PARTICIPANT_JOINED}
    if not joined:
        return {}
    p = tables.participants
    query = select(p.c.id, p.c.salt).where(p.c.id.in_(joined), p.c.salt.is_not(None))
    return {bytes(row.id): bytes(row.salt) for row in view.execute(query)}


def _compare(
    view: Connection, scratch: Connection, table: Table, columns: tuple[str, ...]
) -> Difference:
    keys = tuple(column.name for column in table.primary_key)
    here, there = _rows(view, table, keys, columns), _rows(scratch, table, keys, columns)
    missing = extra = changed = 0
    ours, theirs = next(here, None), next(there, None)
    while ours is not None or theirs is not None:
        if theirs is None or (ours is not None and ours[0] < theirs[0]):
            extra += 1
            ours = next(here, None)
        elif ours is None or theirs[0] < ours[0]:
            missing += 1
            theirs = next(there, None)
        else:
            changed += ours[1] != theirs[1]
            ours, theirs = next(here, None), next(there, None)
    return Difference(table.name, missing, extra, changed)


def _rows(
    connection: Connection, table: Table, keys: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Yield (key, columns) of each row, in the order of the key."""
    collation = _BYTEWISE[connection.dialect.name]
    order = [
        table.c[key].collate(collation) if isinstance(table.c[key].type, Text) else table.c[key]
        for key in keys
    ]
    query = select(*(table.c[name] for name in (*keys, *columns))).order_by(*order)
    for row in connection.execute(query, execution_options={"yield_per": _PAGE}):
        values = _plain(row)
        yield values[: len(keys)], values[len(keys) :]


def _plain(row: Row[Any]) -> tuple[Any, ...]:
    """Return a row's values with texts as bytes, which sort as the query does."""
    return tuple(value.encode() if isinstance(value, str) else value for value in row)
