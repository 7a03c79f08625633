"""Who is visiting a page of staff, and what that person may see. The one door to those pages.

Every route names the permission that it needs. Whoever is not signed in is led to the sign-in;
whoever lacks the permission gets 403, and 404 for what lies outside his or her places, so that an
address tells nobody what there is. A form is taken only from our own pages, with its token.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission, Viewer
from gateway.service.signin import SignIn
from gateway.web.forms import Form, Refused, read_form
from gateway.web.languages import NAMES, Writing, choose
from gateway.web.navigation import entries
from gateway.web.pages import HEADERS, Pages

COOKIE: Final = "mashinani_session"
# By HTTPS: a browser takes a cookie of this name from this very host alone, and by HTTPS.
HOST_COOKIE: Final = f"__Host-{COOKIE}"
_LANGUAGE_COOKIE: Final = "mashinani_language"
_NOTICE_COOKIE: Final = "mashinani_notice"
_YEAR_S: Final = 365 * 24 * 3600
_NOTICE_S: Final = 60
TOKEN_FIELD: Final = "token"  # noqa: S105 - the name of the field, not what is in it
SEE_OTHER: Final = 303
# What is open to somebody who has yet to set a password or codes.
_BEFORE_ALL: Final = ("/account", "/signout")


class NotHere(Exception):
    """There is nothing at this address, or nothing that this visitor may know of."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What the frame of every page of staff stands on.

    `pending` says what somebody has to set up before anything else; a demo lets it wait.
    """

    pages: Pages
    sign_in: SignIn
    places: Places
    clock: Callable[[], int]
    language: str
    pending: Callable[[Viewer], Collection[str]]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by somebody who is signed in. Times are milliseconds."""

    stand: Stand
    viewer: Viewer
    key: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    form: Form
    writing: Writing
    now: int
    address: str = ""
    agent: str = ""
    notice: str = ""
    secure: bool = False
    origin: str = ""
    queries: tuple[tuple[str, str], ...] = ()
    paths: Collection[str] = ()

    def may(self, permission: Permission, place: str | None = None) -> bool:
        """Whether the visitor may do this for what is in a place; None is the whole movement."""
        return self.viewer.may(permission, place, self.stand.places)

    def scope(self, permission: Permission) -> frozenset[str] | None:
        """Return every place code where the visitor may do this; None is everywhere."""
        return self.viewer.scope(permission, self.stand.places)

    def must(self, permission: Permission, place: str | None = None) -> None:
        """Raise `NotHere` unless the visitor may do this for what is in a place."""
        if not self.may(permission, place):
            raise NotHere

    def number(self, name: str) -> int:
        """Return a number of the address, such as the 7 of ``/calls/7``. Raises `NotHere`."""
        text = self.parts.get(name, "")
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise NotHere
        return int(text)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a name in the query, such as of boxes that were ticked."""
        return tuple(value for key, value in self.queries if key == name)

    def gettext(self, text: str, **values: object) -> str:
        """Return a text of the pages in the visitor's language, with its values put in."""
        found = self.writing.texts.gettext(text)
        return found % values if values else found

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """Return the form of a text that fits a number, which is its value ``num``."""
        return self.writing.texts.ngettext(one, many, num) % {"num": num, **values}

    def render(self, name: str, *, status: int = 200, **values: object) -> Response:
        """Return a page from a template, with all that the pages' frame needs."""
        response = self.stand.pages.render(
            name, status=status, language=self.writing.language, **self.frame(), **values
        )
        if self.notice:
            response.delete_cookie(_NOTICE_COOKIE)
        return response

    def part(self, name: str, **values: object) -> Response:
        """Return a part of a page, as the script that keeps it fresh asks for it."""
        text = self.stand.pages.text(name, language=self.writing.language, **self.frame(), **values)
        return Response(text, media_type="text/html", headers=dict(HEADERS))

    def go(self, path: str, notice: str = "") -> Response:
        """Send the browser to a page of ours, where a sentence says what was done."""
        response = RedirectResponse(path, SEE_OTHER, headers=dict(HEADERS))
        if notice:
            response.set_cookie(
                _NOTICE_COOKIE,
                quote(notice),
                max_age=_NOTICE_S,
                httponly=True,
                samesite="lax",
                secure=self.secure,
            )
        return response

    def frame(self) -> dict[str, object]:
        """Return what the frame around every page is made of."""
        return {
            "viewer": self.viewer,
            "ways": entries(self.viewer, self.path, self.paths),
            "csrf": self.stand.sign_in.csrf_token(self.key),
            "notice": self.notice,
            "now": self.now,
            "may": self.may,
            "Permission": Permission,
            "languages": NAMES,
            "demo": self.stand.demo,
            "here": self.path,
        }


Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Declared:
    """A route of staff as it was declared; `needs` None is for everybody who is signed in."""

    method: str
    path: str
    needs: Permission | None
    uploads: bool = False


class StaffRoutes:
    """The routes of staff. Pages are added with `get` and `post`, each with what it needs."""

    def __init__(self, stand: Stand) -> None:
        """Begin without a route."""
        self.stand = stand
        self.router = APIRouter()
        self.declared: list[Declared] = []

    def get(self, path: str, *, needs: Permission | None) -> Callable[[Answer], Answer]:
        """Add a page. It is answered in a thread, so it may wait for the database."""
        return self._add(Declared("GET", path, needs))

    def post(
        self, path: str, *, needs: Permission | None, uploads: bool = False
    ) -> Callable[[Answer], Answer]:
        """Add what a form of ours does; with `uploads` the form may carry files."""
        return self._add(Declared("POST", path, needs, uploads=uploads))

    def _add(self, declared: Declared) -> Callable[[Answer], Answer]:
        def add(answer: Answer) -> Answer:
            async def endpoint(request: Request) -> Response:
                return await self._answered(request, answer, declared)

            self.declared.append(declared)
            self.router.add_route(
                declared.path, endpoint, methods=[declared.method], include_in_schema=False
            )
            return answer

        return add

    async def _answered(self, request: Request, answer: Answer, declared: Declared) -> Response:
        sign_in = self.stand.sign_in
        key = session_key(request)
        viewer = await asyncio.to_thread(sign_in.viewer, key) if key else None
        if viewer is None:
            return _to_sign_in(request)
        if not self.stand.demo and not declared.path.startswith(_BEFORE_ALL):
            pending = await asyncio.to_thread(self.stand.pending, viewer)
            if pending:
                return RedirectResponse("/account/welcome", SEE_OTHER, headers=dict(HEADERS))
        visit = self._visit(request, viewer, key)
        if declared.needs is not None and declared.needs not in viewer.permissions:
            return refusal(visit, 403)
        if declared.method == "POST":
            try:
                form = await read_form(request, uploads=declared.uploads, silent=True)
            except Refused as refused:
                return refusal(visit, refused.status, str(refused))
            if not sign_in.csrf_fits(key, form.get(TOKEN_FIELD)):
                sentence = visit.gettext("This page was open for too long. Please try again.")
                return refusal(visit, 403, sentence)
            visit = replace(visit, form=form)
        return await asyncio.to_thread(_guarded, answer, visit)

    def _visit(self, request: Request, viewer: Viewer, key: str) -> Visit:
        return Visit(
            stand=self.stand,
            viewer=viewer,
            key=key,
            path=request.scope["path"],
            parts={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            secure=secure(request),
            origin=str(request.base_url).rstrip("/"),
            queries=tuple(request.query_params.multi_items()),
            form=Form(),
            writing=self.stand.pages.writing(
                viewer.language or visitor_language(self.stand, request)
            ),
            now=self.stand.clock(),
            address=address(request),
            agent=request.headers.get("user-agent", "")[:200],
            notice=unquote(request.cookies.get(_NOTICE_COOKIE, ""))[:500],
            paths=[one.path for one in self.declared if one.method == "GET"],
        )


def _guarded(answer: Answer, visit: Visit) -> Response:
    try:
        return answer(visit)
    except NotHere:
        return refusal(visit, 404)


def refusal(visit: Visit, status: int, sentence: str = "") -> Response:
    """Return the page that says why something is not to be had, and what to do."""
    return visit.render("refused", status=status, code=status, sentence=sentence)


def address(request: Request) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else ""


def visitor_language(stand: Stand, request: Request) -> str:
    """Return the language of the pages for somebody who is not signed in."""
    chosen = request.query_params.get("language") or request.cookies.get(_LANGUAGE_COOKIE)
    return choose((chosen,), request.headers.get("accept-language", "") or stand.language)


def secure(request: Request) -> bool:
    """Whether a request came by HTTPS, so that cookies need never travel otherwise."""
    return bool(request.scope["scheme"] == "https")


def remember_language(response: Response, language: str, *, secure: bool) -> None:
    """Keep the language that somebody chose, for a year."""
    response.set_cookie(
        _LANGUAGE_COOKIE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def session_key(request: Request) -> str:
    """Return the key of the session that a browser says it is in, or nothing."""
    return request.cookies.get(_session_cookie(secure=secure(request)), "")


def remember_session(response: Response, key: str, *, secure: bool) -> None:
    """Give the browser the key of a session; it forgets the key when it is closed."""
    name = _session_cookie(secure=secure)
    response.set_cookie(name, key, httponly=True, samesite="lax", secure=secure)


def forget_session(response: Response, *, secure: bool) -> None:
    """Take the key of a session from the browser."""
    name = _session_cookie(secure=secure)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)


def _session_cookie(*, secure: bool) -> str:
    return HOST_COOKIE if secure else COOKIE


def own_path(wanted: str) -> str:
    """Return where to go after the sign-in: a page of ours, or the first page."""
    parts = urlsplit(wanted)
    ours = not parts.scheme and not parts.netloc and wanted.startswith("/")
    return wanted if ours and not wanted.startswith(("//", "/\\")) and "\n" not in wanted else "/"


def _to_sign_in(request: Request) -> Response:
    """Lead to the sign-in and, for a page that was asked for, back to it."""
    wanted, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    if query:
        wanted += f"?{query}"
    asked = request.method == "GET" and wanted != "/"
    path = f"/signin?next={quote(wanted, safe='')}" if asked else "/signin"
    response = RedirectResponse(path, SEE_OTHER, headers=dict(HEADERS))
    forget_session(response, secure=secure(request))
    return response
