"""Writes people down from a file: takes it, looks at every line first, then writes in small steps.

Nothing is written before somebody has seen what is wrong with the file. How far it came is in the
database, so what dies is gone on with, and each line is written once. The lines are sealed, and
gone when they were written.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import orjson

from gateway.core.movement.moments import DAY_MS
from gateway.core.staff.acts import Act
from gateway.core.staff.lapses import lapse
from gateway.core.staff.roles import Permission, Viewer
from gateway.service.audit import Audit
from gateway.service.enrol import (
    Enrolment,
    Entry,
    Paper,
    Problem,
    number_of,
    standing,
    understood,
)
from gateway.service.ground import Ground
from gateway.service.import_lines import NUMBER, guess, written
from gateway.service.sheet_reading import Line, SheetError, read_sheet
from gateway.service.viewers import viewer_of
from gateway.store import imports, people
from gateway.store.database import Database, Transaction
from gateway.store.imports import ChunkRow, ImportRow, Trouble

PEOPLE: Final = "people"
STOP: Final = "stop"
KINDS: Final = (PEOPLE, STOP)
SLICE: Final = 100  # lines in one transaction: callbacks wait for no more than these
_AT_ONCE: Final = 20  # slices put away in one transaction
_KEPT_DAYS: Final = 7
_SHOWN: Final = 20
_CHOICES: Final = b"import choices"
_ROWS: Final = b"import rows"
_PHONE_BYTES: Final = 16
_LINE_BYTES: Final = 4
_LONGEST_NAME: Final = 100

Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose for a file: which column is what, a group for all, and the paper."""

    file: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    group: str = ""
    text: str = ""
    witness: str = ""
    reference: str = ""

    @property
    def paper(self) -> Paper | None:
        """The paper on which consent was given, if that was said."""
        if not self.text:
            return None
        return Paper(self.text, self.witness, self.reference)


@dataclass(frozen=True, slots=True)
class Import:
    """One file as its owner sees it."""

    row: ImportRow
    choices: Choices


class Imports:
    """The files of people of one gateway."""

    def __init__(
        self, database: Database, ground: Ground, audit: Audit, enrolment: Enrolment
    ) -> None:
        """Take the one that writes people down, too."""
        self._database = database
        self._ground = ground
        self._audit = audit
        self._enrolment = enrolment
        self._in_hand: int | None = None

    def take(self, by: Viewer, kind: str, name: str, content: bytes) -> int:
        """Put a file away, sealed, and return its number. Raises `SheetError`."""
        seal = self._ground.vault.node.seal
        lines = read_sheet(content)
        header = next(lines, None)
        if header is None:
            raise SheetError("The file is empty.")
        choices = Choices(name[:_LONGEST_NAME], tuple(header[1]), guess(header[1]))
        sealed, total = [], 0
        while chunk := list(islice(lines, SLICE)):
            total += len(chunk)
            sealed.append(seal(_ROWS, orjson.dumps(chunk)))
        if not total:
            raise SheetError("The file has a line of headings and nothing below it.")
        with self._database.write() as tx:
            number = imports.begin(tx, by.id, kind, self._sealed(choices))
        for start in range(0, len(sealed), _AT_ONCE):
            with self._database.write() as tx:
                imports.add_chunks(tx, number, start, sealed[start : start + _AT_ONCE])
        with self._database.write() as tx:
            imports.change(tx, number, status=imports.UPLOADED, lines=total, chunks=len(sealed))
        return number

    def mine(self, by: Viewer) -> Sequence[Import]:
        """Return somebody's last files."""
        with self._database.read() as view:
            rows = imports.of_staff(view, by.id, _SHOWN)
        return [Import(row, self._opened(row)) for row in rows]

    def look(self, by: Viewer, number: int) -> Import | None:
        """Return one of somebody's own files; None for what is no file or another's."""
        with self._database.read() as view:
            row = imports.one(view, number)
        if row is None or row.staff != by.id or not row.lines:  # not whole yet
            return None
        return Import(row, self._opened(row))

    def problems(self, number: int, most: int | None = None) -> list[Trouble]:
        """Return what is wrong with the first lines of a file, or with all."""
        with self._database.read() as view:
            return list(islice(imports.problems(view, number), most))

    def choose(self, found: Import, choices: Choices) -> bool:
        """Set what is in the columns, and begin to look at the lines. False: it is too late."""
        return self._move(
            found,
            (imports.UPLOADED,),
            status=imports.CHECKING,
            choices_sealed=self._sealed(choices),
        )

    def begin(self, by: Viewer, found: Import) -> bool:
        """Begin to write. False where the file was not looked at, or is being written already."""
        with self._database.write() as tx:
            row = imports.lock(tx, found.row.id, imports.CHECKED)
            if row is None:
                return False
            imports.change(tx, row.id, status=imports.RUNNING)
            detail: Detail = {"kind": row.kind, "lines": row.lines, "good": row.good}
            self._audit.record(tx, by, Act.IMPORT_BEGUN, f"import:{row.id}", detail=detail)
        return True

    def cancel(self, found: Import) -> bool:
        """Write no more of a file, and forget its lines. What was written stays."""
        with self._database.write() as tx:
            row = imports.lock(tx, found.row.id, found.row.status)
            if row is None or row.status in {imports.DONE, imports.CANCELLED}:
                return False
            self._over(tx, row.id, imports.CANCELLED)
        return True

    def turn(self) -> bool:
        """Go on with one file by one slice; return whether there may be more to do."""
        self._in_hand = None
        self._forget_old()
        with self._database.read() as view:
            row = imports.next_at_work(view)
        if row is None:
            return False
        self._in_hand = row.id
        with self._database.write() as tx:
            locked = imports.lock(tx, row.id, row.status)
            if locked is not None:  # else somebody else moved it
                self._go_on(tx, locked)
        self._in_hand = None
        return True

    def broken(self) -> None:
        """Give up the file that a fault ended: trying again would end in the same way."""
        number, self._in_hand = self._in_hand, None
        if number is None:
            return
        with self._database.write() as tx:
            row = imports.one(tx.connection, number)
            if row is not None and row.status in imports.AT_WORK:
                self._give_up(tx, row, imports.BROKE)

    def _go_on(self, tx: Transaction, row: ImportRow) -> None:
        """Take the next step of a file, if whoever sent it may still write people down."""
        viewer = viewer_of(tx.connection, self._ground.vault, row.staff)
        why = lapse(viewer, Permission.ENROL, (), self._ground.places)
        if viewer is None or why is not None:
            self._give_up(tx, row, str(why))
            return
        at = row.checked if row.status == imports.CHECKING else row.done
        chunk = imports.chunk(tx.connection, row.id, at)
        if chunk is None:
            self._give_up(tx, row, imports.BROKE)
        elif row.status == imports.CHECKING:
            self._check(tx, viewer, row, chunk)
        else:
            self._write(tx, viewer, row, chunk)

    def _give_up(self, tx: Transaction, row: ImportRow, why: str) -> None:
        """Write no more of a file, say why, and note it as the last of a transaction."""
        self._over(tx, row.id, imports.CANCELLED, why)
        detail: Detail = {"why": why, "written": row.written, "sent_by": row.staff}
        self._audit.record(tx, None, Act.IMPORT_ENDED, f"import:{row.id}", detail=detail)

    def _check(self, tx: Transaction, viewer: Viewer, row: ImportRow, chunk: ChunkRow) -> None:
        """Look at some lines and note what is wrong with each; write down nobody."""
        entries, troubles = self._entries(viewer, row, chunk)
        seen = self._seen(tx, row)
        phones = {line: self._ground.vault.phone_id(entry.number) for line, entry in entries}
        against = self._against(tx, viewer, row.kind, entries, list(phones.values()))
        good = []
        for line, entry in entries:
            phone = phones[line]
            if phone in seen:
                troubles.append((line, NUMBER, Problem.TWICE, seen[phone]))
            elif (problem := against(phone, entry)) is not None:
                troubles.append((line, NUMBER, problem, ""))
            else:
                seen[phone] = line
                good.append(line.to_bytes(_LINE_BYTES, "big") + phone)
        kept = replace(chunk, phones=b"".join(good), problems=sorted(troubles))
        imports.keep_chunk(tx, row.id, kept)
        wrong = len({line for line, *_ in troubles})
        checked = row.checked + 1
        imports.change(
            tx,
            row.id,
            checked=checked,
            good=row.good + len(good),
            problems=row.problems + wrong,
            status=imports.CHECKED if checked == row.chunks else imports.CHECKING,
        )

    def _write(self, tx: Transaction, viewer: Viewer, row: ImportRow, chunk: ChunkRow) -> None:
        """Write down the good ones of some lines, and go on to the next."""
        wrong = {line for line, *_ in chunk.problems}
        entries, troubles = self._entries(viewer, row, chunk, but=wrong)
        phones = [self._ground.vault.phone_id(entry.number) for _, entry in entries]
        against = self._against(tx, viewer, row.kind, entries, phones)
        writes = []
        for (line, entry), phone in zip(entries, phones, strict=True):
            problem = against(phone, entry)
            if problem is None:
                writes.append(entry)
            else:
                troubles.append((line, NUMBER, problem, ""))
        if row.kind == STOP:
            count = self._enrolment.silence(tx, [entry.number for entry in writes])
        else:
            count = len(self._enrolment.write(tx, writes)[0])
        fresh = len({line for line, *_ in troubles})
        done, total = row.done + 1, row.written + count
        problems = sorted((*chunk.problems, *troubles))
        imports.keep_chunk(tx, row.id, ChunkRow(chunk.number, None, None, problems))
        imports.change(tx, row.id, done=done, written=total, problems=row.problems + fresh)
        if done == row.chunks:
            self._over(tx, row.id, imports.DONE)
            detail: Detail = {"kind": row.kind, "written": total, "problems": row.problems + fresh}
            subject = f"import:{row.id}"
            self._audit.record(tx, viewer, Act.IMPORT_DONE, subject, detail=detail)

    def _entries(
        self, viewer: Viewer, row: ImportRow, chunk: ChunkRow, but: Collection[int] = ()
    ) -> tuple[list[tuple[int, Entry]], list[Trouble]]:
        """Return the lines that can be understood, and what is wrong with the others."""
        choices = self._opened(row)
        scope = viewer.scope(Permission.ENROL, self._ground.places)
        entries: list[tuple[int, Entry]] = []
        troubles: list[Trouble] = []
        for line, cells in self._lines(chunk):
            if line in but:
                continue
            person = written(cells, choices.columns, choices.group, choices.paper)
            if row.kind == STOP:
                problems: dict[str, Problem] = {}
                number = number_of(self._ground, person.number, problems)
                entry = None if problems else _only(number)
            else:
                entry, found = understood(self._ground, person, scope)
                problems = dict(found)
            if entry is not None:
                entries.append((line, entry))
            troubles += [(line, field, problem, "") for field, problem in problems.items()]
        return entries, troubles

    def _against(
        self,
        tx: Transaction,
        viewer: Viewer,
        kind: str,
        entries: Sequence[tuple[int, Entry]],
        phones: Sequence[bytes],
    ) -> Any:
        """Return what tells what stands against a line, whose phones are looked up at once."""
        known = people.phones(tx, phones, lock=False) if entries else {}
        members = people.participants(tx, phones) if entries else {}
        may, places = viewer.may, self._ground.places

        def against(phone: bytes, entry: Entry) -> Problem | None:
            own = members.get(phone, ())
            stopped = phone in known and known[phone].opted_out_at is not None
            if kind == PEOPLE:
                is_member = bool(own) and own[0].status == "member"
                return standing(
                    member=is_member, known=bool(own), stopped=stopped, answer=entry.answer
                )
            if stopped:
                return Problem.SILENT
            theirs = all(may(Permission.ENROL, one.place, places) for one in own)
            return None if theirs else Problem.OTHER_PLACE

        return against

    def _seen(self, tx: Transaction, row: ImportRow) -> dict[bytes, int]:
        """Return the phones of the good lines before, each with its line."""
        size = _LINE_BYTES + _PHONE_BYTES
        return {
            part[start + _LINE_BYTES : start + size]: int.from_bytes(
                part[start : start + _LINE_BYTES], "big"
            )
            for part in imports.phones_before(tx.connection, row.id, row.checked)
            for start in range(0, len(part), size)
        }

    def _lines(self, chunk: ChunkRow) -> Iterator[Line]:
        if chunk.rows_sealed is not None:
            yield from orjson.loads(self._ground.vault.node.open(_ROWS, chunk.rows_sealed))

    def _move(self, found: Import, standing: Sequence[str], **columns: Any) -> bool:
        with self._database.write() as tx:
            if found.row.status not in standing:
                return False
            if imports.lock(tx, found.row.id, found.row.status) is None:
                return False
            imports.change(tx, found.row.id, **columns)
        return True

    def _over(self, tx: Transaction, number: int, status: str, error: str | None = None) -> None:
        imports.change(tx, number, status=status, error=error)
        imports.forget(tx, number)

    def _forget_old(self) -> None:
        """Forget the lines of files that nobody came back to."""
        before = self._database.clock() - _KEPT_DAYS * DAY_MS
        with self._database.read() as view:
            old = imports.forgotten(view, before)
        for number in old:
            with self._database.write() as tx:
                imports.drop(tx, number)

    def _sealed(self, choices: Choices) -> bytes:
        return self._ground.vault.node.seal(_CHOICES, orjson.dumps(choices))

    def _opened(self, row: ImportRow) -> Choices:
        kept = orjson.loads(self._ground.vault.node.open(_CHOICES, row.choices_sealed))
        return Choices(**{**kept, "header": tuple(kept["header"])})


def _only(number: str) -> Entry:
    return Entry(number, "", None, None, None, (), "", None)
