"""The pages of staff, put together: which there are, and the sign-in that leads to them."""

from dataclasses import dataclass

from fastapi import APIRouter

from gateway.service.board import Board
from gateway.service.cases import Cases
from gateway.service.census import Counts
from gateway.service.counting import Counting
from gateway.service.flowlab.benches import Benches
from gateway.service.halls import Halls
from gateway.service.polls import Polls
from gateway.service.surviving import Loop
from gateway.web import (
    account,
    answers,
    api,
    audit,
    channels,
    exports,
    flows,
    help,
    people,
    reports,
    signin,
    staff,
    today,
    tokens,
)
from gateway.web.assemblies import pages as assemblies
from gateway.web.calls import pages as calls
from gateway.web.house import House
from gateway.web.today.matters import Attention
from gateway.web.visits import StaffRoutes, Stand


@dataclass(frozen=True, slots=True)
class Desk:
    """The routes of staff, those of the sign-in that anybody sees, and those of programs."""

    staff: StaffRoutes
    public: APIRouter
    api: APIRouter
    counts: Counts
    board: Board
    cases: Cases
    assemblies: Counting
    benches: Benches
    clerk: Loop
    attention: Attention


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
    board = Board(house.database, house.audit)
    clerk = people.add(routes, house)
    cases = reports.add(routes, house)
    benches = flows.add(routes, house)
    halls = Halls(house.database, house.audit)
    counting = assemblies.add(routes, house, counts, halls)
    attention = today.add(routes, house, counts, board, cases, halls)
    answers.add(routes, house, Polls(house.database, house.vault, house.places))
    channels.add(routes, house, board)
    audit.add(routes, house)
    exports.add(routes, house)
    staff.add(routes, house)
    tokens.add(routes, house)
    help.add(routes)
    calls.add(routes, house, counts)
    return Desk(
        routes,
        signin.router(stand),
        api.router(house, cases),
        counts,
        board,
        cases,
        counting,
        benches,
        clerk,
        attention,
    )
