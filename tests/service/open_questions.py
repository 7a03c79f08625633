"""Questions that are open, as the counts say and as the conversations themselves say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.core.flow.passages import LEFT, left_behind
from gateway.core.flow.release import SHORT
from gateway.service.thread import Thread
from gateway.store.vault import Vault
from tests.exchange import Exchange

_ENDS = ("answered", "unanswered", "back", "gave_up", "expired", "stopped", "gone")
Open = Counter[tuple[str, ...]]


def counted(exchange: Exchange) -> Open:
    """Return by flow, step, release, day and medium how many questions nothing became of."""
    return open_of(exchange.rows("passages"))


def open_of(rows: Iterable[Mapping[str, Any]]) -> Open:
    """Return the same of the rows of the table."""
    found: Open = Counter()
    for row in rows:
        if row["step"]:
            place = (row["flow"], row["step"], row["release"], str(row["day"]), row["medium"])
            found[place] += row["put"] - sum(row[name] for name in _ENDS)
    return +found


def waiting(exchange: Exchange) -> Open:
    """Return by the same how many questions wait in the conversations of all phones."""
    salts = {bytes(row["id"]): row["salt"] for row in exchange.rows("phones")}
    return waiting_of(exchange.vault, exchange.rows("conversations"), salts)


def waiting_of(vault: Vault, rows: Iterable[Mapping[str, Any]], salts: Mapping[bytes, Any]) -> Open:
    """Return the same of the rows of the table, with the salts of the phones."""
    found: Open = Counter()
    for row in rows:
        sealer = vault.person(bytes(salts[bytes(row["phone"])]))
        state = Thread.from_bytes(sealer.open(b"state", row["state_sealed"]), 0).state
        if state is None:
            continue
        for one in left_behind(state, LEFT):
            day, medium = one.since
            found[one.flow, one.step, state.release[:SHORT], str(day), medium] += 1
    return found
