"""Shows people to staff, masked, and changes what is kept of them. One of them is shown at a time.

A name is its initials and a number its ends; both are opened for a reason that is written down.
Whoever is outside of the viewer's places is not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission, Viewer
from gateway.core.text.names import initials
from gateway.core.text.phone import mask, normalise
from gateway.service import actions, apply
from gateway.service.audit import Audit
from gateway.service.enrol import VIA, WITNESS
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.service.groups import group_name
from gateway.service.world import NAME, Caller, World
from gateway.store import directory
from gateway.store.database import Database, Transaction, View
from gateway.store.directory import Narrowed, PersonRow
from gateway.store.outbox import NUMBER

PAGE: Final = 50
HOW: Final = "asked"  # somebody asked staff to be left out
_MOST: Final = 50
_MOST_GROUPS: Final = 200
_LONGEST_NUMBER: Final = 12


class NobodyThere(Exception):
    """There is no such person, or none whom the viewer may know of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One person in a list; name and number are masked."""

    number: int
    name: str
    phone: str
    place: str | None
    language: str | None
    status: str
    consent: str | None
    joined_at: int
    opted_out: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a person; `body` is that of the fact, `clock` its place."""

    clock: int
    at: int
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question of consent. The witness of a paper is masked."""

    at: int
    answer: str
    text: str
    language: str
    channel: str
    paper: str
    witness: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person as staff see him or her, who may never learn here which report is theirs."""

    row: PersonRow
    name: str
    phone: str
    groups: Sequence[tuple[str, int]]
    came: int
    written: int
    votes: int
    consents: Sequence[Answer]
    events: Sequence[Event]
    more: int | None


class People:
    """The people of one movement, as those see them who may."""

    def __init__(self, database: Database, ground: Ground, audit: Audit) -> None:
        """Take where people are, and where it is written down who looked."""
        self._database = database
        self._ground = ground
        self._audit = audit

    def page(self, narrowed: Narrowed, before: int | None) -> tuple[Sequence[Listed], int | None]:
        """Return people below a number, and the number below which the next page begins.

        Few may be shown, or nobody, where there is a next page: many were looked at.
        """
        with self._database.read() as view:
            rows, floor = directory.page(view, narrowed, before, PAGE + 1)
        more = rows[PAGE - 1].number if len(rows) > PAGE else floor
        return [self._listed(row) for row in rows[:PAGE]], more

    def find(self, by: Viewer, typed: str) -> Sequence[Listed]:
        """Return the people of a whole phone number, or the one of a member's number."""
        text = typed.strip().lstrip("#")
        e164 = normalise(typed, self._ground.country) if len(typed) <= 40 else None
        plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
        # Looked up before anything is written: whoever writes is in the way of others who do.
        with self._database.read() as view:
            rows: Sequence[PersonRow] = []
            if e164 is not None:
                rows = directory.on_phone(view, self._ground.vault.phone_id(e164))
            if not rows and plain and int(text) > 0:
                found = directory.by_number(view, int(text))
                rows = [] if found is None else [found]
        rows = [row for row in rows if self._may(by, Permission.PEOPLE, row)]
        how = "phone" if e164 is not None else "member"
        detail: dict[str, str | int] = {"by": how, "found": len(rows)}
        with self._database.write() as tx:
            self._audit.record(tx, by, Act.PEOPLE_SEARCHED, detail=detail)
        return [self._listed(row) for row in rows]

    def look(self, by: Viewer, number: int, before: int | None = None) -> Person:
        """Return one person, masked, and write down who looked. Raises `NobodyThere`."""
        with self._database.read() as view:
            row = self._row(view, by, number, Permission.PEOPLE)
            person = self._person(view, row, before)
        with self._database.write() as tx:
            self._audit.record(tx, by, Act.PERSON_SEEN, f"person:{number}")
        return person

    def unmask(self, by: Viewer, number: int, reason: str) -> tuple[str, str]:
        """Return one person's name and phone number, for a reason. Raises `NobodyThere`."""
        with self._database.write() as tx:
            row = self._row(tx.connection, by, number, Permission.UNMASK)
            opened = self._name(row), self._phone(row)
            subject = f"person:{number}"
            self._audit.record(tx, by, Act.NUMBER_UNMASKED, subject, reason=reason)
        return opened

    def group(self, by: Viewer, number: int, group: str, *, into: bool) -> bool:
        """Put a person into a group or out of it; False where nothing changed.

        Raises `GroupError` for a name that cannot be, `NobodyThere`.
        """
        name = group_name(group)
        with self._changing(by, number) as (tx, row, world, caller):
            there = name in dict(directory.groups_of(tx.connection, row.id))
            if there is into or (into and row.status != "member"):
                return False
            kind = kinds.GROUP_JOINED if into else kinds.GROUP_LEFT
            if row.slot == 1:
                actions.regroup(world, caller, row.id, name, kind, VIA)
            else:
                world.facts.append(Fact(kind, row.id, {"group": name, **VIA.body}))
            apply.write(tx, world)
            act = Act.PERSON_GROUPED if into else Act.PERSON_UNGROUPED
            self._audit.record(tx, by, act, f"person:{number}", detail={"group": name})
        return True

    def mend(self, by: Viewer, number: int, *, place: str | None, language: str) -> bool:
        """Set where a member lives, or the language spoken with him or her; False: it is so.

        An empty language and no place leave what is there. Raises `NobodyThere`.
        """
        with self._changing(by, number) as (tx, row, world, caller):
            body: dict[str, object] = {}
            if place is not None and place != row.place:
                body["place"] = place
            if language and language != row.language:
                body["language"] = language
            if row.status != "member" or not body:
                return False
            world.facts.append(Fact(kinds.PARTICIPANT_CHANGED, row.id, {**body, **VIA.body}))
            if "language" in body and row.slot == 1:
                world.languages[row.phone] = language
                caller.language = language
            if row.slot == 1 and caller.member is not None:
                caller.member.place = place or caller.member.place
                caller.member.language = language or caller.member.language
            apply.write(tx, world)
            what = ", ".join(body)
            detail = {"what": what}
            self._audit.record(tx, by, Act.PERSON_CHANGED, f"person:{number}", detail=detail)
        return True

    def leave(self, by: Viewer, number: int, *, silence: bool) -> bool:
        """Note that a person asked to be a member no more; with `silence` as STOP does.

        False where there was nothing to note. Raises `NobodyThere`.
        """
        with self._changing(by, number) as (tx, row, world, caller):
            stops = silence and not caller.opted_out
            leaves = row.status == "member"
            if not (stops or leaves):
                return False
            if stops:
                actions.stop(world, caller, VIA, HOW)
            if leaves and not any(
                fact.kind == kinds.PARTICIPANT_LEFT and fact.subject == row.id
                for fact in world.facts
            ):
                if caller.member is not None and caller.member.id == row.id:
                    caller.member.status = "left"
                body = {"how": HOW, **VIA.body}
                world.facts.append(Fact(kinds.PARTICIPANT_LEFT, row.id, body))
            apply.write(tx, world)
            detail = {"stopped": int(stops)}
            self._audit.record(tx, by, Act.PERSON_LEFT, f"person:{number}", detail=detail)
        return True

    @contextmanager
    def _changing(
        self, by: Viewer, number: int
    ) -> Iterator[tuple[Transaction, PersonRow, World, Caller]]:
        """Open a transaction in which nobody else changes a person. Raises `NobodyThere`."""
        with self._database.write() as tx:
            row = self._row(tx.connection, by, number, Permission.ENROL)
            world = gather(tx, self._ground, [Wanted(None, row.phone)])
            again = directory.by_number(tx.connection, number)  # what the lock waited for
            yield tx, again or row, world, world.callers[row.phone]

    def group_names(self) -> Sequence[str]:
        """Return the names of the groups that there are, the first of very many."""
        with self._database.read() as view:
            return directory.group_names(view, _MOST_GROUPS)

    def _row(self, view: View, by: Viewer, number: int, permission: Permission) -> PersonRow:
        row = directory.by_number(view, number)
        if row is None or row.phone_salt is None or not self._may(by, permission, row):
            raise NobodyThere
        return row

    def _may(self, by: Viewer, permission: Permission, row: PersonRow) -> bool:
        return by.may(permission, row.place, self._ground.places)

    def _person(self, view: View, row: PersonRow, before: int | None) -> Person:
        came, written = directory.messages_of(view, row.phone)
        found = directory.facts(view, row, before, PAGE + 1)
        return Person(
            row=row,
            name=initials(self._name(row)),
            phone=mask(self._phone(row)),
            groups=directory.groups_of(view, row.id),
            came=came,
            written=written,
            votes=directory.votes_of(view, row.id),
            consents=[
                self._answer(row, one.fact, one.at)
                for _, one in directory.consents(view, row, _MOST)
            ],
            events=[
                Event(clock, one.at, one.fact.kind, one.fact.body) for clock, one in found[:PAGE]
            ],
            more=found[PAGE - 1][0] if len(found) > PAGE else None,
        )

    def _answer(self, row: PersonRow, fact: Fact, at: int) -> Answer:
        body: Mapping[str, Any] = fact.body
        witness = ""
        if fact.sealed is not None and row.salt is not None:
            sealer = self._ground.vault.person(row.salt)
            witness = initials(sealer.open(WITNESS, fact.sealed).decode())
        return Answer(
            at=at,
            answer=str(body.get("answer") or ""),
            text=str(body.get("text") or ""),
            language=str(body.get("language") or ""),
            channel=str(body.get("channel") or ""),
            paper=str(body.get("paper") or ""),
            witness=witness,
        )

    def _listed(self, row: PersonRow) -> Listed:
        return Listed(
            number=row.number,
            name=initials(self._name(row)),
            phone=mask(self._phone(row)),
            place=row.place,
            language=row.language,
            status=row.status,
            consent=row.consent,
            joined_at=row.joined_at,
            opted_out=row.opted_out_at is not None,
        )

    def _name(self, row: PersonRow) -> str:
        if row.name_sealed is None or row.salt is None:
            return ""
        return self._ground.vault.person(row.salt).open(NAME, row.name_sealed).decode()

    def _phone(self, row: PersonRow) -> str:
        if row.phone_salt is None:
            return ""
        return self._ground.vault.person(row.phone_salt).open(NUMBER, row.number_sealed).decode()
