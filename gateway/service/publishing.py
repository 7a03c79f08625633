"""Puts changed flow files in force: read, compiled and checked first, then for every process.

What has a mistake changes nothing, and is told with its file and line. The database says which
release is in force; a process takes it over between two batches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TypeAlias

import structlog

from gateway.core.flow.release import Release
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source, read_source
from gateway.flowfiles.stillness import Stillness, state_of
from gateway.service.releases import Compile, Releases, hashed
from gateway.service.surviving import surviving
from gateway.store import faults
from gateway.store import releases as stored
from gateway.store.database import Database
from gateway.store.faults import FaultRow
from gateway.store.releases import FolderRow, Publication

log = structlog.get_logger()

Check: TypeAlias = Callable[[Source, Release | None], Sequence[str]]
"""Looks for mistakes that a release compiles with; returns a sentence with file and line each.

It is given the release that people know already, if there is one.
"""

Warn: TypeAlias = Callable[[Source], Sequence[str]]
"""Looks for what is doubtful and keeps nothing from coming into force; a sentence for each."""

STILL_SECONDS = 1.0
FAULTS_SHOWN = 50


def no_check(_source: Source, _before: Release | None) -> Sequence[str]:
    """Find nothing: whatever compiles may come into force."""
    return ()


def no_warning(_source: Source) -> Sequence[str]:
    """Doubt nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Published:
    """A folder's release is in force. `news` is false where it was before."""

    release: Release
    news: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """What a folder holds cannot come into force. `why` is a sentence with file and line."""

    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force, how the folders stand that were ever looked at, what goes wrong most."""

    in_force: Publication | None
    folders: Sequence[FolderRow]
    faults: Sequence[FaultRow]


class Publisher:
    """Takes releases from one folder into one database. Safe to share between threads."""

    def __init__(
        self,
        database: Database,
        directory: Path,
        name: str,
        compiled: Compile,
        check: Check = no_check,
        warn: Warn = no_warning,
    ) -> None:
        """`name` is what the folder is called in the database: its machine and path."""
        self.directory = directory
        self.name = name
        self._database = database
        self.compiled = compiled
        self._check = check
        self._warn = warn

    def open(self) -> Releases:
        """Return the release in force, or the folder's where there is none that can be read.

        Raises `FlowFileError` where the folder's is needed and has a mistake.
        """
        newest = self.newest()
        stored_source = None if newest is None else self.files(newest)
        if stored_source is not None:
            try:
                return Releases(stored_source, self.compiled)
            except FlowFileError as mistake:
                # Another version of this program put it in force.
                log.warning("release_not_understood", why=str(mistake))
        source = read_source(self.directory)
        releases = Releases(source, self.compiled)
        for error in self._check(source, None):
            log.warning("flows_have_a_mistake", why=error)
        self._put_in_force(source)
        return releases

    def read(self) -> Source | Refused:
        """Return what the folder holds now."""
        try:
            return read_source(self.directory)
        except FlowFileError as mistake:
            return Refused(str(mistake))
        except OSError as trouble:
            why = f"{trouble.filename}:1: the file cannot be read ({trouble.strerror})."
            return Refused(f"{why} Let the gateway read it.")

    def publish(self, found: Source | Refused, before: Release | None) -> Published | Refused:
        """Put what the folder holds in force, or note why not. `before` is what people know."""
        if isinstance(found, Refused):
            return self._refuse("", found.why)
        try:
            release = self.compiled(found)
        except FlowFileError as mistake:
            return self._refuse(found.hash, str(mistake))
        errors = self._check(found, before)
        if errors:
            others = len(errors) - 1
            more = f" And {others} more: run `gateway flows check`." if others else ""
            return self._refuse(found.hash, errors[0] + more)
        return Published(release, self._put_in_force(found))

    def mistakes(self, source: Source, before: Release | None) -> Sequence[str]:
        """Return all that keeps files from coming into force, each with its file and line."""
        found = self._check(source, before)
        if found:
            return found
        try:
            self.compiled(source)
        except FlowFileError as mistake:
            return [str(mistake)]
        return []

    def warnings(self, source: Source) -> Sequence[str]:
        """Return what is doubtful in files, each with its file and line."""
        return self._warn(source)

    def is_taken(self, found: Source | Refused) -> bool:
        """Whether the folder holds what last came into force from it."""
        if isinstance(found, Refused):
            return False
        with self._database.read() as connection:
            row = stored.folder(connection, self.name)
        return row is not None and row.seen == found.hash

    def standing(self) -> Standing:
        """Return what is in force and how the folders stand."""
        with self._database.read() as connection:
            return Standing(
                stored.in_force(connection),
                stored.folders(connection),
                faults.most(connection, FAULTS_SHOWN),
            )

    def newest(self) -> str | None:
        """Return the hash of the release in force; None where there is none."""
        with self._database.read() as connection:
            found = stored.in_force(connection)
        return None if found is None else found.release

    def current(self) -> Release | None:
        """Return the release in force, if there is one and this program understands it."""
        newest = self.newest()
        try:
            return None if newest is None else self.read_again(newest)
        except FlowFileError:
            return None

    def read_again(self, release: str) -> Release | None:
        """Return a stored release. Raises `FlowFileError` where this program cannot read it."""
        source = self.files(release)
        return None if source is None else self.compiled(source)

    def files(self, release: str) -> Source | None:
        """Return a stored release."""
        with self._database.read() as connection:
            files = stored.files_of(connection, release)
        return None if files is None else Source(files)

    def _put_in_force(self, source: Source) -> bool:
        with self._database.write() as tx:
            return stored.publish(tx, source.hash, hashed(source), self.name)

    def _refuse(self, content: str, why: str) -> Refused:
        with self._database.write() as tx:
            stored.refuse(tx, content, why, self.name)
        return Refused(why)


class Watch:
    """Keeps one process at the release in force, and takes what changes in its folder.

    `start` and `close` are called once.
    """

    def __init__(
        self,
        publisher: Publisher,
        releases: Releases,
        *,
        folder: bool,
        poll_s: float,
        clock: Callable[[], float],
    ) -> None:
        """Prepare; nothing runs yet. With `folder` false only the database is looked at.

        `clock` gives seconds and never goes back.
        """
        self._publisher = publisher
        self._releases = releases
        self._folder = folder
        self._poll_s = poll_s
        self._stillness = Stillness(publisher.directory, STILL_SECONDS, clock)
        self._not_understood: str | None = None
        self._closing = Event()
        self._thread = Thread(target=self._run, name="flows", daemon=True)

    def start(self) -> None:
        """Take what changed while nobody watched, then go on watching."""
        self.catch_up()
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def catch_up(self) -> None:
        """Take the folder as it is, if it changed since somebody last took anything from it."""
        if self._folder:
            state = state_of(self._publisher.directory)
            found = self._publisher.read()
            if not self._publisher.is_taken(found):
                self._publish(found)
            self._stillness.settle(state)
        self._take_over()

    def look(self) -> None:
        """Take the folder if it changed and is still; then take over what is in force."""
        state = self._stillness.changed() if self._folder else None
        if state is not None:
            found = self._publisher.read()
            if state_of(self._publisher.directory) == state:
                self._publish(found)
                self._stillness.settle(state)
        self._take_over()

    def _run(self) -> None:
        while not self._closing.wait(self._poll_s):
            with surviving("watching_flows_broke"):
                self.look()

    def _publish(self, found: Source | Refused) -> None:
        outcome = self._publisher.publish(found, self._releases.current)
        if isinstance(outcome, Refused):
            log.error("flows_refused", why=outcome.why)
        else:
            self._releases.learn(outcome.release)

    def _take_over(self) -> None:
        """Let the next batch begin conversations on the release in force."""
        newest = self._publisher.newest()
        if newest in {None, self._releases.current.hash, self._not_understood}:
            return
        release = self._releases.at_hand(str(newest)) or self._compiled(str(newest))
        if release is not None:
            self._releases.put_in_force(release)
            log.info("flows_in_force", release=release.hash[:12])

    def _compiled(self, newest: str) -> Release | None:
        try:
            return self._publisher.read_again(newest)
        except FlowFileError as mistake:
            # Another version of this program put it in force; what we have goes on.
            self._not_understood = newest
            log.error("release_not_understood", release=newest[:12], why=str(mistake))
            return None
