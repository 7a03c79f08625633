"""Writing people down from a file: send it, say what is in it, see what is wrong, then write."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from fastapi.responses import Response

from gateway.core.staff.lapses import Lapse
from gateway.core.staff.roles import Permission
from gateway.service.enrol import LONGEST_NAME
from gateway.service.groups import GroupError, group_name
from gateway.service.import_lines import FIELDS, NUMBER
from gateway.service.imports import KINDS, PEOPLE, STOP, Choices, Import, Imports
from gateway.service.sheet_reading import SheetError
from gateway.service.spreadsheets import write_csv
from gateway.service.surviving import Loop
from gateway.store.imports import AT_WORK, BROKE, CHECKED, UPLOADED, Trouble
from gateway.web.pages import HEADERS
from gateway.web.people.words import problem_words
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


_SHOWN: Final = 50  # problems on a page; all of them are in the CSV file
_LONGEST: Final = {"text": 1000, "witness": 80, "reference": 80}
FIELD_NAMES: Final = {
    NUMBER: _("Phone number"),
    "name": _("Name"),
    "place": _("Place"),
    "language": _("Language"),
    "gender": _("Gender"),
    "groups": _("Groups"),
    "consent": _("Consent"),
}
STANDINGS: Final = {
    "uploaded": _("waits for you to say what is in it"),
    "checking": _("is being looked at"),
    "checked": _("was looked at; nothing is written yet"),
    "running": _("is being written"),
    "done": _("is written"),
    "cancelled": _("was given up"),
}

# Why it was given up, where nobody did that.
GIVEN_UP: Final[Mapping[str, str]] = {
    BROKE: _(
        "was given up because of a fault in the program. What was written stays. Please tell the"
        " admin, and send the file again later: nobody is written twice"
    ),
    Lapse.ACCOUNT: _("was given up because your account was closed. What was written stays"),
    Lapse.ROLE: _(
        "was given up because you might no longer write people down. What was written stays"
    ),
}


def add(routes: StaffRoutes, imports: Imports, clerk: Loop) -> None:
    """Add the pages of files."""

    @routes.get("/people/import", needs=Permission.ENROL)
    def ask(visit: Visit) -> Response:
        return _all(visit, imports, {})

    @routes.post("/people/import", needs=Permission.ENROL, uploads=True)
    def send(visit: Visit) -> Response:
        upload, kind = visit.form.files.get("file"), visit.form.text("kind")
        if kind not in KINDS:
            return _all(visit, imports, {"kind": visit.gettext("Say what the file is.")})
        if upload is None or not upload.content:
            return _all(visit, imports, {"file": visit.gettext("Choose a file first.")})
        try:
            number = imports.take(visit.viewer, kind, upload.name, upload.content)
        except SheetError as trouble:
            return _all(visit, imports, {"file": visit.gettext(str(trouble))})
        return visit.go(f"/people/import/{number}")

    @routes.get("/people/import/{id:int}", needs=Permission.ENROL)
    def one(visit: Visit) -> Response:
        return _one(visit, imports, _known(visit, imports))

    @routes.get("/people/import/{id:int}/live", needs=Permission.ENROL)
    def live(visit: Visit) -> Response:
        found = _known(visit, imports)
        answer = visit.part("people/progress", found=found, over=_over(found))
        if _over(found):
            answer.headers["X-Over"] = "1"
        return answer

    @routes.post("/people/import/{id:int}/columns", needs=Permission.ENROL)
    def choose(visit: Visit) -> Response:
        found = _known(visit, imports)
        choices, errors = _chosen(visit, found)
        if errors:
            return _one(visit, imports, Import(found.row, choices), errors)
        moved = imports.choose(found, choices)
        clerk.nudge()
        return _back(visit, found, moved=moved)

    @routes.post("/people/import/{id:int}/begin", needs=Permission.ENROL)
    def begin(visit: Visit) -> Response:
        found = _known(visit, imports)
        moved = imports.begin(visit.viewer, found)
        clerk.nudge()
        return _back(visit, found, moved=moved)

    @routes.post("/people/import/{id:int}/cancel", needs=Permission.ENROL)
    def cancel(visit: Visit) -> Response:
        found = _known(visit, imports)
        return _back(visit, found, moved=imports.cancel(found))

    @routes.get("/people/import/{id:int}/problems.csv", needs=Permission.ENROL)
    def problems(visit: Visit) -> Response:
        found = _known(visit, imports)
        rows = _told(visit, imports.problems(found.row.id))
        target = BytesIO()
        names = [visit.gettext("Line"), visit.gettext("Column"), visit.gettext("What is wrong")]
        write_csv(target, names, rows)
        headers = {
            **HEADERS,
            "Content-Disposition": f'attachment; filename="problems-{found.row.id}.csv"',
        }
        return Response(target.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _all(visit: Visit, imports: Imports, errors: Mapping[str, str]) -> Response:
    return visit.render(
        "people/imports",
        status=400 if errors else 200,
        errors=errors,
        kind=visit.form.text("kind") or PEOPLE,
        kinds=[
            (PEOPLE, visit.gettext("people to write down")),
            (STOP, visit.gettext("numbers that want no messages")),
        ],
        mine=imports.mine(visit.viewer),
        standings=STANDINGS,
    )


def _one(
    visit: Visit, imports: Imports, found: Import, errors: Mapping[str, str] | None = None
) -> Response:
    row = found.row
    if row.status == UPLOADED:
        columns = [("", visit.gettext("is not in the file"))]
        columns += [(str(at), heading or f"#{at + 1}") for at, heading in _headings(found)]
        return visit.render(
            "people/columns",
            status=400 if errors else 200,
            errors=errors or {},
            found=found,
            fields=_fields(found),
            columns=columns,
            given={name: visit.form.text(name) for name in ("group", *_LONGEST)},
        )
    return visit.render(
        "people/import",
        found=found,
        standing=GIVEN_UP.get(row.error or "", STANDINGS[row.status]),
        over=_over(found),
        ready=row.status == CHECKED,
        troubles=_told(visit, imports.problems(row.id, _SHOWN)),
        more=row.problems > _SHOWN,
    )


def _chosen(visit: Visit, found: Import) -> tuple[Choices, Mapping[str, str]]:
    """Return what a form says about a file, and what is wrong with that."""
    form, errors = visit.form, {}
    columns: dict[str, int] = {}
    for field in _fields(found):
        at = form.text(f"column_{field}")
        if at.isascii() and at.isdigit() and len(at) < 4 and int(at) < len(found.choices.header):
            columns[field] = int(at)
        elif at:
            raise NotHere
    if NUMBER not in columns:
        errors[f"column_{NUMBER}"] = visit.gettext("Say which column holds the phone numbers.")
    group = form.text("group")[:LONGEST_NAME]
    if group:
        try:
            group_name(group)
        except GroupError:
            errors["group"] = visit.gettext(
                "A group's name has up to 40 letters, digits, spaces and hyphens."
            )
    choices = Choices(
        found.choices.file,
        found.choices.header,
        columns,
        group,
        text=form.text("text"),
        witness=form.text("witness"),
        reference=form.text("reference"),
    )
    if "consent" in columns and (choices.paper is None or not choices.paper.is_whole):
        errors["text"] = visit.gettext(
            "A consent needs the words on the paper, a witness and where the paper is kept."
        )
    return choices, errors


def _fields(found: Import) -> dict[str, str]:
    names = FIELDS if found.row.kind == PEOPLE else (NUMBER,)
    return {name: FIELD_NAMES[name] for name in names}


def _headings(found: Import) -> list[tuple[int, str]]:
    return list(enumerate(found.choices.header))


def _told(visit: Visit, troubles: list[Trouble]) -> list[tuple[int, str, str]]:
    return [
        (
            line,
            visit.gettext(FIELD_NAMES.get(field, field)),
            problem_words(visit, problem, value),
        )
        for line, field, problem, value in troubles
    ]


def _over(found: Import) -> bool:
    return found.row.status not in AT_WORK


def _known(visit: Visit, imports: Imports) -> Import:
    found = imports.look(visit.viewer, visit.number("id"))
    if found is None:
        raise NotHere
    return found


def _back(visit: Visit, found: Import, *, moved: bool) -> Response:
    late = visit.gettext("The file stands otherwise by now. Look at it again.")
    return visit.go(f"/people/import/{found.row.id}", "" if moved else late)
