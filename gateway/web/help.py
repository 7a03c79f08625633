"""Help in plain words, each topic a page: what to do, and what the system cannot do."""

from typing import Final

from fastapi.responses import Response

from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# Each topic is a template of its name; the first is the one that everybody should have read.
TOPICS: Final = {
    "secrets": _("What this system can and cannot keep secret"),
    "leaving": _("When somebody wants to leave"),
    "joining": _("How people join, and what their yes means"),
    "votes": _("What a vote by phone is worth"),
    "lost": _("When a phone or a laptop is lost or taken"),
    "offline": _("When there is no network"),
}


def add(routes: StaffRoutes) -> None:
    """Add the pages of help. They need no role."""

    @routes.get("/help", needs=None)
    def topics(visit: Visit) -> Response:
        return visit.render("help/topics", topics=TOPICS)

    @routes.get("/help/{topic}", needs=None)
    def topic(visit: Visit) -> Response:
        name = visit.parts.get("topic", "")
        if name not in TOPICS:
            raise NotHere
        return visit.render(f"help/{name}", title=TOPICS[name])
