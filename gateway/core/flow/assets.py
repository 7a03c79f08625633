"""What imported flows presume to be there: fields of people, groups, channels, global texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gateway.core.contacts.properties import Known, ValueType
from gateway.core.contacts.query import Query


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is kept of people, by its key."""

    key: str
    name: str
    kind: ValueType


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people. One with a query is smart: it decides by itself who is in it."""

    uuid: str
    name: str
    query: Query | None = None


@dataclass(frozen=True)
class Assets:
    """All of them. `channels` are (uuid, name, address, schemes).

    `hooks` are the addresses that are told of something, by its name.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    global_texts: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def known(self) -> Known:
        """What queries may ask about."""
        kinds = {one.key: one.kind for one in self.fields.values()}
        return Known.of(kinds, (group.name for group in self.groups))

    @cached_property
    def smart(self) -> tuple[Group, ...]:
        """The groups that decide by themselves who is in them."""
        return tuple(group for group in self.groups if group.query is not None)

    def group(self, wanted: str) -> Group | None:
        """Return the group of a uuid or, whatever its case, of a name."""
        folded = wanted.strip().casefold()
        for group in self.groups:
            if group.uuid == wanted or group.name.casefold() == folded:
                return group
        return None
