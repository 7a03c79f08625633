"""Whom a call to action is for: places, languages, groups, answers. Chooses nobody itself.

An audience names places by code, as they were chosen; `reach` opens them into every place inside.
A name that is not known is refused with the ones it may have been.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from gateway.core.movement.moments import iso
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
    genders: tuple[str, ...] = ()
    answered: tuple[tuple[str, str], ...] = ()
    except_answered: tuple[tuple[str, str], ...] = ()
    joined_since: int | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Members who live in one of `places`, speak one of `languages` and are in one of `groups`.

    An empty tuple asks for nothing. Exceptions win over what is included. People whose place is not
    known are in no place, so they are reached only if `places` is empty. `answered` names results
    that a flow saved, as ``flow:result``: those are meant who have one of them, whatever it is.
    `joined_since` is a time in milliseconds.
    """

    places: tuple[str, ...] = ()
    except_places: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    except_groups: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    except_answered: tuple[str, ...] = ()
    joined_since: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the audience as JSON holds it; what is empty is left out."""
        chosen = {name: list(some) for name in FIELDS if (some := getattr(self, name))}
        return chosen if self.joined_since is None else chosen | {SINCE: self.joined_since}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the audience that `to_json` wrote."""
        lists = {name: tuple(stored.get(name, ())) for name in FIELDS}
        return cls(**lists, joined_since=stored.get(SINCE))

    def reach(self, places: Places) -> Reach:
        """Open the places into all that are inside them."""
        return Reach(
            _inside(self.places, places) if self.places else None,
            _inside(self.except_places, places),
            self.languages,
            self.groups,
            self.except_groups,
            self.genders,
            tuple(map(_result, self.answered)),
            tuple(map(_result, self.except_answered)),
            self.joined_since,
        )

    def lies_within(self, scope: Collection[str] | None, places: Places) -> bool:
        """Whether everybody who is meant lives in places of a scope; None is everywhere."""
        if scope is None:
            return True
        reached = self.reach(places).places
        return reached is not None and set(reached) <= set(scope)

    def in_words(self, places: Places) -> str:
        """Say the audience as an organiser would: ``members in Eastern except Chadiza``."""
        words = ["members"] if self.to_json() else ["all members"]
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
        if self.genders:
            words.append(f"whose gender is {_either(self.genders)}")
        if self.answered:
            words.append(f"who answered {_either(self.answered)}")
        if self.except_answered:
            words.append(f"who did not answer {_either(self.except_answered)}")
        if self.joined_since is not None:
            words.append(f"who joined since {iso(self.joined_since)}")
        return " ".join(words)


FIELDS = (
    "places",
    "except_places",
    "languages",
    "groups",
    "except_groups",
    "genders",
    "answered",
    "except_answered",
)
SINCE = "joined_since"


def read_audience(
    chosen: Mapping[str, Iterable[str]],
    places: Places,
    languages: Collection[str],
    joined_since: int | None = None,
) -> Audience:
    """Return an audience from what an organiser wrote: places by code or by name.

    Raises `AudienceError` for a place or a language that is not known, and for an answer that is
    not written ``flow:result``.
    """
    return Audience(
        places=_codes(chosen.get("places", ()), places),
        except_places=_codes(chosen.get("except_places", ()), places),
        languages=tuple(_language(one, languages) for one in _once(chosen.get("languages", ()))),
        groups=tuple(one.lower() for one in _once(chosen.get("groups", ()))),
        except_groups=tuple(one.lower() for one in _once(chosen.get("except_groups", ()))),
        genders=tuple(_once(chosen.get("genders", ()))),
        answered=tuple(map(_answer, _once(chosen.get("answered", ())))),
        except_answered=tuple(map(_answer, _once(chosen.get("except_answered", ())))),
        joined_since=joined_since,
    )


def _answer(written: str) -> str:
    flow, sign, name = written.rpartition(":")
    if not (sign and flow.strip() and name.strip()):
        raise AudienceError(
            f"'{written}' names no answer", "Write the flow and its result, such as wells:district"
        )
    return f"{flow.strip()}:{name.strip()}"


def _result(answer: str) -> tuple[str, str]:
    flow, _, name = answer.rpartition(":")
    return flow, name


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
