"""Assemblies, their motions and the count of their ballots. Writes nothing: facts do that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from gateway.core.movement.ballots import Motion, MotionOption
from gateway.store import tables
from gateway.store.database import SQLITE, Query, Transaction

# A vote that comes after the close is told so for this long; later the number means nothing.
REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000

_COLUMNS = (
    "m.number, m.assembly, a.place, m.question, m.options, a.opens_at, a.closes_at, a.closed_at"
)
_RECENT = (
    f"SELECT {_COLUMNS} FROM assemblies a JOIN motions m ON m.assembly = a.number"
    " WHERE a.closes_at > {mark} ORDER BY m.number"
)
_RECENT_SQLITE = _RECENT.format(mark="?")
_RECENT_POSTGRESQL = _RECENT.format(mark="%s")


@dataclass(frozen=True, slots=True)
class AssemblyRow:
    """One assembly as stored. Times are milliseconds since 1970."""

    number: int
    title: str
    place: str | None
    opens_at: int
    closes_at: int
    closed_at: int | None

    @property
    def ends_at(self) -> int:
        """The first millisecond at which a vote is too late."""
        return self.closes_at if self.closed_at is None else min(self.closes_at, self.closed_at)


def motions(tx: Transaction) -> list[Motion]:
    """Return the motions of assemblies that are open, to come, or closed within 30 days.

    One statement for a whole batch of votes.
    """
    return read_motions(tx.rows(*seek_motions(tx)))


def seek_motions(tx: Transaction) -> Query:
    """Return the query that `read_motions` reads."""
    statement = _RECENT_SQLITE if tx.dialect == SQLITE else _RECENT_POSTGRESQL
    return statement, (tx.now - REMEMBERED_MS,)


def read_motions(rows: Iterable[Sequence[Any]]) -> list[Motion]:
    """Return motions in the order of their numbers."""
    return [_motion(row) for row in rows]


def assembly(connection: Connection, number: int) -> AssemblyRow | None:
    """Return one assembly, or None if there is none with this number."""
    row = connection.execute(_assemblies().where(tables.assemblies.c.number == number)).first()
    return None if row is None else AssemblyRow(*row)


def assemblies(connection: Connection) -> list[AssemblyRow]:
    """Return every assembly, the latest first."""
    query = _assemblies().order_by(tables.assemblies.c.number.desc())
    return [AssemblyRow(*row) for row in connection.execute(query)]


def motions_of(connection: Connection, number: int) -> list[Motion]:
    """Return the motions of one assembly in the order in which they are put."""
    a, m = tables.assemblies, tables.motions
    query = (
        select(
            m.c.number,
            m.c.assembly,
            a.c.place,
            m.c.question,
            m.c.options,
            a.c.opens_at,
            a.c.closes_at,
            a.c.closed_at,
        )
        .join_from(m, a, m.c.assembly == a.c.number)
        .where(m.c.assembly == number)
        .order_by(m.c.position)
    )
    return [_motion(row) for row in connection.execute(query)]


def votes(connection: Connection, number: int) -> Mapping[int, Mapping[int, int]]:
    """Return, for each motion of an assembly, how many votes each option has. Counted in SQL."""
    b, m = tables.ballots, tables.motions
    query = (
        select(b.c.motion, b.c.option, func.count())
        .join_from(b, m, b.c.motion == m.c.number)
        .where(m.c.assembly == number)
        .group_by(b.c.motion, b.c.option)
    )
    counted: dict[int, dict[int, int]] = {}
    for motion, option, count in connection.execute(query):
        counted.setdefault(motion, {})[option] = count
    return counted


def members_by_place(connection: Connection) -> Mapping[str | None, int]:
    """Return how many members live in each place; None stands for those who did not say."""
    p = tables.participants
    query = select(p.c.place, func.count()).where(p.c.status == "member").group_by(p.c.place)
    return {row[0]: row[1] for row in connection.execute(query)}


def _assemblies() -> Any:
    a = tables.assemblies
    return select(a.c.number, a.c.title, a.c.place, a.c.opens_at, a.c.closes_at, a.c.closed_at)


def _motion(row: Any) -> Motion:
    number, of, place, question, options, opens_at, closes_at, closed_at = row
    return Motion(
        number, of, place, _question(question), _options(options), opens_at, closes_at, closed_at
    )


@lru_cache(maxsize=1024)
def _question(text: str) -> Mapping[str, str]:
    question: dict[str, str] = orjson.loads(text)
    return question


@lru_cache(maxsize=1024)
def _options(text: str) -> tuple[MotionOption, ...]:
    return tuple(MotionOption(one["number"], one["label"]) for one in orjson.loads(text))
