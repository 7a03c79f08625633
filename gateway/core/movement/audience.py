"""Whom a call to action is for: places, languages and groups. Chooses nobody itself.

An audience names places by code, as they were chosen; `reach` opens them into every place inside.
A name that is not known is refused with the ones it may have been.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from gateway.core.movement.places import Places


class AudienceError(ValueError):
    """An audience cannot be understood: what is wrong, and what to write instead."""

    def __init__(self, what: str, mend: str) -> None:
        """Both are sentences without their full stop."""
        super().__init__(f"{what}. {mend}.")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Reach:
    """An audience opened up: every place code in it. `places` None means anywhere at all."""

    places: tuple[str, ...] | None
    except_places: tuple[str, ...]
    languages: tuple[str, ...]
    groups: tuple[str, ...]
    except_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Members who live in one of `places`, speak one of `languages` and are in one of `groups`.

    An empty tuple asks for nothing. Exceptions win over what is included. People whose place is not
    known are in no place, so they are reached only if `places` is empty.
    """

    places: tuple[str, ...] = ()
    except_places: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    except_groups: tuple[str, ...] = ()

    def to_json(self) -> dict[str, list[str]]:
        """Return the audience as JSON holds it; what is empty is left out."""
        return {name: list(chosen) for name in FIELDS if (chosen := getattr(self, name))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Iterable[str]]) -> Self:
        """Return the audience that `to_json` wrote."""
        return cls(**{name: tuple(stored.get(name, ())) for name in FIELDS})

    def reach(self, places: Places) -> Reach:
        """Open the places into all that are inside them."""
        return Reach(
            _inside(self.places, places) if self.places else None,
            _inside(self.except_places, places),
            self.languages,
            self.groups,
            self.except_groups,
        )

    def in_words(self, places: Places) -> str:
        """Say the audience as an organiser would: ``members in Eastern except Chadiza``."""
        words = ["members"] if any(getattr(self, name) for name in FIELDS) else ["all members"]
        if self.places:
            words.append(f"in {_either(_names(self.places, places))}")
        if self.except_places:
            words.append(f"except in {_either(_names(self.except_places, places))}")
        if self.languages:
            words.append(f"who speak {_either(self.languages)}")
        if self.groups:
            words.append(f"in the group {_either(self.groups)}")
        if self.except_groups:
            words.append(f"but not in the group {_either(self.except_groups)}")
        return " ".join(words)


FIELDS = ("places", "except_places", "languages", "groups", "except_groups")


def read_audience(
    chosen: Mapping[str, Iterable[str]], places: Places, languages: Collection[str]
) -> Audience:
    """Return an audience from what an organiser wrote: places by code or by name.

    Raises `AudienceError` for a place or a language that is not known.
    """
    return Audience(
        places=_codes(chosen.get("places", ()), places),
        except_places=_codes(chosen.get("except_places", ()), places),
        languages=tuple(_language(one, languages) for one in _once(chosen.get("languages", ()))),
        groups=tuple(one.lower() for one in _once(chosen.get("groups", ()))),
        except_groups=tuple(one.lower() for one in _once(chosen.get("except_groups", ()))),
    )


def _codes(written: Iterable[str], places: Places) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_code(one, places) for one in _once(written)))


def _code(written: str, places: Places) -> str:
    place = places.get(written.upper())
    if place is not None:
        return place.code
    match = places.find(written)
    if match.place is not None:
        return match.place.code
    if match.candidates:
        near = ", ".join(f"{one.name} ({one.level}, {one.code})" for one in match.candidates)
        raise AudienceError(
            f"The place '{written}' may be one of these: {near}", "Write the code of the right one"
        )
    raise AudienceError(
        f"There is no place '{written}'", "Write the name or the code of a district or a province"
    )


def _language(written: str, languages: Collection[str]) -> str:
    code = written.lower()
    if code in languages:
        return code
    near = difflib.get_close_matches(code, languages, n=1)
    known = ", ".join(languages)
    mend = f"Write {near[0]}" if near else "Write one of these"
    raise AudienceError(f"The language '{written}' is not one of {known}", mend)


def _once(written: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(one.strip() for one in written if one.strip()))


def _inside(codes: Iterable[str], places: Places) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(reversed(tuple(codes)))
    while waiting:
        code = waiting.pop()
        if code not in found:
            found[code] = None
            waiting += [place.code for place in reversed(places.children(code))]
    return tuple(found)


def _names(codes: Iterable[str], places: Places) -> list[str]:
    return [code if (place := places.get(code)) is None else place.name for code in codes]


def _either(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
