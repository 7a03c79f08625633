"""Who did and saw what: the audit as it was written, and whether it still is."""

from typing import Final

from fastapi.responses import Response

from gateway.core.staff.acts import WORDS, Act
from gateway.core.staff.roles import Permission
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PAGE: Final = 50


def add(routes: StaffRoutes, house: House) -> None:
    """Add the page of the audit. It is of the whole movement, and so is the role that it needs."""

    @routes.get("/audit", needs=Permission.AUDIT)
    def audit(visit: Visit) -> Response:
        visit.must(Permission.AUDIT)
        act = visit.query.get("act", "")
        before = visit.query.get("before", "")
        who = visit.query.get("staff", "")
        if (act and act not in set(Act)) or not _is_number(before) or not _is_number(who):
            raise NotHere
        entries = house.audit.page(
            int(before) if before else None, _PAGE + 1, act or None, int(who) if who else None
        )
        more = len(entries) > _PAGE
        return visit.render(
            "audit/page",
            entries=entries[:_PAGE],
            words={str(one): visit.gettext(words) for one, words in WORDS.items()},
            act=act,
            who=who,
            members=house.staff.directory(),
            next=f"/audit?act={act}&staff={who}&before={entries[_PAGE - 1].seq}" if more else "",
            first=f"/audit?act={act}&staff={who}" if before else "",
            verified=None,
        )

    @routes.post("/audit/verify", needs=Permission.AUDIT)
    def verify(visit: Visit) -> Response:
        visit.must(Permission.AUDIT)
        held, broken = house.audit.verify()
        return visit.render("audit/verified", held=held, broken=broken, seal=house.audit.seal())


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 18)
