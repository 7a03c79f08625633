"""Conversations that wait for a person of the staff: read, answered, taken on and closed."""

from collections.abc import Callable
from typing import Final

from fastapi.responses import Response

from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission
from gateway.service import handovers
from gateway.service.handovers import HandoverError, Listed
from gateway.store.database import Transaction
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PATH: Final = "/handovers"
_PAGE: Final = 50
_LONGEST: Final = 480


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


KINDS: Final = {
    "handed_over": _("asked for somebody"),
    "parked": _("went in circles"),
    "stub": _("came to what could not be imported"),
}


def add(routes: StaffRoutes, house: House) -> None:
    """Add the pages of what waits for staff; a caseworker sees those of his or her places."""

    @routes.get(_PATH, needs=Permission.CASES)
    def listed(visit: Visit) -> Response:
        after = visit.query.get("after", "")
        if after and not (after.isascii() and after.isdigit() and len(after) < 18):
            raise NotHere
        rows = handovers.waiting(
            house.database,
            house.vault,
            visit.scope(Permission.CASES),
            int(after or 0),
            _PAGE + 1,
        )
        more = len(rows) > _PAGE
        return visit.render(
            "flows/handovers",
            rows=rows[:_PAGE],
            kinds=KINDS,
            next=f"{_PATH}?after={rows[_PAGE - 1].id}" if more else "",
            first=_PATH if after else "",
        )

    @routes.get(_PATH + "/{id:int}", needs=Permission.CASES)
    def one(visit: Visit) -> Response:
        return _page(visit, house, _known(visit, house))

    @routes.post(_PATH + "/{id:int}/read", needs=Permission.CASES)
    def read(visit: Visit) -> Response:
        return _read(visit, house, _known(visit, house))

    @routes.post(_PATH + "/{id:int}/take", needs=Permission.CASES)
    def take(visit: Visit) -> Response:
        found = _known(visit, house)
        also = _noted(visit, house, Act.HANDOVER_TAKEN, found)
        handovers.take(house.database, found.id, visit.viewer.name, also)
        return visit.go(f"{_PATH}/{found.id}", visit.gettext("It is with you."))

    @routes.post(_PATH + "/{id:int}/answer", needs=Permission.CASES)
    def answer(visit: Visit) -> Response:
        found = _known(visit, house)
        text = visit.form.text("text")
        if not text:
            return _read(visit, house, found, visit.gettext("Write what the person should read."))
        if len(text) > _LONGEST:
            return _read(visit, house, found, visit.gettext("That is too long for an SMS."))
        also = _noted(visit, house, Act.HANDOVER_ANSWERED, found)
        who = visit.viewer.name
        return _done(
            visit,
            house,
            found,
            lambda: handovers.reply(house.database, house.ground, found.id, text, who, also),
            visit.gettext("Your answer leaves with the next delivery."),
        )

    @routes.post(_PATH + "/{id:int}/close", needs=Permission.CASES)
    def close(visit: Visit) -> Response:
        found = _known(visit, house)
        also = _noted(visit, house, Act.HANDOVER_CLOSED, found)
        return _done(
            visit,
            house,
            found,
            lambda: handovers.close(house.database, house.ground, found.id, also),
            visit.gettext("It is closed. The gateway answers the person by itself again."),
        )


def _known(visit: Visit, house: House) -> Listed:
    """Return the handover in the address, of a person whom the visitor may help."""
    number = visit.number("id")
    found = handovers.look(house.database, house.vault, number)
    if found is None:
        raise NotHere
    visit.must(Permission.CASES, handovers.place_of(house.database, number))
    return found


def _noted(visit: Visit, house: House, act: Act, found: Listed) -> Callable[[Transaction], None]:
    """Return what writes an act down, at the end of the transaction that it belongs to."""

    def note(tx: Transaction) -> None:
        house.audit.record(tx, visit.viewer, act, f"handover:{found.id}")

    return note


def _done(
    visit: Visit, house: House, found: Listed, change: Callable[[], None], notice: str
) -> Response:
    """Change a handover and say so; what cannot be done says why."""
    try:
        change()
    except HandoverError as trouble:
        return _page(visit, house, found, trouble=visit.gettext(str(trouble)), status=400)
    return visit.go(f"{_PATH}/{found.id}", notice)


def _read(visit: Visit, house: House, found: Listed, wrong: str = "") -> Response:
    """Show the words, and write down who read them."""
    also = _noted(visit, house, Act.HANDOVER_READ, found)
    words = handovers.read(house.database, house.vault, found.id, visit.viewer.name, also)
    return visit.render(
        "flows/handover",
        status=400 if wrong else 200,
        one=found,
        kinds=KINDS,
        words=words,
        typed=visit.form.get("text"),
        errors={"text": wrong} if wrong else {},
        trouble="",
    )


def _page(
    visit: Visit, house: House, found: Listed, *, trouble: str = "", status: int = 200
) -> Response:
    again = handovers.look(house.database, house.vault, found.id) or found
    return visit.render(
        "flows/handover",
        status=status,
        one=again,
        kinds=KINDS,
        words=None,
        typed=visit.form.get("text"),
        errors={},
        trouble=trouble,
    )
