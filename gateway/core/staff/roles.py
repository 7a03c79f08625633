"""What staff may do, and where: roles, each for a place or for the whole movement.

A role is a fixed set of permissions. Somebody may hold several roles, each for another place; a
permission for a place holds in every place inside it. What belongs to no place (channels, flows,
the audit) needs a role for the whole movement. Whoever holds no role may do nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.core.movement.places import Places


class Permission(StrEnum):
    """One thing that staff may do. Each page and each of its buttons names the one it needs."""

    COUNTS = "counts"  # see how many joined, where and how
    PEOPLE = "people"  # see people, masked
    UNMASK = "unmask"  # see one person's number and name, with a reason
    ENROL = "enrol"  # write people down, by hand and from a file
    CALLS = "calls"  # see calls to action, what they cost and how they went
    DRAFT = "draft"  # write a call to action and ask for its approval; send it once approved
    APPROVE = "approve"  # approve what somebody else wrote
    STOP = "stop"  # pause and stop a call
    CASES = "cases"  # work on reports
    ASSEMBLIES = "assemblies"  # see assemblies and their turnout
    CONVENE = "convene"  # call an assembly, open and close it
    WITNESS = "witness"  # witness a count in the hall
    FLOWS = "flows"  # see conversations, try them, see where people give up
    PUBLISH = "publish"  # put flows in force and roll back
    CHANNELS = "channels"  # see channels and their queues
    SWITCH = "switch"  # pause and resume a channel
    EXPORT = "export"  # export counts
    EXPORT_ROWS = "export_rows"  # export one line a person, without names and numbers
    EXPORT_NUMBERS = "export_numbers"  # ask for numbers, with a reason
    RELEASE_NUMBERS = "release_numbers"  # be the second person who lets numbers out
    AUDIT = "audit"  # read who did and saw what
    STAFF = "staff"  # invite staff, give and take roles
    TOKENS = "tokens"  # make and revoke tokens for the programs that read counts


class Role(StrEnum):
    """A part that somebody plays in the movement."""

    ORGANISER = "organiser"
    APPROVER = "approver"
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"
    SCRUTINEER = "scrutineer"
    ADMIN = "admin"


_P = Permission

# An admin keeps the system running and sees no person; a scrutineer watches and changes nothing
# but the witnessed count. Whoever writes a call may not approve it, whatever the roles.
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ORGANISER: frozenset(
        (
            _P.COUNTS,
            _P.PEOPLE,
            _P.ENROL,
            _P.CALLS,
            _P.DRAFT,
            _P.STOP,
            _P.ASSEMBLIES,
            _P.CONVENE,
            _P.FLOWS,
            _P.CHANNELS,
            _P.EXPORT,
        )
    ),
    Role.APPROVER: frozenset(
        (_P.COUNTS, _P.CALLS, _P.APPROVE, _P.STOP, _P.ASSEMBLIES, _P.RELEASE_NUMBERS)
    ),
    Role.CASEWORKER: frozenset((_P.COUNTS, _P.CASES)),
    Role.COORDINATOR: frozenset(
        (
            _P.COUNTS,
            _P.PEOPLE,
            _P.UNMASK,
            _P.ENROL,
            _P.CALLS,
            _P.ASSEMBLIES,
            _P.EXPORT,
            _P.EXPORT_ROWS,
            _P.EXPORT_NUMBERS,
            _P.TOKENS,
        )
    ),
    Role.SCRUTINEER: frozenset((_P.COUNTS, _P.ASSEMBLIES, _P.WITNESS, _P.AUDIT)),
    Role.ADMIN: frozenset(
        (
            _P.COUNTS,
            _P.FLOWS,
            _P.PUBLISH,
            _P.CHANNELS,
            _P.SWITCH,
            _P.STOP,
            _P.AUDIT,
            _P.STAFF,
            _P.TOKENS,
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds, for the place with this code or, without one, everywhere."""

    role: Role
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a member of staff who is signed in, with what he or she may do.

    `id` is the row of the account, `session` the one of this sign-in. `language` is the one chosen
    for the pages, None for the browser's. `only`, where it is given, is all that may be done
    whatever the roles say: a program that reads for somebody may less than that person.
    """

    id: int
    username: str
    name: str
    grants: tuple[Grant, ...]
    session: int = 0
    language: str | None = None
    only: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the viewer may do somewhere."""
        held = frozenset().union(*(PERMISSIONS[grant.role] for grant in self.grants))
        return held if self.only is None else held & self.only

    def may(self, permission: Permission, place: str | None, places: Places) -> bool:
        """Whether the viewer may do this for what is in a place; None is the whole movement."""
        within = self.within(permission)
        if within is None:
            return True
        return place is not None and any(
            place == code or code in places.ancestors(place) for code in within
        )

    def within(self, permission: Permission) -> tuple[str, ...] | None:
        """Return the codes of the places where the viewer may do this; None means everywhere.

        An empty tuple means nowhere.
        """
        if self.only is not None and permission not in self.only:
            return ()
        held = [one.place for one in self.grants if permission in PERMISSIONS[one.role]]
        if None in held:
            return None
        return tuple(sorted({place for place in held if place is not None}))

    def scope(self, permission: Permission, places: Places) -> frozenset[str] | None:
        """Return every place code where the viewer may do this, inner ones too; None: everywhere.

        People and reports whose place is not known are in none of them.
        """
        within = self.within(permission)
        if within is None:
            return None
        return frozenset(code for root in within for code in _inside(root, places))


def _inside(root: str, places: Places) -> Iterable[str]:
    yield root
    for child in places.children(root):
        yield from _inside(child.code, places)
