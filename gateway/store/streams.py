"""The head of this process's stream: the next id and the end of its hash chain.

Each writing transaction locks one row of `streams`, so ids are unique and chains unbroken even if
two processes share a stream; on PostgreSQL each process takes one of its own only to avoid waiting.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from gateway.core.clock import next_stamp
from gateway.core.movement.facts import Fact

STREAM_BITS = 10
GENESIS = bytes(32)

_FIXED = struct.Struct(">16sHQQ")


@dataclass(slots=True)
class Head:
    """The row of `streams` while its transaction holds it. `node` is the 16-byte node id."""

    node: bytes
    stream: int
    seq: int
    hash: bytes
    hlc: int
    next_id: int
    changed: bool = False

    def take_id(self) -> int:
        """Return an id that no other row of any table on this node has."""
        number = self.next_id
        self.next_id = number + 1
        self.changed = True
        return number << STREAM_BITS | self.stream

    def take_ids(self, count: int) -> int:
        """Reserve `count` ids and return the first number: the n-th id is `id_of(first + n)`."""
        first = self.next_id
        self.next_id = first + count
        self.changed = True
        return first

    def append(self, facts: Sequence[Fact], now_ms: int) -> list[tuple[object, ...]]:
        """Chain facts and return their journal rows, in the order of `JOURNAL_COLUMNS`."""
        rows: list[tuple[object, ...]] = []
        for fact in facts:
            self.seq += 1
            self.hlc = next_stamp(self.hlc, now_ms)
            body = orjson.dumps(fact.body, option=orjson.OPT_SORT_KEYS).decode()
            self.hash = chain(
                self.hash,
                node=self.node,
                stream=self.stream,
                seq=self.seq,
                hlc=self.hlc,
                kind=fact.kind,
                subject=fact.subject,
                body=body,
                body_sealed=fact.sealed,
            )
            rows.append(
                (
                    self.stream,
                    self.seq,
                    self.hlc,
                    fact.kind,
                    fact.subject,
                    body,
                    fact.sealed,
                    self.hash,
                )
            )
        self.changed = self.changed or bool(rows)
        return rows


JOURNAL_COLUMNS = ("stream", "seq", "hlc", "kind", "subject", "body", "body_sealed", "hash")


def chain(
    previous: bytes,
    *,
    node: bytes,
    stream: int,
    seq: int,
    hlc: int,
    kind: str,
    subject: bytes,
    body: str,
    body_sealed: bytes | None,
) -> bytes:
    """Return the 32-byte hash of a journal row: SHA-256 over the previous hash and every column.

    Each part of varying length is preceded by its length, so no two rows have the same input. What
    is sealed enters as its own hash, so that a chain can be checked by someone without the bytes.
    """
    name = kind.encode()
    text = body.encode()
    secret = hashlib.sha256(body_sealed).digest() if body_sealed is not None else b""
    return hashlib.sha256(
        b"".join(
            (
                previous,
                _FIXED.pack(node, stream, seq, hlc),
                len(name).to_bytes(2, "big"),
                name,
                len(subject).to_bytes(2, "big"),
                subject,
                len(text).to_bytes(4, "big"),
                text,
                secret,
            )
        )
    ).digest()
