"""The pages of the conversations: what is in force, how each goes, and other versions of them."""

from gateway.service.versions import Versions
from gateway.web.flows import book, versions
from gateway.web.house import House
from gateway.web.visits import StaffRoutes


def add(routes: StaffRoutes, house: House) -> None:
    """Add the pages of the conversations. What has no place needs a role for everywhere."""
    held = Versions(house.database, house.publisher, house.audit)
    versions.add(routes, house, held)
    book.add(routes, house, held)
