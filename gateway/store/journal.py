"""The movement's facts: recorded once, chained, never changed. Reads them back and checks them."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from gateway.core.clock import stamp_ms
from gateway.core.movement.facts import Fact
from gateway.store import bulk, tables
from gateway.store.database import Transaction
from gateway.store.projections import Recorded, apply
from gateway.store.streams import GENESIS, JOURNAL_COLUMNS, chain

_PAGE = 1000
_HLC = JOURNAL_COLUMNS.index("hlc")


def record(
    tx: Transaction, facts: Sequence[Fact], salts: Mapping[bytes, bytes] | None = None
) -> None:
    """Append facts to this process's stream and write what they change, in this transaction.

    `salts` maps the ids of participants who join to the fresh salt of their row.
    """
    if not facts:
        return
    rows = tx.head.append(facts, tx.now)
    bulk.insert(tx, tables.journal, JOURNAL_COLUMNS, rows)
    recorded = [
        Recorded(fact, stamp_ms(row[_HLC]))  # type: ignore[arg-type]
        for fact, row in zip(facts, rows, strict=True)
    ]
    apply(tx, recorded, salts or {})


def record_at(
    tx: Transaction, told: Sequence[tuple[int, Fact]], salts: Mapping[bytes, bytes]
) -> None:
    """Append facts, each with the time at which it happened, as `record` does. None goes back."""
    rows = [row for at, fact in told for row in tx.head.append([fact], at)]
    bulk.insert(tx, tables.journal, JOURNAL_COLUMNS, rows)
    recorded = [
        Recorded(fact, stamp_ms(row[_HLC]))  # type: ignore[arg-type]
        for (_, fact), row in zip(told, rows, strict=True)
    ]
    apply(tx, recorded, salts)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold: something was changed, removed or added by another hand."""

    stream: int
    seq: int
    why: str


def verify(connection: Connection) -> tuple[int, tuple[Broken, ...]]:
    """Check every chain from its beginning; return how many facts were read and what is broken."""
    node = bytes(connection.execute(select(tables.node.c.id)).scalar_one())
    heads = connection.execute(select(tables.streams).order_by(tables.streams.c.id)).all()
    known = {head.id for head in heads}
    found = connection.execute(select(tables.journal.c.stream).distinct()).scalars()
    broken = [
        Broken(stream, 0, "the stream has facts but no head")
        for stream in found
        if stream not in known
    ]
    read = 0
    for head in heads:
        count, trouble = _verify_stream(connection, node, head)
        read += count
        if trouble is not None:
            broken.append(trouble)
    return read, tuple(broken)


def _verify_stream(
    connection: Connection, node: bytes, head: Row[Any]
) -> tuple[int, Broken | None]:
    seq, previous, previous_hlc = 0, GENESIS, 0
    for seq, row in enumerate(_stream(connection, head.id), start=1):
        expected = chain(
            previous,
            node=node,
            stream=row.stream,
            seq=row.seq,
            hlc=row.hlc,
            kind=row.kind,
            subject=bytes(row.subject),
            body=row.body,
            body_sealed=None if row.body_sealed is None else bytes(row.body_sealed),
        )
        if row.seq != seq:
            return seq, Broken(head.id, seq, "a fact is missing here")
        if expected != bytes(row.hash):
            return seq, Broken(head.id, seq, "the fact was changed after it was recorded")
        if row.hlc <= previous_hlc:
            return seq, Broken(head.id, seq, "the clock went back")
        previous, previous_hlc = expected, row.hlc
    if (seq, previous) != (head.seq, bytes(head.hash)):
        return seq, Broken(head.id, seq + 1, "facts at the end are missing")
    return seq, None


def replay(connection: Connection) -> Iterator[list[Recorded]]:
    """Yield all facts in the order of their clocks, a page at a time."""
    streams = connection.execute(select(tables.streams.c.id)).scalars().all()
    merged = heapq.merge(
        *(_stream(connection, stream) for stream in streams), key=lambda row: (row.hlc, row.stream)
    )
    for rows in _pages(merged, _PAGE):
        yield [
            Recorded(
                Fact(
                    row.kind,
                    bytes(row.subject),
                    orjson.loads(row.body),
                    None if row.body_sealed is None else bytes(row.body_sealed),
                ),
                stamp_ms(row.hlc),
            )
            for row in rows
        ]


def _stream(connection: Connection, stream: int) -> Iterator[Row[Any]]:
    journal = tables.journal
    after = 0
    while True:
        query = (
            select(journal)
            .where(journal.c.stream == stream, journal.c.seq > after)
            .order_by(journal.c.seq)
            .limit(_PAGE)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].seq


def _pages(rows: Iterable[Row[Any]], size: int) -> Iterator[list[Row[Any]]]:
    iterator = iter(rows)
    while page := list(islice(iterator, size)):
        yield page
