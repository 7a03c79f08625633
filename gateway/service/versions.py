"""Versions of the conversations: looked at, checked, put in force, and put in force again.

A version is a release that the database holds. What was sent and has no mistake is kept as one, and
changes nothing until somebody publishes it. A folder of flow files is never written to.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from gateway.core.flow.changes import Changes, changes
from gateway.core.flow.release import SHORT, Release
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source
from gateway.flowfiles.uploads import merged
from gateway.service.audit import Audit
from gateway.service.flowlab.trials import Verdict
from gateway.service.publishing import Publisher
from gateway.service.releases import hashed
from gateway.store import releases as stored
from gateway.store.database import Database
from gateway.store.releases import Publication

ORIGIN: Final = "the pages"  # where what is published here comes from, as a folder is named
_KEPT: Final = 8
_LOOKED_BACK: Final = 200  # publications that are searched for the last change of a flow


@dataclass(frozen=True, slots=True)
class Version:
    """A release with its files."""

    source: Source
    release: Release

    @property
    def hash(self) -> str:
        """What the version is called by."""
        return self.release.hash

    @property
    def short(self) -> str:
        """What people call it by."""
        return self.release.hash[:SHORT]


@dataclass(frozen=True, slots=True)
class Mistaken:
    """Files that cannot come into force. Each mistake is a sentence with file and line."""

    mistakes: tuple[str, ...]


class Moved(Exception):
    """Something else came into force since the page was made that asked for this."""


class Versions:
    """The versions of one database. Safe to share between threads."""

    def __init__(self, database: Database, publisher: Publisher, audit: Audit) -> None:
        """Take what checks and compiles releases, and where it is written down who does."""
        self._database = database
        self._publisher = publisher
        self._audit = audit
        self._kept: OrderedDict[str, Version] = OrderedDict()
        self._doubts: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = Lock()
        self._checking = Lock()  # one check at a time: it takes a processor for a while

    def in_force(self) -> Publication | None:
        """Return what is in force; None where nothing ever was."""
        with self._database.read() as view:
            return stored.in_force(view)

    def current(self) -> Version | None:
        """Return the version in force, if there is one that this program understands."""
        found = self.in_force()
        return None if found is None else self.find(found.release)

    def find(self, name: str) -> Version | None:
        """Return a version by its hash; None where there is none that this program understands."""
        with self._lock:
            known = self._kept.get(name)
            if known is not None:
                self._kept.move_to_end(name)
                return known
        source = self._publisher.files(name)
        if source is None:
            return None
        try:
            version = Version(source, self._publisher.compiled(source))
        except FlowFileError:
            return None  # another version of this program took it
        self._keep(version)
        return version

    def published(self, before: int | None, limit: int) -> Sequence[Publication]:
        """Return what came into force, the newest first."""
        with self._database.read() as view:
            return stored.published(view, before, limit)

    def unpublished(self, limit: int) -> Sequence[tuple[str, int]]:
        """Return (hash, when it was sent) of what was never in force, the newest first."""
        with self._database.read() as view:
            return stored.unpublished(view, limit)

    def changed_at(self) -> Mapping[str, int]:
        """Return when each file of the version in force came to be as it is."""
        with self._database.read() as view:
            publications = stored.published(view, None, _LOOKED_BACK)
            held = stored.contents(view, {one.release for one in publications})
        if not publications:
            return {}
        files = held.get(publications[0].release, {})
        moments = dict.fromkeys(files, publications[0].published_at)
        same = set(files)
        for one in publications[1:]:
            earlier = held.get(one.release, {})
            same = {name for name in same if earlier.get(name) == files[name]}
            moments.update(dict.fromkeys(same, one.published_at))
        return moments

    def changes(self, to: Version) -> Changes | None:
        """Return what a version changes; None where nothing is in force."""
        current = self.current()
        return None if current is None else changes(current.release, to.release)

    def take(
        self,
        by: Viewer,
        files: Mapping[str, bytes],
        *,
        base: Version | None,
        transcripts: Mapping[str, bytes],
        renumbered: bool,
    ) -> Version | Mistaken:
        """Keep files as a version, in place of those of `base` or alone; or say what is wrong.

        `renumbered` takes it although numbers in menus mean something else than they do now.
        `transcripts` came along, and are kept as not played yet, with those of `base`.
        """
        current = self.current()
        source = merged(Source({}) if base is None else base.source, files)
        mistakes = self._mistakes(source, None if renumbered else current)
        if mistakes:
            return Mistaken(tuple(mistakes))
        version = Version(source, self._publisher.compiled(source))
        before = None if base is None else self.transcripts(base)
        kept = {**({} if before is None else before[0]), **transcripts}
        with self._database.write() as tx:
            stored.keep(tx, version.hash, hashed(source))
            if kept:
                waits = Verdict(0, len(kept), ()).to_json()
                stored.keep_transcripts(tx, version.hash, hashed(Source(kept)), waits)
            self._audit.record(tx, by, Act.FLOWS_UPLOADED, f"release:{version.short}")
        self._keep(version)
        return version

    def transcripts(self, version: Version) -> tuple[Mapping[str, bytes], Verdict] | None:
        """Return what came along to be played on a version, and how it went; None: nothing did."""
        with self._database.read() as view:
            found = stored.transcripts_of(view, version.hash)
        return None if found is None else (found[0], Verdict.from_json(found[1]))

    def judged(self, version: Version, verdict: Verdict) -> None:
        """Keep how what came along with a version went on it."""
        with self._database.write() as tx:
            stored.keep_trial(tx, version.hash, verdict.to_json())

    def publish(
        self, by: Viewer, version: Version, *, instead_of: str, renumbered: bool
    ) -> Mistaken | None:
        """Put a version in force, or say why not. Raises `Moved`.

        `instead_of` is the hash of what was in force when somebody decided this.
        """
        current = self.current()
        mistakes = self._mistakes(version.source, None if renumbered else current)
        if mistakes:
            return Mistaken(tuple(mistakes))
        with self._database.write() as tx:
            found = stored.in_force(tx.connection)
            if (found.release if found else "") != instead_of:
                raise Moved
            stored.publish(tx, version.hash, hashed(version.source), ORIGIN)
            detail = {"instead_of": instead_of[:SHORT]}
            subject = f"release:{version.short}"
            self._audit.record(tx, by, Act.FLOWS_PUBLISHED, subject, detail=detail)
        return None

    def warnings(self, version: Version) -> tuple[str, ...]:
        """Return what `gateway flows check` warns of in a version, each with its file and line."""
        with self._lock:
            known = self._doubts.get(version.hash)
        if known is not None:
            return known
        with self._checking:
            found = tuple(map(self._bare, self._publisher.warnings(version.source)))
        with self._lock:
            self._doubts[version.hash] = found
            while len(self._doubts) > _KEPT:
                self._doubts.popitem(last=False)
        return found

    def _mistakes(self, source: Source, before: Version | None) -> list[str]:
        """Return what is wrong, with paths as a release has them."""
        known = None if before is None else before.release
        with self._checking:
            found = self._publisher.mistakes(source, known)
        return list(map(self._bare, found))

    def _bare(self, finding: str) -> str:
        """Return a finding with paths as a release has them."""
        return finding.replace(f"{self._publisher.directory}/", "")

    def _keep(self, version: Version) -> None:
        with self._lock:
            self._kept[version.hash] = version
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
