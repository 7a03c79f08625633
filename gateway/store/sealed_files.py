"""Files that only the holder of their key can read, written and read in one go, part by part.

Each part is AES-256-GCM under the file's own key, numbered by its nonce and marked as the last or
not, so that none can be changed, left out or cut off unnoticed. Memory holds one part.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.store.vault import Sealed

KEY_BYTES: Final = 32
_PART: Final = 1 << 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_OWNER_ONLY: Final = 0o600
_MORE: Final = b"more"
_LAST: Final = b"last"


def new_key() -> bytes:
    """Return a key for one file. It must seal no second one: nonces count from nothing."""
    return os.urandom(KEY_BYTES)


class SealedFile(io.RawIOBase):
    """A file that is being written. `finish` makes it whole; without that nobody can read it."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Make the file, for its owner only."""
        super().__init__()
        self._cipher = AESGCM(key)
        self._buffer = bytearray()
        self._number = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(path, flags, _OWNER_ONLY), "wb")
        self.written = 0

    def writable(self) -> bool:
        """Whether it can be written: yes, from its beginning to its end."""
        return True

    def write(self, content: object) -> int:
        """Take bytes; they reach the disk sealed."""
        taken = bytes(content)  # type: ignore[call-overload]
        self._buffer += taken
        self.written += len(taken)
        while len(self._buffer) > _PART:
            self._seal(bytes(self._buffer[:_PART]), _MORE)
            del self._buffer[:_PART]
        return len(taken)

    def finish(self) -> None:
        """Write the end, and have all of it on the disk."""
        self._seal(bytes(self._buffer), _LAST)
        self._buffer.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()

    def close(self) -> None:
        """Close the file, whole or not."""
        if not self.closed:
            self._file.close()
        super().close()

    def _seal(self, part: bytes, mark: bytes) -> None:
        nonce = self._number.to_bytes(_NONCE_BYTES, "big")
        self._file.write(self._cipher.encrypt(nonce, part, mark))
        self._number += 1


def read_sealed(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield what is in a file. Raises `Sealed` where it is not whole, OSError where it is not."""
    cipher = AESGCM(key)
    size = _PART + _TAG_BYTES
    with path.open("rb") as file:
        number, part = 0, file.read(size)
        while True:
            following = file.read(size)
            nonce = number.to_bytes(_NONCE_BYTES, "big")
            try:
                opened = cipher.decrypt(nonce, part, _MORE if following else _LAST)
            except InvalidTag:
                raise Sealed("the file is not whole, or of another key") from None
            yield opened
            if not following:
                return
            number, part = number + 1, following
