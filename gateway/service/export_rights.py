"""Whether whoever asked for an export may still have it, by the roles of this very moment."""

from collections.abc import Mapping

import orjson

from gateway.core.staff.lapses import Lapse, lapse
from gateway.core.staff.roles import Viewer
from gateway.service import asked as kinds
from gateway.service.asked import Asked
from gateway.service.export import Source
from gateway.service.viewers import viewer_of
from gateway.store import export_jobs as jobs
from gateway.store.database import View


def lapse_of(
    view: View, source: Source, staff: int, asked: Asked, places: str | None
) -> Lapse | None:
    """Return why somebody may no more have an export of some places, as JSON; None: may still."""
    viewer = viewer_of(view, source.vault, staff)
    return lapse(viewer, asked.needs, roots_of(places), source.places)


def lapsed(view: View, source: Source) -> Mapping[int, Lapse]:
    """Return the exports that wait or are kept for somebody who may no more have them, and why."""
    viewers: dict[int, Viewer | None] = {}
    found: dict[int, Lapse] = {}
    for number, staff, asked, places in jobs.kept_for(view):
        if staff not in viewers:
            viewers[staff] = viewer_of(view, source.vault, staff)
        needs = kinds.read(asked).needs
        why = lapse(viewers[staff], needs, roots_of(places), source.places)
        if why is not None:
            found[number] = why
    return found


def roots_of(places: str | None) -> tuple[str, ...] | None:
    """Return the codes that are written down as JSON; None is everywhere."""
    return None if places is None else tuple(orjson.loads(places))
