"""How a key of flow files and a part of them are described, and the check that both allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gateway.flowfiles.language.kinds import Kind
from gateway.flowfiles.sections import Section


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One key. `beside`: it has a meaning only next to one of these. `example` is a line of YAML.

    `says` is what it does, in whole sentences.
    """

    name: str
    kind: Kind
    says: str
    example: str
    beside: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a file with keys of its own.

    One of `acts` at least has to be there, unless it is empty, and one of each group of `needs`. Of
    each group of `rivals` only one may be.
    """

    name: str
    title: str
    says: str
    keys: tuple[Key, ...]
    acts: tuple[str, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its keys, in order."""
        return tuple(key.name for key in self.keys)

    def key(self, name: str) -> Key:
        """Return a key by its name. Raises KeyError."""
        return next(key for key in self.keys if key.name == name)


def check(section: Section, part: Part) -> None:
    """Refuse keys that the part does not have, that go with nothing, or that are missing."""
    known, there = _by_name(part), section.items
    for name in there:
        if name not in known:
            section.only(part.names)
    if part.acts and there.keys().isdisjoint(part.acts):
        raise section.error(
            None, f"{section.name} does nothing", f"Give it one of {', '.join(part.acts)}"
        )
    for name in _needed(part):
        section.needs(name)
    for group in part.needs:
        if there.keys().isdisjoint(group):
            raise section.error(
                None,
                f"{section.name} has no {' and no '.join(group)}",
                f"Add {' or '.join(group)}",
            )
    for name in there:
        beside = known[name].beside
        if beside and there.keys().isdisjoint(beside):
            raise section.error(
                name,
                f"{section.name} has {name} without {' or '.join(beside)}",
                f"Remove {name}",
            )
    for group in part.rivals:
        present = [name for name in group if name in there]
        if len(present) > 1:
            raise section.error(
                present[1],
                f"{section.name} has both {present[0]} and {present[1]}",
                f"Keep one of them, or make two {part.title}s of it",
            )


@cache
def _by_name(part: Part) -> Mapping[str, Key]:
    return {key.name: key for key in part.keys}


@cache
def _needed(part: Part) -> tuple[str, ...]:
    return tuple(key.name for key in part.keys if key.needed)
