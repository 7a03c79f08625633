"""What messages cost: reckoned by the price list as aggregators take them, and told by month.

An aggregator's bill is not read here. Sends nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

import structlog

from gateway.core.delivery.price import PriceTable
from gateway.core.movement.moments import month_begins, month_of
from gateway.core.text.gsm7 import segments
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.store import spending
from gateway.store.database import Database
from gateway.store.spending import Spent

log = structlog.get_logger()

_NO_PRICE: Final = ""

_Stamp = tuple[Path, int, int]  # of a file as it was read: where it is, when changed, how long


class Till:
    """Reckons what is sent. Safe to share between threads."""

    def __init__(self, path: Callable[[], Path], zone: tzinfo) -> None:
        """Take what tells where the price list is, and the time zone whose months count.

        A list that is changed holds from then on; while it cannot be read, the one before does.
        """
        self._path = path
        self.zone = zone
        self._read: tuple[_Stamp | None, PriceTable | None] = (None, None)

    def reckon(self, text: str, numbers: Sequence[str], at: int) -> Spent:
        """Return what a text cost that went to some numbers at a moment (milliseconds)."""
        prices, month, each = self._prices(), month_of(at, self.zone), segments(text).count
        all_of_them = each * len(numbers)
        if prices is None:
            return Spent(month, _NO_PRICE, len(numbers), all_of_them, 0, at)
        cost = sum(prices.cost(number, each) for number in numbers)
        return Spent(month, prices.currency, len(numbers), all_of_them, cost, at)

    def _prices(self) -> PriceTable | None:
        """Return the price list as it is now; None where there is none."""
        last, prices = self._read
        path = self._path()
        try:
            found = path.stat()
        except OSError:
            return None
        stamp = (path, found.st_mtime_ns, found.st_size)
        if stamp != last:
            try:
                prices = read_prices(path)
            except PriceFileError as error:
                log.warning("prices_unreadable", why=str(error))
            self._read = (stamp, prices)
        return prices


@dataclass(frozen=True, slots=True)
class Bill:
    """What a channel's messages of one month cost, in thousandths by currency.

    `unpriced` counts the segments that left while there was no price list.
    """

    messages: int
    segments: int
    unpriced: int
    money: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Costs:
    """What this month, `month`, cost so far and what the one before it did, by channel's id.

    `begun` says whether anything was counted at all; `since` when that began (milliseconds), where
    it was later than the month before did.
    """

    month: int
    this: Mapping[int, Bill]
    last: Mapping[int, Bill]
    begun: bool
    since: int | None


def look(database: Database, zone: tzinfo) -> Costs:
    """Tell what the channels cost. Reads a few rows for each, however many messages there were."""
    month = month_of(database.clock(), zone)
    parts: dict[tuple[int, int], list[Spent]] = {}
    with database.read() as view:
        began = spending.began(view)
        for one in spending.from_month(view, month - 1):
            parts.setdefault((one.spent.month, one.channel), []).append(one.spent)
    late = began is not None and began > month_begins(month - 1, zone)
    return Costs(
        month,
        {channel: _bill(some) for (of, channel), some in parts.items() if of == month},
        {channel: _bill(some) for (of, channel), some in parts.items() if of == month - 1},
        began is not None,
        began if late else None,
    )


def _bill(parts: Sequence[Spent]) -> Bill:
    """Put what a month cost in each currency on one bill."""
    return Bill(
        sum(one.messages for one in parts),
        sum(one.segments for one in parts),
        sum(one.segments for one in parts if one.currency == _NO_PRICE),
        {one.currency: one.thousandths for one in parts if one.currency != _NO_PRICE},
    )
