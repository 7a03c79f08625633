"""Reads the people of the movement for staff: a page of them, one of them, what happened to one.

Opens nothing that is sealed. Lists run from the newest member back and begin below the number that
the page before ended with; what narrows a list has an index that stands in that order.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    and_,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy import text as sql

from gateway.core.clock import stamp_ms
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.store import tables
from gateway.store.exports import DIRECTION_IN
from gateway.store.projections import Recorded

_P, _F, _M = tables.participants, tables.phones, tables.memberships
_J, _B = tables.journal, tables.ballots

NOWHERE: Final = ""  # the place of those who did not say where they live
_BRANCHES: Final = 200  # selects in one union
# As the indexes of these lists are written, so that SQLite sees that they fit.
_NUMBERED: Final = sql("participants.number > 0")
_LEFT: Final = sql("participants.status = 'left'")
_TOLD: Final = sql("journal.kind <> 'ballot_cast'")

_Wanted = ColumnElement[bool] | TextClause


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which people a list shows. `places` None is everywhere; `NOWHERE` in it: who named none."""

    places: Collection[str] | None = None
    group: str = ""
    language: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many people one page looks at for those of a group.

    All of a group that is as small as `group`; of a larger one, those of it among so many
    `candidates`.
    """

    group: int = 5_000
    candidates: int = 10_000


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person with the phone, as stored. A salt is None once the person was erased."""

    id: bytes
    phone: bytes
    slot: int
    number: int
    name_sealed: bytes | None
    salt: bytes | None
    place: str | None
    language: str | None
    gender: str | None
    channel: str
    medium: str | None
    status: str
    consent: str | None
    joined_at: int
    left_at: int | None
    number_sealed: bytes
    phone_salt: bytes | None
    opted_out_at: int | None


_COLUMNS: Final = (
    *(_P.c.id, _P.c.phone, _P.c.slot, _P.c.number, _P.c.name_sealed, _P.c.salt, _P.c.place),
    *(_P.c.language, _P.c.gender, _P.c.channel, _P.c.medium, _P.c.status, _P.c.consent),
    *(_P.c.joined_at, _P.c.left_at, _F.c.number_sealed, _F.c.salt, _F.c.opted_out_at),
)


BOUNDS: Final = Bounds()


def page(
    view: Connection, narrowed: Narrowed, before: int | None, limit: int, bounds: Bounds = BOUNDS
) -> tuple[Sequence[PersonRow], int | None]:
    """Return the next people below a number, the newest first, and how far was looked for them.

    That is a number below which there may be more, and None where everybody was looked at. A page
    is not full, and may be empty, where few of many fit.
    """
    if narrowed.group and _is_small(view, narrowed.group, bounds.group):
        return _people(view, _in_small_group(view, narrowed, before, limit, bounds.group)), None
    branches = [[*branch, *_below(before)] for branch in _branches(narrowed)]
    floor = _floor(view, branches, bounds.candidates) if narrowed.group else None
    rest = _rest(narrowed)
    if floor is not None:
        rest.append(_P.c.number >= floor)
    found: list[int] = []
    for start in range(0, len(branches), _BRANCHES):
        some = [_first([*one, *rest], limit) for one in branches[start : start + _BRANCHES]]
        found += _numbers(view, some, limit)
    people = _people(view, sorted(found, reverse=True)[:limit])
    return people, floor


def by_number(view: Connection, number: int) -> PersonRow | None:
    """Return the person with a member's number."""
    return next(iter(_people(view, [number])), None)


def on_phone(view: Connection, phone: bytes) -> Sequence[PersonRow]:
    """Return the people of a phone."""
    query = select(_P.c.number).where(_P.c.phone == phone)
    return _people(view, list(view.execute(query).scalars()))


def facts(
    view: Connection, row: PersonRow, before: int | None, limit: int
) -> Sequence[tuple[int, Recorded]]:
    """Return what happened to a person and the phone below a clock, the newest first.

    Each comes with its clock. How somebody voted is not among it, nor that somebody reported an
    issue: the day alone would lead to the report, whose caseworkers are not to know whose it is.
    """
    subjects = _J.c.subject.in_([row.id, row.phone])
    wanted = [subjects, _TOLD, _J.c.kind != kinds.REPORT_FILED]
    if before is not None:
        wanted.append(_J.c.hlc < before)
    return _read(view, wanted, limit)


def consents(view: Connection, row: PersonRow, limit: int) -> Sequence[tuple[int, Recorded]]:
    """Return what a person answered to questions of consent, the newest first."""
    wanted = [_J.c.subject == row.id, _TOLD, _J.c.kind == kinds.CONSENT_RECORDED]
    return _read(view, wanted, limit)


def groups_of(view: Connection, person: bytes) -> Sequence[tuple[str, int]]:
    """Return the groups of a person, each with since when."""
    query = select(_M.c.group, _M.c.since).where(_M.c.participant == person).order_by(_M.c.group)
    return [(row[0], row[1]) for row in view.execute(query)]


def messages_of(view: Connection, phone: bytes) -> tuple[int, int]:
    """Return how many messages came from a phone, and how many were written to it."""
    direction = tables.messages.c.direction
    query = (
        select(direction, func.count()).where(tables.messages.c.phone == phone).group_by(direction)
    )
    found = {row[0]: row[1] for row in view.execute(query)}
    came = found.pop(DIRECTION_IN, 0)
    return came, sum(found.values())


def votes_of(view: Connection, person: bytes) -> int:
    """Return in how many motions a person voted. One look for each motion that there was."""
    motions = tables.motions
    voted = exists().where(_B.c.motion == motions.c.number, _B.c.participant == person)
    return int(view.execute(select(func.count()).select_from(motions).where(voted)).scalar_one())


def _branches(narrowed: Narrowed) -> list[list[_Wanted]]:
    """Return the runs of people, each in the order of an index, that hold all who may fit."""
    if narrowed.places is not None:
        return [[_NUMBERED, _lives(_P.c.place, code)] for code in sorted(narrowed.places)]
    if narrowed.language:
        return [[_NUMBERED, _P.c.language == narrowed.language]]
    return [[_NUMBERED]]


def _below(before: int | None) -> list[_Wanted]:
    return [] if before is None else [_P.c.number < before]


def _rest(narrowed: Narrowed) -> list[_Wanted]:
    wanted: list[_Wanted] = []
    if narrowed.status == "left":
        wanted.append(_LEFT)
    elif narrowed.status:
        wanted.append(_P.c.status == narrowed.status)
    if narrowed.language and narrowed.places is not None:
        # Not by the index of languages: SQLite holds that for better than the one of places where
        # no place is asked for, and would look everybody up who speaks it.
        wanted.append((_P.c.language + "") == narrowed.language)
    if narrowed.group:
        wanted.append(exists().where(_M.c.group == narrowed.group, _M.c.participant == _P.c.id))
    return wanted


def _is_small(view: Connection, group: str, most: int) -> bool:
    members = select(_M.c.participant).where(_M.c.group == group).limit(most + 1)
    count = select(func.count()).select_from(members.subquery())
    return int(view.execute(count).scalar_one()) <= most


def _in_small_group(
    view: Connection, narrowed: Narrowed, before: int | None, limit: int, most: int
) -> list[int]:
    """Return the numbers of those of a group who fit: from its people, however many others fit."""
    members = (
        select(_P.c.number, _P.c.place, _P.c.language, _P.c.status)
        .join_from(_M, _P, _P.c.id == _M.c.participant)
        .where(_M.c.group == narrowed.group)
        .limit(most)  # a bound that no database plans around
        .subquery()
    )
    query = select(members.c.number).order_by(members.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(members.c.number < before)
    if narrowed.places is not None:
        codes = sorted(code for code in narrowed.places if code != NOWHERE)
        lives = [members.c.place.in_(codes)]
        if NOWHERE in narrowed.places:
            lives.append(members.c.place.is_(None))
        query = query.where(or_(*lives))
    if narrowed.status:
        query = query.where(members.c.status == narrowed.status)
    if narrowed.language:
        query = query.where(members.c.language == narrowed.language)
    return list(view.execute(query).scalars())


def _floor(view: Connection, branches: Sequence[Sequence[_Wanted]], candidates: int) -> int | None:
    """Return the number down to which the branches hold as many people as a page may look at."""
    each = max(candidates // max(len(branches), 1), 1)
    floors: list[int] = []
    for start in range(0, len(branches), _BRANCHES):
        last = [_nth(one, each) for one in branches[start : start + _BRANCHES]]
        floors += _numbers(view, last, len(last))
    return max(floors, default=None)


def _lives(place: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return place.is_(None) if code == NOWHERE else place == code


def _first(wanted: Iterable[_Wanted], limit: int) -> Select[Any]:
    newest = select(_P.c.number).where(and_(*wanted)).order_by(_P.c.number.desc()).limit(limit)
    return select(newest.subquery().c.number)


def _nth(wanted: Iterable[_Wanted], at: int) -> Select[Any]:
    ordered = select(_P.c.number).where(and_(*wanted)).order_by(_P.c.number.desc())
    return select(ordered.offset(at - 1).limit(1).subquery().c.number)


def _numbers(view: Connection, branches: Sequence[Select[Any]], limit: int) -> list[int]:
    if not branches:
        return []
    rows = union_all(*branches).subquery() if len(branches) > 1 else branches[0].subquery()
    query = select(rows.c.number).order_by(rows.c.number.desc()).limit(limit)
    return list(view.execute(query).scalars())


def _people(view: Connection, numbers: Sequence[int]) -> Sequence[PersonRow]:
    if not numbers:
        return []
    query = (
        select(*_COLUMNS)
        .select_from(_P.join(_F, _F.c.id == _P.c.phone))
        .where(_P.c.number.in_(numbers))
        .order_by(_P.c.number.desc())
    )
    return [PersonRow(*columns) for columns in map(tuple, view.execute(query))]


def _read(view: Connection, wanted: Sequence[Any], limit: int) -> Sequence[tuple[int, Recorded]]:
    columns = (_J.c.hlc, _J.c.kind, _J.c.subject, _J.c.body, _J.c.body_sealed)
    query = select(*columns).where(*wanted).order_by(_J.c.hlc.desc()).limit(limit)
    found = []
    for hlc, kind, subject, body, sealed in view.execute(query):
        fact = Fact(kind, bytes(subject), orjson.loads(body), sealed)
        found.append((hlc, Recorded(fact, stamp_ms(hlc))))
    return found


def group_names(view: Connection, limit: int) -> list[str]:
    """Return the first groups by name. One look for each, however many people are in them."""
    found: list[str] = []
    least = func.min(_M.c.group)
    while len(found) < limit:
        query = select(least)
        if found:
            query = query.where(_M.c.group > found[-1])
        name = view.execute(query).scalar()
        if name is None:
            break
        found.append(name)
    return found
