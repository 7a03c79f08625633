"""How far people come in a conversation: the part of its page that says so."""

from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from gateway.core.drawing.diagram import Diagram
from gateway.core.flow.graph import Flow
from gateway.service.usage import DAYS, Asked, FlowUse, Usage
from gateway.service.versions import Version
from gateway.web.charts import Band, Point, bands
from gateway.web.visits import Visit

_MEDIA: Final = {"sms": "SMS", "ussd": "USSD"}
_ONLY: Final = "this"
_KEPT: Final = ("days", "by", "only", "texts", "version")


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


PERIODS: Final = {1: _("today"), 7: _("7 days"), DAYS: _("30 days")}


def values(
    visit: Visit, usage: Usage, version: Version, flow: Flow, drawn: Diagram
) -> dict[str, Any]:
    """Return what the page shows of how a conversation is used."""
    asked = _asked(visit, version)
    used = usage.of(version.release, flow.name, asked)
    return {
        "used": used,
        "asked": asked,
        "choices": _choices(visit, flow, asked),
        "bands": _bands(visit, flow, used),
        "places": {box.name: box.id for box in drawn.boxes if box.shape not in {"start", "end"}},
    }


def _asked(visit: Visit, version: Version) -> Asked:
    days = visit.query.get("days", "")
    medium = visit.query.get("by", "")
    return Asked(
        next((one for one in PERIODS if str(one) == days), DAYS),
        medium if medium in _MEDIA else "",
        version.hash if visit.query.get("only") == _ONLY else "",
    )


def _choices(
    visit: Visit, flow: Flow, asked: Asked
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return what may be chosen, each choice as its name and (words, address, is it chosen)."""
    only = bool(asked.release)
    return [
        (
            visit.gettext("Time"),
            [
                (visit.gettext(words), _address(visit, flow, days=str(days)), days == asked.days)
                for days, words in PERIODS.items()
            ],
        ),
        (
            visit.gettext("Channel"),
            [
                (words, _address(visit, flow, by=medium), medium == asked.medium)
                for medium, words in {"": visit.gettext("SMS and USSD"), **_MEDIA}.items()
            ],
        ),
        (
            visit.gettext("Version"),
            [
                (visit.gettext("all versions"), _address(visit, flow, only=""), not only),
                (visit.gettext("only this one"), _address(visit, flow, only=_ONLY), only),
            ],
        ),
    ]


def _address(visit: Visit, flow: Flow, **change: str) -> str:
    """Return the page with one choice changed and the others as they are."""
    query = {name: visit.query.get(name, "") for name in _KEPT} | change
    chosen = urlencode({name: value for name, value in query.items() if value})
    return f"/flows/{flow.name}{'?' if chosen else ''}{chosen}#usage"


def _bands(visit: Visit, flow: Flow, used: FlowUse) -> Markup:
    words = (
        visit.gettext("went on"),
        visit.gettext("may still go on"),
        visit.gettext("dropped out"),
    )
    rows = [
        Band(
            one.step,
            tuple(
                Point(label, value)
                for label, value in zip(
                    words,
                    (one.answered + one.went_on, one.waiting, one.dropped),
                    strict=True,
                )
            ),
        )
        for one in used.steps
    ]
    return bands(
        rows,
        visit.gettext("How far people come"),
        words=visit.gettext(
            "How many came to each question of %(flow)s, and how many went on from there. The "
            "table below says the same.",
            flow=flow.title,
        ),
        write=visit.writing.number,
    )
