"""Counts what people answered in conversations. Every answer is sealed, so each has to be opened.

That takes as long as there are answers, so it is done behind the pages and kept.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import orjson

from gateway.core.movement.places import Places
from gateway.core.movement.polls import Answer, Poll
from gateway.service.behind import Behind
from gateway.service.kept import Counted
from gateway.service.world import RESULT
from gateway.store import exports
from gateway.store.database import Database
from gateway.store.vault import Vault

_FRESH_MS: Final = 10 * 60_000


class Polls:
    """The answers of every conversation that saved some."""

    def __init__(self, database: Database, vault: Vault, places: Places) -> None:
        """Count nothing yet."""
        self._database = database
        self._vault = vault
        self._places = places
        self._kept: Behind[tuple[Poll, ...]] = Behind(database.clock, fresh_ms=_FRESH_MS)

    def flows(self) -> Sequence[str]:
        """Return the conversations that saved answers."""
        with self._database.read() as view:
            return exports.flows_with_results(view)

    def look(self, flow: str) -> Counted[tuple[Poll, ...]] | None:
        """Return the questions of a conversation; None while they are first counted."""
        return self._kept.look(flow, lambda: self._count(flow))

    def _count(self, flow: str) -> tuple[Poll, ...]:
        counted: defaultdict[str, Counter[Answer]] = defaultdict(Counter)
        with self._database.read() as view:
            for page in exports.results(view, flow):
                for row in page:
                    if row.salt is None:
                        continue  # whoever answered was erased, and the answer with them
                    sealer = self._vault.person(bytes(row.salt))
                    given = orjson.loads(sealer.open(RESULT, bytes(row.result_sealed)))
                    answer = Answer(
                        str(given.get("category") or ""),
                        gender=row.gender or "",
                        place=self._province(row.place),
                        language=row.language or "",
                    )
                    counted[row.name][answer] += 1
        return tuple(Poll(name, answers) for name, answers in sorted(counted.items()))

    def _province(self, code: str | None) -> str:
        if code is None or self._places.get(code) is None:
            return ""
        province = self._places.at_level(code, "province")
        return code if province is None else province.code
