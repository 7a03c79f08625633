"""A database that is laid out quickly and emptied often, for trying flows. Never a real one."""

from typing import Final

from sqlalchemy import Connection, delete, insert

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.streams import GENESIS

# What stays when everything that people did is forgotten.
_KEPT: Final = frozenset({"flow_files", "node", "releases", "root_keys"})


def lay_out(database: Database) -> None:
    """Make the tables in an empty database, without migrations."""
    with database.write_schema() as connection:
        tables.metadata.create_all(connection)
        _begin_audit(connection)


def forget_everybody(database: Database) -> None:
    """Empty every table that people, or what they did, are in."""
    with database.write_schema() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in _KEPT:
                connection.execute(delete(table))
        _begin_audit(connection)


def _begin_audit(connection: Connection) -> None:
    """Begin the chain of the audit, as the migrations do."""
    connection.execute(insert(tables.audit_head).values(id=1, seq=0, hash=GENESIS))
