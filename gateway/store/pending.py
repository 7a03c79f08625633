"""What waits for people: their votes on recent motions, and calls they have not read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from gateway.core.delivery.status import Status
from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Query, Transaction

_RUNNING = ("queueing", "sending", "done")
_MOST_CALLS = 5
# A message in one of these may be on the handset; whether it is, not every operator says.
_REACHED = ", ".join(
    str(int(status))
    for status in (
        Status.UNKNOWN,
        Status.ACCEPTED,
        Status.SENT,
        Status.BUFFERED,
        Status.DELIVERED,
    )
)


def seek_ballots(tx: Transaction, motions: Sequence[int], participants: Sequence[bytes]) -> Query:
    """Return the query of every vote of these people on these: (motion, participant, …)."""
    query = "SELECT motion, participant, option, changes FROM ballots WHERE "
    if tx.dialect == SQLITE:
        query += f"motion IN ({_marks(motions)}) AND participant IN ({_marks(participants)})"
        return query, (*motions, *participants)
    return query + "motion = ANY(%s) AND participant = ANY(%s)", (motions, participants)


def seek_running(tx: Transaction) -> Query:
    """Return the query of the calls to action that are not over, which `read_running` reads."""
    mark = "?" if tx.dialect == SQLITE else "%s"
    words = ", ".join(f"'{word}'" for word in _RUNNING)
    query = (
        f"SELECT number, texts FROM broadcasts WHERE valid_until > {mark} AND status IN ({words})"
    )
    return f"{query} ORDER BY number DESC LIMIT {_MOST_CALLS}", (tx.now,)


def read_running(rows: Iterable[Sequence[Any]]) -> Mapping[int, Mapping[str, str]]:
    """Return the texts of running calls by number."""
    return {number: orjson.loads(texts) for number, texts in rows}


def seek_unread(tx: Transaction, running: Sequence[int], phones: Sequence[bytes]) -> Query:
    """Return the query of calls that these phones have not read yet: (phone, call)."""
    query = "SELECT phone, broadcast FROM messages WHERE seen_at IS NULL AND "
    if tx.dialect == SQLITE:
        query += f"broadcast IN ({_marks(running)}) AND phone IN ({_marks(phones)})"
        return f"{query} ORDER BY phone, broadcast", (*running, *phones)
    query += "broadcast = ANY(%s) AND phone = ANY(%s)"
    return f"{query} ORDER BY phone, broadcast", (running, phones)


class Reached:
    """The phones of a batch that a call to action reached since a time.

    Nothing is read before somebody asks; then one statement answers for all of them.
    """

    __slots__ = ("_found", "_phones", "_since", "_tx")

    def __init__(self, tx: Transaction, phones: Iterable[bytes], since: int) -> None:
        """Take the phones that may be asked about, within the transaction of their batch."""
        self._tx = tx
        self._phones = tuple(phones)
        self._since = since
        self._found: Mapping[bytes, int] | None = None

    def __contains__(self, phone: object) -> bool:
        """Whether a call to action reached a phone."""
        return phone in self._all()

    def newest(self, phone: bytes) -> int | None:
        """Return the number of the newest call to action that reached a phone, or None."""
        return self._all().get(phone)

    def _all(self) -> Mapping[bytes, int]:
        if self._found is None:
            self._found = self._read()
        return self._found

    def _read(self) -> Mapping[bytes, int]:
        sqlite = self._tx.dialect == SQLITE
        mark = "?" if sqlite else "%s"
        among = f"IN ({_marks(self._phones)})" if sqlite else "= ANY(%s)"
        query = (
            "SELECT phone, MAX(broadcast) FROM messages WHERE broadcast IN"
            f" (SELECT number FROM broadcasts WHERE valid_until > {mark})"
            f" AND phone {among} AND status IN ({_REACHED}) AND changed_at > {mark} GROUP BY phone"
        )
        phones = self._phones if sqlite else (list(self._phones),)
        rows = self._tx.rows(query, (self._since, *phones, self._since))
        return {bytes(row[0]): row[1] for row in rows}


def mark_read(tx: Transaction, read: Sequence[tuple[int, bytes]]) -> None:
    """Record that calls were read on a screen: (broadcast, phone)."""
    bulk.update(
        tx,
        tables.messages,
        ("broadcast", "phone"),
        ("seen_at",),
        [(broadcast, phone, tx.now) for broadcast, phone in read],
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
