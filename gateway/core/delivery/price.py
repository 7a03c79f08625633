"""What messages cost, in thousandths of a currency's unit. Reads no file, knows no country."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.core.text.gsm7 import segments

THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices of one segment by the beginning of an E.164 number, in thousandths of `currency`.

    `names` are networks by the beginnings of their numbers.
    """

    currency: str
    default: int
    prefixes: Mapping[str, int]
    names: Mapping[str, str] = field(default_factory=dict)
    _lengths: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Order the lengths of prefixes, longest first."""
        known = (*self.prefixes, *self.names)
        lengths = sorted({len(prefix) for prefix in known}, reverse=True)
        object.__setattr__(self, "_lengths", tuple(lengths))

    def cost(self, e164: str, segments: int) -> int:
        """Return what `segments` segments to a number cost, in thousandths.

        The longest prefix that matches counts, else the default.
        """
        for length in self._lengths:
            price = self.prefixes.get(e164[:length])
            if price is not None:
                return price * segments
        return self.default * segments

    def network(self, e164: str) -> str:
        """Return the network of a number: its name, else the beginning that has a price, else "".

        A number that was taken to another network still counts for the one that gave it out.
        """
        for length in self._lengths:
            prefix = e164[:length]
            if prefix in self.names:
                return self.names[prefix]
            if prefix in self.prefixes:
                return prefix
        return ""

    def range(self, segments: int) -> tuple[int, int]:
        """Return the least and the most that `segments` segments cost, whoever gets them."""
        prices = (self.default, *self.prefixes.values())
        return min(prices) * segments, max(prices) * segments

    def words(self, thousandths: int) -> str:
        """Return an amount for people, rounded up to hundredths: ``ZMW 1,234.57``."""
        hundredths = -(-thousandths // (THOUSANDTHS // 100))
        return f"{self.currency} {hundredths // 100:,}.{hundredths % 100:02}"


def price_of(text: str, prices: PriceTable, e164: str) -> int:
    """Return what a text costs as one message to a number, or to a beginning of one."""
    return prices.cost(e164, segments(text).count)
