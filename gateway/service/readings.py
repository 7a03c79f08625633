"""What programs read of a movement: counts, states and results. No name, number or word of anybody.

Counts of too few people are held back as exports hold them back. What takes long is kept, and
counted anew behind whoever asks.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import orjson

from gateway.core.delivery.status import Status
from gateway.core.movement.ballots import Motion
from gateway.core.movement.disclosure import LEAST, guard
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission, Viewer
from gateway.service import assembly
from gateway.service.assembly import Result
from gateway.service.cases import Cases, Listed
from gateway.service.kept import Counted, Kept
from gateway.service.signups import Question, Table, counted
from gateway.service.world import RESULT
from gateway.store import assemblies, broadcasts, exports
from gateway.store.assemblies import AssemblyRow
from gateway.store.broadcasts import BroadcastRow
from gateway.store.cases import Filter
from gateway.store.database import Database
from gateway.store.vault import Vault

_MOST_KEPT: Final = 64
_SOON_MS: Final = 5_000
_FRESH_MS: Final = 60_000
_SLOW_FRESH_MS: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Answers:
    """How often each category of a result was given; None where it is held back."""

    result: str
    categories: Mapping[str, int | None]


class Readings:
    """All that the API of a movement answers with, within what somebody may see."""

    def __init__(self, database: Database, vault: Vault, places: Places, cases: Cases) -> None:
        """Take what is read."""
        self._database = database
        self._vault = vault
        self._places = places
        self._cases = cases
        self._tables: dict[Question, Kept[Table]] = {}
        self._answers: dict[str, Kept[tuple[Answers, ...]]] = {}
        self._results: dict[int, Kept[Result]] = {}
        self._messages: dict[int, Kept[Mapping[Status, int]]] = {}

    def count(self, question: Question) -> Counted[Table]:
        """Return a table of counts, and when it was counted. Raises `TooFineError`."""
        count = partial(counted, self._database, self._places, question)
        return _shelved(self._tables, question, count, self._database, _FRESH_MS).look()

    def reports(
        self, viewer: Viewer, wanted: Filter, after: int | None, limit: int
    ) -> Sequence[Listed]:
        """Return reports without their words, the oldest first; none that is held for danger."""
        scope = viewer.scope(Permission.CASES, self._places)
        return self._cases.page(wanted, scope, after, limit)

    def assemblies(self, viewer: Viewer) -> list[tuple[AssemblyRow, Sequence[Motion]]]:
        """Return the assemblies that somebody may see, the latest first."""
        return [
            (one, motions)
            for one, motions in assembly.all_assemblies(self._database)
            if viewer.may(Permission.ASSEMBLIES, one.place, self._places)
        ]

    def result(self, viewer: Viewer, number: int) -> Result | None:
        """Return what came of an assembly; None where there is none that somebody may see."""
        with self._database.read() as view:
            row = assemblies.assembly(view, number)
        if row is None or not viewer.may(Permission.ASSEMBLIES, row.place, self._places):
            return None
        count = partial(assembly.count, self._database, number, self._places)
        kept = _shelved(self._results, number, count, self._database, _SOON_MS)
        found = kept.look().value
        over = found.provisional and self._database.clock() >= row.ends_at
        return kept.fresh().value if over else found

    def calls(self, viewer: Viewer, before: int | None, limit: int) -> list[BroadcastRow]:
        """Return calls to action that somebody may see, the newest first."""
        with self._database.read() as view:
            found = broadcasts.newest(view, limit, before)
        return [one for one in found if self._sees(viewer, one)]

    def call(self, viewer: Viewer, number: int) -> tuple[BroadcastRow, Mapping[Status, int]] | None:
        """Return a call with its messages by status; None where somebody may see none."""
        with self._database.read() as view:
            found = broadcasts.find(view, number)
        if found is None or not self._sees(viewer, found):
            return None
        count = partial(self._count_messages, number)
        kept = _shelved(self._messages, number, count, self._database, _SOON_MS)
        return found, kept.look().value

    def flows(self) -> Sequence[str]:
        """Return the conversations that saved results."""
        with self._database.read() as view:
            return exports.flows_with_results(view)

    def answers(self, flow: str) -> Counted[tuple[Answers, ...]]:
        """Return how often each answer was given in a conversation, of all who went through it."""
        count = partial(self._count_answers, flow)
        return _shelved(self._answers, flow, count, self._database, _SLOW_FRESH_MS).look()

    def _sees(self, viewer: Viewer, call: BroadcastRow) -> bool:
        scope = viewer.scope(Permission.CALLS, self._places)
        return call.audience.lies_within(scope, self._places)

    def _count_messages(self, number: int) -> Mapping[Status, int]:
        with self._database.read() as view:
            return broadcasts.count_messages(view, number)

    def _count_answers(self, flow: str) -> tuple[Answers, ...]:
        counts: defaultdict[str, Counter[tuple[str]]] = defaultdict(Counter)
        for name, category in self._categories(flow):
            counts[name][category,] += 1
        return tuple(
            Answers(name, {key[0]: n for key, n in guard(cells, least=LEAST).cells.items()})
            for name, cells in sorted(counts.items())
        )

    def _categories(self, flow: str) -> Iterator[tuple[str, str]]:
        with self._database.read() as view:
            for page in exports.results(view, flow):
                for row in page:
                    if row.salt is not None:
                        sealer = self._vault.person(bytes(row.salt))
                        given = orjson.loads(sealer.open(RESULT, bytes(row.result_sealed)))
                        yield row.name, str(given.get("category") or "")


K = TypeVar("K")
T = TypeVar("T")


def _shelved(
    kept: dict[K, Kept[T]], key: K, count: Callable[[], T], database: Database, fresh_ms: int
) -> Kept[T]:
    if key not in kept and len(kept) >= _MOST_KEPT:
        kept.clear()
    return kept.setdefault(key, Kept(count, database.clock, fresh_ms=fresh_ms))
