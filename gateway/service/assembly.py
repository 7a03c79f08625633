"""Opens assemblies, closes them and counts their votes. Never changes what was put to a vote."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion, Tally, tally
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.flowfiles.assembly_files import AssemblyPlan, MotionPlan
from gateway.store import assemblies, journal
from gateway.store.assemblies import AssemblyRow
from gateway.store.counters import ASSEMBLY, MOTION, Counter
from gateway.store.database import Database


class AssemblyError(Exception):
    """Something cannot be done with an assembly. One sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new assembly's number and the numbers that people vote with, in order."""

    number: int
    motions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """An assembly as counted at `at` (milliseconds). `provisional` while votes may still come."""

    assembly: AssemblyRow
    tallies: tuple[Tally, ...]
    at: int
    provisional: bool


def open_assembly(database: Database, plan: AssemblyPlan) -> Opened:
    """Give an assembly and its motions their numbers and record that it opened."""
    with database.write() as tx:
        assembly_numbers, motion_numbers = Counter(tx, ASSEMBLY), Counter(tx, MOTION)
        number = assembly_numbers.take()
        motions = [_motion(motion_numbers.take(), one) for one in plan.motions]
        body = {
            "number": number,
            "title": plan.title,
            "place": plan.place,
            "opens_at": plan.opens_at,
            "closes_at": plan.closes_at,
            "motions": motions,
        }
        put = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        body["definition_hash"] = hashlib.sha256(put).hexdigest()
        journal.record(tx, [Fact(kinds.ASSEMBLY_OPENED, b"", body)])
        assembly_numbers.save()
        motion_numbers.save()
    return Opened(number, tuple(int(str(motion["number"])) for motion in motions))


def close_assembly(database: Database, number: int, *, by: str) -> AssemblyRow:
    """Close an assembly before its time; `by` says who did. Raises `AssemblyError`."""
    with database.write() as tx:
        found = _found(assemblies.assembly(tx.connection, number), number)
        if found.ends_at <= tx.now:
            raise AssemblyError(f"Assembly {number} is closed already; its count is final.")
        journal.record(tx, [Fact(kinds.ASSEMBLY_CLOSED, b"", {"number": number, "by": by})])
        return _found(assemblies.assembly(tx.connection, number), number)


def count(database: Database, number: int, places: Places) -> Result:
    """Count an assembly's votes from one consistent view. Raises `AssemblyError`."""
    with database.read() as connection:
        found = _found(assemblies.assembly(connection, number), number)
        motions = assemblies.motions_of(connection, number)
        votes = assemblies.votes(connection, number)
        members = assemblies.members_by_place(connection)
    now = database.clock()
    may_vote = _living_in(found.place, members, places)
    return Result(
        found,
        tuple(tally(motion, votes.get(motion.number, {}), may_vote) for motion in motions),
        now,
        provisional=now < found.ends_at,
    )


def all_assemblies(database: Database) -> list[tuple[AssemblyRow, Sequence[Motion]]]:
    """Return every assembly with its motions, the latest first."""
    with database.read() as connection:
        return [
            (one, assemblies.motions_of(connection, one.number))
            for one in assemblies.assemblies(connection)
        ]


def _motion(number: int, plan: MotionPlan) -> dict[str, object]:
    options = [{"number": one.number, "label": dict(one.label)} for one in plan.options]
    return {"number": number, "question": dict(plan.question), "options": options}


def _found(row: AssemblyRow | None, number: int) -> AssemblyRow:
    if row is None:
        raise AssemblyError(
            f"There is no assembly {number}. `gateway assembly list` shows those there are."
        )
    return row


def _living_in(place: str | None, members: Mapping[str | None, int], places: Places) -> int:
    return sum(
        count
        for where, count in members.items()
        if place is None or (where is not None and places.within(where, place))
    )
