"""What messages cost, as counts by month and channel. Holds nothing of a person or a message.

A count is written in the transaction that records what it counts. Each stream has rows of its own,
so that no process waits for another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Connection, cast, func, select

from gateway.store import bulk, tables
from gateway.store.database import Transaction

_KEY: Final = ("month", "channel", "currency", "stream")
_COUNTS: Final = ("messages", "segments", "thousandths")


@dataclass(frozen=True, slots=True)
class Spent:
    """What some messages cost together, in thousandths of a currency's unit.

    `month` is as in `core.movement.moments`. `currency` is empty where there was no price. `since`
    is when the first of them left (milliseconds).
    """

    month: int
    currency: str
    messages: int
    segments: int
    thousandths: int
    since: int


@dataclass(frozen=True, slots=True)
class OfChannel:
    """What a channel's messages of one month and currency cost."""

    channel: int
    spent: Spent


def add(tx: Transaction, channel: int, spent: Iterable[Spent]) -> None:
    """Count what a channel's messages cost."""
    sums: dict[tuple[int, str], list[int]] = {}
    since: dict[tuple[int, str], int] = {}
    for one in spent:
        key = one.month, one.currency
        so_far = sums.setdefault(key, [0] * len(_COUNTS))
        for place, count in enumerate((one.messages, one.segments, one.thousandths)):
            so_far[place] += count
        since[key] = min(one.since, since.get(key, one.since))
    rows = [
        (month, channel, currency, tx.head.stream, *counts, since[month, currency])
        for (month, currency), counts in sorted(sums.items())
    ]
    columns = (*_KEY, *_COUNTS, "since")
    bulk.insert(tx, tables.spending, columns, rows, conflict=_KEY, update=_COUNTS, add=True)


def from_month(view: Connection, month: int) -> Sequence[OfChannel]:
    """Return what was counted in a month and after it, by channel, month and currency."""
    s = tables.spending
    keys = (s.c.channel, s.c.month, s.c.currency)
    sums = [cast(func.sum(s.c[name]), BigInteger) for name in _COUNTS]
    query = (
        select(*keys, *sums, func.min(s.c.since))
        .where(s.c.month >= month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return [OfChannel(channel, Spent(*rest)) for channel, *rest in view.execute(query)]


def began(view: Connection) -> int | None:
    """Return when counting began (milliseconds), if it did."""
    moment: int | None = view.execute(select(func.min(tables.spending.c.since))).scalar()
    return moment
