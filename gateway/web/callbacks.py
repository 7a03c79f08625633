"""Where aggregators call: checks who it is, reads the body, waits for the commit, answers.

The secret in the address is compared in constant time, and a wrong one looks like a wrong page.
Nothing here decides what a callback means; no answer leaves before its callback is committed.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from gateway.channels.base import Aggregator, CallbackKind, Unreadable
from gateway.service.intake import Full, Intake
from gateway.service.receive import BUSY, OK, Answer, Callback

RETRY_AFTER = "5"
_BODY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Door:
    """One channel's callbacks: its secret, its adapter, and who may knock."""

    secret: str
    aggregator: Aggregator
    allow_from: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """What the callback route stands on. `busy` gives the words for "please dial again"."""

    doors: Mapping[str, Door]
    intake: Intake
    clock: Callable[[], int]
    busy: Callable[[], str]
    max_body_bytes: int
    answer_seconds: float


class TooLarge(Exception):
    """The body is larger than any callback."""


def callback_path(channel: str, secret: str, kind: CallbackKind) -> str:
    """Return the path that an aggregator is given for one kind of callback."""
    return f"/callbacks/{channel}/{secret}/{kind}"


def router(edge: Edge) -> APIRouter:
    """Return the route that takes every callback of every channel."""
    routes = APIRouter()
    # An unknown channel is compared with this, so that it takes as long as a known one.
    nobody = Door(secrets.token_urlsafe(32), next(iter(edge.doors.values())).aggregator, ())

    async def take(request: Request) -> Response:
        path = request.path_params
        name = path["channel"]
        door = edge.doors.get(name, nobody)
        welcome = hmac.compare_digest(path["secret"].encode(), door.secret.encode())
        kind = _KINDS.get(path["kind"])
        if not welcome or door is nobody or kind is None:
            return PlainTextResponse("Not found", 404)
        if door.allow_from and not _allowed(request, door):
            return PlainTextResponse("This address may not call here.", 403)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await _body(request, edge.max_body_bytes)
        except TooLarge:
            return PlainTextResponse(f"At most {edge.max_body_bytes} bytes.", 413)
        except TimeoutError:
            return PlainTextResponse("The body came too slowly.", 408)
        return await _answer(edge, name, door, kind, body, request.headers)

    routes.add_api_route(
        "/callbacks/{channel}/{secret}/{kind}",
        take,
        methods=["POST"],
        response_class=PlainTextResponse,
        openapi_extra=_DOCUMENTED,
        summary="A callback from an aggregator",
        responses={code: {"description": why} for code, why in _REFUSALS.items()},
    )
    return routes


_KINDS: Mapping[str, CallbackKind] = {str(kind): kind for kind in CallbackKind}

_REFUSALS = {
    400: "A field is missing or mangled; the answer names it. The callback is kept.",
    403: "The source address is not on the channel's list.",
    404: "No such channel, or a wrong secret.",
    408: "The body came too slowly.",
    413: "The body is larger than any callback.",
    503: "Nothing was stored. Send it again.",
}

_DOCUMENTED: dict[str, Any] = {
    "parameters": [
        {"name": "channel", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}},
        {
            "name": "kind",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": list(_KINDS)},
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "additionalProperties": {"type": "string"}}
            }
        },
    },
}


async def _body(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise TooLarge
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > most:
            raise TooLarge
    return bytes(parts)


def _allowed(request: Request, door: Door) -> bool:
    if request.client is None:
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    return any(address in network for network in door.allow_from)


async def _answer(
    edge: Edge, name: str, door: Door, kind: CallbackKind, body: bytes, headers: Mapping[str, str]
) -> Response:
    event, problem = None, None
    try:
        event = door.aggregator.parse(kind, body, headers)
    except Unreadable as unreadable:
        problem = str(unreadable)
    callback = Callback(name, kind, event, body, edge.clock(), problem)
    try:
        future = edge.intake.submit(callback)
        async with asyncio.timeout(edge.answer_seconds):
            answer = await asyncio.shield(future)
    except (Full, TimeoutError):
        # The person sees a screen at once; an SMS comes again from the aggregator.
        if kind is CallbackKind.USSD:
            return PlainTextResponse(edge.busy())
        answer = Answer(BUSY)
    if answer.status == BUSY:
        screen = edge.busy() if kind is CallbackKind.USSD else "Please send it again."
        return PlainTextResponse(screen, BUSY, headers={"Retry-After": RETRY_AFTER})
    if answer.status != OK:
        return PlainTextResponse(answer.screen, answer.status)
    return PlainTextResponse(answer.screen)
