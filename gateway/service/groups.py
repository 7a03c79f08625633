"""Puts members into groups and takes them out, thousands at a time. Sends them nothing."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Place, Places
from gateway.store import campaigns, groups, journal
from gateway.store.database import Database
from gateway.store.groups import Whom

SLICE = 2000  # facts in one transaction: others write in between
BY_STAFF = "staff"  # the channel that these facts name

_NAME = re.compile(r"[\w][\w -]{0,39}")


class GroupError(Exception):
    """A group cannot be used so. One sentence that says why and what to do."""


def listed(database: Database) -> list[tuple[str, int]]:
    """Return each group with how many are in it, by name."""
    with database.read() as view:
        return groups.groups(view)


def add(database: Database, group: str, whom: Whom, *, at_once: int = SLICE) -> int:
    """Put those meant into a group, `at_once` in a transaction; return how many were not in it.

    Raises `GroupError` for a name that cannot be, or a number that no member has.
    """
    _check_numbers(database, whom.numbers)
    move = _Move(groups.outside, kinds.GROUP_JOINED, at_once)
    return _in_slices(database, group_name(group), whom, move)


def remove(database: Database, group: str, whom: Whom, *, at_once: int = SLICE) -> int:
    """Take those meant out of a group; return how many were in it. Raises `GroupError`."""
    move = _Move(groups.inside, kinds.GROUP_LEFT, at_once)
    return _in_slices(database, group_name(group), whom, move)


def group_name(written: str) -> str:
    """Return a group's name as it is stored: lower case, single spaces. Raises `GroupError`."""
    name = " ".join(written.lower().split())
    if not _NAME.fullmatch(name):
        raise GroupError(
            f"'{written}' cannot be the name of a group. Use up to 40 letters, digits, spaces and"
            " hyphens, beginning with a letter or digit."
        )
    return name


def places_within(places: Places, written: Collection[str]) -> tuple[str, ...]:
    """Return the codes of places, given by code or name, and of all that lies in them.

    Raises `GroupError` for a place that is not known, naming those near it.
    """
    wanted = [one_place(places, one).code for one in written]
    return tuple(
        place.code for place in places if any(places.within(place.code, one) for one in wanted)
    )


def one_place(places: Places, written: str) -> Place:
    """Return the place of a code or a name. Raises `GroupError`, naming those near it."""
    place = places.get(written.strip().upper())
    if place is not None:
        return place
    found = places.find(written)
    if found.exact and found.place is not None:
        return found.place
    nearest = found.candidates if found.place is None else (found.place,)
    near = " or ".join(f"{other.code} ({other.name})" for other in nearest)
    hint = f"Did you mean {near}?" if near else "Give its code, such as ZM-09."
    raise GroupError(f"'{written}' is not one place that we know. {hint}")


@dataclass(frozen=True, slots=True)
class _Move:
    """Whom to look for next, the fact about each, and how many in one transaction."""

    members: Callable[..., Sequence[bytes]]
    kind: str
    at_once: int


def _in_slices(database: Database, group: str, whom: Whom, move: _Move) -> int:
    moved, after = 0, b""
    body = {"group": group, "channel": BY_STAFF}
    while True:
        with database.write() as tx:
            ids = move.members(tx.connection, group, whom, after, move.at_once)
            journal.record(tx, [Fact(move.kind, one, body) for one in ids])
            campaigns.look_at(tx, ids)
        moved += len(ids)
        if len(ids) < move.at_once:
            return moved
        after = ids[-1]


def _check_numbers(database: Database, numbers: Collection[int]) -> None:
    with database.read() as view:
        unknown = sorted(set(numbers) - groups.known(view, numbers)) if numbers else []
    if unknown:
        named = ", ".join(map(str, unknown))
        raise GroupError(f"No member has the number {named}. Nobody was added.")
