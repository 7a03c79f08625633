"""How far people come in conversations, as counts by day and step. Holds nothing of a person.

A count is written in the transaction of what it counts. Each stream has rows of its own, so that no
process waits for another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, cast, delete, func, select

from gateway.core.flow.passages import Passage
from gateway.core.flow.release import SHORT
from gateway.store import bulk, tables
from gateway.store.database import Transaction

_COUNTS: Final = (
    "put", "answered", "unanswered", "back", "gave_up", "expired", "stopped", "gone",
    "misunderstood",
)  # fmt: skip
_PLACE_OF: Final = {name: place for place, name in enumerate(_COUNTS)} | {"begun": 0, "finished": 1}
_KEY: Final = ("flow", "day", "step", "medium", "release", "stream")
_COLUMNS: Final = (*_KEY, *_COUNTS)


class Tally:
    """What a transaction is to count. Kept by what is counted, so that it writes few rows."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: dict[tuple[str, int, str, str, str], list[int]] = {}

    def add(self, release: str, passages: Iterable[Passage], by: int = 1) -> None:
        """Count passages of conversations on a release; `by` -1 takes back what was counted."""
        name = release[:SHORT]
        for flow, step, kind, (day, medium) in passages:
            key = (flow, day, step, medium, name)
            counts = self._counts.get(key)
            if counts is None:
                counts = self._counts[key] = [0] * len(_COUNTS)
            counts[_PLACE_OF[kind]] += by

    def write(self, tx: Transaction) -> None:
        """Add what was counted to the rows of the transaction's stream, one statement for all."""
        stream = tx.head.stream
        rows = [(*key, stream, *counts) for key, counts in self._counts.items() if any(counts)]
        bulk.insert(
            tx, tables.passages, _COLUMNS, sorted(rows), conflict=_KEY, update=_COUNTS, add=True
        )


@dataclass(frozen=True, slots=True)
class StepRow:
    """What became of the questions that a step put on one day; `step` is empty for the whole flow.

    A whole flow is `put` when it begins and `answered` when it is finished.
    """

    flow: str
    step: str
    day: int
    put: int
    answered: int
    unanswered: int
    back: int
    gave_up: int
    expired: int
    stopped: int
    gone: int
    misunderstood: int

    @property
    def open(self) -> int:
        """How many of which nothing became yet."""
        became = self.answered + self.unanswered + self.back + self.gave_up + self.expired
        return max(self.put - became - self.stopped - self.gone, 0)


def of_flow(
    connection: Connection, flow: str, since: int, *, medium: str = "", release: str = ""
) -> Sequence[StepRow]:
    """Return what was counted of a flow since a day, of one medium or one release where named."""
    p = tables.passages
    query = _summed().where(p.c.flow == flow, p.c.day >= since)
    if medium:
        query = query.where(p.c.medium == medium)
    if release:
        query = query.where(p.c.release == release[:SHORT])
    return [StepRow(*row) for row in connection.execute(query)]


def of_all(connection: Connection, since: int) -> Sequence[StepRow]:
    """Return what was counted of every flow since a day."""
    query = _summed().where(tables.passages.c.day >= since)
    return [StepRow(*row) for row in connection.execute(query)]


def forget(tx: Transaction, before: int) -> None:
    """Forget what was counted of days before a day."""
    p = tables.passages
    tx.connection.execute(delete(p).where(p.c.day < before))


def _summed() -> Select[tuple[Any, ...]]:
    p = tables.passages
    keys = (p.c.flow, p.c.step, p.c.day)
    sums = [cast(func.sum(p.c[name]), BigInteger) for name in _COUNTS]
    return select(*keys, *sums).group_by(*keys).order_by(*keys)
