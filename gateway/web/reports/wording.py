"""How the pages of reports say what a report is about, where, in which state and how old."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from gateway.core.movement import cases as rules
from gateway.core.movement.cases import Age
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission
from gateway.service.cases import Cases, Listed
from gateway.store.cases import Count
from gateway.web.house import House
from gateway.web.visits import Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# The categories of flows/report.yaml. One that is not here is shown by its code.
CATEGORIES: Final = {
    "water": _("Water"),
    "health": _("Health"),
    "school": _("School"),
    "land": _("Land"),
    "food": _("Food and prices"),
    "safety": _("Safety"),
    "other": _("Something else"),
}
_KINDS: Final = {Age.FRESH: "good", Age.SLOW: "busy", Age.LATE: "bad"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of reports stand on."""

    house: House
    cases: Cases


def words_of(visit: Visit, desk: Desk, listed: Iterable[Listed]) -> dict[str, Any]:
    """Return what says a list of reports in the visitor's language, by the report's id."""
    ages = {}
    for one in listed:
        if one.row.closed_at is None:
            age = rules.age(one.row.filed_at, visit.now)
            ages[one.row.id] = (visit.gettext(rules.AGES[age]), _KINDS[age])
    return {
        "ages": ages,
        "state_names": {state: visit.gettext(words) for state, words in rules.NAMES.items()},
        "category_names": {code: visit.gettext(words) for code, words in CATEGORIES.items()},
        "place_of": desk.house.places.get,
    }


def categories(visit: Visit, counts: Iterable[Count], more: str = "") -> list[tuple[str, str]]:
    """Return the categories to choose from; those that are in use are among them."""
    found = {code: visit.gettext(words) for code, words in CATEGORIES.items()}
    for code in [one.category for one in counts] + [more] * bool(more):
        found.setdefault(code, code)
    return list(found.items())


def places_of(visit: Visit, places: Places) -> list[tuple[str, str]]:
    """Return the provinces and their districts where the visitor works on reports."""
    found = []
    for place in places:
        if place.level != "province":
            continue
        inner = [
            (one.code, f"{place.name}: {one.name}")
            for one in places.children(place.code)
            if visit.may(Permission.CASES, one.code)
        ]
        if visit.may(Permission.CASES, place.code):
            found.append((place.code, place.name))
        found += inner
    return found
