"""The transcripts of a conversation: which there are, and how they go on a version of it."""

import time

from fastapi.responses import Response

from gateway.core.flow.graph import Flow
from gateway.core.staff.roles import Permission
from gateway.flowfiles.transcripts import Transcript
from gateway.service.flowlab.trials import Trial, play_all, transcripts_of
from gateway.service.versions import Version, Versions
from gateway.web.flows.book import file_of, shown
from gateway.web.flows.phone import setting
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit


def add(routes: StaffRoutes, house: House, versions: Versions) -> None:
    """Add the page of the transcripts of each conversation."""

    @routes.get("/flows/{name}/transcripts", needs=Permission.FLOWS)
    def listed(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        return _page(visit, house, versions)

    @routes.post("/flows/{name}/transcripts", needs=Permission.FLOWS)
    def played(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version, flow = _chosen(visit, versions)
        known, _ = _known(house, versions, version, flow)
        trial = play_all(setting(house, version), flow.name, known, time.monotonic)
        sentence = ""
        if trial is None:
            sentence = visit.gettext("Others are being played. Try again in a moment.")
        return _page(visit, house, versions, trial, sentence)


def _chosen(visit: Visit, versions: Versions) -> tuple[Version, Flow]:
    version = shown(visit, versions)
    flow = version.release.flows.get(visit.parts["name"])
    if flow is None:
        raise NotHere
    return version, flow


def _known(
    house: House, versions: Versions, version: Version, flow: Flow
) -> tuple[list[Transcript], str]:
    """Return the transcripts of a flow: those sent along with the version, else the folder's."""
    kept = versions.transcripts(version)
    stem = file_of(house, flow).removesuffix(".yaml")
    return transcripts_of(house.publisher.directory, stem, None if kept is None else kept[0])


def _page(
    visit: Visit,
    house: House,
    versions: Versions,
    trial: Trial | None = None,
    trouble: str = "",
) -> Response:
    version, flow = _chosen(visit, versions)
    known, wrong = _known(house, versions, version, flow)
    current = versions.in_force()
    in_force = current is not None and current.release == version.hash
    return visit.render(
        "flows/transcripts",
        status=503 if trouble else 200,
        flow=flow,
        version=version,
        in_force=in_force,
        suffix="" if in_force else f"?version={version.hash}",
        transcripts=known,
        wrong=wrong,
        trial=trial,
        trouble=trouble,
    )
