"""The country's places as a tree, and typed names matched to them. Never guesses between two.

A match is sure when the name is right but for case, accents, punctuation, doubled letters, l for r,
or a slip so small that no other place is near; otherwise the near ones are candidates to ask about.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gateway.core.text.keywords import tokens

LEVELS: Final = ("country", "province", "district")
MOST_CANDIDATES: Final = 5

# A slip is trusted in a name at least this long: (letters, slips). In shorter ones a letter changed
# is as likely another place.
_SURE_SLIPS: Final = ((9, 2), (5, 1))
# Any other place must be this much further away than the best.
_MARGIN: Final = 2
_SHORTEST_PREFIX: Final = 3

# Words that say what kind of place a name is.
_KINDS: Final = {
    "province": "province",
    "district": "district",
    "town": "district",
    "city": "district",
    "municipality": "district",
    "council": "district",
    "boma": "district",
    "country": "country",
}
# Words around a name that change nothing about which place is meant.
_AROUND: Final = frozenset(
    [
        "i",
        "i'm",
        "am",
        "we",
        "are",
        "live",
        "lives",
        "living",
        "stay",
        "stays",
        "staying",
        "from",
        "in",
        "at",
        "of",
        "the",
        "near",
        "my",
        "is",
        "it",
        "place",
        "here",
        "now",
        "currently",
        "area",
        "ndimakhala",
        "ndili",
        "kuno",
        "nikala",
        "njikala",
        "ku",
        "mu",
        "naishi",
        "ninaishi",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree. `parent` is the code of the place that holds it, None for a country."""

    code: str
    name: str
    level: str
    parent: str | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed name means: a `place` when that is sure, else up to five `candidates`.

    `exact` says that the name was right but for case, accents and punctuation. Neither a place nor
    candidates: no place is near.
    """

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    exact: bool = False


class Places:
    """An index of one country's places (or several). Built once, never changed."""

    __slots__ = ("_by_level", "_children", "_paths", "_places", "_sets")

    def __init__(self, rows: Iterable[Place]) -> None:
        """Index rows in any order. Raises ValueError for a code twice or a parent unknown."""
        self._places: dict[str, Place] = {}
        for place in rows:
            if place.code in self._places:
                raise ValueError(f"The place code {place.code} occurs twice.")
            self._places[place.code] = place
        self._paths = {code: self._path(place) for code, place in self._places.items()}
        self._sets = {code: frozenset((code, *path)) for code, path in self._paths.items()}
        self._children: dict[str, tuple[Place, ...]] = {}
        for place in self._places.values():
            if place.parent is not None:
                self._children[place.parent] = (*self._children.get(place.parent, ()), place)
        every = tuple(self._places.values())
        self._by_level: dict[str | None, _Names] = {None: _Names(every)}
        for level in {place.level for place in every}:
            self._by_level[level] = _Names([place for place in every if place.level == level])

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __len__(self) -> int:
        return len(self._places)

    def get(self, code: str) -> Place | None:
        """Return the place with this code, or None."""
        return self._places.get(code)

    def children(self, code: str) -> tuple[Place, ...]:
        """Return the places directly inside one, in the order of the rows."""
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the codes of the places that hold one, the nearest first; () when unknown."""
        return self._paths.get(code, ())

    def within(self, code: str, ancestor: str) -> bool:
        """Whether a place is the other or inside it. False when either is unknown."""
        return ancestor in self._sets.get(code, ())

    def at_level(self, code: str, level: str) -> Place | None:
        """Return the place itself or the one that holds it at a level, or None."""
        for found in (code, *self._paths.get(code, ())):
            place = self._places.get(found)
            if place is not None and place.level == level:
                return place
        return None

    def find(self, text: str, level: str | None = None) -> Match:
        """Return which place a typed name means, of one level or of any.

        The name may carry its province ("Luangwa, Lusaka"), a word for its kind ("Chipata
        district") and a sentence around it ("I live in Chipata"). A kind that contradicts `level`
        makes the name a candidate, not a match.
        """
        names = self._by_level.get(level)
        if names is None:
            return Match()
        sure = names.right.get(text.casefold())
        if sure is not None:
            return sure
        typed = tokens(text)
        kind = _KINDS.get(typed[-1]) if typed else None
        name = [word for word in typed if word not in _KINDS] or typed
        if not name:
            return Match()
        if kind is None or kind == level or kind not in self._by_level:
            match = self._meant(name, names)
            unknown = level is not None and not match.place and not match.candidates
            return self._beside(name, names, self._by_level[None]) if unknown else match
        if level is None:
            return self._meant(name, self._by_level[kind])
        return self._beside(name, names, self._by_level[kind])

    def _meant(self, name: list[str], names: "_Names") -> Match:
        key = "".join(name).replace("'", "")
        found = names.exact(key) or names.near(key)
        if found.place or found.exact:
            return found
        # Zambia is not Zimba misspelt.
        return self._in_words(name, names) or (
            Match() if key in self._by_level[None].keys else found
        )

    def _beside(self, name: list[str], names: "_Names", holders: "_Names") -> Match:
        """Return the place of a name that ends with the name of another, such as its province.

        "Chipata, Eastern Province" is Chipata; "Lusaka Province" is only a hint at the district.
        """
        for size in range(min(len(name) - 1, 3), 0, -1):
            above = holders.keys.get("".join(name[-size:]))
            if above is None:
                continue
            match = self._meant(name[:-size], names)
            if match.place and any(self.within(match.place.code, place.code) for place in above):
                return match
            return _doubted(match)
        return _doubted(self._meant(name, names))

    def _in_words(self, words: list[str], names: "_Names") -> Match | None:
        """Return the place named among other words, or None when none is named rightly."""
        found, rest = names.among(words)
        if not found:
            return None
        # In "Luangwa, Lusaka" the second is the province of the first, not another district.
        named = [
            place
            for place in found
            if not any(
                _key(place.name) in self._holders(other) for other in found if other != place
            )
        ]
        if len(named) == 1:
            around = {word for code in self._paths[named[0].code] for word in self._words(code)}
            if not set(rest) - _AROUND - around:
                return Match(place=named[0])
        return Match(candidates=tuple(found[:MOST_CANDIDATES]))

    def _holders(self, place: Place) -> set[str]:
        """Return the keys of the names of the places that hold one."""
        return {_key(self._places[code].name) for code in self._paths[place.code]}

    def _words(self, code: str) -> list[str]:
        return tokens(self._places[code].name.replace("-", " "))

    def _path(self, place: Place) -> tuple[str, ...]:
        path: list[str] = []
        while place.parent is not None:
            above = self._places.get(place.parent)
            if above is None:
                raise ValueError(f"The place {place.code} is in {place.parent}, which is unknown.")
            if above.code in path or above.code == place.code:
                raise ValueError(f"The place {place.code} is inside itself.")
            path.append(above.code)
            place = above
        return tuple(path)


class _Names:
    """The names of some places, ready to be looked up: as typed, as keys and by sound."""

    __slots__ = ("_choices", "_sounds", "keys", "right")

    def __init__(self, places: Iterable[Place]) -> None:
        """Index names and aliases. A name's own place comes before another's alias."""
        keys: dict[str, list[Place]] = {}
        sounds: dict[str, list[Place]] = {}
        self.right: dict[str, Match] = {}
        listed = list(places)
        spelt = [(place.name, place) for place in listed]
        spelt += [(alias, place) for place in listed for alias in place.aliases]
        for name, place in spelt:
            for index, key in ((keys, _key(name)), (sounds, _sound(_key(name)))):
                owners = index.setdefault(key, [])
                if place not in owners:
                    owners.append(place)
        self.keys: Mapping[str, tuple[Place, ...]] = {key: tuple(own) for key, own in keys.items()}
        self._sounds = {key: tuple(own) for key, own in sounds.items()}
        self._choices = list(self.keys)
        for name, _ in spelt:
            match = self.exact(_key(name))
            if match is not None:
                self.right[name.casefold()] = match

    def exact(self, key: str) -> Match | None:
        """Return the place or places of exactly this name."""
        owners = self.keys.get(key)
        return None if owners is None else _match(owners)

    def among(self, words: list[str]) -> tuple[list[Place], list[str]]:
        """Return the places named by one to three words of a sentence, and the words left over."""
        found: list[Place] = []
        rest: list[str] = []
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + 3), start, -1):
                owners = self.keys.get("".join(words[start:end]).replace("'", ""))
                if owners is not None:
                    found += [place for place in owners if place not in found]
                    start = end
                    break
            else:
                rest.append(words[start])
                start += 1
        return found, rest

    def near(self, key: str) -> Match:
        """Return the place that sounds so or is a small slip away, else those that are near."""
        furthest = max(1, min(4, len(key) // 3))
        distances: dict[Place, int] = {}
        for name, distance, _ in process.extract(
            key, self._choices, scorer=OSA.distance, score_cutoff=furthest + _MARGIN, limit=None
        ):
            for place in self.keys[name]:
                distances.setdefault(place, int(distance))
        meant = self._alike(key, distances) or _slipped(key, distances)
        if meant is not None:
            return Match(place=meant)
        begun = [
            place
            for name in self._choices
            if len(key) >= _SHORTEST_PREFIX and name.startswith(key)
            for place in self.keys[name]
        ]
        nearest = min(distances.values(), default=furthest + 1)
        reach = max(furthest, nearest + _MARGIN - 1) if nearest <= furthest else 0
        near = [place for place, distance in distances.items() if distance <= reach]
        return Match(candidates=tuple(dict.fromkeys((*begun, *near)))[:MOST_CANDIDATES])

    def _alike(self, key: str, distances: Mapping[Place, int]) -> Place | None:
        """Return the one place whose name sounds so, when no other is written as nearly so."""
        owners = self._sounds.get(_sound(key), ())
        if len(owners) != 1:
            return None
        own = distances.get(owners[0], len(key))
        others = (distance for place, distance in distances.items() if place != owners[0])
        return owners[0] if all(distance > own for distance in others) else None


def _slipped(key: str, distances: Mapping[Place, int]) -> Place | None:
    """Return the nearest place when it is so near, and the next so far, that it must be meant."""
    ranked = sorted(distances.items(), key=lambda row: row[1])
    if not ranked:
        return None
    place, distance = ranked[0]
    allowed = next((slips for letters, slips in _SURE_SLIPS if len(key) >= letters), 0)
    alone = len(ranked) == 1 or ranked[1][1] >= distance + _MARGIN
    return place if distance <= allowed and alone else None


def _match(owners: tuple[Place, ...]) -> Match:
    """Return the match of a name written rightly."""
    if len(owners) == 1:
        return Match(place=owners[0], exact=True)
    return Match(candidates=owners[:MOST_CANDIDATES], exact=True)


def _doubted(match: Match) -> Match:
    """Return a match as candidates only."""
    return Match(candidates=(match.place,) if match.place else match.candidates)


def _key(name: str) -> str:
    """Return a name folded, without spaces and signs: "Shang'ombo" and "shangombo" are one."""
    return "".join(tokens(name)).replace("'", "")


def _sound(key: str) -> str:
    """Return a key with doubled letters single and r as l, which many tongues do not tell apart."""
    return _DOUBLED.sub(r"\1", key.replace("r", "l"))


_DOUBLED: Final = re.compile(r"(.)\1+")
