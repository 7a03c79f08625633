"""Those who run the movement: invited, given roles and taken them, let in no more."""

from collections.abc import Callable

from fastapi.responses import Response

from gateway.core.movement.places import Places
from gateway.core.staff.roles import Grant, Permission, Role, Viewer
from gateway.service.staff import Member, StaffError
from gateway.web.house import House
from gateway.web.navigation import ROLES
from gateway.web.visits import NotHere, StaffRoutes, Visit


def add(routes: StaffRoutes, house: House) -> None:
    """Add the pages of the staff. They are for admins of the whole movement."""
    staff = house.staff

    @routes.get("/staff", needs=Permission.STAFF)
    def everybody(visit: Visit) -> Response:
        visit.must(Permission.STAFF)
        return visit.render(
            "staff/all", members=staff.directory(), roles=ROLES, places=house.places
        )

    @routes.get("/staff/new", needs=Permission.STAFF)
    def ask(visit: Visit) -> Response:
        visit.must(Permission.STAFF)
        return _form(visit, house, {})

    @routes.post("/staff/new", needs=Permission.STAFF)
    def invite(visit: Visit) -> Response:
        visit.must(Permission.STAFF)
        try:
            number, secret = staff.invite(
                visit.viewer,
                visit.form.text("username"),
                visit.form.text("name"),
                [_grant(visit)] if visit.form.text("role") else [],
            )
        except StaffError as trouble:
            errors = {"username": visit.gettext(str(trouble))}
            if not visit.form.text("name"):
                errors["name"] = visit.gettext("Say what colleagues call them.")
            return _form(visit, house, errors)
        return _one(visit, house, number, link=secret)

    @routes.get("/staff/{id:int}", needs=Permission.STAFF)
    def one(visit: Visit) -> Response:
        visit.must(Permission.STAFF)
        return _one(visit, house, visit.number("id"))

    @routes.post("/staff/{id:int}/grant", needs=Permission.STAFF)
    def grant(visit: Visit) -> Response:
        return _done(visit, house, lambda who: staff.grant(visit.viewer, who, _grant(visit)))

    @routes.post("/staff/{id:int}/ungrant", needs=Permission.STAFF)
    def ungrant(visit: Visit) -> Response:
        return _done(visit, house, lambda who: staff.ungrant(visit.viewer, who, _grant(visit)))

    @routes.post("/staff/{id:int}/disable", needs=Permission.STAFF)
    def disable(visit: Visit) -> Response:
        return _done(visit, house, lambda who: staff.disable(visit.viewer, who))

    @routes.post("/staff/{id:int}/enable", needs=Permission.STAFF)
    def enable(visit: Visit) -> Response:
        return _done(visit, house, lambda who: staff.enable(visit.viewer, who))

    @routes.post("/staff/{id:int}/link", needs=Permission.STAFF)
    def link(visit: Visit) -> Response:
        return _linked(visit, house, staff.link)

    @routes.post("/staff/{id:int}/reset", needs=Permission.STAFF)
    def reset(visit: Visit) -> Response:
        return _linked(visit, house, staff.reset)


def _done(visit: Visit, house: House, act: Callable[[int], object]) -> Response:
    """Do something with an account and show it; what cannot be done says why."""
    visit.must(Permission.STAFF)
    number = _known(visit, house).id
    try:
        act(number)
    except StaffError as trouble:
        return _one(visit, house, number, trouble=visit.gettext(str(trouble)))
    return visit.go(f"/staff/{number}", visit.gettext("Done."))


def _linked(visit: Visit, house: House, make: Callable[[Viewer, int], str]) -> Response:
    """Make a link for an account and show it, this once."""
    visit.must(Permission.STAFF)
    number = _known(visit, house).id
    try:
        secret = make(visit.viewer, number)
    except StaffError as trouble:
        return _one(visit, house, number, trouble=visit.gettext(str(trouble)))
    return _one(visit, house, number, link=secret)


def _form(visit: Visit, house: House, errors: dict[str, str]) -> Response:
    return visit.render(
        "staff/new",
        status=400 if errors else 200,
        errors=errors,
        username=visit.form.text("username"),
        called=visit.form.text("name"),
        role=visit.form.text("role"),
        place=visit.form.text("place"),
        roles=ROLES,
        places=_options(visit, house.places),
    )


def _one(visit: Visit, house: House, number: int, *, link: str = "", trouble: str = "") -> Response:
    member = house.staff.member(number)
    if member is None:
        raise NotHere
    return visit.render(
        "staff/one",
        status=400 if trouble else 200,
        member=member,
        link=f"{visit.origin}/signin/link/{link}" if link else "",
        trouble=trouble,
        minutes=house.settings.staff.link_minutes,
        roles=ROLES,
        places=_options(visit, house.places),
        names=house.places,
        own=member.id == visit.viewer.id,
    )


def _known(visit: Visit, house: House) -> Member:
    member = house.staff.member(visit.number("id"))
    if member is None:
        raise NotHere
    return member


def _grant(visit: Visit) -> Grant:
    """Return the role that a form gives. Raises `NotHere` for one that there is not."""
    role = visit.form.text("role")
    if role not in set(Role):
        raise NotHere
    return Grant(Role(role), visit.form.text("place") or None)


def _options(visit: Visit, places: Places) -> list[tuple[str, str]]:
    """Return the places that a role may be for: the whole movement, provinces, their districts."""
    found = [("", visit.gettext("the whole movement"))]
    for place in places:
        if place.level == "province":
            found.append((place.code, place.name))
            found += [
                (one.code, f"{place.name}: {one.name}") for one in places.children(place.code)
            ]
    return found
