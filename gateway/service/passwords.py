"""Keeps passwords: as Argon2id hashes, and those sealed. Works on a few at a time, not on all.

One check takes 64 MiB for a fifth of a second. Two at once leave a machine with 1 GB its memory;
who comes then waits a little, and is asked to come again when that lasts.
"""

import base64
import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from gateway.core.staff.passwords import weakness
from gateway.service.refusal import TOO_MANY_AT_ONCE, Refusal
from gateway.store.vault import Vault

_USE: Final = b"password"
_COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"])


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs, ours and a thief's.

    RFC 9106's second choice, for machines with little memory, but in one lane: lanes help whoever
    has many cores, and that is not a laptop in an office.
    """

    memory_kib: int = 65_536
    rounds: int = 3
    lanes: int = 1


_SAFE: Final = Cost()


class Passwords:
    """Hashes and checks passwords. One for a process: it counts how many are under way."""

    def __init__(
        self,
        vault: Vault,
        *,
        cost: Cost = _SAFE,
        at_once: int = 2,
        wait_s: float = 10,
    ) -> None:
        """Take the vault that seals hashes, and what may be spent on one."""
        self._vault = vault
        self._hasher = Argon2Hasher(cost.rounds, cost.memory_kib, cost.lanes)
        self._turns = threading.BoundedSemaphore(at_once)
        self._wait_s = wait_s
        self._nobodys = _unlike_any(cost)

    def weakness(self, password: str, names: Iterable[str]) -> str | None:
        """Return what is wrong with a password in one sentence, or None."""
        return weakness(_normal(password), names, _COMMON)

    def seal(self, password: str) -> bytes:
        """Return what is kept of a password. Raises `Refusal` when too many are under way."""
        with self._turn():
            made = self._hasher.hash(_normal(password))
        return self._vault.node.seal(_USE, made.encode())

    def fits(self, sealed: bytes | None, password: str) -> bool:
        """Whether this is the password. For None, where there is none, it takes as long to say no.

        Raises `Refusal` when too many are under way.
        """
        kept = self._nobodys if sealed is None else self._open(sealed)
        with self._turn():
            return self._hasher.verify(_normal(password), kept) and sealed is not None

    def outdated(self, sealed: bytes) -> bool:
        """Whether a password that fits should be sealed again, at today's cost."""
        return self._hasher.check_needs_rehash(self._open(sealed))

    def _open(self, sealed: bytes) -> str:
        return self._vault.node.open(_USE, sealed).decode()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._wait_s):
            raise Refusal(TOO_MANY_AT_ONCE, 60_000)
        try:
            yield
        finally:
            self._turns.release()


def _normal(password: str) -> str:
    """Return a password in one form, whichever way a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def _unlike_any(cost: Cost) -> str:
    """Return a hash at this cost that no password has."""
    salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    numbers = f"m={cost.memory_kib},t={cost.rounds},p={cost.lanes}"
    return f"$argon2id$v=19${numbers}${salt}${digest}"
