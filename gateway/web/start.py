"""The first page of a demo: what is running, and counts of what happened. No name, no number."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.core.movement.moments import local
from gateway.service.overview import Counts, Overview
from gateway.web.pages import Pages

_ROWS = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What is running, for the page's head."""

    version: str
    database: str
    channels: tuple[str, ...]
    service_code: str
    short_code: str


def router(
    pages: Pages, facts: Facts, look: Callable[[], Overview], timezone: ZoneInfo
) -> APIRouter:
    """Return the page; `look` counts, and is called once a view."""
    routes = APIRouter()

    @routes.get("/demo", summary="What is going on")
    def start() -> Response:
        seen = look()
        return pages.render(
            "start",
            facts=facts,
            seen=seen,
            places=_first(seen.by_place),
            until={one.number: local(one.closes_at, timezone) for one in seen.assemblies},
        )

    return routes


def _first(counts: Counts) -> Counts:
    """Return the largest, and all the others as one."""
    if len(counts) <= _ROWS:
        return counts
    return (*counts[:_ROWS], ("other places", sum(count for _, count in counts[_ROWS:])))
