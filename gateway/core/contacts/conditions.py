"""Conditions on contacts and how they are combined, and the normal form of both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.core.contacts.properties import PREFIXES, Kind, ValueType
from gateway.core.contacts.syntax import Joiner
from gateway.core.text.quoting import quote

_BARE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?").fullmatch


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `type` is None for a field that nobody knows."""

    kind: Kind
    key: str
    operator: str
    value: str
    type: ValueType | None

    @property
    def text(self) -> str:
        """The condition in its normal form. Only plain numbers stand without quotation marks."""
        value = self.value if _BARE(self.value) else quote(self.value)
        return f"{PREFIXES[self.kind]}{self.key} {self.operator} {value}"


@dataclass(frozen=True, slots=True)
class Combination:
    """Two or more parts, of which all must hold or at least one."""

    joiner: Joiner
    parts: "tuple[Condition | Combination, ...]"

    @property
    def text(self) -> str:
        """The parts in their normal form, combinations among them in brackets."""
        texts = [
            f"({part.text})" if isinstance(part, Combination) else part.text for part in self.parts
        ]
        return f" {self.joiner} ".join(texts)


Node: TypeAlias = Condition | Combination


def each(node: Node) -> Iterator[Condition]:
    """Yield the conditions of a tree in the order of its normal form."""
    if isinstance(node, Condition):
        yield node
        return
    for part in node.parts:
        yield from each(part)
