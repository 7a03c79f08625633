"""Prepares the exports that staff asked for, one at a time, and deletes them after their time.

A file is sealed as it is written, under a key of its own that only the database holds, itself
sealed. A process that dies leaves a lease that runs out: the export is begun anew, and what was
written of it is deleted. Nothing of an unfinished export can be fetched.
"""

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import IO, Any, Final, cast

import orjson

from gateway.core.staff.acts import Act
from gateway.service import asked as kinds
from gateway.service.asked import Asked
from gateway.service.audit import Audit
from gateway.service.export import Row, Source
from gateway.service.export_making import (
    REASONS,
    Making,
    table_of,
    why_not,
    write_rows,
    writer_of,
)
from gateway.service.export_regular import RegularCounts
from gateway.service.export_rights import lapse_of, lapsed, roots_of
from gateway.service.exporting import FILE_KEY, forget, scope_of
from gateway.service.signups import Table
from gateway.service.surviving import Loop
from gateway.store import export_jobs as jobs
from gateway.store.database import Transaction
from gateway.store.export_jobs import DONE, FAILED, WAITING, Job
from gateway.store.sealed_files import SealedFile, new_key

_LEASE_MS: Final = 120_000
_STEP: Final = 2_000  # rows between two words of how far it is
_LOOK_S: Final = 2.0
_CLEAN_MS: Final = 60_000
_PREVIEW: Final = 100
_OWNER_ONLY: Final = 0o700
_SUFFIX: Final = ".sealed"


class _Lost(Exception):
    """Somebody else works on this export now, or it was deleted."""


class ExportWorker:
    """Prepares exports. `loop` is to be started and closed; `turn` does what there is to do."""

    def __init__(
        self,
        source: Source,
        audit: Audit,
        zone: tzinfo,
        *,
        folder: Path,
        written_folder: Path | None = None,
    ) -> None:
        """`folder` holds sealed files, `written_folder` the counts that are written regularly."""
        self._source = source
        self._database = source.database
        self._audit = audit
        self._zone = zone
        self._folder = folder
        self._regular = (
            RegularCounts(source, audit, zone, written_folder, self._making)
            if written_folder is not None
            else None
        )
        self._in_hand: Job | None = None
        self._cleaned_at = 0
        self.loop = Loop("exports", self.turn, self.broken, look_s=_LOOK_S)

    def turn(self) -> bool:
        """Prepare one export, write what is due, delete what is old; False if none waited."""
        self._in_hand = None
        self._clean()
        if self._regular is not None:
            self._regular.turn()
        with self._database.read() as view:
            if not jobs.waits(view):
                return False
        job = self._claim()
        if job is None:
            return False
        self._prepare(job)
        return True

    def broken(self) -> None:
        """Mark as failed what a fault ended: trying again would end in the same way."""
        job, self._in_hand = self._in_hand, None
        if job is not None:
            with self._database.write() as tx:
                jobs.give_up(tx, job, jobs.BROKE)
        if self._regular is not None:
            self._regular.broken()

    def _claim(self) -> Job | None:
        """Take an export, if whoever asked for it may still have it."""
        with self._database.write() as tx:
            job = self._in_hand = jobs.claim(tx, _LEASE_MS)
            if job is None or not self._ended(tx, job):
                return job
        return None

    def _ended(self, tx: Transaction, job: Job) -> bool:
        """Whether whoever asked for an export that is ours may no more have it; then it ends."""
        why = lapse_of(tx.connection, self._source, job.staff, kinds.read(job.asked), job.places)
        if why is None:
            return False
        if jobs.settle(tx, job, status=FAILED, error=str(why), file=None, key_sealed=None):
            self._note_end(tx, job, str(why))
        return True

    def _note_end(self, tx: Transaction, job: Job, why: str) -> None:
        detail: dict[str, str | int] = {"what": job.kind, "why": why, "asked_by": job.staff}
        self._audit.record(tx, None, Act.EXPORT_ENDED, f"export:{job.id}", detail=detail)

    def _prepare(self, job: Job) -> None:
        name, key = f"{job.id}-{secrets.token_hex(8)}{_SUFFIX}", new_key()
        path = self._folder / name
        with self._database.write() as tx:
            sealed = self._source.vault.node.seal(FILE_KEY, key)
            if not jobs.note(tx, job, file=name, key_sealed=sealed):
                return
        try:
            self._folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            with _unless_it_breaks(path), contextlib.closing(SealedFile(path, key)) as file:
                rows, preview = self._make(job, cast("IO[bytes]", file))
                file.finish()
                size = file.written
        except REASONS as trouble:
            self._failed(job, why_not(trouble))
        except _Lost:
            self._give_back(job)
        else:
            columns = {"rows": rows, "size": size, "preview": preview}
            if not self._done(job, **columns):
                path.unlink(missing_ok=True)
        self._in_hand = None

    def _done(self, job: Job, **columns: Any) -> bool:
        """Say that an export is ready, if it is ours and whoever asked for it may still have it."""
        with self._database.write() as tx:
            return not self._ended(tx, job) and jobs.settle(
                tx, job, status=DONE, done_at=tx.now, **columns
            )

    def _make(self, job: Job, file: IO[bytes]) -> tuple[int, str | None]:
        asked = kinds.read(job.asked)
        making = self._making(asked, job.places)
        write = writer_of(asked, self._database.clock())
        if asked.counts:
            table = table_of(making)
            return write(file, table.columns, self._told(job, table.rows)), _beginning(table)

        def heard(columns: Sequence[str], rows: Iterable[Row]) -> int:
            return write(file, columns, self._told(job, rows))

        return write_rows(making, heard), None

    def _making(self, asked: Asked, places: str | None) -> Making:
        scope = scope_of(roots_of(places), self._source.places)
        return Making(self._source, self._zone, asked, scope)

    def _told(self, job: Job, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows on, and say now and then how far it is."""
        for number, row in enumerate(rows):
            if number % _STEP == 0:
                self._tell(job, number)
            yield row

    def _tell(self, job: Job, rows: int) -> None:
        if self.loop.closing:
            raise _Lost
        with self._database.write() as tx:
            if not jobs.hold(tx, job, _LEASE_MS, rows):
                raise _Lost

    def _give_back(self, job: Job) -> None:
        """Let whoever comes next begin it at once, if it is still ours: this process stops."""
        with self._database.write() as tx:
            jobs.settle(tx, job, status=WAITING, attempts=job.attempts - 1, file=None)

    def _failed(self, job: Job, why: str) -> None:
        with self._database.write() as tx:
            jobs.settle(tx, job, status=FAILED, error=why, file=None, key_sealed=None)

    def _clean(self) -> None:
        """Once a minute delete what is over, and files that belong to no export."""
        now = self._database.clock()
        if 0 <= now - self._cleaned_at < _CLEAN_MS:
            return
        self._cleaned_at = now
        with self._database.read() as view:
            over, lost = jobs.outdated(view, now), lapsed(view, self._source)
        for job in over:
            with self._database.write() as tx:
                forget(tx, job)
            if job.file:
                (self._folder / job.file).unlink(missing_ok=True)
        for number in lost:
            self._take_away(number)
        if self._regular is not None:
            self._regular.clean(now)
        with self._database.read() as view:
            known = jobs.files(view)
        for path in self._folder.glob(f"*{_SUFFIX}") if self._folder.is_dir() else ():
            if path.name not in known and now - path.stat().st_mtime * 1000 > _LEASE_MS:
                path.unlink(missing_ok=True)

    def _take_away(self, number: int) -> None:
        """End an export that waits, or is kept, for somebody who may no more have it."""
        with self._database.write() as tx:
            job = jobs.by_id(tx.connection, number)
            if job is None or job.status not in {jobs.HELD, WAITING, DONE}:
                return
            asked = kinds.read(job.asked)
            why = lapse_of(tx.connection, self._source, job.staff, asked, job.places)
            if why is None:
                return
            if job.status == DONE:
                forget(tx, job)
                jobs.change(tx, number, error=str(why))
            else:
                jobs.change(tx, number, status=FAILED, error=str(why))
            self._note_end(tx, job, str(why))
        if job.file:
            (self._folder / job.file).unlink(missing_ok=True)


@contextlib.contextmanager
def _unless_it_breaks(path: Path) -> Iterator[None]:
    """Leave nothing of a file that does not come to its end, whatever the reason."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _beginning(table: Table) -> str:
    """Return what a page shows of a table of counts, as JSON."""
    return orjson.dumps(
        {
            "columns": list(table.columns),
            "rows": [list(row) for row in table.rows[:_PREVIEW]],
            "shown": table.shown,
            "held_back": table.held_back,
        }
    ).decode()
