"""Numbers that people see, without gaps: members, assemblies, motions, calls, publications."""

from sqlalchemy import Connection, text

from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Transaction

MEMBER = "member"
ASSEMBLY = "assembly"
MOTION = "motion"
BROADCAST = "broadcast"
PUBLICATION = "publication"


class Counter:
    """Hands out numbers within one transaction; reads and locks its row when first asked."""

    __slots__ = ("_name", "_next", "_tx")

    def __init__(self, tx: Transaction, name: str) -> None:
        """Prepare a counter; nothing is read yet."""
        self._tx = tx
        self._name = name
        self._next: int | None = None

    def take(self) -> int:
        """Return the next number, from 1 upwards."""
        if self._next is None:
            self._next = self._read() + 1
        number = self._next
        self._next = number + 1
        return number

    def save(self) -> None:
        """Write how far the counter came; call once, before the transaction ends."""
        if self._next is not None:
            bulk.update(
                self._tx, tables.counters, ("name",), ("value",), [(self._name, self._next - 1)]
            )

    def _read(self) -> int:
        lock = "" if self._tx.dialect == SQLITE else " FOR UPDATE"
        query = text(f"SELECT value FROM counters WHERE name = :name{lock}")
        found = self._tx.connection.execute(query, {"name": self._name}).scalar()
        if found is None:
            bulk.insert(
                self._tx,
                tables.counters,
                ("name", "value"),
                [(self._name, 0)],
                conflict=("name",),
            )
            found = self._tx.connection.execute(query, {"name": self._name}).scalar_one()
        return int(found)


def coming(connection: Connection, name: str) -> int:
    """Return the number that will be taken next, if nobody takes one meanwhile."""
    query = text("SELECT value FROM counters WHERE name = :name")
    return int(connection.execute(query, {"name": name}).scalar() or 0) + 1
