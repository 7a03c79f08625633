"""Every version of the flows that a conversation may still be on, and which one is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from gateway.store import bulk, tables
from gateway.store.counters import PUBLICATION, Counter
from gateway.store.database import Transaction

Files = Mapping[str, tuple[str, bytes]]
"""A release as its files: name to (content hash, content)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A release that came into force. `folder` is where its files were."""

    number: int
    release: str
    folder: str
    published_at: int


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder as whoever watches it last found it: what came into force, what was refused."""

    name: str
    seen: str | None
    seen_at: int | None
    refused: str | None
    refused_why: str | None
    refused_at: int | None


def keep(tx: Transaction, release: str, files: Files) -> None:
    """Store a release. Idempotent."""
    bulk.insert(
        tx,
        tables.flow_files,
        ("hash", "content"),
        list({digest: (digest, content) for digest, content in files.values()}.values()),
        conflict=("hash",),
    )
    names = {name: digest for name, (digest, _) in files.items()}
    bulk.insert(
        tx,
        tables.releases,
        ("hash", "files", "created_at"),
        [(release, orjson.dumps(names, option=orjson.OPT_SORT_KEYS).decode(), tx.now)],
        conflict=("hash",),
    )


def keep_transcripts(tx: Transaction, release: str, transcripts: Files, trial: str) -> None:
    """Keep what is to be played on a release, and how it went as JSON, in place of what was."""
    rows = {digest: (digest, content) for digest, content in transcripts.values()}
    bulk.insert(tx, tables.flow_files, ("hash", "content"), list(rows.values()), conflict=("hash",))
    names = orjson.dumps({name: digest for name, (digest, _) in transcripts.items()}).decode()
    columns = ("transcripts", "trial")
    bulk.update(tx, tables.releases, ("hash",), columns, [(release, names, trial)])


def keep_trial(tx: Transaction, release: str, trial: str) -> None:
    """Keep how the transcripts of a release went, as JSON."""
    bulk.update(tx, tables.releases, ("hash",), ("trial",), [(release, trial)])


def transcripts_of(connection: Connection, release: str) -> tuple[Mapping[str, bytes], str] | None:
    """Return what came along to be played on a release, and how it went; None where nothing did."""
    r = tables.releases
    row = connection.execute(select(r.c.transcripts, r.c.trial).where(r.c.hash == release)).first()
    if row is None or row[0] is None:
        return None
    return _contents(connection, orjson.loads(row[0])), row[1] or ""


def files_of(connection: Connection, release: str) -> Mapping[str, bytes] | None:
    """Return the files of a stored release by name, or None if it was never stored."""
    query = select(tables.releases.c.files).where(tables.releases.c.hash == release)
    names = connection.execute(query).scalar()
    if names is None:
        return None
    return _contents(connection, orjson.loads(names))


def _contents(connection: Connection, digests: Mapping[str, str]) -> Mapping[str, bytes]:
    f = tables.flow_files
    rows = connection.execute(select(f.c.hash, f.c.content).where(f.c.hash.in_(digests.values())))
    contents = {digest: bytes(content) for digest, content in rows}
    return {name: contents[digest] for name, digest in digests.items()}


def newest(connection: Connection) -> Mapping[str, bytes] | None:
    """Return the files of the release in force, else of the one stored last; None: there is none.

    Before version 0003 of the tables nothing said which one was in force.
    """
    published = in_force(connection)
    if published is not None:
        return files_of(connection, published.release)
    r = tables.releases
    last = select(r.c.hash).order_by(r.c.created_at.desc(), r.c.hash).limit(1)
    found = connection.execute(last).scalar()
    return None if found is None else files_of(connection, found)


def publish(tx: Transaction, release: str, files: Files, folder: str) -> bool:
    """Put a release of a folder in force; False if it is already."""
    numbers = Counter(tx, PUBLICATION)
    number = numbers.take()  # from here on nobody else publishes
    keep(tx, release, files)
    _note(tx, folder, ("seen", "seen_at"), (release, tx.now))
    newest = in_force(tx.connection)
    if newest is not None and newest.release == release:
        return False
    numbers.save()
    columns = ("number", "release", "folder", "published_at")
    bulk.insert(tx, tables.publications, columns, [(number, release, folder, tx.now)])
    return True


def in_force(connection: Connection) -> Publication | None:
    """Return the newest publication; None where nothing was ever published."""
    publications = tables.publications
    query = select(publications).order_by(publications.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Publication(*row)


def published(connection: Connection, before: int | None, limit: int) -> list[Publication]:
    """Return the publications before a number, or all of them, the newest first."""
    publications = tables.publications
    query = select(publications).order_by(publications.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(publications.c.number < before)
    return [Publication(*row) for row in connection.execute(query)]


def unpublished(connection: Connection, limit: int) -> list[tuple[str, int]]:
    """Return (release, when it was stored) of those that were never in force, the newest first."""
    releases, publications = tables.releases, tables.publications
    known = select(publications.c.number).where(publications.c.release == releases.c.hash)
    query = (
        select(releases.c.hash, releases.c.created_at)
        .where(~known.exists())
        .order_by(releases.c.created_at.desc(), releases.c.hash)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def contents(connection: Connection, releases: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """Return by release what its files are: name to hash of the content."""
    table = tables.releases
    query = select(table.c.hash, table.c.files).where(table.c.hash.in_(list(releases)))
    return {row[0]: orjson.loads(row[1]) for row in connection.execute(query)}


def refuse(tx: Transaction, content: str, why: str, folder: str) -> None:
    """Note that what a folder holds, by its hash, cannot come into force."""
    _note(tx, folder, ("refused", "refused_why", "refused_at"), (content, why, tx.now))


def folder(connection: Connection, name: str) -> FolderRow | None:
    """Return one folder, or None if nobody ever took anything from it."""
    folders = tables.flow_folders
    row = connection.execute(select(folders).where(folders.c.name == name)).first()
    return None if row is None else FolderRow(*row)


def folders(connection: Connection) -> list[FolderRow]:
    """Return every folder by name."""
    table = tables.flow_folders
    return [FolderRow(*row) for row in connection.execute(select(table).order_by(table.c.name))]


def _note(
    tx: Transaction, folder: str, columns: tuple[str, ...], values: tuple[object, ...]
) -> None:
    bulk.insert(
        tx,
        tables.flow_folders,
        ("name", *columns),
        [(folder, *values)],
        conflict=("name",),
        update=columns,
    )
