"""Whom campaigns have something in store for, and how far a new release has come with them.

What was planned is a timer with a name that begins with `TIMER`; see `timers`.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store import bulk, tables, timers
from gateway.store.database import SQLITE, Transaction
from gateway.store.streams import STREAM_BITS
from gateway.store.timers import FLOW, Timer

TIMER: Final = "campaign "

# An occasion of this name, and of no time, says how far the people have been gone through.
_ROUND: Final = "campaigns "
_NO_TIME: Final = 0


def is_campaign(name: str | None) -> bool:
    """Whether a timer of this name is one of a campaign."""
    return name is not None and name.startswith(TIMER)


def is_finished(connection: Connection, campaigns: str) -> bool | None:
    """Whether everybody has been gone through for these campaigns; None: nobody has begun."""
    o = tables.occasions
    found = connection.execute(select(o.c.finished).where(*_round(campaigns))).scalar()
    return None if found is None else bool(found)


def any_round(connection: Connection) -> bool:
    """Whether campaigns were ever planned here."""
    o = tables.occasions
    query = select(o.c.name).where(o.c.name.startswith(_ROUND), o.c.due_at == _NO_TIME).limit(1)
    return connection.execute(query).first() is not None


def begin_round(tx: Transaction, campaigns: str) -> bytes | None:
    """Return the last phone that was gone through, or None when all were.

    Whatever other campaigns had been planned has to be gone through anew from now on.
    """
    o = tables.occasions
    dialect = sqlite if tx.dialect == SQLITE else postgresql
    others = (o.c.name.startswith(_ROUND), o.c.name != _ROUND + campaigns, o.c.due_at == _NO_TIME)
    tx.connection.execute(delete(o).where(*others))
    first = dialect.insert(o).values(name=_ROUND + campaigns, due_at=_NO_TIME, finished=0)
    tx.connection.execute(first.on_conflict_do_nothing())
    columns = select(o.c.cursor, o.c.finished).where(*_round(campaigns)).with_for_update()
    row = tx.connection.execute(columns).one()
    return None if row.finished else bytes(row.cursor or b"")


def end_slice(tx: Transaction, campaigns: str, last: bytes | None) -> None:
    """Note the last phone of a slice; None: there are no more."""
    o = tables.occasions
    done = {"finished": 1} if last is None else {"cursor": last}
    tx.connection.execute(update(o).where(*_round(campaigns)).values(**done))


def following(
    tx: Transaction, after: bytes, keys: Collection[str], limit: int, *, everybody: bool
) -> list[bytes]:
    """Return the next phones, after one, that have any of these fields or something in store.

    With `everybody` all phones are meant. Whoever was erased is none of them.
    """
    p, f, t = tables.phones, tables.fields, tables.timers
    found: set[bytes] = set()
    queries = [select(t.c.phone).where(t.c.name.startswith(TIMER), t.c.phone > after)]
    if everybody:
        queries.append(select(p.c.id).where(p.c.salt.is_not(None), p.c.id > after))
    elif keys:
        queries.append(select(f.c.phone).where(f.c.key.in_(sorted(keys)), f.c.phone > after))
    for query in queries:
        page = query.distinct().order_by(query.selected_columns[0]).limit(limit)
        found.update(bytes(phone) for phone in tx.connection.execute(page).scalars())
    return sorted(found)[:limit]


def look_at(tx: Transaction, participants: Collection[bytes]) -> None:
    """Have what campaigns have in store for members planned anew, by whoever looks next."""
    if not any_round(tx.connection):
        return
    found = bulk.select_in(tx, tables.participants, ("id", "phone"), "id", participants)
    first, stream = tx.head.take_ids(len(found)), tx.head.stream
    rows = [
        Timer(number << STREAM_BITS | stream, bytes(phone), 0, FLOW, tx.now, tx.now, name=TIMER)
        for number, (_, phone) in enumerate(found, first)
    ]
    timers.add(tx, rows)


def _round(campaigns: str) -> tuple[ColumnElement[bool], ...]:
    o = tables.occasions
    return o.c.name == _ROUND + campaigns, o.c.due_at == _NO_TIME
