"""Writing one person down by hand: told to somebody of staff, or read from a paper."""

from typing import Final

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service.enrol import EnrolError, Enrolment, Paper, Problems, Written
from gateway.web.house import House
from gateway.web.people.pages import language_options, place_options
from gateway.web.people.words import GENDER_NAMES, problem_words
from gateway.web.visits import StaffRoutes, Visit

_FIELDS: Final = ("number", "name", "place", "language", "gender", "groups")
_OF_PAPER: Final = ("consent", "text", "witness", "reference")


def add(routes: StaffRoutes, house: House, enrolment: Enrolment) -> None:
    """Add the form."""

    @routes.get("/people/new", needs=Permission.ENROL)
    def ask(visit: Visit) -> Response:
        return _form(visit, house, {})

    @routes.post("/people/new", needs=Permission.ENROL)
    def write(visit: Visit) -> Response:
        form = visit.form
        try:
            number = enrolment.add(
                visit.viewer,
                Written(
                    number=form.text("number"),
                    name=form.text("name"),
                    place=form.text("place"),
                    language=form.text("language"),
                    gender=form.text("gender"),
                    groups=tuple(form.text("groups").split(",")),
                    answer=form.text("consent"),
                    paper=Paper(form.text("text"), form.text("witness"), form.text("reference")),
                ),
            )
        except EnrolError as trouble:
            return _form(visit, house, trouble.problems)
        if not visit.may(Permission.PEOPLE, form.text("place") or None):
            return visit.go("/people/new", visit.gettext("Written down."))
        sentence = visit.gettext(
            "Written down, with the member's number %(number)s.", number=number
        )
        return visit.go(f"/people/{number}", sentence)


def _form(visit: Visit, house: House, problems: Problems) -> Response:
    errors = {name: problem_words(visit, problem) for name, problem in problems.items()}
    return visit.render(
        "people/new",
        status=400 if errors else 200,
        errors=errors,
        given={one: visit.form.text(one) for one in (*_FIELDS, *_OF_PAPER)},
        places=place_options(visit, Permission.ENROL, visit.gettext("did not say")),
        spoken=language_options(visit, house, visit.gettext("did not say")),
        genders=[
            ("", visit.gettext("did not say")),
            *((code, visit.gettext(name)) for code, name in GENDER_NAMES.items()),
        ],
        answers=[
            ("", visit.gettext("was not asked on paper")),
            ("yes", visit.gettext("said yes, and a witness saw it")),
            ("no", visit.gettext("said no")),
        ],
    )
