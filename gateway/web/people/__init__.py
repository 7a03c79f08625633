"""The pages of people: the list, one of them, and writing people down by hand and from a file."""

from gateway.service.enrol import Enrolment
from gateway.service.imports import Imports
from gateway.service.people import People
from gateway.service.surviving import Loop
from gateway.web.house import House
from gateway.web.people import adding, importing, pages
from gateway.web.visits import StaffRoutes

_LOOK_S = 5.0


def add(routes: StaffRoutes, house: House) -> Loop:
    """Add every page of people; return what goes on with their files once it is started."""
    people = People(house.database, house.ground, house.audit)
    enrolment = Enrolment(house.database, house.ground, house.audit)
    imports = Imports(house.database, house.ground, house.audit, enrolment)
    clerk = Loop("imports", imports.turn, imports.broken, look_s=_LOOK_S)
    adding.add(routes, house, enrolment)
    importing.add(routes, imports, clerk)
    pages.add(routes, house, people)
    return clerk
