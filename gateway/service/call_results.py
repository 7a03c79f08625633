"""How a call to action went, in counts: by what became of it, by place and by network."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.delivery.price import PriceTable
from gateway.core.delivery.status import Status
from gateway.core.flow.answers import Vocabulary
from gateway.core.movement.places import Places
from gateway.service.call_replies import Headcount, headcount
from gateway.store import call_replies, call_results
from gateway.store.database import Database
from gateway.store.outbox import NUMBER
from gateway.store.vault import Vault

_SAMPLE: Final = 2_000  # messages whose numbers are opened to tell their networks
_LEFT: Final = frozenset(
    (
        Status.UNKNOWN,
        Status.ACCEPTED,
        Status.SENT,
        Status.BUFFERED,
        Status.FAILED,
        Status.DELIVERED,
    )
)
_LOST: Final = (Status.EXPIRED, Status.WITHHELD, Status.CANCELLED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a call: how many messages left, and how many of them arrived and failed."""

    name: str
    left: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Result:
    """How a call stands. `sampled` says that networks were told from a part of its messages."""

    messages: Mapping[Status, int]
    places: tuple[Part, ...]
    networks: tuple[Part, ...]
    sampled: bool
    replies: int
    repliers: int
    said: Headcount

    @property
    def all(self) -> int:
        """How many messages there are."""
        return sum(self.messages.values())

    @property
    def waiting(self) -> int:
        """How many have not left and still may."""
        return self.messages.get(Status.QUEUED, 0) + self.messages.get(Status.SENDING, 0)

    @property
    def delivered(self) -> int:
        """How many are on their handsets."""
        return self.messages.get(Status.DELIVERED, 0)

    @property
    def lost(self) -> int:
        """How many will not arrive: failed, too late, held back or stopped."""
        return sum(self.messages.get(status, 0) for status in _LOST)


def look(
    database: Database,
    vault: Vault,
    places: Places,
    prices: PriceTable,
    vocabulary: Vocabulary,
    number: int,
) -> Result:
    """Count a call.

    Networks are told by the beginnings of numbers that the price table names, answers by the words
    for yes and no of the vocabulary.
    """
    with database.read() as view:
        rows = list(call_results.by_place(view, number))
        sample = call_results.some(view, number, _SAMPLE)
        replies, repliers = call_replies.count(view, number)
    messages: Counter[Status] = Counter()
    regions: dict[str, Counter[Status]] = {}
    for place, status, count in rows:
        messages[status] += count
        regions.setdefault(_region(place, places), Counter())[status] += count
    networks: dict[str, Counter[Status]] = {}
    for one in sample:
        e164 = vault.person(one.salt).open(NUMBER, one.number_sealed).decode()
        networks.setdefault(prices.network(e164), Counter())[one.status] += 1
    return Result(
        dict(sorted(messages.items())),
        _parts(regions),
        _parts(networks),
        sampled=len(sample) == _SAMPLE,
        replies=replies,
        repliers=repliers,
        said=headcount(database, vault, vocabulary, number),
    )


def _region(code: str | None, places: Places) -> str:
    """Return the name of the province that a place is in, or the nearest there is."""
    place = None if code is None else places.at_level(code, "province") or places.get(code)
    return "" if place is None else place.name


def _parts(counted: Mapping[str, Counter[Status]]) -> tuple[Part, ...]:
    parts = [
        Part(
            name,
            sum(count for status, count in one.items() if status in _LEFT),
            one[Status.DELIVERED],
            one[Status.FAILED],
        )
        for name, one in counted.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.left, part.name)))
