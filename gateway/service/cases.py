"""Reports as staff work on them: listed, read, moved on, assigned, noted, verified, held.

Whoever works on one sees its code and never a number or a name. Reading the words and every change
are written to the audit in the same transaction. What lies outside of somebody's places is as if it
were not there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.movement import cases, codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.cases import Case, Rung, State
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission, Viewer
from gateway.service.audit import Audit
from gateway.service.ground import Ground
from gateway.service.kept import Counted, Kept
from gateway.service.staff import Member
from gateway.service.viewers import names_of_all
from gateway.service.world import NOTE, WORDS
from gateway.store import cases as rows
from gateway.store import journal
from gateway.store.cases import CaseRow, Count, Filter
from gateway.store.database import Database, Transaction, View
from gateway.store.outbox import TEXT
from gateway.store.vault import Person, Vault

LONGEST_NOTE: Final = 2000
LONGEST_REASON: Final = 300
_SUGGESTED: Final = 8


class CaseError(Exception):
    """What was asked cannot be done with a report. One sentence that says why and what to do."""


class NoSuchCase(Exception):
    """There is no such report, or none in the places of whoever asks."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One report without its words. `state` and the rest are in `row`."""

    row: CaseRow
    code: str  # as it is written: 7K4-2C9X
    case: Case
    assigned: str  # the name of whoever looks after it


@dataclass(frozen=True, slots=True)
class Note:
    """A note of staff. `by` is empty for a command."""

    by: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the conversation. `status` is what became of one that staff wrote."""

    to_person: bool
    text: str
    status: str
    at: int


@dataclass(frozen=True, slots=True)
class Read:
    """One report with its words, as one caseworker sees it.

    `words` None: they are held back; `erased` that whoever wrote them is gone. `alike` are those
    that may be about the same; `led` those that were merged into this one, `leads` the one that
    this was merged into.
    """

    about: Listed
    words: str | None
    erased: bool
    rung: Rung
    numbers: int
    verified_by: str
    notes: tuple[Note, ...]
    messages: tuple[Message, ...]
    alike: tuple[Listed, ...]
    led: tuple[Listed, ...]
    leads: Listed | None


Scope = Collection[str] | None


class Cases:
    """The reports of one movement. `by` None is a command."""

    def __init__(self, database: Database, vault: Vault, ground: Ground, audit: Audit) -> None:
        """Take where they are, what opens them, and where it is written down who does what."""
        self.database = database
        self.vault = vault
        self.ground = ground
        self.audit = audit
        self._counts = Kept(self._count, database.clock, fresh_ms=5_000)

    def counts(self) -> Counted[Sequence[Count]]:
        """Return how many reports are open, by place and kind."""
        return self._counts.look()

    def count_now(self) -> None:
        """Count anew, for whoever has just changed something and looks for it."""
        self._counts.fresh()

    def page(self, wanted: Filter, scope: Scope, after: int | None, limit: int) -> list[Listed]:
        """Return reports of somebody's places after an id, without their words."""
        if scope is not None:
            chosen = scope if wanted.places is None else set(wanted.places) & set(scope)
            wanted = replace(wanted, places=chosen)
        with self.database.read() as view:
            found = rows.page(view, wanted, after, limit)
            names = names_of_all(view, self.vault)
        return [_listed(row, names) for row in found]

    def read(
        self, by: Viewer | None, scope: Scope, code: str, *, reason: str | None = None
    ) -> Read:
        """Return one report with its words, and write down that they were read.

        The words of one that is held for danger are shown for a reason only. Raises `NoSuchCase`.
        """
        # Read before anything is written: whoever writes is in the way of others who do.
        with self.database.read() as view:
            row = within(rows.find(view, code), scope)
            read = self._read(view, row, scope, held_back=reason is None)
        act = Act.REPORT_SEEN if reason is None else Act.REPORT_WORDS_SEEN
        with self.database.write() as tx:
            self.audit.record(tx, by, act, subject(row), reason=reason or "")
        return read

    def about(self, scope: Scope, code: str) -> Listed:
        """Return one report without its words, which needs no record. Raises `NoSuchCase`."""
        with self.database.read() as view:
            row = within(rows.find(view, code), scope)
            return _listed(row, names_of_all(view, self.vault))

    def assign(self, by: Viewer | None, scope: Scope, code: str, to: int | None) -> None:
        """Say who looks after a report; None is nobody. Raises `NoSuchCase`."""
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            change(tx, row, by, assigned=to)
            detail = {} if to is None else {"to": to}
            self.audit.record(tx, by, Act.REPORT_ASSIGNED, subject(row), detail=detail)

    def note(self, by: Viewer | None, scope: Scope, code: str, text: str) -> None:
        """Keep a note for staff only. Raises `NoSuchCase` and `CaseError`."""
        words = text.strip()
        if not words:
            raise CaseError("There is nothing to note yet. Write what colleagues should know.")
        if len(words) > LONGEST_NOTE:
            raise CaseError("The note is too long. Make it shorter than 2,000 characters.")
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            salt = rows.sealed(tx.connection, row.id).phone_salt
            if salt is None:
                raise CaseError("The reporter was erased, so nothing more is kept about this.")
            sealed = self.vault.person(salt).seal(NOTE, words.encode())
            body = {"id": tx.head.take_id(), "report": row.id, "by": None if by is None else by.id}
            journal.record(tx, [Fact(kinds.REPORT_NOTED, b"", body, sealed)])
            self.audit.record(tx, by, Act.REPORT_NOTED, subject(row))

    def sort(
        self, by: Viewer | None, scope: Scope, code: str, category: str, place: str | None
    ) -> None:
        """Give a report the category and place that it is about. Raises `NoSuchCase`, `CaseError`.

        It can be given away into another place only by somebody who may work there as well.
        """
        if place is not None and self.ground.places.get(place) is None:
            raise CaseError("There is no such place. Take one of the list.")
        if scope is not None and place not in scope:
            raise CaseError("That place is not one of yours. Ask somebody of the whole movement.")
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            change(tx, row, by, category=category, place=place)
            detail = {"category": category, "place": place or ""}
            self.audit.record(tx, by, Act.REPORT_SORTED, subject(row), detail=detail)

    def verify(self, by: Viewer, scope: Scope, code: str) -> None:
        """Say that somebody was there and it is so. Raises `NoSuchCase` and `CaseError`."""
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            if row.verified_at is not None:
                raise CaseError("This report was verified in the field already.")
            change(tx, row, by, verified_at=tx.now, verified_by=by.id)
            self.audit.record(tx, by, Act.REPORT_VERIFIED, subject(row))

    def publish(self, by: Viewer, scope: Scope, code: str, *, on: bool) -> None:
        """Let a verified report be published, or take that back. Raises `CaseError`."""
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            if on and not cases.may_publish(case_of(row)):
                raise CaseError("Only a report that was verified in the field can be published.")
            change(tx, row, by, published_at=tx.now if on else None)
            detail = {"published": "yes" if on else "no"}
            self.audit.record(tx, by, Act.REPORT_PUBLISHED, subject(row), detail=detail)

    def hold(self, by: Viewer | None, scope: Scope, code: str, reason: str) -> None:
        """Hold a report: nobody reads it by the way, nothing about it leaves. Raises `CaseError`.

        What is queued to its reporter is stopped, and what was published is no more.
        """
        why = _reason(reason)
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            if row.danger_at is None:
                change(tx, row, by, danger_at=tx.now, published_at=None)
                rows.cancel_messages(tx, row.id)
            self.audit.record(tx, by, Act.REPORT_HELD, subject(row), reason=why)

    def release(self, by: Viewer | None, scope: Scope, code: str, reason: str) -> None:
        """Hold a report no more. Raises `NoSuchCase` and `CaseError`."""
        why = _reason(reason)
        with self.database.write() as tx:
            row = within(rows.locked(tx, code), scope)
            change(tx, row, by, danger_at=None)
            self.audit.record(tx, by, Act.REPORT_RELEASED, subject(row), reason=why)

    def _read(self, view: View, row: CaseRow, scope: Scope, *, held_back: bool) -> Read:
        names = names_of_all(view, self.vault)
        sealed = rows.sealed(view, row.id)
        hidden = held_back and row.danger_at is not None
        own = None if sealed.salt is None else self.vault.person(sealed.salt)
        phone = None if sealed.phone_salt is None else self.vault.person(sealed.phone_salt)
        numbers = rows.numbers(view, row, cases.NEAR_MS)
        leads = None if row.duplicate_of is None else rows.by_id(view, row.duplicate_of)
        messages = () if hidden else rows.written(view, row)
        return Read(
            about=_listed(row, names),
            words=None if hidden else opened(own, WORDS, sealed.words),
            erased=sealed.salt is None,
            rung=cases.rung(case_of(row), numbers),
            numbers=numbers,
            verified_by=names.get(row.verified_by or 0, ""),
            notes=tuple(
                Note(names.get(one.staff or 0, ""), opened(phone, NOTE, one.note_sealed), at)
                for one in rows.notes(view, row.id)
                for at in (one.written_at,)
            ),
            messages=tuple(
                Message(
                    one.to_person,
                    opened(phone, TEXT, one.text_sealed),
                    one.status.word,
                    one.created_at,
                )
                for one in messages
            ),
            alike=tuple(
                _listed(one, names)
                for one in rows.alike(view, row, cases.NEAR_MS, _SUGGESTED)
                if row.duplicate_of is None and (scope is None or one.place in scope)
            ),
            led=tuple(
                _listed(one, names)
                for one in rows.duplicates(view, row.id)
                if scope is None or one.place in scope
            ),
            leads=None
            if leads is None or (scope is not None and leads.place not in scope)
            else _listed(leads, names),
        )

    def _count(self) -> Sequence[Count]:
        with self.database.read() as view:
            return rows.counts(view, cases.late(self.database.clock()))


def workers(members: Iterable[Member], place: str | None, places: Places) -> list[Member]:
    """Return those of the staff who may look after reports of a place."""
    return [
        one
        for one in members
        if one.disabled_at is None
        and Viewer(one.id, one.username, one.name, one.grants).may(Permission.CASES, place, places)
    ]


def within(row: CaseRow | None, scope: Scope) -> CaseRow:
    """Return a report that is in somebody's places. Raises `NoSuchCase`."""
    if row is None or (scope is not None and row.place not in scope):
        raise NoSuchCase
    return row


def case_of(row: CaseRow) -> Case:
    """Return what decides about a report's next step."""
    return Case(
        State(row.status),
        danger=row.danger_at is not None,
        verified=row.verified_at is not None,
        published=row.published_at is not None,
        updates=row.updates or 0,
    )


def change(tx: Transaction, row: CaseRow, by: Viewer | None, **columns: object) -> None:
    """Record that something about a report changed."""
    journal.record(tx, [changed(row, by, **columns)])


def changed(row: CaseRow, by: Viewer | None, **columns: object) -> Fact:
    """Return the fact that something about a report changed."""
    who = None if by is None else by.id
    return Fact(kinds.REPORT_CHANGED, b"", {"code": row.code, "by": who, "set": columns})


def moved(row: CaseRow, state: State, now: int) -> dict[str, object]:
    """Return the columns of a report that comes to a state; one led by another is so no more."""
    closed = now if state in cases.OVER else None
    columns = {"status": str(state), "changed_at": now, "closed_at": closed}
    return columns if row.duplicate_of is None else {**columns, "duplicate_of": None}


def subject(row: CaseRow) -> str:
    """Return a report as the audit names it, such as ``report:7K4-2C9X``."""
    return f"report:{codes.written(row.code)}"


def opened(sealer: Person | None, use: bytes, sealed: bytes | None) -> str:
    """Return sealed words; nothing where whoever wrote them was erased."""
    return "" if sealed is None or sealer is None else sealer.open(use, sealed).decode()


def _listed(row: CaseRow, names: Mapping[int, str]) -> Listed:
    return Listed(row, codes.written(row.code), case_of(row), names.get(row.assigned or 0, ""))


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise CaseError("Say why, in a few words. It is written to the audit.")
    return reason[:LONGEST_REASON]
