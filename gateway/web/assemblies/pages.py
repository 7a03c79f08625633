"""The list of assemblies, and the page of one: its turnout while it is open, then its result."""

from typing import Final

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service import assembly
from gateway.service.assembly import may_close_early
from gateway.service.census import Counts
from gateway.service.counting import Counting
from gateway.service.halls import Halls
from gateway.web.assemblies import convening, telling
from gateway.web.assemblies import halls as hall_pages
from gateway.web.assemblies.seeing import STATES, known, standing, state
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PAGE: Final = 25
_LONGEST_NUMBER: Final = 12


def add(routes: StaffRoutes, house: House, counts: Counts, halls: Halls) -> Counting:
    """Add the pages of assemblies, and return what counts for them."""
    counting = Counting(house.database, house.places, counts)

    @routes.get("/assemblies", needs=Permission.ASSEMBLIES)
    def all_of_them(visit: Visit) -> Response:
        before = _before(visit)
        scope = visit.scope(Permission.ASSEMBLIES)
        rows = assembly.page(house.database, before, _PAGE + 1, scope)
        return visit.render(
            "assemblies/all",
            rows=[(row, state(row, visit.now)) for row in rows[:_PAGE]],
            states=STATES,
            places=house.places,
            next=f"/assemblies?before={rows[_PAGE - 1].number}" if len(rows) > _PAGE else "",
            first="/assemblies" if before is not None else "",
        )

    @routes.get("/assemblies/{number:int}", needs=Permission.ASSEMBLIES)
    def one(visit: Visit) -> Response:
        found = known(visit, house)
        return visit.render(
            "assemblies/one",
            put=found.put,
            early=may_close_early(found.put),
            minutes=halls.minutes(found.row.number),
            can_tell=telling.can_tell(house),
            **standing(visit, house, counting, halls, found),
        )

    @routes.get("/assemblies/{number:int}/part", needs=Permission.ASSEMBLIES)
    def part(visit: Visit) -> Response:
        return fresh(visit, "assemblies/standing")

    @routes.get("/assemblies/{number:int}/live", needs=Permission.ASSEMBLIES)
    def live(visit: Visit) -> Response:
        found = known(visit, house)
        return visit.render("assemblies/live", **standing(visit, house, counting, halls, found))

    @routes.get("/assemblies/{number:int}/live/part", needs=Permission.ASSEMBLIES)
    def live_part(visit: Visit) -> Response:
        return fresh(visit, "assemblies/live_part")

    def fresh(visit: Visit, name: str) -> Response:
        """Return a part of a page; a final count says that there is no need to ask again."""
        values = standing(visit, house, counting, halls, known(visit, house))
        response = visit.part(name, **values)
        if values["final"]:
            response.headers["X-Over"] = "1"
        return response

    convening.add(routes, house)
    hall_pages.add(routes, house, halls)
    telling.add(routes, house, counting)
    return counting


def _before(visit: Visit) -> int | None:
    text = visit.query.get("before", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise NotHere
    return int(text)
