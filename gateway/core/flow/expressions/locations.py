"""A country's places as expressions see them: found by exact name or alias, level by level.

Refuses to guess: case and spaces do not matter, everything else does. What is tolerant of how
people spell is in `gateway/core/movement/places.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from gateway.core.flow.expressions.environment import Location
from gateway.core.movement.places import LEVELS, Places

# How the names on a path are joined, the country's first.
ARROW: Final = " > "


@dataclass(frozen=True, slots=True)
class Located:
    """A place with its name, its path from the country down, and its level: 0 is the country."""

    name: str
    path: str
    level: int


class LocationTree:
    """An index of places by level and name. Built once, never changed."""

    __slots__ = ("_names", "_paths")

    def __init__(self, rows: Iterable[tuple[Located, Sequence[str]]]) -> None:
        """Index places, each with its aliases. Of places with one path the first is kept."""
        self._names: dict[tuple[int, str], list[Located]] = {}
        self._paths: dict[str, Located] = {}
        for place, aliases in rows:
            self._paths.setdefault(_key(place.path), place)
            for name in dict.fromkeys(map(_key, (place.name, *aliases))):
                self._names.setdefault((place.level, name), []).append(place)

    @classmethod
    def read(cls, countries: Sequence[Mapping[str, Any]]) -> Self:
        """Index the trees of a flow export: ``{"name": …, "aliases": […], "children": […]}``."""
        return cls(_rows(countries))

    @classmethod
    def of(cls, places: Places) -> Self:
        """Index the movement's own places."""
        made: dict[str, Located] = {}

        def located(code: str) -> Located | None:
            place = places.get(code)
            if place is None:
                return None
            if code not in made:
                parent = None if place.parent is None else located(place.parent)
                made[code] = _below(place.name, parent, LEVELS.index(place.level))
            return made[code]

        return cls((row, place.aliases) for place in places if (row := located(place.code)))

    def find_name(self, name: str, level: int, parent: Location | None) -> Sequence[Located]:
        """Return the places of a level that have this name or alias, within `parent` if given."""
        found = self._names.get((level, _key(name)), ())
        if parent is None:
            return found
        above = parent.path + ARROW
        return [place for place in found if place.path.startswith(above)]

    def find_path(self, path: str) -> Located | None:
        """Return the place with this path, ``Rwanda > Kigali City``, spaces as they may be."""
        return self._paths.get(_key(ARROW.join(part.strip() for part in path.split(">"))))


def _rows(countries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Located, Sequence[str]]]:
    waiting: list[tuple[Mapping[str, Any], Located | None]]
    waiting = [(country, None) for country in reversed(countries)]
    while waiting:
        node, parent = waiting.pop()
        place = _below(node["name"], parent, 0 if parent is None else parent.level + 1)
        yield place, node.get("aliases") or ()
        waiting += [(child, place) for child in reversed(node.get("children") or ())]


def _below(name: str, parent: Located | None, level: int) -> Located:
    return Located(name, name if parent is None else parent.path + ARROW + name, level)


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
