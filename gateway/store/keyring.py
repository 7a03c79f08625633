"""The key file: one identity key and numbered root keys. Reads and writes it, derives nothing."""

import base64
import binascii
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
OWNER_ONLY = 0o600

_TEMPLATE = """\
# Mashinani's keys. Whoever holds this file can read every name, number and message in the database;
# whoever loses it loses them. Keep it off the disk that holds the data, and keep a copy on paper
# or on a USB stick in a safe place.
#
# `identity` belongs to the movement and is never changed: it makes the same person the same row.
# `roots` rotate: add a number, point `current` at it, and keep the old ones while old rows exist.
identity = "{identity}"
current = 1

[roots]
1 = "{root}"
"""


class KeyFileError(Exception):
    """The key file is missing or cannot be used. Says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The secrets of one movement. Never printed: `repr` shows the key numbers only."""

    identity: bytes
    roots: Mapping[int, bytes]
    current: int

    def __repr__(self) -> str:
        """Name the keys without showing them."""
        return f"Keyring(current={self.current}, roots={sorted(self.roots)})"


def read_keyring(path: Path) -> Keyring:
    """Read a key file. Raises `KeyFileError` naming the file, the key and what to do."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyFileError(
            f"{path}: there is no key file. Make one with `gateway keys new`, or point "
            "GATEWAY_KEY_FILE at the one that this database was made with."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise KeyFileError(f"{path}: cannot be read as a key file ({trouble}).") from trouble
    roots = raw.get("roots")
    if not isinstance(roots, dict) or not roots:
        raise KeyFileError(f"{path}: the table [roots] is missing. Restore the file from a copy.")
    try:
        numbered = {
            int(number): _decode(path, f"roots.{number}", roots[number]) for number in roots
        }
    except ValueError:
        raise KeyFileError(f"{path}: the keys of [roots] must be whole numbers.") from None
    current = raw.get("current")
    if not isinstance(current, int) or current not in numbered:
        raise KeyFileError(f"{path}: 'current' must be one of {sorted(numbered)}.")
    return Keyring(_decode(path, "identity", raw.get("identity")), numbered, current)


def write_new_keyring(path: Path) -> None:
    """Make a key file that only its owner can read. Raises `KeyFileError` if it exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = _TEMPLATE.format(identity=_encoded_secret(), root=_encoded_secret())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise KeyFileError(
            f"{path}: a key file is already there and is never overwritten. "
            "Choose another name, or move the old file away if no database needs it."
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _encoded_secret() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _decode(path: Path, name: str, value: object) -> bytes:
    try:
        secret = base64.b64decode(str(value), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyFileError(
            f"{path}: '{name}' must be {KEY_BYTES} bytes in base64. Restore the file from a copy."
        )
    return secret
