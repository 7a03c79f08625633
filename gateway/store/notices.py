"""What flows told staff without asking for anybody: labels, mails, calls of imported flows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gateway.store import bulk, tables
from gateway.store.database import Transaction


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One to be kept. `values_sealed` is JSON under the phone's key, for the use ``values``."""

    id: int
    phone: bytes
    kind: str
    flow: str
    values_sealed: bytes


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One as it is stored, with what opens it. `salt` None: the person was erased."""

    id: int
    kind: str
    flow: str
    values_sealed: bytes
    created_at: int
    number_sealed: bytes
    salt: bytes | None


def add(tx: Transaction, rows: Sequence[NewNotice]) -> None:
    """Keep notices."""
    columns = ("id", "phone", "kind", "flow", "values_sealed", "created_at")
    bulk.insert(
        tx,
        tables.notices,
        columns,
        [(one.id, one.phone, one.kind, one.flow, one.values_sealed, tx.now) for one in rows],
    )


def newest(connection: Connection, kind: str | None, limit: int) -> list[NoticeRow]:
    """Return the newest notices first."""
    n, phones = tables.notices, tables.phones
    query = (
        select(
            n.c.id,
            n.c.kind,
            n.c.flow,
            n.c.values_sealed,
            n.c.created_at,
            phones.c.number_sealed,
            phones.c.salt,
        )
        .join(phones, phones.c.id == n.c.phone)
        .order_by(n.c.id.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(n.c.kind == kind)
    return [NoticeRow(*row) for row in connection.execute(query)]
