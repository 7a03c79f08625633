"""What people answered in conversations: how often each answer, of all and by parts of the people.

Only counts: who answered what is on no page. Too few to show are held back, as in exports.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.responses import Response

from gateway.core.movement.disclosure import LEAST
from gateway.core.movement.polls import PARTS, Poll
from gateway.core.staff.roles import Permission
from gateway.service.polls import Polls
from gateway.web.house import House
from gateway.web.people.words import GENDER_NAMES
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# The parts as the page names them, with the words over their column.
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "gender": (_("by gender"), _("Gender")),
    "place": (_("by place"), _("Place")),
    "language": (_("by language"), _("Language")),
}


def add(routes: StaffRoutes, house: House, polls: Polls) -> None:
    """Add the pages of answers."""

    @routes.get("/answers", needs=Permission.COUNTS)
    def all_of_them(visit: Visit) -> Response:
        _whole(visit)
        return visit.render("answers/all", flows=polls.flows())

    @routes.get("/answers/{flow}", needs=Permission.COUNTS)
    def one(visit: Visit) -> Response:
        _whole(visit)
        flow = visit.parts["flow"]
        if flow not in polls.flows():
            raise NotHere
        part = visit.query.get("by", "")
        part = part if part in PARTS else ""
        kept = polls.look(flow)
        return visit.render(
            "answers/one",
            flow=flow,
            part=part,
            parts_of=_PARTS,
            polls=() if kept is None else [_shown(visit, house, one, part) for one in kept.value],
            at=None if kept is None else kept.at,
            least=LEAST,
        )


def _whole(visit: Visit) -> None:
    """Raise `NotHere` for whoever sees only some places: answers belong to none."""
    if visit.scope(Permission.COUNTS) is not None:
        raise NotHere


def _shown(visit: Visit, house: House, poll: Poll, part: str) -> dict[str, Any]:
    """Return what the page shows of one question."""
    overall = poll.all()
    split = poll.by(part) if part else None
    rows = []
    if split is not None:
        rows = [(_named(visit, house, part, value), row) for value, row in split.rows.items()]
    return {
        "name": poll.name,
        "people": poll.people if None not in overall.values() else None,
        "all": overall,
        "categories": () if split is None else split.categories,
        "rows": rows,
    }


def _named(visit: Visit, house: House, part: str, value: str) -> str:
    """Say a value of a part in words."""
    if not value:
        return visit.gettext("did not say")
    if part == "gender":
        return visit.gettext(GENDER_NAMES.get(value, value))
    if part == "language":
        return visit.writing.language_name(value)
    place = house.places.get(value)
    return value if place is None else place.name
