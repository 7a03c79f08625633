"""What happens in halls: counts by two witnesses, and the minutes."""

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service.halls import LONGEST_MINUTES, LONGEST_NAME, Figures, Hall, HallError, Halls
from gateway.web.assemblies.seeing import Known, known, speaking
from gateway.web.forms import Form
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_MOST_DIGITS = 6
_NOT_A_NUMBER = -1  # no count is ever this, so it is refused with the others that are wrong


def add(routes: StaffRoutes, house: House, halls: Halls) -> None:
    """Add the pages of halls and of minutes."""

    @routes.get("/assemblies/{number:int}/halls", needs=Permission.WITNESS)
    def ask(visit: Visit) -> Response:
        return _form(visit, house, _witnessed(visit, house))

    @routes.post("/assemblies/{number:int}/halls", needs=Permission.WITNESS)
    def count(visit: Visit) -> Response:
        found = _witnessed(visit, house)
        name = " ".join(visit.form.text("name").split())
        if not name or len(name) > LONGEST_NAME:
            trouble = visit.gettext("Name the hall, in at most eighty characters.")
            return _form(visit, house, found, trouble=trouble)
        try:
            halls.count(visit.viewer, found.row.number, name, _figures(visit.form, found))
        except HallError as trouble:
            return _form(visit, house, found, trouble=visit.gettext(str(trouble)))
        notice = visit.gettext("Written down. Now a second witness has to count the same.")
        return visit.go(f"/assemblies/{found.row.number}", notice)

    @routes.get("/assemblies/{number:int}/halls/{hall:int}", needs=Permission.WITNESS)
    def ask_again(visit: Visit) -> Response:
        found = _witnessed(visit, house)
        return _form(visit, house, found, _hall(visit, halls, found))

    @routes.post("/assemblies/{number:int}/halls/{hall:int}", needs=Permission.WITNESS)
    def confirm(visit: Visit) -> Response:
        found = _witnessed(visit, house)
        hall = _hall(visit, halls, found)
        try:
            after = halls.confirm(
                visit.viewer, found.row.number, hall.number, _figures(visit.form, found)
            )
        except HallError as trouble:
            return _form(visit, house, found, hall, trouble=visit.gettext(str(trouble)))
        if after.agreed:
            notice = visit.gettext("Both witnesses wrote the same. The count of this hall stands.")
            return visit.go(f"/assemblies/{found.row.number}", notice)
        path = f"/assemblies/{found.row.number}/halls/{hall.number}"
        return visit.go(path, visit.gettext("Written down."))

    @routes.get("/assemblies/{number:int}/minutes", needs=Permission.CONVENE)
    def ask_minutes(visit: Visit) -> Response:
        found = _convened(visit, house)
        last = halls.minutes(found.row.number)
        return _minutes(visit, found, last[0].text if last else "")

    @routes.post("/assemblies/{number:int}/minutes", needs=Permission.CONVENE)
    def write(visit: Visit) -> Response:
        found = _convened(visit, house)
        text = visit.form.get("text").replace("\r\n", "\n")
        try:
            halls.write_minutes(visit.viewer, found.row.number, text)
        except HallError as trouble:
            return _minutes(visit, found, text, visit.gettext(str(trouble)))
        return visit.go(
            f"/assemblies/{found.row.number}",
            visit.gettext("The minutes are kept. They are public."),
        )


def _witnessed(visit: Visit, house: House) -> Known:
    found = known(visit, house)
    visit.must(Permission.WITNESS, found.row.place)
    return found


def _convened(visit: Visit, house: House) -> Known:
    found = known(visit, house)
    visit.must(Permission.CONVENE, found.row.place)
    return found


def _hall(visit: Visit, halls: Halls, found: Known) -> Hall:
    number = visit.number("hall")
    hall = next((one for one in halls.of(found.row.number) if one.number == number), None)
    if hall is None:
        raise NotHere
    return hall


def _figures(form: Form, found: Known) -> Figures:
    return {
        motion.number: {
            one.number: _whole(form.text(f"h{motion.number}-{one.number}"))
            for one in motion.options
        }
        for motion in found.motions
    }


def _whole(text: str) -> int:
    good = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if good else _NOT_A_NUMBER


def _form(
    visit: Visit, house: House, found: Known, hall: Hall | None = None, trouble: str = ""
) -> Response:
    """Return the form of a count; what a witness wrote is shown to the two of them only."""
    own = None if hall is None else hall.own(visit.viewer.id)
    both = hall is not None and hall.second is not None and own is not None
    return visit.render(
        "assemblies/hall",
        status=400 if trouble else 200,
        row=found.row,
        motions=found.motions,
        hall=hall,
        trouble=trouble,
        typed=visit.form,
        own=own,
        both=both,
        say=speaking(visit, house),
    )


def _minutes(visit: Visit, found: Known, text: str, trouble: str = "") -> Response:
    return visit.render(
        "assemblies/minutes",
        status=400 if trouble else 200,
        row=found.row,
        text=text,
        errors={"text": trouble} if trouble else {},
        longest=LONGEST_MINUTES,
    )
