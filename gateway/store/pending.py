"""What waits for people: their votes on recent motions, and calls they have not read."""

from collections.abc import Mapping, Sequence

import orjson

from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Transaction

_RUNNING = ("queueing", "sending", "done")
_MOST_CALLS = 5


def ballots(
    tx: Transaction, motions: Sequence[int], participants: Sequence[bytes]
) -> list[tuple[int, bytes, int, int]]:
    """Return (motion, participant, option, changes) for every vote of these people on these."""
    if not motions or not participants:
        return []
    query = "SELECT motion, participant, option, changes FROM ballots WHERE "
    if tx.dialect == SQLITE:
        query += f"motion IN ({_marks(motions)}) AND participant IN ({_marks(participants)})"
        rows = tx.rows(query, (*motions, *participants))
    else:
        query += "motion = ANY(%s) AND participant = ANY(%s)"
        rows = tx.rows(query, (list(motions), list(participants)))
    return [(motion, bytes(who), option, changes) for motion, who, option, changes in rows]


def calls(tx: Transaction, phones: Sequence[bytes]) -> list[tuple[bytes, int, Mapping[str, str]]]:
    """Return (phone, broadcast, texts) for calls to action that these phones have not read yet."""
    running = _running(tx)
    if not running or not phones:
        return []
    query = "SELECT phone, broadcast FROM messages WHERE seen_at IS NULL AND "
    if tx.dialect == SQLITE:
        query += f"broadcast IN ({_marks(list(running))}) AND phone IN ({_marks(phones)})"
        rows = tx.rows(query, (*running, *phones))
    else:
        query += "broadcast = ANY(%s) AND phone = ANY(%s)"
        rows = tx.rows(query, (list(running), list(phones)))
    return [(bytes(phone), number, running[number]) for phone, number in sorted(rows)]


def mark_read(tx: Transaction, read: Sequence[tuple[int, bytes]]) -> None:
    """Record that calls were read on a screen: (broadcast, phone)."""
    bulk.update(
        tx,
        tables.messages,
        ("broadcast", "phone"),
        ("seen_at",),
        [(broadcast, phone, tx.now) for broadcast, phone in read],
    )


def _running(tx: Transaction) -> dict[int, Mapping[str, str]]:
    mark = "?" if tx.dialect == SQLITE else "%s"
    words = ", ".join(f"'{word}'" for word in _RUNNING)
    rows = tx.rows(
        f"SELECT number, texts FROM broadcasts WHERE valid_until > {mark} AND status IN ({words})"
        f" ORDER BY number DESC LIMIT {_MOST_CALLS}",
        (tx.now,),
    )
    return {number: orjson.loads(texts) for number, texts in rows}


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
