"""Seals what is personal and indexes it under keys. Knows no table, and keeps no plaintext.

Sealed bytes are: 2 bytes key number, 12 bytes nonce, AES-256-GCM ciphertext and tag. The `use` of a
value (such as ``name``) is authenticated with it, so a sealed value cannot be moved to another
column. A person's key is HKDF-Expand of a derived key and the random salt in that person's row:
deleting the salt makes everything sealed under it unreadable, wherever copies of it are.
"""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.nonces import NONCE_BYTES, new_nonce

ID_BYTES = 16
SALT_BYTES = 16
_NUMBER_BYTES = 2
_HEADER_BYTES = _NUMBER_BYTES + NONCE_BYTES


class Sealed(Exception):
    """A value cannot be opened: wrong key, wrong use, damage, or a person who was erased."""


class Person:
    """Seals and opens under one person's key. Cheap to make; kept for one batch at most."""

    __slots__ = ("_current", "_header", "_older", "_salt")

    def __init__(
        self, current: HMAC, header: bytes, older: Mapping[int, HMAC], salt: bytes
    ) -> None:
        """Derive this person's key from the current field key; older ones only when needed."""
        self._current = AESGCM(_expand(current, salt))
        self._header = header
        self._older = older
        self._salt = salt

    def seal(self, use: bytes, value: bytes) -> bytes:
        """Seal bytes for one use, such as ``b"name"``."""
        nonce = new_nonce()
        return self._header + nonce + self._current.encrypt(nonce, value, use)

    def open(self, use: bytes, sealed: bytes) -> bytes:
        """Return what was sealed for this use. Raises `Sealed`."""
        if sealed[:_NUMBER_BYTES] == self._header:
            cipher = self._current
        else:
            number = int.from_bytes(sealed[:_NUMBER_BYTES], "big")
            if number not in self._older:
                raise Sealed(f"key {number} is not in the key file")
            cipher = AESGCM(_expand(self._older[number], self._salt))
        try:
            return cipher.decrypt(sealed[_NUMBER_BYTES:_HEADER_BYTES], sealed[_HEADER_BYTES:], use)
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise Sealed("the value does not open under this key") from None


class Vault:
    """Derives every key from the key file, once. Safe to share between threads."""

    def __init__(self, keyring: Keyring) -> None:
        """Derive the index key and one field key per root key by HKDF-SHA-256."""
        self._index = _keyed(_derive(keyring.identity, b"index"))
        self._staff = _keyed(_derive(keyring.identity, b"staff"))
        self._ballast = _derive(keyring.identity, b"node salt")[:SALT_BYTES]
        self._fields = {
            number: _keyed(_derive(root, b"fields")) for number, root in keyring.roots.items()
        }
        self._current = self._fields[keyring.current]
        self._header = keyring.current.to_bytes(_NUMBER_BYTES, "big")
        self._node = self.person(self._ballast)

    def phone_id(self, e164: str) -> bytes:
        """Return the 16-byte id of a phone number: the same on every node of the movement."""
        return _digest(self._index, b"phone:" + e164.encode())[:ID_BYTES]

    def participant_id(self, phone_id: bytes, slot: int) -> bytes:
        """Return the 16-byte id of the person in a slot (1, 2, …) of a phone."""
        return _digest(self._index, b"slot:%d:" % slot + phone_id)[:ID_BYTES]

    def request_key(self, *parts: str) -> bytes:
        """Return the 16-byte idempotency key of a callback's identifying parts."""
        return _digest(self._index, b"request:" + "\x1f".join(parts).encode())[:ID_BYTES]

    def keyed(self, use: bytes, value: bytes) -> bytes:
        """Return the 32-byte keyed hash of something of staff's: a name, an address, a code."""
        return _digest(self._staff, use + b":" + value)

    def new_salt(self) -> bytes:
        """Return a fresh random salt for a person's row."""
        return os.urandom(SALT_BYTES)

    def person(self, salt: bytes) -> Person:
        """Return the sealer of the person whose row holds this salt."""
        return Person(self._current, self._header, self._fields, salt)

    @property
    def node(self) -> Person:
        """The sealer of what belongs to no person yet, such as a callback nobody could read."""
        return self._node

    def checks(self) -> tuple[bytes, Mapping[int, bytes]]:
        """Return values that tell whether a database was made with these keys, and no more."""
        roots = {number: _digest(key, b"check") for number, key in self._fields.items()}
        return _digest(self._index, b"check"), roots


def _derive(secret: bytes, purpose: bytes) -> bytes:
    hkdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"mashinani/" + purpose)
    return hkdf.derive(secret)


def _keyed(key: bytes) -> HMAC:
    """Return an HMAC-SHA-256 that is copied for each message: a third of what a new one costs."""
    return HMAC(key, SHA256())


def _digest(keyed: HMAC, message: bytes) -> bytes:
    copy = keyed.copy()
    copy.update(message)
    return copy.finalize()


def _expand(key: HMAC, salt: bytes) -> bytes:
    """HKDF-Expand to one block (RFC 5869 §2.3), which is one HMAC."""
    return _digest(key, salt + b"\x01")
