"""Opens assemblies, closes them and counts their votes. Never changes what was put to a vote."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion, Tally, tally
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.flowfiles.assembly_files import AssemblyPlan, MotionPlan
from gateway.store import assemblies, journal
from gateway.store.assemblies import AssemblyRow
from gateway.store.counters import ASSEMBLY, MOTION, Counter, coming
from gateway.store.database import Database, Transaction

_HASH: Final = "definition_hash"


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


def open_assembly(
    database: Database,
    plan: AssemblyPlan,
    *,
    form: str = "",
    last: Callable[[Transaction, int], None] = lambda _tx, _number: None,
) -> Opened:
    """Give an assembly and its motions their numbers and record that it opened.

    A `form` that opened one already opens no other. `last` is done at the end of the transaction.
    """
    with database.write() as tx:
        opened = assemblies.opened_by(tx.connection, form) if form else None
        if opened is not None:
            found = assemblies.motions_of(tx.connection, opened)
            return Opened(opened, tuple(one.number for one in found))
        assembly_numbers, motion_numbers = Counter(tx, ASSEMBLY), Counter(tx, MOTION)
        number = assembly_numbers.take()
        motions = [motion_body(motion_numbers.take(), one) for one in plan.motions]
        body: dict[str, object] = {
            "number": number,
            "title": plan.title,
            "place": plan.place,
            "opens_at": plan.opens_at,
            "closes_at": plan.closes_at,
            "motions": motions,
            "rules": {"close_early": plan.close_early},
        }
        if form:
            body["form"] = form
        body[_HASH] = fingerprint(body)
        journal.record(tx, [Fact(kinds.ASSEMBLY_OPENED, b"", body)])
        assembly_numbers.save()
        motion_numbers.save()
        last(tx, number)
    return Opened(number, tuple(int(str(motion["number"])) for motion in motions))


def fingerprint(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of what was put: of all that an assembly's fact says but this itself."""
    put = {name: value for name, value in body.items() if name != _HASH}
    return hashlib.sha256(orjson.dumps(put, option=orjson.OPT_SORT_KEYS)).hexdigest()


def close_assembly(
    database: Database,
    number: int,
    *,
    by: str,
    last: Callable[[Transaction], None] = lambda _tx: None,
) -> AssemblyRow:
    """Close an assembly before its time; `by` says who did. Raises `AssemblyError`.

    Only where its own rules said so when it opened: whoever convenes must not choose the moment
    afterwards. `last` is done at the end of the transaction.
    """
    with database.write() as tx:
        found = _found(assemblies.lock(tx, number), number)
        if found.ends_at <= tx.now:
            raise AssemblyError(f"Assembly {number} is closed already; its count is final.")
        if not may_close_early(assemblies.definition(tx.connection, number) or {}):
            raise AssemblyError(
                f"Assembly {number} was opened without the rule close_early, so it ends at its own"
                " time."
            )
        journal.record(tx, [Fact(kinds.ASSEMBLY_CLOSED, b"", {"number": number, "by": by})])
        closed = _found(assemblies.assembly(tx.connection, number), number)
        last(tx)
        return closed


def may_close_early(definition: Mapping[str, Any]) -> bool:
    """Whether an assembly's own rules let it be closed before its time.

    Those that opened before there were such rules could be closed by anybody who may convene.
    """
    return bool(definition.get("rules", {}).get("close_early", "rules" not in definition))


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


def look(
    database: Database, number: int
) -> tuple[AssemblyRow, Sequence[Motion], Mapping[str, Any]]:
    """Return an assembly, its motions, and what was put when it opened. Raises `AssemblyError`."""
    with database.read() as view:
        found = _found(assemblies.assembly(view, number), number)
        put = assemblies.definition(view, number) or {}
        return found, assemblies.motions_of(view, number), put


def page(
    database: Database, before: int | None, limit: int, places: Collection[str] | None
) -> Sequence[AssemblyRow]:
    """Return the latest assemblies before a number that are for one of some places."""
    with database.read() as view:
        return assemblies.page(view, before, limit, places)


def coming_motions(database: Database, count: int) -> tuple[int, ...]:
    """Return the numbers that so many motions get, if nobody opens an assembly meanwhile."""
    with database.read() as view:
        first = coming(view, MOTION)
    return tuple(range(first, first + count))


def all_assemblies(database: Database) -> list[tuple[AssemblyRow, Sequence[Motion]]]:
    """Return every assembly with its motions, the latest first."""
    with database.read() as connection:
        return [
            (one, assemblies.motions_of(connection, one.number))
            for one in assemblies.assemblies(connection)
        ]


def motion_body(number: int, plan: MotionPlan) -> dict[str, object]:
    """Return a motion as the fact of its opening says it."""
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
