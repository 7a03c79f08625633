"""The flows in force, and the older ones that conversations are still on. Loads each one once."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

import structlog

from gateway.core.flow.release import Release
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source, compile_release
from gateway.store import releases as stored
from gateway.store.database import Database, Transaction

log = structlog.get_logger()

_KEPT = 64  # older releases held in memory; the rest are read again from the database

Compile: TypeAlias = Callable[[Source], Release]
"""Makes a release of files. Raises `FlowFileError` for the first mistake in them."""


class Releases:
    """The current release and earlier ones. Safe to share between threads."""

    def __init__(self, source: Source, compiled: Compile = compile_release) -> None:
        """Compile the files that were read at start. Raises `FlowFileError`.

        `compiled` makes older releases of their files, too.
        """
        self._compiled = compiled
        self.current = compiled(source)
        self._source = source
        self._older: OrderedDict[str, Release | None] = OrderedDict()
        self._lock = Lock()

    def keep(self, database: Database) -> None:
        """Store the current release, so that conversations begun now can end on it later."""
        with database.write() as tx:
            stored.keep(tx, self.current.hash, hashed(self._source))

    def put_in_force(self, release: Release) -> None:
        """Make another release the current one. A batch that has begun ends on the one before."""
        with self._lock:
            self._remember(self.current.hash, self.current)
            self.current = release

    def learn(self, release: Release) -> None:
        """Keep a release at hand."""
        with self._lock:
            self._remember(release.hash, release)

    def at_hand(self, release: str) -> Release | None:
        """Return a release that needs not be read again."""
        with self._lock:
            return self._older.get(release)

    def find(self, tx: Transaction, release: str) -> Release | None:
        """Return a release, from the database if need be; None if it cannot be had any more."""
        current = self.current
        if release == current.hash:
            return current
        with self._lock:
            if release in self._older:
                self._older.move_to_end(release)
                return self._older[release]
        found = self._read(tx, release)
        with self._lock:
            self._remember(release, found)
        return found

    def _read(self, tx: Transaction, release: str) -> Release | None:
        files = stored.files_of(tx.connection, release)
        try:
            return None if files is None else self._compiled(Source(files))
        except FlowFileError as mistake:
            # An older version of this program understood it. Nobody's callback may fail for that.
            log.warning("release_not_understood", release=release[:12], why=str(mistake))
            return None

    def _remember(self, release: str, found: Release | None) -> None:
        self._older[release] = found
        self._older.move_to_end(release)
        while len(self._older) > _KEPT:
            self._older.popitem(last=False)


def hashed(source: Source) -> stored.Files:
    """Return the files of a source as they are stored."""
    return {
        name: (hashlib.sha256(content).hexdigest(), content)
        for name, content in source.files.items()
    }
