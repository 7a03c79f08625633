"""Writes down what staff do and see, for ever, and shows whether it is as it was written.

Each entry's hash is made with the movement's key over the entry before and every part of its own:
who changes one, or takes one out, has to have the key to hide it. `record` comes last in a
transaction: it holds the end of the chain until the commit, and nothing may wait behind that.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service.viewers import names_of_all
from gateway.store import audit
from gateway.store.audit import AuditRow
from gateway.store.database import Database, Transaction
from gateway.store.streams import GENESIS
from gateway.store.vault import Vault

_REASON: Final = b"reason"
_NOTHING: Final[Mapping[str, str | int]] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as staff may read it. `name` is empty for a command, or nobody that we know."""

    seq: int
    at: int
    staff: int | None
    name: str
    act: str
    subject: str
    detail: Mapping[str, str | int]
    reason: str


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """Where the chain does not hold, and why."""

    seq: int
    why: str


class Audit:
    """The audit of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Take where it is kept, and the keys that chain and seal it."""
        self._database = database
        self._vault = vault

    def record(
        self,
        tx: Transaction,
        who: Viewer | int | None,
        act: Act,
        subject: str = "",
        *,
        reason: str = "",
        detail: Mapping[str, str | int] = _NOTHING,
    ) -> None:
        """Write an act down in its own transaction, as that one's last statement.

        `who` is a viewer or an account's id; None for a command and for whoever is not known. The
        subject is a kind and an id, such as ``staff:3``; it and the detail hold nothing personal.
        """
        seq, previous = audit.lock_head(tx)
        row = AuditRow(
            seq=seq + 1,
            at=tx.now,
            staff=who.id if isinstance(who, Viewer) else who,
            act=str(act),
            subject=subject,
            detail=orjson.dumps(dict(detail), option=orjson.OPT_SORT_KEYS).decode(),
            reason_sealed=self._vault.node.seal(_REASON, reason.encode()) if reason else None,
            hash=b"",
        )
        chained = self._chain(previous, tx.head.node, row)
        audit.append(tx, _with_hash(row, chained))

    def page(
        self, before: int | None, limit: int, act: str | None = None, staff: int | None = None
    ) -> Sequence[Entry]:
        """Return the last entries before a number, the newest first."""
        with self._database.read() as view:
            rows = audit.newest(view, before, limit, act, staff)
            names = names_of_all(view, self._vault)
        return [self._entry(row, names) for row in rows]

    def verify(self) -> tuple[int, BrokenEntry | None]:
        """Check the chain from its beginning; return how many entries hold, and the first break."""
        seq, previous = 0, GENESIS
        with self._database.read() as view:
            node = audit.node(view)
            for row in audit.entries(view):
                if row.seq != seq + 1:
                    return seq, BrokenEntry(seq + 1, "an entry is missing here")
                if not hmac.compare_digest(self._chain(previous, node, row), row.hash):
                    return seq, BrokenEntry(row.seq, "the entry was changed after it was written")
                seq, previous = row.seq, row.hash
            if audit.head(view) != (seq, previous):
                return seq, BrokenEntry(seq + 1, "entries at the end are missing")
        return seq, None

    def seal(self) -> str:
        """Return the end of the chain in words: whoever keeps it can prove later what was there."""
        with self._database.read() as view:
            seq, chained = audit.head(view)
        return _sealed(seq, chained)

    def held(self, seal: str) -> bool:
        """Whether the chain went through what an earlier `seal` said."""
        number = seal.strip().partition("-")[0]
        if not (number.isascii() and number.isdigit()):
            return False
        if int(number) == 0:
            return _sealed(0, GENESIS) == seal.strip()
        with self._database.read() as view:
            rows = audit.newest(view, int(number) + 1, 1, None, None)
        return bool(rows) and hmac.compare_digest(
            _sealed(rows[0].seq, rows[0].hash).encode(), seal.strip().encode()
        )

    def _entry(self, row: AuditRow, names: Mapping[int, str]) -> Entry:
        reason = b""
        if row.reason_sealed is not None:
            reason = self._vault.node.open(_REASON, row.reason_sealed)
        name = "" if row.staff is None else names.get(row.staff, "")
        detail = orjson.loads(row.detail)
        return Entry(
            row.seq, row.at, row.staff, name, row.act, row.subject, detail, reason.decode()
        )

    def _chain(self, previous: bytes, node: bytes, row: AuditRow) -> bytes:
        parts = (row.seq, row.at, row.staff, row.act, row.subject, row.detail)
        written = orjson.dumps((*parts, (row.reason_sealed or b"").hex()))
        return self._vault.keyed(b"audit", previous + node + written)


def _sealed(seq: int, chained: bytes) -> str:
    return f"{seq}-{chained.hex()[:32]}"


def _with_hash(row: AuditRow, chained: bytes) -> AuditRow:
    return AuditRow(
        row.seq, row.at, row.staff, row.act, row.subject, row.detail, row.reason_sealed, chained
    )
