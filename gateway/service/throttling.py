"""Slows down whoever guesses, by account and by address. Locks nobody out for good.

An attempt is counted before it is looked at, so that a thousand at once are a thousand; one that
succeeds is forgiven. An address may fail more often, because an office shares one, and then waits
longer. It is looked at first: a stranger who waits cannot keep somebody else's account waiting.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final

from gateway.service.refusal import TOO_OFTEN, Refusal
from gateway.service.viewers import folded
from gateway.store import throttles
from gateway.store.database import Database, Transaction
from gateway.store.throttles import Throttle
from gateway.store.vault import ID_BYTES, Vault

FORGOTTEN_MS: Final = 24 * 60 * 60 * 1000
_MOST_DOUBLINGS: Final = 32
_SITE_BITS: Final = 64  # of an IPv6 address: what one subscriber gets


@dataclass(frozen=True, slots=True)
class Pace:
    """How many failures are free, the wait after the next one, and the longest; it doubles."""

    free: int
    first_ms: int
    longest_ms: int

    def wait_ms(self, failures: int) -> int:
        """Return how long to wait after so many failures in a row."""
        past = failures - self.free
        if past <= 0:
            return 0
        return int(min(self.longest_ms, self.first_ms << min(past - 1, _MOST_DOUBLINGS)))


OF_AN_ACCOUNT: Final = Pace(free=5, first_ms=1000, longest_ms=60_000)
OF_AN_ADDRESS: Final = Pace(free=20, first_ms=2000, longest_ms=900_000)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was let through, and counted."""

    account: bytes
    address: bytes | None


class Throttling:
    """Counts attempts in the database, so that all processes count together."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Take where to count, and the keys that hide who is counted."""
        self._database = database
        self._vault = vault

    def admit(self, account: str, address: str | None) -> Attempt:
        """Count an attempt at an account, from an address or by who is signed in already.

        Raises `Refusal` with the wait in milliseconds where it comes too soon.
        """
        attempt = Attempt(
            self._key(b"account", folded(account)),
            None if address is None else self._key(b"address", site(address)),
        )
        paces = [(attempt.account, OF_AN_ACCOUNT)]
        if attempt.address is not None:
            paces.append((attempt.address, OF_AN_ADDRESS))
        with self._database.write() as tx:
            throttles.forget(tx, tx.now - FORGOTTEN_MS)
            known = throttles.lock(tx, [key for key, _ in paces])
            wait = max(one.free_at for one in known.values()) - tx.now
            if wait > 0:
                raise Refusal(TOO_OFTEN, wait)
            for key, pace in paces:
                _count(tx, key, pace, known[key])
        return attempt

    def succeeded(self, tx: Transaction, attempt: Attempt) -> None:
        """Forgive an attempt, in the transaction of what it was for."""
        throttles.clear(tx, attempt.account)
        if attempt.address is not None:
            throttles.forgive(tx, attempt.address)

    def withdrawn(self, attempt: Attempt) -> None:
        """Take an attempt back that was not looked at after all."""
        with self._database.write() as tx:
            for key in sorted(filter(None, (attempt.account, attempt.address))):
                throttles.forgive(tx, key)

    def _key(self, kind: bytes, text: str) -> bytes:
        return self._vault.keyed(kind, text.encode())[:ID_BYTES]


def site(address: str) -> str:
    """Return what counts as one address: of IPv6 the network that one subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _SITE_BITS), strict=False))


def _count(tx: Transaction, key: bytes, pace: Pace, known: Throttle) -> None:
    failures = known.failures + 1
    throttles.count(tx, key, failures, tx.now + pace.wait_ms(failures))
