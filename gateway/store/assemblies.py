"""Assemblies, their motions and the count of their ballots. Writes nothing: facts do that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, text

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
    definition_hash: str = ""

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


def page(
    connection: Connection, before: int | None, limit: int, places: Collection[str] | None
) -> list[AssemblyRow]:
    """Return the latest assemblies before a number; `places` None is everywhere."""
    a = tables.assemblies
    query = _assemblies().order_by(a.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(a.c.number < before)
    if places is not None:
        query = query.where(a.c.place.in_(sorted(places)))
    return [AssemblyRow(*row) for row in connection.execute(query)]


def definition(connection: Connection, number: int) -> Mapping[str, Any] | None:
    """Return what was put when an assembly opened, or None if there is none with this number."""
    a = tables.assemblies
    found = connection.execute(select(a.c.definition).where(a.c.number == number)).scalar()
    return None if found is None else dict(orjson.loads(found))


def opened_by(connection: Connection, form: str) -> int | None:
    """Return the number of the assembly that a form opened, if it did."""
    a = tables.assemblies
    return connection.execute(select(a.c.number).where(a.c.form == form)).scalar()


def lock(tx: Transaction, number: int) -> AssemblyRow | None:
    """Return an assembly that nobody else changes until the end of the transaction."""
    own = "" if tx.dialect == SQLITE else " FOR UPDATE"
    query = text(f"SELECT number FROM assemblies WHERE number = :number{own}")
    tx.connection.execute(query, {"number": number})
    return assembly(tx.connection, number)


def turnout(connection: Connection, number: int) -> Mapping[int, int]:
    """Return how many voted on each motion of an assembly, without looking how."""
    b, m = tables.ballots, tables.motions
    query = (
        select(m.c.number, func.count(b.c.participant))
        .join_from(m, b, b.c.motion == m.c.number, isouter=True)
        .where(m.c.assembly == number)
        .group_by(m.c.number)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def votes_by_place(
    connection: Connection, number: int
) -> Sequence[tuple[int, int, str | None, int]]:
    """Return (motion, option, place, votes) of an assembly; the place is where the voter lives."""
    b, m, p = tables.ballots, tables.motions, tables.participants
    query = (
        select(b.c.motion, b.c.option, p.c.place, func.count())
        .join_from(b, m, b.c.motion == m.c.number)
        .join(p, p.c.id == b.c.participant, isouter=True)
        .where(m.c.assembly == number)
        .group_by(b.c.motion, b.c.option, p.c.place)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


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
    return select(
        a.c.number,
        a.c.title,
        a.c.place,
        a.c.opens_at,
        a.c.closes_at,
        a.c.closed_at,
        a.c.definition_hash,
    )


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
