"""Exports: counts first, rows without names, numbers that a second person lets out; the files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from fastapi.responses import Response, StreamingResponse

from gateway.core.movement.places import LEVELS
from gateway.core.staff.lapses import Lapse
from gateway.core.staff.roles import Permission
from gateway.service import asked as kinds
from gateway.service.asked import Asked
from gateway.service.exporting import Export, Exports, NotTaken, NotYours
from gateway.store import export_jobs as jobs
from gateway.web.house import House
from gateway.web.pages import HEADERS
from gateway.web.visits import TOKEN_FIELD, NotHere, StaffRoutes, Visit

T = TypeVar("T")

_PAGE: Final = 20
_MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "package": "application/zip",
}


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


_KINDS: Final[Mapping[str, str]] = {
    kinds.SIGNUPS: _("counts of sign-ups"),
    kinds.REPORTS: _("counts of reports"),
    kinds.RESULTS: _("counts of answers"),
    kinds.PEOPLE: _("people, one a line"),
    kinds.CASES: _("reports, one a line"),
    kinds.ANSWERS: _("answers, one person a line"),
    kinds.NUMBERS: _("phone numbers"),
}
_BY: Final[Mapping[str, str]] = {
    "place": _("place"),
    "month": _("month"),
    "week": _("week"),
    "day": _("day"),
    "channel": _("channel"),
    "medium": _("way of joining (sign-ups)"),
    "language": _("language (sign-ups)"),
    "gender": _("gender (sign-ups)"),
    "category": _("category (reports)"),
    "status": _("state (reports)"),
}
_FORMATS: Final[Mapping[str, str]] = {
    "csv": _("CSV, for any program"),
    "xlsx": _("XLSX, for spreadsheets"),
    "jsonl": _("JSON lines, for programmers"),
    "package": _("data package, with what each column means"),
}
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "held": (_("waits for a second person"), "busy"),
    "waiting": (_("waits to be prepared"), "busy"),
    "working": (_("is being prepared"), "busy"),
    "done": (_("ready"), "good"),
    "failed": (_("failed"), "bad"),
    "refused": (_("refused"), "bad"),
    "gone": (_("deleted"), ""),
}
_COLUMNS: Final[Mapping[str, str]] = {
    "place": _("Place"),
    "place_code": _("Code"),
    "channel": _("Channel"),
    "medium": _("Way of joining"),
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "language": _("Language"),
    "gender": _("Gender"),
    "category": _("Category"),
    "status": _("State"),
    "result": _("Question"),
    "answer": _("Answer"),
    "participants": _("People"),
    "reports": _("Reports"),
    "people": _("People"),
}
_FIRST: Final[Mapping[str, object]] = {
    "kind": kinds.SIGNUPS,
    "by": ("place",),
    "level": "province",
}
_LEVELS: Final[Mapping[str, str]] = {
    "country": _("country"),
    "province": _("province"),
    "district": _("district"),
}
_EVERY: Final[Mapping[str, str]] = {
    "day": _("every day, into the folder"),
    "week": _("every week, into the folder"),
}


_FAILURES: Final[Mapping[str, str]] = {
    jobs.GAVE_UP: _("It was begun three times and never finished. Please ask the admin."),
    jobs.TOO_FINE: _("Nearly every count would be of too few people. Please count by less."),
    jobs.NO_RESULTS: _("The flow has saved no answers."),
    jobs.NOT_WRITTEN: _("The file could not be written: the disk may be full. Please try again."),
    jobs.BROKE: _("A fault in the program ended it. Please tell the admin."),
    Lapse.ACCOUNT: _("It ended because the account of whoever asked for it is closed."),
    Lapse.ROLE: _("It ended because whoever asked for it no longer has the role that it needs."),
    Lapse.PLACE: _("It ended because whoever asked for it no longer has all these places."),
}
_TRYING: Final[Mapping[str, str]] = {
    jobs.NOT_WRITTEN: _(
        "The folder cannot be written: it is away, full, or not ours. It is tried again every ten"
        " minutes."
    ),
    jobs.BROKE: _("A fault in the program kept it from being written. Please tell the admin."),
}


def add(routes: StaffRoutes, house: House) -> None:
    """Add the pages of exports."""
    exports = house.exports

    @routes.get("/exports", needs=Permission.EXPORT)
    def everything(visit: Visit) -> Response:
        return _page(visit, exports, {}, {})

    @routes.post("/exports/new", needs=Permission.EXPORT)
    def new(visit: Visit) -> Response:
        asked = _asked(visit)
        reason = visit.form.text(f"{_form(visit)}reason")
        errors: dict[str, str] = {}
        if not asked.sound:
            errors["by"] = visit.gettext("These cannot be counted so. Please choose other parts.")
            return _page(visit, exports, errors, _given(visit), status=400)
        every = visit.form.get("every")
        try:
            if every:
                _own(lambda: exports.schedule(visit.viewer, asked, every))
                said = visit.gettext("The counts are written from now on.")
                return visit.go("/exports", said)
            number = _own(lambda: exports.ask(visit.viewer, asked, reason))
        except NotTaken as refused:
            errors[_form(visit) + refused.field] = visit.gettext(str(refused))
            return _page(visit, exports, errors, _given(visit), status=400)
        return visit.go(f"/exports/{number}")

    @routes.get("/exports/{number:int}", needs=Permission.EXPORT)
    def one(visit: Visit) -> Response:
        found = _own(lambda: exports.one(visit.viewer, visit.number("number")))
        return visit.render("exports/one", **_shown(visit, house, found))

    @routes.get("/exports/{number:int}/live", needs=Permission.EXPORT)
    def live(visit: Visit) -> Response:
        found = _own(lambda: exports.one(visit.viewer, visit.number("number")))
        part = visit.part("exports/state", **_shown(visit, house, found))
        if found.job.status not in (jobs.HELD, *jobs.UNDER_WAY):
            part.headers["X-Over"] = "1"
        return part

    @routes.get("/exports/{number:int}/file", needs=Permission.EXPORT)
    def file(visit: Visit) -> Response:
        found, content = _own(lambda: exports.fetch(visit.viewer, visit.number("number")))
        headers = {
            **HEADERS,
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Content-Length": str(found.job.size or 0),
        }
        media = _MEDIA[found.asked.format]
        return StreamingResponse(content, media_type=media, headers=headers)

    @routes.post("/exports/{number:int}/delete", needs=Permission.EXPORT)
    def delete(visit: Visit) -> Response:
        _own(lambda: exports.delete(visit.viewer, visit.number("number")))
        return visit.go("/exports", visit.gettext("The export is deleted."))

    @routes.post("/exports/schedules/{number:int}/end", needs=Permission.EXPORT)
    def end(visit: Visit) -> Response:
        _own(lambda: exports.unschedule(visit.viewer, visit.number("number")))
        return visit.go("/exports", visit.gettext("The counts are written no more."))

    @routes.get("/releases", needs=Permission.RELEASE_NUMBERS)
    def releases(visit: Visit) -> Response:
        held = exports.held(visit.viewer)
        return visit.render("exports/releases", held=held, places_of=_places_of(visit, house))

    @routes.post("/releases/{number:int}/release", needs=Permission.RELEASE_NUMBERS)
    def release(visit: Visit) -> Response:
        _own(lambda: exports.decide(visit.viewer, visit.number("number"), release=True))
        return visit.go("/releases", visit.gettext("The numbers are prepared for who asked."))

    @routes.post("/releases/{number:int}/refuse", needs=Permission.RELEASE_NUMBERS)
    def refuse(visit: Visit) -> Response:
        _own(lambda: exports.decide(visit.viewer, visit.number("number"), release=False))
        return visit.go("/releases", visit.gettext("The numbers stay where they are."))


def _own(do: Callable[[], T]) -> T:
    """Do something with an export that must be there for this visitor."""
    try:
        return do()
    except NotYours:
        raise NotHere from None


def _page(
    visit: Visit,
    exports: Exports,
    errors: Mapping[str, str],
    given: Mapping[str, object],
    *,
    status: int = 200,
) -> Response:
    text = visit.query.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotHere
    mine = exports.mine(visit.viewer, int(text) if text else None, _PAGE + 1)
    flows = exports.flows()
    held = visit.viewer.permissions
    counts = [(kind, _KINDS[kind]) for kind in (kinds.SIGNUPS, kinds.REPORTS)]
    rows = [(kind, _KINDS[kind]) for kind in (kinds.PEOPLE, kinds.CASES)]
    return visit.render(
        "exports/all",
        status=status,
        errors=errors,
        given=given or _FIRST,
        counts=_options(visit, counts, kinds.RESULTS, flows),
        rows=_options(visit, rows, kinds.ANSWERS, flows),
        by=[(name, visit.gettext(words)) for name, words in _BY.items()],
        levels=[
            ("", visit.gettext("as people said it")),
            *((one, visit.gettext(_LEVELS[one])) for one in LEVELS),
        ],
        formats=[(name, visit.gettext(words)) for name, words in _FORMATS.items()],
        every=[
            ("", visit.gettext("once, to download")),
            *((name, visit.gettext(words)) for name, words in _EVERY.items()),
        ],
        offered=exports.offered,
        schedules=exports.schedules(visit.viewer),
        may_rows=Permission.EXPORT_ROWS in held,
        may_numbers=Permission.EXPORT_NUMBERS in held,
        exports=mine[:_PAGE],
        following=f"/exports?before={mine[_PAGE - 1].job.id}" if len(mine) > _PAGE else "",
        first="/exports" if text else "",
        kind_words=_KINDS,
        every_words=_EVERY,
        failures={**_FAILURES, **_TRYING},
        states=_STATES,
    )


def _options(
    visit: Visit, fixed: Sequence[tuple[str, str]], of_flow: str, flows: Sequence[str]
) -> Sequence[tuple[str, str]]:
    """Return what can be asked for: what there always is, and the answers of each flow."""
    return [
        *((kind, visit.gettext(words)) for kind, words in fixed),
        *((f"{of_flow}:{flow}", visit.gettext("answers in %(flow)s", flow=flow)) for flow in flows),
    ]


def _asked(visit: Visit) -> Asked:
    form, of = visit.form, _form(visit)
    kind, _, flow = form.get(f"{of}kind", kinds.NUMBERS).partition(":")
    return Asked(
        kind=kind,
        by=form.all("by"),
        level=form.get("level"),
        flow=flow,
        format=form.get(f"{of}format", "csv"),
        tags="tags" in form,
        exact="exact" in form,
    )


def _form(visit: Visit) -> str:
    """Return what the fields of the form that was sent begin with; those of counts have nothing."""
    found = visit.form.get("form")
    return found if found in {"rows_", "numbers_"} else ""


def _given(visit: Visit) -> Mapping[str, object]:
    """Return what was put into a form, to show it again."""
    pairs = {name: value for name, value in visit.form.pairs if name != TOKEN_FIELD}
    return {**pairs, "by": visit.form.all("by")}


def _shown(visit: Visit, house: House, found: Export) -> dict[str, Any]:
    return {
        "export": found,
        "kind_words": _KINDS,
        "states": _STATES,
        "columns": [visit.gettext(_COLUMNS[one]) for one in found.columns if one in _COLUMNS],
        "by_words": [visit.gettext(_BY[one]) for one in found.asked.by],
        "places_of": _places_of(visit, house),
        "failures": _FAILURES,
    }


def _places_of(visit: Visit, house: House) -> Callable[[Export], str]:
    def names(one: Export) -> str:
        if one.places is None:
            return visit.gettext("the whole movement")
        found = [(code, house.places.get(code)) for code in one.places]
        return ", ".join(code if place is None else place.name for code, place in found)

    return names
