"""What happened in halls: counts by two witnesses each, and minutes. Writes nothing: facts do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from gateway.store import tables


@dataclass(frozen=True, slots=True)
class HallRow:
    """What one witness counted in one hall: by motion, how many hands for each option."""

    hall: int
    position: int
    name: str
    staff: int
    figures: Mapping[int, Mapping[int, int]]
    at: int


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """Minutes as they were written; a later version stands instead of those before."""

    version: int
    text: str
    staff: int | None
    at: int


def counts(connection: Connection, assembly: int) -> Sequence[HallRow]:
    """Return every count of an assembly's halls, by hall and witness."""
    h = tables.hall_counts
    query = (
        select(h.c.hall, h.c.position, h.c.name, h.c.staff, h.c.figures, h.c.counted_at)
        .where(h.c.assembly == assembly)
        .order_by(h.c.hall, h.c.position)
    )
    return [
        HallRow(hall, position, name, staff, _figures(figures), at)
        for hall, position, name, staff, figures, at in connection.execute(query)
    ]


def counts_of(connection: Connection, numbers: Sequence[int]) -> Mapping[int, Sequence[HallRow]]:
    """Return every count of the halls of some assemblies, by assembly, hall and witness."""
    h = tables.hall_counts
    query = (
        select(
            h.c.assembly, h.c.hall, h.c.position, h.c.name, h.c.staff, h.c.figures, h.c.counted_at
        )
        .where(h.c.assembly.in_(numbers))
        .order_by(h.c.assembly, h.c.hall, h.c.position)
    )
    found: dict[int, list[HallRow]] = {}
    for assembly, hall, position, name, staff, figures, at in connection.execute(query):
        row = HallRow(hall, position, name, staff, _figures(figures), at)
        found.setdefault(assembly, []).append(row)
    return found


def minutes(connection: Connection, assembly: int, limit: int) -> Sequence[MinutesRow]:
    """Return the minutes of an assembly, the last version first."""
    m = tables.minutes
    query = (
        select(m.c.version, m.c.text, m.c.staff, m.c.written_at)
        .where(m.c.assembly == assembly)
        .order_by(m.c.version.desc())
        .limit(limit)
    )
    return [MinutesRow(*row) for row in connection.execute(query)]


def _figures(stored: str) -> Mapping[int, Mapping[int, int]]:
    return {
        int(motion): {int(option): hands for option, hands in counted.items()}
        for motion, counted in orjson.loads(stored).items()
    }
