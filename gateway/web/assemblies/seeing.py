"""What every page of an assembly shows, and whom: found by its number, within one's places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.core.movement.ballots import Motion, in_language
from gateway.core.staff.roles import Permission
from gateway.service import assembly
from gateway.service.assembly import AssemblyError
from gateway.service.counting import Counting, is_closed, is_settled
from gateway.service.halls import Halls, agreed_totals
from gateway.store.assemblies import AssemblyRow
from gateway.web.house import House
from gateway.web.visits import NotHere, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# How an assembly stands, with the kind of its tag.
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "to come": (_("to come"), ""),
    "open": (_("open"), "busy"),
    "closed": (_("closed"), "good"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """An assembly that the visitor may see, with its motions and what was put."""

    row: AssemblyRow
    motions: Sequence[Motion]
    put: Mapping[str, Any]


def known(visit: Visit, house: House) -> Known:
    """Return the assembly in the address. Raises `NotHere` for one that is none of theirs."""
    try:
        row, motions, put = assembly.look(house.database, visit.number("number"))
    except AssemblyError:
        raise NotHere from None
    visit.must(Permission.ASSEMBLIES, row.place)
    return Known(row, motions, put)


def state(row: AssemblyRow, now: int) -> str:
    """Return how an assembly stands, one of `STATES`."""
    if now < row.opens_at:
        return "to come"
    return "closed" if is_closed(row, now) else "open"


def speaking(visit: Visit, house: House) -> Callable[[Mapping[str, str]], str]:
    """Return what says a text of an assembly in the visitor's language, or the movement's."""
    return lambda texts: in_language(
        texts, visit.writing.language, house.settings.movement.language
    )


def standing(
    visit: Visit, house: House, counting: Counting, halls: Halls, found: Known
) -> dict[str, Any]:
    """Return what is shown of how an assembly goes: turnout, and the count once it closed."""
    row, now = found.row, visit.now
    turnout = counting.turnout(row)
    closed = is_closed(row, now)
    counted = counting.outcomes(row, found.motions) if closed else None
    counted_halls = halls.of(row.number)
    return {
        "halls": counted_halls,
        "totals": agreed_totals(counted_halls) if closed else {},
        "row": row,
        "motions": found.motions,
        "place": None if row.place is None else house.places.get(row.place),
        "state": state(row, now),
        "states": STATES,
        "turnout": turnout.value,
        "voted": max(turnout.value.values(), default=0),
        "eligible": counting.eligible(row.place),
        "outcomes": () if counted is None else counted.value,
        "final": counted is not None and is_settled(row, counted.at),
        "counted_at": turnout.at if counted is None else counted.at,
        "say": speaking(visit, house),
        "places": house.places,
        "reached": _reached(house),
    }


def _reached(house: House) -> tuple[str, str]:
    """Return the number that people write to and the code that they dial, where there are any."""
    found = tuple(house.channels.values())
    written = next((one.short_code for one in found if one.short_code), None)
    dialled = next((one.dialled for one in found if one.dialled), None)
    return written or "", dialled or ""


def places_to_choose(visit: Visit, house: House, permission: Permission) -> list[tuple[str, str]]:
    """Return the places where the visitor may do something: all, provinces, their districts."""
    found = [("", visit.gettext("the whole movement"))] if visit.may(permission) else []
    for place in house.places:
        if place.level == "province":
            inner = [
                (one.code, f"{place.name}: {one.name}")
                for one in house.places.children(place.code)
                if visit.may(permission, one.code)
            ]
            own = [(place.code, place.name)] if visit.may(permission, place.code) else []
            found += [*own, *inner]
    return found
