"""Tokens for programs that read: one's own, made and revoked; all of them for who gives roles.

A token is shown once, when it is made. It may no more than its maker, and never changes anything.
"""

from collections.abc import Mapping
from typing import Final

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service.tokens import LONGEST_NAME, SCOPES, Token, TokenError
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PAGE: Final = 50


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


_SCOPE_NAMES: Final[Mapping[Permission, str]] = {
    Permission.COUNTS: _("counts: sign-ups, and answers of conversations"),
    Permission.CALLS: _("calls to action, and how they went"),
    Permission.ASSEMBLIES: _("assemblies, and their results"),
    Permission.CASES: _("reports by their codes, without words"),
}
_DAYS: Final[Mapping[str, str]] = {
    "7": _("a week"),
    "30": _("a month"),
    "90": _("three months"),
    "365": _("a year"),
}
_USUAL: Final = "90"


def add(routes: StaffRoutes, house: House) -> None:
    """Add the page of tokens."""

    @routes.get("/tokens", needs=Permission.TOKENS)
    def all_of_them(visit: Visit) -> Response:
        return _page(visit, house)

    @routes.post("/tokens", needs=Permission.TOKENS)
    def make(visit: Visit) -> Response:
        name = " ".join(visit.form.text("name").split())
        days, place = visit.form.text("days"), visit.form.text("place") or None
        chosen = set(visit.form.all("scope"))
        scopes = [one for one in _scopes(visit) if one in chosen]
        if place is not None and house.places.get(place) is None:
            raise NotHere
        visit.must(Permission.TOKENS, place)
        if days not in _DAYS or len(scopes) != len(chosen):
            raise NotHere
        errors = {}
        if not 1 <= len(name) <= LONGEST_NAME:
            errors["name"] = visit.gettext("Say what the token is for, in 1 to 60 characters.")
        if not scopes:
            errors["scope"] = visit.gettext("Say what it may read.")
        elif not all(visit.may(one, place) for one in scopes):
            errors["scope"] = visit.gettext("You may not read all of that there yourself.")
        if errors:
            return _page(visit, house, errors)
        try:
            secret = house.tokens.make(visit.viewer, name, scopes, days=int(days), place=place)
        except TokenError:
            raise NotHere from None
        return _page(visit, house, secret=secret)

    @routes.post("/tokens/{id:int}/revoke", needs=Permission.TOKENS)
    def revoke(visit: Visit) -> Response:
        number = visit.number("id")
        token = house.tokens.find(number)
        if token is None or not (token.staff == visit.viewer.id or _sees_all(visit)):
            raise NotHere
        revoked = house.tokens.revoke(visit.viewer, number)
        said = visit.gettext("Revoked.") if revoked else visit.gettext("That was so already.")
        return visit.go("/tokens", said)


def _page(
    visit: Visit, house: House, errors: Mapping[str, str] | None = None, secret: str = ""
) -> Response:
    before = visit.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise NotHere
    everybody = _sees_all(visit)
    owner = None if everybody else visit.viewer.id
    found = house.tokens.page(owner, int(before) if before else None, _PAGE + 1)
    again = bool(errors)
    return visit.render(
        "tokens/all",
        status=400 if errors else 200,
        errors=errors or {},
        secret=secret,
        tokens=[(one, _state(one, visit.now)) for one in found[:_PAGE]],
        everybody=everybody,
        owners={one.id: one.name for one in house.staff.directory()} if everybody else {},
        names={str(scope): words for scope, words in _SCOPE_NAMES.items()},
        places=house.places,
        scopes=[(str(one), visit.gettext(_SCOPE_NAMES[one])) for one in _scopes(visit)],
        where=_where(visit),
        days=[(days, visit.gettext(words)) for days, words in _DAYS.items()],
        typed_name=visit.form.text("name") if again else "",
        typed_scopes=visit.form.all("scope") if again else (),
        typed_place=visit.form.text("place") if again else "",
        typed_days=visit.form.text("days") if again else _USUAL,
        next=f"/tokens?before={found[_PAGE - 1].id}" if len(found) > _PAGE else "",
        first="/tokens" if before else "",
    )


def _sees_all(visit: Visit) -> bool:
    """Whether the visitor minds the tokens of all: who gives and takes roles everywhere."""
    return visit.may(Permission.STAFF) and visit.may(Permission.TOKENS)


def _scopes(visit: Visit) -> list[Permission]:
    """Return what a token of the visitor's may be for."""
    return [one for one in _SCOPE_NAMES if one in SCOPES & visit.viewer.permissions]


def _state(token: Token, now: int) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "over" if now >= token.expires_at else "serves"


def _where(visit: Visit) -> list[tuple[str, str]]:
    """Return the places that a token may be for."""
    scope, places = visit.scope(Permission.TOKENS), visit.stand.places
    found = [("", visit.gettext("the whole movement"))] if scope is None else []
    inner = []
    for place in places:
        if place.level == "country" or (scope is not None and place.code not in scope):
            continue
        above = places.get(place.parent or "")
        within = above is not None and above.level != "country"
        name = f"{above.name}: {place.name}" if within and above else place.name
        inner.append((place.code, name))
    return [*found, *sorted(inner, key=lambda one: one[1])]
