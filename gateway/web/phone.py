"""A feature phone in the browser, on the simulator. In demo mode only: it texts as anybody.

Works without a script: every key is a form, answered with a redirect to the page.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from gateway.web.forms import Form, Refused, read_form
from gateway.web.handsets import LONGEST_TEXT, LONGEST_TYPED, NUMBERS, Handsets
from gateway.web.pages import HEADERS, Pages

SEE_OTHER = 303
AWAY = 503

# Each key with the letters printed on it.
KEYS = (
    ("1", ""),
    ("2", "abc"),
    ("3", "def"),
    ("4", "ghi"),
    ("5", "jkl"),
    ("6", "mno"),
    ("7", "pqrs"),
    ("8", "tuv"),
    ("9", "wxyz"),
    ("*", ""),
    ("0", "+"),
    ("#", ""),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page stands on: the phones, and what they dial and text."""

    handsets: Handsets
    pages: Pages
    service_code: str
    short_code: str
    simulator_url: str


def router(desk: Desk) -> APIRouter:
    """Return the pages of the phones."""
    routes = APIRouter()

    @routes.get("/phone", summary="The first phone of the demo")
    def first() -> Response:
        return _page(desk, 1)

    @routes.get("/phone/{slot:int}", summary="A phone of the demo")
    def phone(slot: int) -> Response:
        return _page(desk, slot) if _is_one(slot) else _no_such_phone()

    @routes.post("/phone/{slot:int}/keys", summary="Press a key")
    async def keys(slot: int, request: Request) -> Response:
        def press(form: Form) -> None:
            desk.handsets.press(slot, form.get("press", ""), form.get("typed", ""))

        return await _act(desk, slot, request, press)

    @routes.post("/phone/{slot:int}/texts", summary="Send an SMS")
    async def texts(slot: int, request: Request) -> Response:
        def send(form: Form) -> None:
            desk.handsets.text(slot, form.get("text", ""))

        return await _act(desk, slot, request, send)

    return routes


async def _act(desk: Desk, slot: int, request: Request, do: Callable[[Form], None]) -> Response:
    """Do what a form says, then send the browser back to the phone."""
    if not _is_one(slot):
        return _no_such_phone()
    try:
        form = await read_form(request)
    except Refused as refused:
        return PlainTextResponse(str(refused), refused.status, headers=dict(HEADERS))
    try:
        await asyncio.to_thread(do, form)
    except httpx.HTTPError:
        return _away(desk)
    return RedirectResponse(f"/phone/{slot}", SEE_OTHER, headers=dict(HEADERS))


def _page(desk: Desk, slot: int) -> Response:
    try:
        view = desk.handsets.look(slot)
        unread = desk.handsets.unread()
    except httpx.HTTPError:
        return _away(desk)
    return desk.pages.render(
        "phone",
        view=view,
        keys=KEYS,
        tabs=[(number, unread[number]) for number in range(1, len(NUMBERS) + 1)],
        service_code=desk.service_code,
        short_code=desk.short_code,
        longest_typed=LONGEST_TYPED,
        longest_text=LONGEST_TEXT,
    )


def _away(desk: Desk) -> Response:
    return desk.pages.render("away", status=AWAY, simulator_url=desk.simulator_url)


def _is_one(slot: int) -> bool:
    return 1 <= slot <= len(NUMBERS)


def _no_such_phone() -> Response:
    return PlainTextResponse("Not found", 404)
