"""Exports on the pages: who may ask for one, let numbers out, and have the file. Makes none itself.

Everybody sees his or her own exports and no other; whoever lets numbers out sees who asked for
them, why and how many, and never one of them. Rights are looked at again when a file is fetched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.lapses import lapse
from gateway.core.staff.roles import Permission, Viewer
from gateway.service import asked as kinds
from gateway.service.asked import SUFFIXES, Asked
from gateway.service.audit import Audit
from gateway.service.export import Source
from gateway.service.export_making import numbers_in
from gateway.service.export_rights import lapse_of, roots_of
from gateway.service.results import flows_with_results
from gateway.service.viewers import names_of_all
from gateway.store import export_jobs as jobs
from gateway.store.database import Database, Transaction, View
from gateway.store.export_jobs import DONE, GONE, HELD, REFUSED, WAITING, Job, Schedule
from gateway.store.sealed_files import read_sealed
from gateway.store.vault import Vault

MOST_OPEN: Final = 10  # of one member of staff, not over yet
LONGEST_REASON: Final = 300
FILE_KEY: Final = b"export key"
_REASON: Final = b"export reason"
_EVERY: Final = ("day", "week")


class NotYours(Exception):
    """There is no such export, or it is somebody else's."""


class NotTaken(Exception):
    """An export is not taken on. One sentence that says why, and `field` what it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        """`field` is one of the form."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Export:
    """One export as its page shows it. `preview` is the beginning of a table of counts."""

    job: Job
    asked: Asked
    places: tuple[str, ...] | None
    reason: str
    who: str
    decided_by: str
    preview: Sequence[Sequence[str | int | None]]
    columns: Sequence[str]
    shown: int
    held_back: int

    @property
    def name(self) -> str:
        """The name of its file, of plain letters and digits."""
        return f"{self.asked.kind}-{self.job.id}.{SUFFIXES[self.asked.format]}"


@dataclass(frozen=True, slots=True)
class Regular:
    """Counts that are written regularly, or were; `who` had that done, `own` is whoever looks."""

    schedule: Schedule
    asked: Asked
    who: str
    own: bool


class Exports:
    """The exports of one gateway."""

    def __init__(
        self, source: Source, audit: Audit, *, folder: Path, keep_days: int, offered: bool
    ) -> None:
        """`folder` holds the sealed files; `offered` says whether counts may be scheduled."""
        self._source = source
        self._database: Database = source.database
        self._vault: Vault = source.vault
        self._places: Places = source.places
        self._audit = audit
        self._folder = folder
        self._keep_ms = keep_days * DAY_MS
        self.offered = offered

    def flows(self) -> Sequence[str]:
        """Return the flows whose answers can be exported."""
        return flows_with_results(self._database)

    def ask(self, by: Viewer, asked: Asked, reason: str) -> int:
        """Have an export prepared, or held for a second person; return its number.

        Raises `NotYours` for what somebody may not ask for and `NotTaken` for what is wrong.
        """
        places = self._asking(by, asked, reason)
        held = asked.kind == kinds.NUMBERS
        expected = numbers_in(self._source, scope_of(places, self._places)) if held else None
        with self._database.write() as tx:
            if jobs.open_of(tx.connection, by.id, MOST_OPEN) >= MOST_OPEN:
                raise NotTaken(
                    "kind", "Ten of your exports are not ready yet. Please wait for one of them."
                )
            number = jobs.add(
                tx,
                staff=by.id,
                kind=asked.kind,
                asked=asked.written(),
                places=_written(places),
                reason_sealed=self._vault.node.seal(_REASON, reason.encode()) if reason else None,
                status=HELD if held else WAITING,
                expected=expected,
                expires_at=tx.now + self._keep_ms,
            )
            detail: dict[str, str | int] = {"what": asked.kind, "format": asked.format}
            if expected is not None:
                detail["numbers"] = expected
            self._audit.record(
                tx, by, Act.EXPORT_ASKED, f"export:{number}", reason=reason, detail=detail
            )
        return number

    def mine(self, viewer: Viewer, before: int | None, limit: int) -> Sequence[Export]:
        """Return what somebody asked for, the newest first."""
        with self._database.read() as view:
            return [self._told(job, {}) for job in jobs.of_staff(view, viewer.id, before, limit)]

    def one(self, viewer: Viewer, number: int) -> Export:
        """Return one of somebody's own. Raises `NotYours`."""
        with self._database.read() as view:
            job = jobs.by_id(view, number)
            if job is None or job.staff != viewer.id:
                raise NotYours
            return self._told(job, names_of_all(view, self._vault))

    def held(self, viewer: Viewer) -> Sequence[Export]:
        """Return the numbers that others ask for and that this person may let out."""
        with self._database.read() as view:
            names = names_of_all(view, self._vault)
            found = [self._told(job, names) for job in jobs.in_status(view, HELD, 200)]
            return [one for one in found if self._may_decide(view, viewer, one)]

    def decide(self, viewer: Viewer, number: int, *, release: bool) -> None:
        """Let numbers out, or refuse to. Raises `NotYours`, for one's own as well."""
        with self._database.write() as tx:
            job = jobs.by_id(tx.connection, number)
            if job is None or not self._may_decide(tx.connection, viewer, self._told(job, {})):
                raise NotYours
            if not jobs.decide(tx, number, WAITING if release else REFUSED, viewer.id):
                raise NotYours
            act = Act.NUMBERS_RELEASED if release else Act.NUMBERS_REFUSED
            detail: dict[str, str | int] = {"numbers": job.expected or 0, "asked_by": job.staff}
            self._audit.record(tx, viewer, act, f"export:{number}", detail=detail)

    def fetch(self, viewer: Viewer, number: int) -> tuple[Export, Iterator[bytes]]:
        """Return a file's content, part by part, after it was written down that it left.

        Raises `NotYours`, also where somebody may no longer have what was asked for.
        """
        one = self.one(viewer, number)
        job = one.job
        if job.status != DONE or job.file is None or job.key_sealed is None:
            raise NotYours
        if (job.expires_at or 0) <= self._database.clock():
            raise NotYours
        path = self._folder / job.file
        if not path.is_file():
            raise NotYours
        key = self._vault.node.open(FILE_KEY, job.key_sealed)
        with self._database.write() as tx:
            if lapse_of(tx.connection, self._source, viewer.id, one.asked, job.places) is not None:
                raise NotYours
            detail: dict[str, str | int] = {"what": job.kind, "rows": job.rows}
            self._audit.record(
                tx, viewer, Act.EXPORTED, f"export:{number}", reason=one.reason, detail=detail
            )
        return one, read_sealed(path, key)

    def delete(self, viewer: Viewer, number: int) -> None:
        """Delete one's own export before its time. Raises `NotYours`."""
        job = self.one(viewer, number).job
        with self._database.write() as tx:
            forget(tx, job)
            self._audit.record(tx, viewer, Act.EXPORT_DELETED, f"export:{number}")
        if job.file:
            (self._folder / job.file).unlink(missing_ok=True)

    def schedule(self, by: Viewer, asked: Asked, every: str) -> None:
        """Have counts written out by the day or the week. Raises `NotYours` and `NotTaken`."""
        if not self.offered or not asked.counts or asked.exact or every not in _EVERY:
            raise NotYours
        places = self._asking(by, asked, "")
        with self._database.write() as tx:
            number = jobs.add_schedule(
                tx,
                staff=by.id,
                kind=asked.kind,
                asked=asked.written(),
                places=_written(places),
                every=every,
                due_at=tx.now,
            )
            self._audit.record(
                tx, by, Act.EXPORT_SCHEDULED, f"export:{number}", detail={"every": every}
            )

    def schedules(self, viewer: Viewer) -> Sequence[Regular]:
        """Return what somebody has written out regularly, and what ended of others.

        Others are told who could have had the same; for whom it ended may have no way to see it.
        """
        with self._database.read() as view:
            names = names_of_all(view, self._vault)
            found = [
                Regular(
                    one, kinds.read(one.asked), names.get(one.staff, ""), one.staff == viewer.id
                )
                for one in jobs.schedules(view)
            ]
        return [one for one in found if one.own or self._is_told(viewer, one)]

    def _is_told(self, viewer: Viewer, one: Regular) -> bool:
        roots, needs = roots_of(one.schedule.places), one.asked.needs
        ended = one.schedule.ended_at is not None
        return ended and lapse(viewer, needs, roots, self._places) is None

    def unschedule(self, viewer: Viewer, number: int) -> None:
        """End what somebody has written out regularly. Raises `NotYours`."""
        with self._database.write() as tx:
            one = jobs.schedule(tx.connection, number)
            if one is None or one.staff != viewer.id:
                raise NotYours
            jobs.remove_schedule(tx, number)
            self._audit.record(tx, viewer, Act.EXPORT_UNSCHEDULED, f"export:{number}")

    def _asking(self, by: Viewer, asked: Asked, reason: str) -> tuple[str, ...] | None:
        """Return the places that somebody may ask this for; None is everywhere."""
        if not asked.sound:
            raise NotYours
        places = by.within(asked.needs)
        if places == ():
            raise NotYours
        if asked.needs_reason and not reason:
            raise NotTaken("reason", "Please say why: it is written down, and others can read it.")
        if len(reason) > LONGEST_REASON:
            raise NotTaken("reason", "Please say it in 300 letters at most.")
        return places

    def _may_decide(self, view: View, viewer: Viewer, one: Export) -> bool:
        """Whether this is another person, who may let out the numbers of every place of it.

        Nobody can let them out for somebody who may no more have them.
        """
        wanted: Sequence[str | None] = (None,) if one.places is None else one.places
        return (
            one.job.status == HELD
            and one.job.staff != viewer.id
            and all(viewer.may(Permission.RELEASE_NUMBERS, place, self._places) for place in wanted)
            and lapse_of(view, self._source, one.job.staff, one.asked, one.job.places) is None
        )

    def _told(self, job: Job, names: Mapping[int, str]) -> Export:
        reason = b""
        if job.reason_sealed is not None:
            reason = self._vault.node.open(_REASON, job.reason_sealed)
        beginning = orjson.loads(job.preview) if job.preview else {}
        return Export(
            job=job,
            asked=kinds.read(job.asked),
            places=roots_of(job.places),
            reason=reason.decode(),
            who=names.get(job.staff, ""),
            decided_by=names.get(job.decided_by or 0, ""),
            preview=beginning.get("rows", ()),
            columns=beginning.get("columns", ()),
            shown=beginning.get("shown", 0),
            held_back=beginning.get("held_back", 0),
        )


def forget(tx: Transaction, job: Job) -> None:
    """Throw away the key of a file, and what its page showed of it."""
    jobs.change(tx, job.id, status=GONE, key_sealed=None, preview=None, file=None)


def scope_of(roots: Sequence[str] | None, places: Places) -> frozenset[str] | None:
    """Return the codes of some places and of all inside them; None is everywhere."""
    if roots is None:
        return None
    inside = {place.code for place in places if any(places.within(place.code, r) for r in roots)}
    return frozenset(inside)


def _written(places: Sequence[str] | None) -> str | None:
    return None if places is None else orjson.dumps(list(places)).decode()
