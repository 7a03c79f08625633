"""Finds whom the flow of a person is for besides that person, and hands it on to them, in slices.

How far it came is kept with each slice, in the transaction that does it, so whoever dies is
followed by whoever looks next. Nothing is sent from here: see `due`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson

from gateway.core.contacts.conditions import Combination, Condition, Node
from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.acts import QUERY
from gateway.core.flow.contact import Contact
from gateway.core.text.phone import normalise
from gateway.service import actions, apply, contacts, others, turns
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.service.world import VALUES, Caller, World
from gateway.store import notices, people, starts
from gateway.store.database import Database, Transaction
from gateway.store.notices import NewNotice
from gateway.store.starts import Start
from gateway.store.vault import Person, Sealed

SLICE: Final = 50  # people of a transaction: callbacks wait for no more than these
_PAGE: Final = 500  # people of whom only the group is looked at

_ATTEMPTS: Final = 5
_AGAIN_MS: Final = 60_000
_TEL: Final = "tel"

_Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom something is for: phones and people as they were written, groups, and a query.

    `unknown` is what nobody here can be called.
    """

    phones: dict[bytes, str] = field(default_factory=dict)
    people: dict[bytes, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    query: Query | None = None
    unknown: list[str] = field(default_factory=list)


class Outreach:
    """Goes on with what flows have for others. One thread calls `turn`."""

    def __init__(self, database: Database, ground: Ground, *, at_once: int = SLICE) -> None:
        """Take the open database and what all turns stand on; `at_once` people a transaction."""
        self._database = database
        self._ground = ground
        self._at_once = at_once

    def turn(self) -> int:
        """Do the next slice of one of them. Return 1, or 0 where there is none."""
        with self._database.read() as view:
            if not starts.any_due(view, self._database.clock()):
                return 0
        with self._database.write() as tx:
            start = starts.first_due(tx)
            if start is None:
                return 0
            # Should this slice break, the others do not wait for it.
            later = tx.now + (_AGAIN_MS << start.attempts)
            starts.keep(tx, replace(start, due_at=later, attempts=start.attempts + 1))
        with self._database.write() as tx:
            self._go_on(tx, start)
        return 1

    def _go_on(self, tx: Transaction, start: Start) -> None:
        row = people.phones(tx, [start.phone], lock=False).get(start.phone)
        if row is None or row.salt is None:
            return starts.remove(tx, start.id)
        sealer = self._ground.vault.person(row.salt)
        try:
            values = orjson.loads(sealer.open(VALUES, start.values_sealed))
        except Sealed:  # whoever it came from was erased, and is back
            return starts.remove(tx, start.id)
        if start.attempts >= _ATTEMPTS:
            return self._give_up(tx, start, sealer, values, "it broke again and again")
        if start.searched:
            return self._hand_on(tx, start, values)
        return self._search(tx, start, sealer, values)

    def _search(self, tx: Transaction, start: Start, sealer: Person, values: _Values) -> None:
        """Look at the next people."""
        try:
            whom = _whom(self._ground, values)
        except QueryError as trouble:
            return self._give_up(tx, start, sealer, values, f"the query means nobody: {trouble}")
        phones, last = self._following(tx, whom, start.cursor)
        world = gather(tx, self._ground, [Wanted(None, phone) for phone in phones])
        idle = bool(values.get(others.IDLE))
        found = [
            phone
            for phone in phones
            if _is_meant(world, world.callers[phone], whom)
            and not (idle and turns.is_busy(world, world.callers[phone]))
        ]
        start = replace(
            start, found=start.found + b"".join(found), attempts=0, due_at=self._database.clock()
        )
        most = self._ground.limits.others
        if len(start.phones) > most:
            why = f"it is for more than {most} people; send them a call to action"
            return self._give_up(tx, start, sealer, values, why)
        if last is not None:
            return starts.keep(tx, replace(start, cursor=last))
        unknown = [*whom.unknown, *self._unknown(tx, whom, start)]
        if unknown:
            why = "not everybody it is for is known here; the others get it"
            self._tell(tx, start, sealer, {**_told(values), "unknown": unknown}, why)
        return starts.keep(tx, replace(start, cursor=b"", searched=1))

    def _hand_on(self, tx: Transaction, start: Start, values: _Values) -> None:
        """Let the next people have it."""
        left = [phone for phone in start.phones if phone > start.cursor]
        phones = left[: self._at_once]
        world = gather(tx, self._ground, [Wanted(None, phone) for phone in phones])
        for caller in world.callers.values():
            if others.may_be_told(caller):
                others.plan(world, caller, start, values)
        apply.write(tx, world)
        if len(left) == len(phones):
            return starts.remove(tx, start.id)
        return starts.keep(
            tx, replace(start, cursor=phones[-1], attempts=0, due_at=self._database.clock())
        )

    def _following(
        self, tx: Transaction, whom: _Whom, after: bytes
    ) -> tuple[list[bytes], bytes | None]:
        """Return the next phones that may be meant, and the last one; None: there are no more."""
        limit = self._at_once
        found = {phone for phone in whom.phones if phone > after}
        ends: list[bytes] = []
        pages: list[list[bytes]] = []
        if whom.groups or whom.people:
            pages.append(starts.members(tx, after, whom.groups, whom.people, limit))
            found.update(self._strangers(tx, whom, after, ends))
        if whom.query is not None:
            keys = _keys(whom.query.root)
            pages.append(
                starts.everybody(tx, after, limit)
                if keys is None
                else starts.with_fields(tx, after, keys, limit)
            )
        for page in pages:
            found.update(page)
            if len(page) == limit:
                ends.append(page[-1])
        end = min(ends, default=None)
        phones = sorted(phone for phone in found if end is None or phone <= end)
        if len(phones) > limit:
            return phones[:limit], phones[limit - 1]
        return phones, end

    def _strangers(
        self, tx: Transaction, whom: _Whom, after: bytes, ends: list[bytes]
    ) -> list[bytes]:
        """Return those who are no members. Who they are only their phones tell."""
        if not self._ground.releases.current.imports:
            return []
        page = starts.everybody(tx, after, _PAGE)
        if len(page) == _PAGE:
            ends.append(page[-1])
        vault = self._ground.vault
        known = {
            vault.participant_id(phone, before + 1): phone
            for phone, before in starts.strangers(tx, page)
        }
        meant = starts.grouped(tx, whom.groups, known) | set(whom.people)
        return [phone for person, phone in known.items() if person in meant]

    def _unknown(self, tx: Transaction, whom: _Whom, start: Start) -> list[str]:
        """Return those whom nobody here is, as they were written."""
        phones = people.phones(tx, whom.phones, lock=False)
        vault = self._ground.vault
        known = starts.known(tx, whom.people)
        known.update(vault.participant_id(phone, 1) for phone in start.phones)
        return [
            *(written for phone, written in whom.phones.items() if phone not in phones),
            *(written for person, written in whom.people.items() if person not in known),
        ]

    def _give_up(
        self, tx: Transaction, start: Start, sealer: Person, values: _Values, why: str
    ) -> None:
        self._tell(tx, start, sealer, _told(values), why)
        starts.remove(tx, start.id)

    def _tell(
        self, tx: Transaction, start: Start, sealer: Person, values: _Values, why: str
    ) -> None:
        """Tell staff why it is not handed on."""
        sealed = sealer.seal(VALUES, orjson.dumps({**values, "why": why}))
        number = tx.head.take_id()
        notices.add(tx, [NewNotice(number, start.phone, start.kind, start.flow, sealed)])


def _whom(ground: Ground, values: _Values) -> _Whom:
    """Read whom something is for. Raises `QueryError`."""
    assets = ground.releases.current.assets
    asked = str(values.get(QUERY) or "").strip()
    query = parse_query(asked, ground.environment, assets.known) if asked else None
    whom = _Whom(query=query)
    for kind, ways in _WAYS.items():
        for written in map(str, values.get(kind) or ()):
            if not any(way(ground, whom, written) for way in ways):
                whom.unknown.append(written)
    return whom


def _add_person(ground: Ground, whom: _Whom, written: str) -> bool:
    del ground
    try:
        whom.people[UUID(written.strip()).bytes] = written
    except ValueError:
        return False
    return True


def _add_group(ground: Ground, whom: _Whom, written: str) -> bool:
    group = ground.releases.current.assets.group(written)
    if group is not None:
        whom.groups.add(actions.group_name(group.name))
    return group is not None


def _add_number(ground: Ground, whom: _Whom, written: str) -> bool:
    scheme, colon, path = written.rpartition(":")
    number = normalise(path.partition("?")[0], ground.country)
    if number is None or (colon and scheme != _TEL):
        return False
    whom.phones[ground.vault.phone_id(number)] = written
    return True


# What may be meant by each of the ways in which people are named; the first that fits.
_WAYS: Final[Mapping[str, Sequence[Callable[[Ground, _Whom, str], bool]]]] = {
    "urns": (_add_number,),
    "contacts": (_add_person,),
    "groups": (_add_group,),
    "others": (_add_person, _add_group, _add_number),
}


def _is_meant(world: World, caller: Caller, whom: _Whom) -> bool:
    """Whether something is for somebody who may have it."""
    if not others.may_be_told(caller):
        return False
    if caller.phone in whom.phones or world.person_of(caller) in whom.people:
        return True
    if not whom.groups.isdisjoint(caller.groups):
        return True
    if whom.query is None:
        return False
    environment = world.environment(actions.language_of(world, caller))
    known = contacts.contact(world, caller)
    person = Contact(known, world.current.assets, environment, [])
    return whom.query.matches(environment, person.values)


def _keys(node: Node) -> set[str] | None:
    """Return fields of which whoever is meant has one; None: somebody may have none of them."""
    if isinstance(node, Condition):
        empty = not node.value and node.operator == "="
        return {node.key} if node.kind == "field" and node.operator != "!=" and not empty else None
    return _of_all(node) if node.joiner == "AND" else _of_any(node)


def _of_all(node: Combination) -> set[str] | None:
    return next((keys for part in node.parts if (keys := _keys(part)) is not None), None)


def _of_any(node: Combination) -> set[str] | None:
    found: set[str] = set()
    for part in node.parts:
        keys = _keys(part)
        if keys is None:
            return None
        found |= keys
    return found


def _told(values: _Values) -> dict[str, Any]:
    """Return what staff see of it: what was said, and not what goes along unseen."""
    hidden = ("parent", "texts", others.DEPTH)
    return {key: value for key, value in values.items() if key not in hidden}
