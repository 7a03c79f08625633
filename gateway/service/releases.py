"""The flows in force, and the older ones that conversations are still on. Loads each one once."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from gateway.core.flow.release import Release
from gateway.flowfiles.releases import Source, compile_release
from gateway.store import releases as stored
from gateway.store.database import Database, Transaction

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
        files = {
            name: (hashlib.sha256(content).hexdigest(), content)
            for name, content in self._source.files.items()
        }
        with database.write() as tx:
            stored.keep(tx, self.current.hash, files)

    def find(self, tx: Transaction, release: str) -> Release | None:
        """Return a release, from the database if need be; None if that never kept it."""
        current = self.current
        if release == current.hash:
            return current
        with self._lock:
            if release in self._older:
                self._older.move_to_end(release)
                return self._older[release]
        files = stored.files_of(tx, release)
        found = None if files is None else self._compiled(Source(files))
        with self._lock:
            self._older[release] = found
            while len(self._older) > _KEPT:
                self._older.popitem(last=False)
        return found
