"""How the channels do: state, queue, the last day and its errors; pause, resume, addresses."""

from typing import Final

from fastapi.responses import Response

from gateway.channels.base import CallbackKind
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.service import inbox, spending
from gateway.service.board import Board
from gateway.store.inbox import Trouble
from gateway.web.callbacks import callback_path
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# What became of a message, as the pages say it.
STATUSES: Final = {
    "queued": _("waits"),
    "sending": _("being sent"),
    "unknown": _("sent, perhaps"),
    "accepted": _("taken by the aggregator"),
    "sent": _("taken by the network"),
    "buffered": _("kept for a phone that is off"),
    "expired": _("too late, not sent"),
    "withheld": _("not sent: the person said STOP"),
    "cancelled": _("stopped by staff"),
    "failed": _("failed"),
    "delivered": _("delivered"),
    "received": _("received"),
}
_LONGEST_WHY: Final = 200
_TROUBLES: Final = 20


def add(routes: StaffRoutes, house: House, board: Board) -> None:
    """Add the pages of the channels."""

    @routes.get("/channels", needs=Permission.CHANNELS)
    def all_of_them(visit: Visit) -> Response:
        counted = board.lines()
        return visit.render(
            "channels/all",
            lines=counted.value,
            at=counted.at,
            settings=house.channels,
            costs=spending.look(house.database, house.ground.timezone),
            price=_price(visit, house),
            troubles=_troubles(visit, house),
        )

    @routes.get("/channels/{name}", needs=Permission.CHANNELS)
    def one(visit: Visit) -> Response:
        return _page(visit, house, board)

    @routes.post("/channels/{name}/addresses", needs=Permission.SWITCH)
    def addresses(visit: Visit) -> Response:
        visit.must(Permission.SWITCH)
        name = _known(visit, house)
        with house.database.write() as tx:
            house.audit.record(tx, visit.viewer, Act.CALLBACKS_SEEN, f"channel:{name}")
        secret = house.channels[name].secret
        paths = {str(kind): callback_path(name, secret, kind) for kind in CallbackKind}
        return _page(visit, house, board, addresses=paths)

    @routes.post("/channels/{name}/pause", needs=Permission.SWITCH)
    def pause(visit: Visit) -> Response:
        visit.must(Permission.SWITCH)
        name = _known(visit, house)
        board.pause(visit.viewer, name, visit.form.text("why")[:_LONGEST_WHY])
        return visit.go(
            f"/channels/{name}", visit.gettext("Paused. What waits keeps waiting; nothing is lost.")
        )

    @routes.post("/channels/{name}/resume", needs=Permission.SWITCH)
    def resume(visit: Visit) -> Response:
        visit.must(Permission.SWITCH)
        name = _known(visit, house)
        board.resume(visit.viewer, name)
        return visit.go(f"/channels/{name}", visit.gettext("It sends again."))


def _page(
    visit: Visit, house: House, board: Board, addresses: dict[str, str] | None = None
) -> Response:
    name = _known(visit, house)
    line = board.line(name)
    if line is None:
        raise NotHere
    return visit.render(
        "channels/one",
        line=line,
        channel=house.channels[name],
        statuses=STATUSES,
        costs=spending.look(house.database, house.ground.timezone),
        price=_price(visit, house),
        addresses=addresses,
    )


def _known(visit: Visit, house: House) -> str:
    """Return the name in the address, of a channel that is configured. Raises `NotHere`."""
    name = visit.parts.get("name", "")
    if name not in house.channels:
        raise NotHere
    return name


def _troubles(visit: Visit, house: House) -> list[Trouble]:
    """Return the last callbacks that could not be handled, for those who can mend them."""
    if not visit.may(Permission.SWITCH):
        return []
    return list(inbox.troubles(house.database)[-_TROUBLES:])


def _price(visit: Visit, house: House) -> str:
    """Say what one segment costs, from the price table; nothing where it cannot be read."""
    try:
        prices = read_prices(house.settings.prices_path)
    except PriceFileError:
        return ""
    least, most = prices.range(1)
    low = visit.writing.money(least, prices.currency)
    if least == most:
        return low
    high = visit.writing.money(most, prices.currency)
    return visit.gettext("%(low)s to %(high)s", low=low, high=high)
