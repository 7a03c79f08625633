"""Counts that are written into a folder by the day or the week, for other programs to fetch.

Whoever asked for them must still be one who may: that is looked at each time, in the transaction
that begins it. What cannot be written is tried again; so is what a process died of.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from gateway.core.movement.moments import DAY_MS
from gateway.core.staff.acts import Act
from gateway.service import asked as kinds
from gateway.service.asked import SUFFIXES, Asked
from gateway.service.audit import Audit
from gateway.service.export import Source
from gateway.service.export_making import REASONS, Making, table_of, why_not, writer_of
from gateway.service.export_rights import lapse_of
from gateway.service.spreadsheets import UNFINISHED, new_file
from gateway.store import export_jobs as jobs
from gateway.store.export_jobs import Schedule

_OWNER_ONLY: Final = 0o700
_RETRY_MS: Final = 600_000
_ENDED_DAYS: Final = 30  # how long it is said that one has ended
_STEP: Final = {"day": DAY_MS, "week": 7 * DAY_MS}


class RegularCounts:
    """What one folder gets. `turn` writes what is due."""

    def __init__(
        self,
        source: Source,
        audit: Audit,
        zone: tzinfo,
        folder: Path,
        making: Callable[[Asked, str | None], Making],
    ) -> None:
        """`making` says what is to be counted in which places; `zone` which day it is."""
        self._source = source
        self._database = source.database
        self._audit = audit
        self._zone = zone
        self._folder = folder
        self._making = making
        self._in_hand: Schedule | None = None

    def turn(self) -> None:
        """Write what is due, once, whatever was missed."""
        self._in_hand = None
        now = self._database.clock()
        with self._database.read() as view:
            due = jobs.due_schedules(view, now)
        for one in due:
            if self._begin(one, now):
                self._in_hand = one
                self._note(one, self._written(one, now))
                self._in_hand = None

    def broken(self) -> None:
        """Say of what a fault ended that it was not written; it is tried again."""
        one, self._in_hand = self._in_hand, None
        if one is not None:
            self._note(one, jobs.BROKE)

    def clean(self, now: int) -> None:
        """Forget what ended long ago, and delete what a process that died left unfinished."""
        with self._database.write() as tx:
            jobs.forget_ended(tx, now - _ENDED_DAYS * DAY_MS)
        for path in self._folder.glob(f".*{UNFINISHED}"):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime * 1000 > _RETRY_MS:
                    path.unlink()

    def _begin(self, one: Schedule, now: int) -> bool:
        """Take one, if nobody else has and whoever asked for it may still; else end it."""
        asked = kinds.read(one.asked)
        following = next_due(one.due_at, one.every, now) if one.due_at <= now else one.due_at
        with self._database.write() as tx:
            if not jobs.take_schedule(tx, one, following, now + _RETRY_MS):
                return False
            why = lapse_of(tx.connection, self._source, one.staff, asked, one.places)
            if why is None:
                return True
            jobs.end_schedule(tx, one.id, str(why))
            detail: dict[str, str | int] = {"why": str(why), "asked_by": one.staff}
            self._audit.record(tx, None, Act.EXPORT_ENDED, f"export:{one.id}", detail=detail)
        return False

    def _written(self, one: Schedule, now: int) -> str | None:
        """Write one; return why not, or None."""
        try:
            self._write(one, now)
        except REASONS as trouble:
            return why_not(trouble)
        return None

    def _write(self, one: Schedule, now: int) -> None:
        asked = kinds.read(one.asked)
        day = datetime.fromtimestamp(now / 1000, UTC).astimezone(self._zone).date()
        path = self._folder / f"{asked.kind}-{one.id}-{day}.{SUFFIXES[asked.format]}"
        self._folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        table = table_of(self._making(asked, one.places))
        with new_file(path, force=True) as file:
            writer_of(asked, now)(file, table.columns, table.rows)

    def _note(self, one: Schedule, error: str | None) -> None:
        again = error in {jobs.NOT_WRITTEN, jobs.BROKE}
        with self._database.write() as tx:
            jobs.note_schedule(tx, one.id, error, again=again)


def next_due(due_at: int, every: str, now: int) -> int:
    """Return when something that was due is due next: in whole steps, and not before now."""
    step = _STEP[every]
    return due_at + ((now - due_at) // step + 1) * step
