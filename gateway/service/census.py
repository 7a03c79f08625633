"""Who joined, as the pages show it: kept counts, cut to the places that somebody may see."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from gateway.core.movement.moments import DAY_MS, offsets
from gateway.service.kept import Counted, Kept
from gateway.store import census
from gateway.store.census import Joined, People
from gateway.store.database import Database

DAYS = 28  # that a chart goes back; the four weeks before are compared with
_EPOCH = date(1970, 1, 1)

Scope = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Census:
    """All members and the last weeks' comings and goings, as counts. `today` is a day's number."""

    people: tuple[People, ...]
    days: tuple[Joined, ...]
    today: int

    def within(self, scope: Scope) -> "Census":
        """Return the census of some places; None is everywhere."""
        if scope is None:
            return self
        return Census(
            tuple(one for one in self.people if one.place in scope),
            tuple(one for one in self.days if one.place in scope),
            self.today,
        )

    @property
    def members(self) -> int:
        """How many members there are."""
        return sum(one.people for one in self.people)

    def by(self, key: Callable[[People], str | None]) -> Counter[str]:
        """Count members by anything; what nobody said is an empty text."""
        counted: Counter[str] = Counter()
        for one in self.people:
            counted[key(one) or ""] += one.people
        return counted

    def per_day(self, days: int = DAYS) -> tuple[tuple[date, int], ...]:
        """Return how many joined on each of the last days, today last."""
        counted = self._days(left=False)
        first = self.today - days + 1
        return tuple((day_of(day), counted[day]) for day in range(first, self.today + 1))

    def joined(self, days: int, *, before: int = 0) -> int:
        """Return how many joined in so many days, up to the day `before` days ago."""
        return self._sum(days, before, left=False)

    def left(self, days: int) -> int:
        """Return how many left in the last so many days."""
        return self._sum(days, 0, left=True)

    def _sum(self, days: int, before: int, *, left: bool) -> int:
        counted, last = self._days(left=left), self.today - before
        return sum(counted[day] for day in range(last - days + 1, last + 1))

    def _days(self, *, left: bool) -> Counter[int]:
        counted: Counter[int] = Counter()
        for one in self.days:
            if one.left is left:
                counted[one.day] += one.people
        return counted


class Counts:
    """The kept census of a movement. Safe to share between threads."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        """`zone` decides where a day begins. Nothing is counted yet."""
        self._database = database
        self._zone = zone
        self._kept = Kept(self._count, database.clock)

    def look(self, scope: Scope) -> Counted[Census]:
        """Return the census of some places, and when it was taken."""
        kept = self._kept.look()
        return Counted(kept.value.within(scope), kept.at)

    def count_now(self) -> None:
        """Count anew, for whoever has just changed something and looks for it."""
        self._kept.fresh()

    def _count(self) -> Census:
        now = self._database.clock()
        today = day_number(now, self._zone)
        since = now - 2 * DAYS * DAY_MS
        zone = offsets(self._zone, since, now)
        with self._database.read() as view:
            return Census(
                tuple(census.members(view)),
                tuple(census.joined_since(view, since, zone)),
                today,
            )


def day_number(ms: int, zone: tzinfo) -> int:
    """Return the number from 1970 on of the day that a moment is in."""
    return (datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).date() - _EPOCH).days


def day_of(number: int) -> date:
    """Return the day of a number."""
    return _EPOCH + timedelta(days=number)


def largest(counted: Counter[str], rows: int, *, others: str) -> Iterable[tuple[str, int]]:
    """Return the largest counts first, and what is beyond `rows` of them under one name."""
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    if len(ordered) <= rows:
        return ordered
    rest = sum(people for _, people in ordered[rows:])
    return [*ordered[:rows], (others, rest)]
