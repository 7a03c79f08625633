"""The pages of people: the list, one of them, and writing people down by hand and from a file."""

from gateway.service.enrol import Enrolment
from gateway.service.people import People
from gateway.web.house import House
from gateway.web.people import adding, pages
from gateway.web.visits import StaffRoutes


def add(routes: StaffRoutes, house: House) -> None:
    """Add every page of people."""
    people = People(house.database, house.ground, house.audit)
    enrolment = Enrolment(house.database, house.ground, house.audit)
    adding.add(routes, house, enrolment)
    pages.add(routes, house, people)
