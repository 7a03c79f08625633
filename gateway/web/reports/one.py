"""One report with its words, and what staff do about it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi.responses import Response

from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement.cases import State
from gateway.core.staff.roles import Permission
from gateway.service import case_moves, case_talk
from gateway.service.cases import CaseError, Listed, NoSuchCase, workers
from gateway.web.channels import STATUSES
from gateway.web.reports.wording import CATEGORIES, Desk, categories, places_of, words_of
from gateway.web.visits import NotHere, StaffRoutes, Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# What is said when something was done, by the field that it began with.
_DONE: Final = {
    "state": _("It is moved."),
    "message": _("The SMS is on its way. The answer comes to this page."),
    "into": _("It is followed together with that one."),
    "assigned": _("It is given to them."),
    "note": _("The note is kept."),
    "place": _("It is corrected."),
    "rung": _("It is written down."),
    "why": _("It is written down, with the reason."),
}


def add(routes: StaffRoutes, desk: Desk) -> None:
    """Add the page of one report, and all that its forms do."""
    cases = desk.cases

    @routes.get("/reports/{code}", needs=Permission.CASES)
    def one(visit: Visit) -> Response:
        return _one(visit, desk, {})

    @routes.post("/reports/{code}/words", needs=Permission.CASES)
    def words(visit: Visit) -> Response:
        reason = visit.form.text("reason")
        if not reason:
            sentence = visit.gettext("Say why, in a few words. It is written to the audit.")
            return _one(visit, desk, {"reason": sentence})
        return _one(visit, desk, {}, reason=reason)

    @routes.post("/reports/{code}/move", needs=Permission.CASES)
    def move(visit: Visit) -> Response:
        state = visit.form.text("state")
        if state not in set(State):
            raise NotHere
        was, telling = visit.form.text("was"), "tell" in visit.form
        return _done(
            visit,
            desk,
            "state",
            lambda scope, code: case_moves.move(
                cases, visit.viewer, scope, code, State(state), was=was, telling=telling
            ),
        )

    @routes.post("/reports/{code}/write", needs=Permission.CASES)
    def write(visit: Visit) -> Response:
        text = visit.form.get("message")
        return _done(
            visit,
            desk,
            "message",
            lambda scope, code: case_talk.write(cases, visit.viewer, scope, code, text),
        )

    @routes.post("/reports/{code}/merge", needs=Permission.CASES)
    def merge(visit: Visit) -> Response:
        _about(visit, desk)
        into = codes.read(visit.form.text("into"))
        if into is None:
            sentence = visit.gettext("That is no code of a report. It looks like 7K4-2C9X.")
            return _one(visit, desk, {"into": sentence})
        try:
            cases.about(visit.scope(Permission.CASES), into)
        except NoSuchCase:
            sentence = visit.gettext("There is no such report in your places.")
            return _one(visit, desk, {"into": sentence})
        return _done(
            visit,
            desk,
            "into",
            lambda scope, code: case_moves.merge(cases, visit.viewer, scope, code, into),
        )

    @routes.post("/reports/{code}/assign", needs=Permission.CASES)
    def assign(visit: Visit) -> Response:
        about = _about(visit, desk)
        who = visit.form.text("assigned")
        able = {str(one.id): one.id for one in _workers(desk, about)}
        if who and who not in able:
            raise NotHere
        return _done(
            visit,
            desk,
            "assigned",
            lambda scope, code: cases.assign(visit.viewer, scope, code, able.get(who)),
        )

    @routes.post("/reports/{code}/note", needs=Permission.CASES)
    def note(visit: Visit) -> Response:
        text = visit.form.get("note")
        return _done(
            visit, desk, "note", lambda scope, code: cases.note(visit.viewer, scope, code, text)
        )

    @routes.post("/reports/{code}/sort", needs=Permission.CASES)
    def sort(visit: Visit) -> Response:
        category, place = visit.form.text("category"), visit.form.text("place") or None
        if category not in CATEGORIES and category != _about(visit, desk).row.category:
            raise NotHere
        return _done(
            visit,
            desk,
            "place",
            lambda scope, code: cases.sort(visit.viewer, scope, code, category, place),
        )

    @routes.post("/reports/{code}/verify", needs=Permission.CASES)
    def verify(visit: Visit) -> Response:
        return _done(
            visit, desk, "rung", lambda scope, code: cases.verify(visit.viewer, scope, code)
        )

    @routes.post("/reports/{code}/publish", needs=Permission.CASES)
    def publish(visit: Visit) -> Response:
        on = visit.form.text("on") == "yes"
        return _done(
            visit, desk, "rung", lambda scope, code: cases.publish(visit.viewer, scope, code, on=on)
        )

    @routes.post("/reports/{code}/hold", needs=Permission.CASES)
    def hold(visit: Visit) -> Response:
        why = visit.form.text("why")
        return _done(
            visit, desk, "why", lambda scope, code: cases.hold(visit.viewer, scope, code, why)
        )

    @routes.post("/reports/{code}/release", needs=Permission.CASES)
    def release(visit: Visit) -> Response:
        why = visit.form.text("why")
        return _done(
            visit, desk, "why", lambda scope, code: cases.release(visit.viewer, scope, code, why)
        )


def _one(
    visit: Visit, desk: Desk, errors: Mapping[str, str], *, reason: str | None = None
) -> Response:
    """Show one report. That its words were read is written down."""
    scope = visit.scope(Permission.CASES)
    try:
        read = desk.cases.read(visit.viewer, scope, _code(visit), reason=reason)
    except NoSuchCase:
        raise NotHere from None
    about = read.about
    listed = [about, *read.alike, *read.led, *([read.leads] if read.leads else [])]
    return visit.render(
        "reports/one",
        status=400 if errors else 200,
        read=read,
        about=about,
        case=about.case,
        errors=errors,
        form=visit.form,
        **words_of(visit, desk, listed),
        moves=[(str(one), visit.gettext(rules.NAMES[one])) for one in rules.moves(about.case)],
        public=visit.gettext(rules.PUBLIC[about.case.state]),
        rung=visit.gettext(rules.RUNGS[read.rung]),
        may_publish=rules.may_publish(about.case),
        workers=[(str(one.id), one.name) for one in _workers(desk, about)],
        categories=categories(visit, (), about.row.category),
        places=places_of(visit, desk.house.places),
        statuses=STATUSES,
        longest=case_talk.LONGEST_SMS,
        left=max(0, rules.MOST_UPDATES - about.case.updates),
    )


def _done(visit: Visit, desk: Desk, name: str, act: Callable[[Any, str], object]) -> Response:
    """Do something with a report and show it; what cannot be done says why, beside its field."""
    code = _code(visit)
    try:
        act(visit.scope(Permission.CASES), code)
    except NoSuchCase:
        raise NotHere from None
    except CaseError as trouble:
        return _one(visit, desk, {name: visit.gettext(str(trouble))})
    return visit.go(f"/reports/{codes.written(code)}", visit.gettext(_DONE[name]))


def _code(visit: Visit) -> str:
    code = codes.read(visit.parts.get("code", ""))
    if code is None:
        raise NotHere
    return code


def _about(visit: Visit, desk: Desk) -> Listed:
    try:
        return desk.cases.about(visit.scope(Permission.CASES), _code(visit))
    except NoSuchCase:
        raise NotHere from None


def _workers(desk: Desk, about: Listed) -> Sequence[Any]:
    return workers(desk.house.staff.directory(), about.row.place, desk.house.places)
