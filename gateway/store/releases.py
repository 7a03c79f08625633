"""Every version of the flows that a conversation may still be on, by content hash."""

from collections.abc import Mapping

import orjson
from sqlalchemy import Connection, select

from gateway.store import bulk, tables
from gateway.store.database import Transaction


def keep(tx: Transaction, release: str, files: Mapping[str, tuple[str, bytes]]) -> None:
    """Store a release as its files: name to (content hash, content). Idempotent."""
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


def files_of(tx: Transaction, release: str) -> Mapping[str, bytes] | None:
    """Return the files of a stored release by name, or None if it was never stored."""
    query = select(tables.releases.c.files).where(tables.releases.c.hash == release)
    names = tx.connection.execute(query).scalar()
    if names is None:
        return None
    digests: dict[str, str] = orjson.loads(names)
    rows = bulk.select_in(tx, tables.flow_files, ("hash", "content"), "hash", digests.values())
    contents = {digest: bytes(content) for digest, content in rows}
    return {name: contents[digest] for name, digest in digests.items()}


def newest(connection: Connection) -> Mapping[str, bytes] | None:
    """Return the files of the release that was stored last, or None where there is none."""
    r, f = tables.releases, tables.flow_files
    last = select(r.c.files).order_by(r.c.created_at.desc(), r.c.hash).limit(1)
    names = connection.execute(last).scalar()
    if names is None:
        return None
    digests: dict[str, str] = orjson.loads(names)
    query = select(f.c.hash, f.c.content).where(f.c.hash.in_(digests.values()))
    contents = {digest: bytes(content) for digest, content in connection.execute(query)}
    return {name: contents[digest] for name, digest in digests.items()}
