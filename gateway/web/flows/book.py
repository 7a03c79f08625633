"""The conversations in force, and each by itself: its picture, its texts and what they take."""

from collections.abc import Mapping
from typing import Final

from fastapi.responses import Response
from markupsafe import Markup

from gateway.core.drawing.diagram import Diagram, diagram
from gateway.core.drawing.svg import inline, steps
from gateway.core.flow.beginnings import Beginning, beginnings
from gateway.core.flow.graph import Flow
from gateway.core.flow.spoken import progress
from gateway.core.staff.roles import Permission
from gateway.flowfiles.messages.lengths import lengths, system_lengths
from gateway.flowfiles.messages.room import Limits
from gateway.service.usage import Usage
from gateway.service.versions import Version, Versions
from gateway.web.flows.usage import values
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# What begins a conversation, as the pages say it; the word, code or time follows.
BEGINNINGS: Final = {
    "keyword": _("SMS"),
    "message": _("whole SMS"),
    "pattern": _("SMS that matches"),
    "code": _("dialling"),
    "dial": _("any other dialled code"),
    "short_code": _("any SMS to"),
    "newcomer": _("a phone that is new"),
    "joined": _("somebody has joined"),
    "missed_call": _("a missed call"),
    "broadcast_reply": _("an answer to a call to action"),
    "other": _("any other SMS"),
    "timetable": _("by itself"),
    "campaign": _("campaign"),
    "flow": _("conversation"),
}
# What a text is for, and what a step is, as the pages say it.
KINDS: Final = {
    "say": _("says"),
    "sms": _("sends by SMS"),
    "later": _("sends later"),
    "note": _("tells staff"),
    "ask": _("asks"),
    "menu": _("offers"),
    "option": _("option"),
    "retry": _("asks again"),
    "system": _("text of the system"),
}
SHAPES: Final = {
    "say": _("says"),
    "question": _("asks"),
    "menu": _("offers"),
    "condition": _("decides"),
    "webhook": _("asks a server"),
    "call": _("calls"),
    "act": _("does"),
    "wait": _("waits"),
}


def add(routes: StaffRoutes, house: House, versions: Versions, usage: Usage) -> None:
    """Add the list of the conversations and the page of each."""

    @routes.get("/flows", needs=Permission.FLOWS)
    def everything(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = versions.current()
        release = None if version is None else version.release
        changed = versions.changed_at()
        flows = [] if release is None else list(release.flows.values())
        return visit.render(
            "flows/all",
            flows=flows,
            starts={} if release is None else _together(visit, beginnings(release)),
            progress={
                flow.name: progress(flow, () if release is None else release.languages)
                for flow in flows
            },
            changed={flow.name: changed.get(file_of(house, flow)) for flow in flows},
            publication=versions.in_force(),
            warnings=() if version is None else versions.warnings(version),
            version=version,
            used={} if release is None else usage.of_all(release),
        )

    @routes.get("/flows/-/system", needs=Permission.FLOWS)
    def system(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        return _system(visit, house, versions, shown(visit, versions))

    @routes.get("/flows/{name}", needs=Permission.FLOWS)
    def one(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = shown(visit, versions)
        flow = version.release.flows.get(visit.parts["name"])
        if flow is None:
            raise NotHere
        return _page(visit, house, versions, usage, version, flow)


def _system(visit: Visit, house: House, versions: Versions, version: Version) -> Response:
    release = version.release
    language = _tongue(visit, version, release.languages[0])
    in_force = _is_in_force(versions, version)
    return visit.render(
        "flows/system",
        version=version,
        in_force=in_force,
        suffix="" if in_force else f"version={version.hash}",
        tongue=language,
        own=release.languages[0],
        tongues=release.languages,
        texts=system_lengths(release, language, limits_of(house)),
        limits=limits_of(house),
    )


def _tongue(visit: Visit, version: Version, own: str) -> str:
    """Return the language in which texts are shown: the one asked for, the visitor's, their own."""
    known = version.release.languages
    wanted = (visit.query.get("texts", ""), visit.writing.language)
    return next((one for one in wanted if one in known), own)


def _is_in_force(versions: Versions, version: Version) -> bool:
    current = versions.in_force()
    return current is not None and current.release == version.hash


def _together(
    visit: Visit, starts: Mapping[str, tuple[Beginning, ...]]
) -> dict[str, list[tuple[str, list[str]]]]:
    """Return by flow what begins it: each kind in words, with the words, codes or times of it."""
    found: dict[str, dict[str, list[str]]] = {}
    for flow, several in starts.items():
        kinds = found.setdefault(flow, {})
        for one in several:
            words, what = begun(visit, one)
            kinds.setdefault(words, []).extend([what] if what else [])
    return {flow: list(kinds.items()) for flow, kinds in found.items()}


def shown(visit: Visit, versions: Versions) -> Version:
    """Return the version that a page is asked for, else the one in force. Raises `NotHere`."""
    wanted = visit.query.get("version", "")
    version = versions.find(wanted) if wanted else versions.current()
    if version is None:
        raise NotHere
    return version


def limits_of(house: House) -> Limits:
    """Return what a screen holds here."""
    return Limits(house.settings.ussd.limit, house.settings.ussd.first_limit)


def file_of(house: House, flow: Flow) -> str:
    """Return the name of a flow's file in its release."""
    return flow.path.removeprefix(f"{house.publisher.directory}/")


def begun(visit: Visit, one: Beginning) -> tuple[str, str]:
    """Return what begins a conversation in words, and the word, code or time by itself."""
    words = visit.gettext(BEGINNINGS[one.kind])
    if one.kind != "timetable" or one.timetable is None:
        return words, one.what
    names = visit.writing.locale.days["format"]["abbreviated"]
    days = " ".join(str(names[day]) for day in one.timetable.days)
    if one.timetable.day_of_month is not None:
        days += f" {one.timetable.day_of_month}."
    hour, minute = divmod(one.timetable.at, 60)
    return words, f"{days} {hour:02}:{minute:02} {one.what}".strip()


def _page(
    visit: Visit, house: House, versions: Versions, usage: Usage, version: Version, flow: Flow
) -> Response:
    release = version.release
    language = _tongue(visit, version, flow.language)
    in_force = _is_in_force(versions, version)
    drawn = diagram(flow)
    return visit.render(
        "flows/one",
        flow=flow,
        file=file_of(house, flow),
        version=version,
        in_force=in_force,
        suffix="" if in_force else f"version={version.hash}",
        tongue=language,
        progress=progress(flow, release.languages),
        starts=beginnings(release).get(flow.name, ()),
        begun=lambda one: begun(visit, one),
        picture=_picture(visit, drawn, version, in_force=in_force),
        steps=_steps(drawn),
        shapes=SHAPES,
        kinds=KINDS,
        texts=lengths(release, flow, language, limits_of(house)),
        limits=limits_of(house),
        changed=versions.changed_at().get(file_of(house, flow)) if in_force else None,
        editable=file_of(house, flow) in version.source.files,
        **values(visit, usage, version, flow, drawn),
    )


def _picture(visit: Visit, drawn: Diagram, version: Version, *, in_force: bool) -> Markup:
    description = visit.ngettext(
        "The conversation as %(num)s step and the ways out of it. The table below says the same.",
        "The conversation as %(num)s steps and the ways between them, from top to bottom. "
        "The table below says the same.",
        steps(drawn),
    )
    suffix = "" if in_force else f"?version={version.hash}"
    svg = inline(drawn, description, lambda flow: f"/flows/{flow}{suffix}")
    return Markup(svg)  # noqa: S704 - the drawing escapes every word that it shows


def _steps(drawn: Diagram) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Return each step of a picture: its name, shape, words, and (by what, where to)."""
    names = {box.id: box.name for box in drawn.boxes if box.shape != "end"}
    return [
        (
            box.name,
            box.shape,
            " ".join(box.lines),
            [
                (", ".join(arrow.labels), names.get(arrow.end, ""))
                for arrow in drawn.arrows
                if arrow.begin == box.id
            ],
        )
        for box in drawn.boxes
        if box.shape not in {"start", "end"}
    ]
