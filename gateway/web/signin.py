"""Signing in and out. The only pages of staff that somebody sees who has not signed in."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from gateway.service.refusal import Refusal
from gateway.web.forms import Refused, read_form
from gateway.web.languages import NAMES
from gateway.web.pages import HEADERS
from gateway.web.visits import (
    SEE_OTHER,
    StaffRoutes,
    Stand,
    Visit,
    address,
    forget_session,
    own_path,
    remember_language,
    remember_session,
    secure,
    visitor_language,
)

_REFUSED: Final = 401
_TOO_FAST: Final = 429
_GONE: Final = 410
_AGENT: Final = 200


def router(stand: Stand) -> APIRouter:
    """Return the pages of the sign-in."""
    routes = APIRouter()

    @routes.get("/signin", summary="Sign in")
    def ask(request: Request) -> Response:
        return _form(stand, request)

    @routes.post("/signin", summary="Sign in")
    async def sign_in(request: Request) -> Response:
        try:
            form = await read_form(request, silent=True)
        except Refused as refused:
            return PlainTextResponse(str(refused), refused.status, headers=dict(HEADERS))
        try:
            key = await asyncio.to_thread(
                stand.sign_in.sign_in,
                form.text("username"),
                form.get("password"),
                form.text("code"),
                address=address(request),
                agent=_agent(request),
            )
        except Refusal as refusal:
            return _form(
                stand,
                request,
                status=_REFUSED if refusal.retry_ms is None else _TOO_FAST,
                username=form.text("username"),
                wanted=form.text("next"),
                error=refusal,
            )
        return _in(request, key, own_path(form.text("next")))

    @routes.get("/signin/link/{secret}", summary="A link that signs in once")
    def link(secret: str, request: Request) -> Response:
        # A program that looks at links before people do must not use this one up: it asks first.
        return _link_page(stand, request, secret)

    @routes.post("/signin/link/{secret}", summary="Sign in by a link")
    async def use_link(secret: str, request: Request) -> Response:
        try:
            await read_form(request, silent=True)
        except Refused as refused:
            return PlainTextResponse(str(refused), refused.status, headers=dict(HEADERS))
        key = await asyncio.to_thread(
            stand.sign_in.sign_in_by_link, secret, address=address(request), agent=_agent(request)
        )
        if key is None:
            return _link_page(stand, request, secret, spent=True)
        return _in(request, key, "/account/welcome")

    return routes


def add(routes: StaffRoutes) -> None:
    """Add the way out."""

    @routes.post("/signout", needs=None)
    def sign_out(visit: Visit) -> Response:
        visit.stand.sign_in.sign_out(visit.key)
        response = visit.go("/signin")
        forget_session(response, secure=visit.secure)
        return response


def _form(
    stand: Stand,
    request: Request,
    *,
    status: int = 200,
    username: str = "",
    wanted: str | None = None,
    error: Refusal | None = None,
) -> Response:
    language = visitor_language(stand, request)
    how = stand.pages.writing(language)
    response = stand.pages.render(
        "signin/form",
        status=status,
        language=language,
        languages=NAMES,
        username=username,
        next=own_path(request.query_params.get("next", "/") if wanted is None else wanted),
        errors={} if error is None else {"username": how.texts.gettext(str(error))},
        demo=stand.demo,
        csrf="",
    )
    if request.query_params.get("language") in NAMES:
        remember_language(response, language, secure=secure(request))
    if error is not None and error.retry_ms is not None:
        response.headers["Retry-After"] = str(-(-error.retry_ms // 1000))
    return response


def _link_page(stand: Stand, request: Request, secret: str, *, spent: bool = False) -> Response:
    return stand.pages.render(
        "signin/link",
        status=_GONE if spent else 200,
        language=visitor_language(stand, request),
        secret=secret,
        spent=spent,
    )


def _in(request: Request, key: str, path: str) -> Response:
    response = RedirectResponse(path, SEE_OTHER, headers=dict(HEADERS))
    remember_session(response, key, secure=secure(request))
    return response


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:_AGENT]
