"""The audit's rows and the end of its chain. Rows are only ever added; triggers see to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from gateway.store import tables
from gateway.store.database import SQLITE, Transaction

_A, _H = tables.audit, tables.audit_head
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry as stored. `detail` is JSON."""

    seq: int
    at: int
    staff: int | None
    act: str
    subject: str
    detail: str
    reason_sealed: bytes | None
    hash: bytes


def lock_head(tx: Transaction) -> tuple[int, bytes]:
    """Return the last entry's number and hash, and let nobody else add one meanwhile."""
    query = select(_H.c.seq, _H.c.hash)
    if tx.dialect != SQLITE:
        query = query.with_for_update()
    row = tx.connection.execute(query).one()
    return row.seq, bytes(row.hash)


def append(tx: Transaction, row: AuditRow) -> None:
    """Add an entry, which is the last from now on."""
    values = {
        "seq": row.seq,
        "at": row.at,
        "staff": row.staff,
        "act": row.act,
        "subject": row.subject,
        "detail": row.detail,
        "reason_sealed": row.reason_sealed,
        "hash": row.hash,
    }
    tx.connection.execute(insert(_A).values(values))
    tx.connection.execute(update(_H).values(seq=row.seq, hash=row.hash))


def node(connection: Connection) -> bytes:
    """Return the id of the node whose audit this is."""
    return bytes(connection.execute(select(tables.node.c.id)).scalar_one())


def head(connection: Connection) -> tuple[int, bytes]:
    """Return the last entry's number and hash."""
    row = connection.execute(select(_H.c.seq, _H.c.hash)).one()
    return row.seq, bytes(row.hash)


def entries(connection: Connection) -> Iterator[AuditRow]:
    """Yield every entry, the first one first."""
    after = 0
    while True:
        query = select(_A).where(_A.c.seq > after).order_by(_A.c.seq).limit(_PAGE)
        page = [AuditRow(*row) for row in connection.execute(query)]
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].seq


def newest(
    connection: Connection, before: int | None, limit: int, act: str | None, staff: int | None
) -> Sequence[AuditRow]:
    """Return entries before a number, the last one first."""
    query = select(_A).order_by(_A.c.seq.desc()).limit(limit)
    for column, wanted in ((_A.c.act, act), (_A.c.staff, staff)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(_A.c.seq < before)
    return [AuditRow(*row) for row in connection.execute(query)]
