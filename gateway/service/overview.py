"""What is going on, as counts: who joined and where, what is put to the vote, what was sent.

Never shows a name, a number or anybody's words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.core.movement.ballots import in_language
from gateway.core.movement.places import Places
from gateway.service import assembly
from gateway.store import assemblies, overview
from gateway.store.database import Database

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OpenMotion:
    """A motion that may be voted on: how many of those who may have done so."""

    number: int
    question: str
    turnout: int
    eligible: int


@dataclass(frozen=True, slots=True)
class OpenAssembly:
    """An assembly that is open until `closes_at` (milliseconds)."""

    number: int
    title: str
    closes_at: int
    motions: tuple[OpenMotion, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts at one moment, the largest first. An empty name stands for what nobody said."""

    members: int
    by_place: Counts
    by_channel: Counts
    by_medium: Counts
    reports: Counts
    messages: Counts
    assemblies: tuple[OpenAssembly, ...]


def look(database: Database, places: Places, language: str) -> Overview:
    """Count everything; questions are in `language` where they have been translated."""
    with database.read() as view:
        by_place = assemblies.members_by_place(view)
        by_channel = overview.members_by_channel(view)
        by_medium = overview.members_by_medium(view)
        reports = overview.reports_by_category(view)
        messages = overview.messages_by_status(view)
        numbers = [one.number for one in assemblies.assemblies(view) if _open(one, database)]
    return Overview(
        members=sum(by_place.values()),
        by_place=_largest_first(_named(by_place, places)),
        by_channel=_largest_first(by_channel.items()),
        by_medium=_largest_first((name or "", count) for name, count in by_medium.items()),
        reports=_largest_first(reports.items()),
        messages=tuple((status.word, count) for status, count in messages.items()),
        assemblies=tuple(_assembly(database, places, number, language) for number in numbers),
    )


def _open(row: assemblies.AssemblyRow, database: Database) -> bool:
    return row.opens_at <= database.clock() < row.ends_at


def _named(by_place: Mapping[str | None, int], places: Places) -> Iterable[tuple[str, int]]:
    for code, count in by_place.items():
        place = None if code is None else places.get(code)
        yield (code or "" if place is None else place.name), count


def _largest_first(counts: Iterable[tuple[str, int]]) -> Counts:
    return tuple(sorted(counts, key=lambda one: (-one[1], one[0])))


def _assembly(database: Database, places: Places, number: int, language: str) -> OpenAssembly:
    result = assembly.count(database, number, places)
    return OpenAssembly(
        number,
        result.assembly.title,
        result.assembly.ends_at,
        tuple(
            OpenMotion(
                one.motion.number,
                in_language(one.motion.question, language),
                one.turnout,
                one.eligible,
            )
            for one in result.tallies
        ),
    )
