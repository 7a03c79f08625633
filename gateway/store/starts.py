"""What flows begin for others or tell others, until it was handed on to all. Unseals nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, or_, select, update

from gateway.store import bulk, tables
from gateway.store.database import Transaction

ID_BYTES: Final = 16  # of a phone

_COLUMNS: Final = (
    "id", "phone", "channel", "kind", "flow", "values_sealed", "created_at", "due_at", "cursor",
    "found", "searched", "attempts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """One of them. `phone` is that of the person whose flow it was, times are milliseconds.

    `values_sealed` is JSON under that phone's key, for the use ``values``. `found` are the phones
    that it is for, one after the other in their order; all of them once it is `searched`. `cursor`
    is the last phone that was looked at. It is come to at `due_at`, and `attempts` counts how often
    it broke.
    """

    id: int
    phone: bytes
    channel: int
    kind: str
    flow: str
    values_sealed: bytes
    created_at: int
    due_at: int
    cursor: bytes = b""
    found: bytes = b""
    searched: int = 0
    attempts: int = 0

    @property
    def phones(self) -> list[bytes]:
        """The phones that were found."""
        found = self.found
        return [found[at : at + ID_BYTES] for at in range(0, len(found), ID_BYTES)]


def add(tx: Transaction, rows: Sequence[Start]) -> None:
    """Keep them."""
    values = [tuple([getattr(one, name) for name in _COLUMNS]) for one in rows]
    bulk.insert(tx, tables.starts, _COLUMNS, values)


def any_due(connection: Connection, now: int) -> bool:
    """Whether any is to be gone on with."""
    return connection.execute(select(exists().where(tables.starts.c.due_at <= now))).scalar_one()


def first_due(tx: Transaction) -> Start | None:
    """Return the one that waits longest, locked; those that others are at are passed over."""
    s = tables.starts
    columns = [s.c[name] for name in _COLUMNS]
    query = select(*columns).where(s.c.due_at <= tx.now).order_by(s.c.due_at, s.c.id).limit(1)
    row = tx.connection.execute(query.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    values: list[Any] = [bytes(one) if isinstance(one, memoryview) else one for one in row]
    return Start(*values)


def keep(tx: Transaction, start: Start) -> None:
    """Note how far one has come."""
    s = tables.starts
    changed = {
        name: getattr(start, name) for name in ("due_at", "cursor", "found", "searched", "attempts")
    }
    tx.connection.execute(update(s).where(s.c.id == start.id).values(**changed))


def remove(tx: Transaction, number: int) -> None:
    """Take one away that is done with."""
    tx.connection.execute(delete(tables.starts).where(tables.starts.c.id == number))


def everybody(tx: Transaction, after: bytes, limit: int) -> list[bytes]:
    """Return the next phones, after one, that are written to at all."""
    p = tables.phones
    query = (
        select(p.c.id)
        .where(p.c.id > after, p.c.salt.is_not(None), p.c.opted_out_at.is_(None))
        .order_by(p.c.id)
        .limit(limit)
    )
    return [bytes(phone) for phone in tx.connection.execute(query).scalars()]


def with_fields(tx: Transaction, after: bytes, keys: Collection[str], limit: int) -> list[bytes]:
    """Return the next phones, after one, of which one of these fields is kept."""
    f = tables.fields
    query = (
        select(f.c.phone)
        .distinct()
        .where(f.c.phone > after, f.c.key.in_(sorted(keys)))
        .order_by(f.c.phone)
        .limit(limit)
    )
    return [bytes(phone) for phone in tx.connection.execute(query).scalars()]


def members(
    tx: Transaction, after: bytes, groups: Collection[str], people: Collection[bytes], limit: int
) -> list[bytes]:
    """Return the next phones, after one, of members that are these or are in these groups."""
    p, m = tables.participants, tables.memberships
    inside = exists().where(m.c.participant == p.c.id, m.c.group.in_(sorted(groups)))
    meant = or_(p.c.id.in_(sorted(people)), inside)
    query = (
        select(p.c.phone)
        .distinct()
        .where(p.c.phone > after, p.c.status == "member", meant)
        .order_by(p.c.phone)
        .limit(limit)
    )
    return [bytes(phone) for phone in tx.connection.execute(query).scalars()]


def strangers(tx: Transaction, phones: Collection[bytes]) -> list[tuple[bytes, int]]:
    """Return those of phones that have no member, each with how many it had before."""
    before = dict.fromkeys(phones, 0)
    columns = ("phone", "salt")
    for phone, salt in bulk.select_in(tx, tables.participants, columns, "phone", phones):
        if salt is None:
            before[bytes(phone)] = before.get(bytes(phone), 0) + 1
        else:
            before.pop(bytes(phone), None)
    return list(before.items())


def grouped(tx: Transaction, groups: Collection[str], people: Collection[bytes]) -> set[bytes]:
    """Return those of these people that are in one of these groups."""
    rows = bulk.select_in(tx, tables.memberships, ("participant", "group"), "participant", people)
    return {bytes(person) for person, group in rows if group in groups}


def known(tx: Transaction, people: Collection[bytes]) -> set[bytes]:
    """Return those of these people that are or were members."""
    return {bytes(row[0]) for row in bulk.select_in(tx, tables.participants, ("id",), "id", people)}
