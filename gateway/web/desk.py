"""The pages of staff, put together: which there are, and the sign-in that leads to them."""

from dataclasses import dataclass

from fastapi import APIRouter

from gateway.service.census import Counts
from gateway.web import account, signin, today
from gateway.web.house import House
from gateway.web.visits import StaffRoutes, Stand


@dataclass(frozen=True, slots=True)
class Desk:
    """The routes of staff, and those of the sign-in that anybody sees."""

    staff: StaffRoutes
    public: APIRouter
    counts: Counts


def build(house: House) -> Desk:
    """Return every page of staff."""
    settings = house.settings
    stand = Stand(
        pages=house.pages,
        sign_in=house.sign_in,
        places=house.places,
        clock=house.database.clock,
        language=settings.movement.language,
        pending=house.account.pending,
        demo=settings.demo.enabled,
    )
    routes = StaffRoutes(stand)
    signin.add(routes)
    account.add(routes, house.account)
    counts = Counts(house.database, house.ground.timezone)
    today.add(routes, house, counts)
    return Desk(routes, signin.router(stand), counts)
