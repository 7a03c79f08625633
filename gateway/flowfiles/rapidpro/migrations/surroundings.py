"""What a migration is told besides the definition: ids for what lacks them, the export around."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import NAMESPACE_URL, uuid5

# Gives the id for what a definition left without one; the same name gives the same id each time.
Ids: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a migration could not do as it was meant. `pointer` is into the original."""

    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the other parts of an export say.

    `flow_uuids` are uuids by the number that flows had before version 9, `flow_types` the old
    letters (M, F, V, S, U) by uuid, `field_types` the types of the contact fields by key, as in
    ``datetime`` or ``state``. `media_url` is where uploads lie whose address is relative.
    """

    flow_uuids: Mapping[str, str] = field(default_factory=dict)
    flow_types: Mapping[str, str] = field(default_factory=dict)
    field_types: Mapping[str, str] = field(default_factory=dict)
    media_url: str = ""


def derived_ids(seed: str) -> Ids:
    """Return ids that follow from a seed and a name alone (UUIDs of version 5)."""
    space = uuid5(NAMESPACE_URL, f"rapidpro:{seed}")
    return lambda name: str(uuid5(space, name))
