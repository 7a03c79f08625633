"""One's own account: password, codes, language, and where one is signed in."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import segno
from fastapi.responses import Response
from markupsafe import Markup

from gateway.service.account import Account
from gateway.service.refusal import Refusal
from gateway.web.languages import NAMES
from gateway.web.visits import (
    NotHere,
    StaffRoutes,
    Visit,
    remember_language,
    remember_session,
)

_QR_SCALE = 4


def add(routes: StaffRoutes, account: Account) -> None:
    """Add the pages of one's own account. They need no role."""
    sign_in = routes.stand.sign_in

    @routes.get("/account", needs=None)
    def own(visit: Visit) -> Response:
        return _page(visit, account)

    @routes.get("/account/welcome", needs=None)
    def welcome(visit: Visit) -> Response:
        pending = account.pending(visit.viewer)
        if "password" in pending:
            return visit.render("account/password", errors={}, first=True)
        if "totp" in pending:
            return visit.go("/account/codes")
        return visit.go("/")

    @routes.get("/account/password", needs=None)
    def ask_password(visit: Visit) -> Response:
        return visit.render(
            "account/password", errors={}, first="password" in account.pending(visit.viewer)
        )

    @routes.post("/account/password", needs=None)
    def set_password(visit: Visit) -> Response:
        form = visit.form
        if form.get("new") != form.get("again"):
            errors = {"again": visit.gettext("The two passwords differ. Write the same twice.")}
        else:
            errors = _tried(
                visit,
                "new",
                lambda: account.set_password(visit.viewer, form.get("old"), form.get("new")),
            )
        if errors:
            first = "password" in account.pending(visit.viewer)
            return visit.render("account/password", status=400, errors=errors, first=first)
        response = visit.go("/account/welcome", visit.gettext("Your password is set."))
        return _renewed(visit, lambda _: response)

    @routes.get("/account/codes", needs=None)
    def codes(visit: Visit) -> Response:
        return _codes(visit, account)

    @routes.post("/account/codes/begin", needs=None)
    def begin(visit: Visit) -> Response:
        errors = _tried(
            visit, "now", lambda: account.begin_totp(visit.viewer, visit.form.text("now"))
        )
        return _codes(visit, account, errors) if errors else visit.go("/account/codes")

    @routes.post("/account/codes", needs=None)
    def confirm(visit: Visit) -> Response:
        try:
            recovery = account.confirm_totp(visit.viewer, visit.form.text("code"))
        except Refusal as trouble:
            return _codes(visit, account, {"code": visit.gettext(str(trouble))})
        return _renewed(visit, lambda now: now.render("account/recovery", codes=recovery))

    @routes.post("/account/recovery", needs=None)
    def renew(visit: Visit) -> Response:
        try:
            recovery = account.renew_recovery_codes(visit.viewer, visit.form.text("renew"))
        except Refusal as trouble:
            return _codes(visit, account, {"renew": visit.gettext(str(trouble))})
        return visit.render("account/recovery", codes=recovery)

    @routes.post("/account/language", needs=None)
    def language(visit: Visit) -> Response:
        chosen = visit.form.text("language")
        if chosen not in NAMES:
            raise NotHere
        account.set_language(visit.viewer, chosen)
        response = visit.go("/account")
        remember_language(response, chosen, secure=visit.secure)
        return response

    @routes.post("/account/sessions/others", needs=None)
    def revoke_others(visit: Visit) -> Response:
        ended = sign_in.revoke_others(visit.viewer)
        return visit.go(
            "/account",
            visit.ngettext("%(num)s other session ended.", "%(num)s other sessions ended.", ended),
        )

    @routes.post("/account/sessions/{session:int}", needs=None)
    def revoke(visit: Visit) -> Response:
        if not sign_in.revoke(visit.viewer.id, visit.number("session")):
            raise NotHere
        return visit.go("/account", visit.gettext("That session is ended."))


def _renewed(visit: Visit, answer: Callable[[Visit], Response]) -> Response:
    """Answer under a new key of the session: what it was before must not be worth having."""
    key = visit.stand.sign_in.renewed(visit.viewer)
    response = answer(replace(visit, key=key))
    remember_session(response, key, secure=visit.secure)
    return response


def _page(visit: Visit, account: Account) -> Response:
    return visit.render(
        "account/own",
        sessions=visit.stand.sign_in.sessions(visit.viewer.id),
        pending=account.pending(visit.viewer),
        places=visit.stand.places,
    )


def _codes(visit: Visit, account: Account, errors: Mapping[str, str] | None = None) -> Response:
    offer = account.offered_totp(visit.viewer)
    return visit.render(
        "account/codes",
        status=400 if errors else 200,
        offer=offer,
        picture=None if offer is None else _picture(offer.address),
        has=account.has_totp(visit.viewer),
        left=account.recovery_codes_left(visit.viewer),
        errors=errors or {},
    )


def _picture(address: str) -> Markup:
    """Draw what an authenticator scans."""
    drawn = segno.make(address, micro=False).svg_inline(
        scale=_QR_SCALE, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn here, of our own address


def _tried(visit: Visit, name: str, do: Callable[[], object]) -> dict[str, str]:
    """Do something and return its error under a field's name, or nothing."""
    try:
        do()
    except Refusal as trouble:
        return {name: visit.gettext(str(trouble))}
    return {}
