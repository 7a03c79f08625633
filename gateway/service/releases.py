"""The flows in force, and the older ones that conversations are still on. Loads each one once."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from gateway.core.flow.release import Release
from gateway.flowfiles.releases import ALONE, Source, compile_release
from gateway.store import releases as stored
from gateway.store.database import Database, Transaction

_KEPT = 64  # older releases held in memory; the rest are read again from the database


class Releases:
    """The current release and earlier ones. Used by the writer thread only, but for `current`."""

    def __init__(self, source: Source, fallbacks: Mapping[str, Sequence[str]] = ALONE) -> None:
        """Compile the files that were read at start. Raises `FlowFileError`.

        `fallbacks` are the languages that serve for others, in older releases too.
        """
        self._fallbacks = fallbacks
        self.current = compile_release(source, fallbacks=fallbacks)
        self._source = source
        self._older: OrderedDict[str, Release | None] = OrderedDict()

    def keep(self, database: Database) -> None:
        """Store the current release, so that conversations begun now can end on it later."""
        files = {
            name: (hashlib.sha256(content).hexdigest(), content)
            for name, content in self._source.files.items()
        }
        with database.write() as tx:
            stored.keep(tx, self.current.hash, files)

    def find(self, tx: Transaction, release: str) -> None:
        """Make sure that a release is at hand, reading it from the database if need be."""
        if release == self.current.hash or release in self._older:
            return
        files = stored.files_of(tx, release)
        self._older[release] = (
            None if files is None else compile_release(Source(files), fallbacks=self._fallbacks)
        )
        while len(self._older) > _KEPT:
            self._older.popitem(last=False)

    def known(self, release: str) -> Release | None:
        """Return a release that `find` looked up, or None if this database never kept it."""
        return self.current if release == self.current.hash else self._older.get(release)
