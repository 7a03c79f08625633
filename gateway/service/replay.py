"""Checks the journal, and that the tables are what it says. Changes neither."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from gateway.store import journal, scratch
from gateway.store.database import Database
from gateway.store.journal import Broken
from gateway.store.scratch import Difference


@dataclass(frozen=True, slots=True)
class Verified:
    """How many facts were read, and where their chains do not hold."""

    facts: int
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many facts were replayed, and the tables that are not what they say."""

    facts: int
    differences: tuple[Difference, ...]


def verify(database: Database) -> Verified:
    """Check the hash chain of every stream from its beginning."""
    with database.read() as view:
        facts, broken = journal.verify(view)
    return Verified(facts, broken)


def replay(database: Database, *, within: Path | None = None) -> Replayed:
    """Rebuild the projected tables in a scratch database from one view, and compare.

    The scratch database is a file in a folder that only this user can read, and that is gone at the
    end; names and numbers in it are sealed as they are here. The folder is made `within` another,
    or where the system keeps what is temporary.
    """
    with (
        tempfile.TemporaryDirectory(prefix="gateway-replay-", dir=within) as folder,
        Database(f"sqlite:///{Path(folder) / 'scratch.db'}", clock=database.clock) as elsewhere,
        database.read() as view,
    ):
        facts = scratch.rebuild(view, elsewhere)
        with elsewhere.read() as rebuilt:
            return Replayed(facts, scratch.compare(view, rebuilt))
