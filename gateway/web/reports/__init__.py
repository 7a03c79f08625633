"""The pages of what people report: the queue, and each report with what is done about it."""

from gateway.service.cases import Cases
from gateway.web.house import House
from gateway.web.reports import one, queue
from gateway.web.reports.wording import Desk
from gateway.web.visits import StaffRoutes


def add(routes: StaffRoutes, house: House) -> Cases:
    """Add the pages of reports."""
    cases = Cases(house.database, house.vault, house.ground, house.audit)
    desk = Desk(house, cases)
    queue.add(routes, desk)
    one.add(routes, desk)
    return cases
