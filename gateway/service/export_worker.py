"""Prepares the exports that staff asked for, one at a time, and deletes them after their time.

A file is sealed as it is written, under a key of its own that only the database holds, itself
sealed. A process that dies leaves a lease that runs out: the export is begun anew, and what was
written of it is deleted. Nothing of an unfinished export can be fetched.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Event, Thread
from typing import IO, Final, cast

import orjson

from gateway.core.movement.disclosure import TooFineError
from gateway.core.movement.moments import iso
from gateway.service import asked as kinds
from gateway.service.asked import SUFFIXES, Asked
from gateway.service.export import Row, Source
from gateway.service.export_making import Making, table_of, write_rows
from gateway.service.exporting import FILE_KEY, forget, next_due, scope_of
from gateway.service.packages import Description, packaged, tagged
from gateway.service.results import NoResultsError
from gateway.service.signups import Table
from gateway.service.spreadsheets import FORMATS, ExportError, Writer, new_file
from gateway.store import export_jobs as jobs
from gateway.store.export_jobs import DONE, FAILED, WAITING, Job, Schedule
from gateway.store.sealed_files import SealedFile, new_key

_LEASE_MS: Final = 120_000
_STEP: Final = 2_000  # rows between two words of how far it is
_LOOK_S: Final = 2.0
_CLEAN_MS: Final = 60_000
_PREVIEW: Final = 100
_OWNER_ONLY: Final = 0o700
_SUFFIX: Final = ".sealed"
NOTE: Final = (
    "Counts of fewer than 10 are held back, and with them as many others as it takes that they"
    " cannot be worked out from totals (k-anonymity with complementary suppression)."
)
EXACT: Final = "Nothing is held back. People may be recognised: do not pass it on."
PERSONS: Final = "One line for each. Names stand for people in this file only."


_REASONS: Final = (TooFineError, NoResultsError, ExportError, OSError)


class _Lost(Exception):
    """Somebody else works on this export now, or it was deleted."""


class ExportWorker:
    """Prepares exports. `start` and `close` are called once; `turn` does what there is to do."""

    def __init__(
        self,
        source: Source,
        zone: tzinfo,
        surviving: Callable[[], AbstractContextManager[None]],
        *,
        folder: Path,
        written_folder: Path | None = None,
    ) -> None:
        """`folder` holds sealed files, `written_folder` the counts that are written regularly."""
        self._source = source
        self._database = source.database
        self._zone = zone
        self._surviving = surviving
        self._folder = folder
        self._written = written_folder
        self._closing = Event()
        self._cleaned_at = 0
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread = Thread(target=self._run, name="exports", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; what is under way is begun anew by whoever comes next."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def turn(self) -> bool:
        """Prepare one export, write what is due, delete what is old; False if none waited."""
        self._clean()
        self._write_due()
        with self._database.read() as view:
            if not jobs.waits(view):
                return False
        with self._database.write() as tx:
            job = jobs.claim(tx, _LEASE_MS)
        if job is None:
            return False
        self._prepare(job)
        return True

    def _run(self) -> None:
        while not self._closing.is_set():
            worked = False
            with self._surviving():
                worked = self.turn()
            if not worked:
                self._closing.wait(_LOOK_S)

    def _prepare(self, job: Job) -> None:
        name, key = f"{job.id}-{secrets.token_hex(8)}{_SUFFIX}", new_key()
        path = self._folder / name
        with self._database.write() as tx:
            sealed = self._source.vault.node.seal(FILE_KEY, key)
            if not jobs.note(tx, job, file=name, key_sealed=sealed):
                return
        try:
            self._folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            with contextlib.closing(SealedFile(path, key)) as file:
                rows, preview = self._make(job, cast("IO[bytes]", file))
                file.finish()
                size = file.written
        except _REASONS as trouble:
            self._failed(job, path, _why(trouble))
            return
        except _Lost:
            path.unlink(missing_ok=True)
            self._give_back(job)
            return
        with self._database.write() as tx:
            ours = jobs.settle(
                tx, job, status=DONE, rows=rows, size=size, preview=preview, done_at=tx.now
            )
        if not ours:
            path.unlink(missing_ok=True)

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
        roots = None if places is None else orjson.loads(places)
        return Making(self._source, self._zone, asked, scope_of(roots, self._source.places))

    def _told(self, job: Job, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows on, and say now and then how far it is."""
        for number, row in enumerate(rows):
            if number % _STEP == 0:
                self._tell(job, number)
            yield row

    def _tell(self, job: Job, rows: int) -> None:
        if self._closing.is_set():
            raise _Lost
        with self._database.write() as tx:
            if not jobs.hold(tx, job, _LEASE_MS, rows):
                raise _Lost

    def _give_back(self, job: Job) -> None:
        """Let whoever comes next begin it at once, if it is still ours: this process stops."""
        with self._database.write() as tx:
            jobs.settle(tx, job, status=WAITING, attempts=job.attempts - 1, file=None)

    def _failed(self, job: Job, path: Path, why: str) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
        with self._database.write() as tx:
            jobs.settle(tx, job, status=FAILED, error=why, file=None, key_sealed=None)

    def _clean(self) -> None:
        """Once a minute delete what is over, and files that belong to no export."""
        now = self._database.clock()
        if 0 <= now - self._cleaned_at < _CLEAN_MS:
            return
        self._cleaned_at = now
        with self._database.read() as view:
            over = jobs.outdated(view, now)
        for job in over:
            with self._database.write() as tx:
                forget(tx, job)
            if job.file:
                (self._folder / job.file).unlink(missing_ok=True)
        with self._database.read() as view:
            known = jobs.files(view)
        for path in self._folder.glob(f"*{_SUFFIX}") if self._folder.is_dir() else ():
            if path.name not in known and now - path.stat().st_mtime * 1000 > _LEASE_MS:
                path.unlink(missing_ok=True)

    def _write_due(self) -> None:
        if self._written is None:
            return
        now = self._database.clock()
        with self._database.read() as view:
            due = jobs.schedules(view, due=now)
        for one in due:
            with self._database.write() as tx:
                if not jobs.move_schedule(tx, one, next_due(one.due_at, one.every, now)):
                    continue
            error: str | None = None
            try:
                self._write_out(one, self._written, now)
            except _REASONS as trouble:
                error = _why(trouble)
            with self._database.write() as tx:
                jobs.note_schedule(tx, one.id, error)

    def _write_out(self, one: Schedule, folder: Path, now: int) -> None:
        asked = kinds.read(one.asked)
        day = datetime.fromtimestamp(now / 1000, UTC).astimezone(self._zone).date()
        path = folder / f"{asked.kind}-{one.id}-{day}.{SUFFIXES[asked.format]}"
        folder.mkdir(parents=True, exist_ok=True)
        table = table_of(self._making(asked, one.places))
        with new_file(path, force=True) as file:
            writer_of(asked, now)(file, table.columns, table.rows)


def writer_of(asked: Asked, now: int) -> Writer:
    """Return what writes an export in the format that was asked for."""
    if asked.format == "package":
        note = PERSONS if not asked.counts else EXACT if asked.exact else NOTE
        title = f"{asked.kind}, {iso(now)[:10]}"
        return packaged(Description(asked.kind, title, note, now))
    writer = FORMATS[asked.format]
    return tagged(writer) if asked.tags and asked.counts and asked.format != "jsonl" else writer


def _why(trouble: Exception) -> str:
    """Return the word for what an export failed of."""
    if isinstance(trouble, TooFineError):
        return jobs.TOO_FINE
    return jobs.NO_RESULTS if isinstance(trouble, NoResultsError) else jobs.NOT_WRITTEN


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
