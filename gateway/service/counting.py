"""Assemblies as their pages show them: turnout while they are open, and the count once they closed.

While an assembly is open nobody learns how anybody votes, so not even this looks at it.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

from gateway.core.movement.ballots import Motion, Tally, tally
from gateway.core.movement.places import Places
from gateway.core.movement.shares import Breakdown, by_place
from gateway.service.census import Counts
from gateway.service.kept import Counted, Kept
from gateway.store import assemblies
from gateway.store.assemblies import AssemblyRow
from gateway.store.database import Database

# Votes that came before the close are written within this time after it; until then a count is
# provisional.
SETTLED_MS: Final = 60_000
_KEPT: Final = 64  # assemblies whose counts are held in memory

Turnout = Mapping[int, int]
_Votes = Mapping[int, Mapping[str, Mapping[int, int]]]  # by motion, place and option
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The count of one motion, and as much of it by place as nobody can be told from."""

    tally: Tally
    places: Breakdown | None


class Counting:
    """The kept counts of assemblies. Safe to share between threads."""

    def __init__(self, database: Database, places: Places, counts: Counts) -> None:
        """`counts` knows how many members live where. Nothing is counted yet."""
        self._database = database
        self._places = places
        self._counts = counts
        self._turnouts: _Shelf[Turnout] = _Shelf(database.clock, 5_000)
        self._votes: _Shelf[_Votes] = _Shelf(database.clock, 15_000)

    def eligible(self, place: str | None) -> int:
        """Return how many members may vote in an assembly of a place, as of the last census."""
        census = self._counts.look(None).value
        if place is None:
            return census.members
        return sum(
            one.people
            for one in census.people
            if one.place is not None and self._places.within(one.place, place)
        )

    def turnout(self, row: AssemblyRow) -> Counted[Turnout]:
        """Return how many voted on each motion."""
        return self._turnouts.look(row, lambda: self._count_turnout(row.number))

    def outcomes(self, row: AssemblyRow, motions: Sequence[Motion]) -> Counted[tuple[Outcome, ...]]:
        """Return the count of a closed assembly. Raises ValueError for one that is not."""
        if not is_closed(row, self._database.clock()):
            raise ValueError(f"assembly {row.number} is open: nobody may see how it votes")
        counted = self._votes.look(row, lambda: self._count_votes(row))
        votes, eligible = counted.value, self.eligible(row.place)
        found = tuple(
            Outcome(
                tally(one, _totals(votes.get(one.number, {})), eligible),
                by_place(votes.get(one.number, {})),
            )
            for one in motions
        )
        return Counted(found, counted.at)

    def count_now(self) -> None:
        """Forget what is kept, for whoever has just changed something and looks for it."""
        self._turnouts.clear()
        self._votes.clear()
        self._counts.count_now()

    def _count_turnout(self, number: int) -> Turnout:
        with self._database.read() as view:
            return assemblies.turnout(view, number)

    def _count_votes(self, row: AssemblyRow) -> _Votes:
        counted: dict[int, dict[str, dict[int, int]]] = {}
        with self._database.read() as view:
            for motion, option, place, votes in assemblies.votes_by_place(view, row.number):
                part = self._part(place, row.place)
                cells = counted.setdefault(motion, {}).setdefault(part, {})
                cells[option] = cells.get(option, 0) + votes
        return counted

    def _part(self, code: str | None, root: str | None) -> str:
        """Return the place, one level inside the assembly's, that a voter's place lies in."""
        if code is None or self._places.get(code) is None:
            return ""
        if root is None:
            province = self._places.at_level(code, "province")
            return code if province is None else province.code
        path = (code, *self._places.ancestors(code))  # from the inside out
        at = path.index(root) if root in path else 0
        return path[max(at - 1, 0)]


def is_closed(row: AssemblyRow, now: int) -> bool:
    """Whether no vote counts any more."""
    return now >= row.ends_at


def is_settled(row: AssemblyRow, now: int) -> bool:
    """Whether every vote that counts has been written."""
    return now >= row.ends_at + SETTLED_MS


class _Shelf(Generic[T]):
    """A kept count for each of the last assemblies that were looked at.

    What was counted when every vote had been written is never counted again: nothing can change it,
    and who moves house later must not shift a vote from one place to another.
    """

    def __init__(self, clock: Callable[[], int], fresh_ms: int) -> None:
        self._clock = clock
        self._fresh_ms = fresh_ms
        self._kept: OrderedDict[int, Kept[T]] = OrderedDict()
        self._lock = Lock()

    def look(self, row: AssemblyRow, count: Callable[[], T]) -> Counted[T]:
        with self._lock:
            kept = self._kept.get(row.number)
            if kept is None:
                kept = self._kept[row.number] = Kept(count, self._clock, fresh_ms=self._fresh_ms)
            self._kept.move_to_end(row.number)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        last = kept.last
        return last if last is not None and is_settled(row, last.at) else kept.look()

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def _totals(by: Mapping[str, Mapping[int, int]]) -> Mapping[int, int]:
    totals: dict[int, int] = {}
    for cells in by.values():
        for option, votes in cells.items():
            totals[option] = totals.get(option, 0) + votes
    return totals
