"""Where aggregators call: checks who it is, reads the body, waits for the commit, answers.

The secret in the address is compared in constant time, and a wrong one looks like a wrong page.
Nothing here decides what a callback means; no answer leaves before its callback is committed.

This is the one route that speaks ASGI itself, and it is reached before any middleware: every
message of the movement passes here, and what a framework does for a route that has no form, cookie
or dependency costs more than all our own work.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.channels.base import Aggregator, CallbackKind, Unreadable
from gateway.service.intake import Full, Intake
from gateway.service.requests import BUSY, OK, Answer, Callback
from gateway.web.envelope import enclosed
from gateway.web.lost import NOTHING
from gateway.web.patience import Patience

PATH = "/callbacks/{channel}/{secret}/{kind}"
_PREFIX = "/callbacks/"
_SLASHES = PATH.count("/")
RETRY_AFTER = b"5"
_LENGTH = b"content-length"


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
    body_seconds: float = 10


class TooLarge(Exception):
    """The body is larger than any callback."""


class Gone(Exception):
    """The aggregator hung up before its body was complete."""


def callback_path(channel: str, secret: str, kind: CallbackKind) -> str:
    """Return the path that an aggregator is given for one kind of callback."""
    return f"/callbacks/{channel}/{secret}/{kind}"


class Application(FastAPI):
    """FastAPI with a short way for callbacks; everything else goes its ordinary way."""

    def __init__(self, callbacks: "Callbacks | None", **settings: Any) -> None:
        """Take callbacks as `callbacks` does, if there are channels, and `settings` as FastAPI."""
        super().__init__(**settings)
        self._callbacks = callbacks
        if callbacks is not None:
            self.router.routes.append(Route(PATH, callbacks, methods=["POST"], name="callbacks"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the application's life."""
        if (
            self._callbacks is not None
            and scope["type"] == "http"
            and scope["method"] == "POST"
            and scope["path"].startswith(_PREFIX)
            and scope["path"].count("/") == _SLASHES
        ):
            await self._callbacks(scope, receive, send)
        else:
            await enclosed(super().__call__, scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Return the description of the routes, with the one that no framework describes for us."""
        described = super().openapi()
        if self._callbacks is None:
            return described
        return {**described, "paths": {**described["paths"], **DOCUMENTED}}


class Callbacks:
    """Takes callbacks as an ASGI application, under addresses of the form of `PATH`."""

    def __init__(self, edge: Edge) -> None:
        """Stand on an edge whose intake runs."""
        self._edge = edge
        # An unknown channel is compared with this, so that it takes as long as a known one.
        nobody = next(iter(edge.doors.values())).aggregator
        self._nobody = Door(secrets.token_urlsafe(32), nobody, ())
        self._answers, self._bodies = Patience(edge.answer_seconds), Patience(edge.body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        edge = self._edge
        name, given, given_kind = scope["path"].split("/")[2:]
        door = edge.doors.get(name, self._nobody)
        welcome = hmac.compare_digest(given.encode(), door.secret.encode())
        kind = _KINDS.get(given_kind)
        if not welcome or door is self._nobody or kind is None:
            return await _respond(send, 404, NOTHING)
        if door.allow_from and not _allowed(scope, door):
            return await _respond(send, 403, "This address may not call here.")
        try:
            body = await self._body(scope, receive)
        except TooLarge:
            return await _respond(send, 413, f"At most {edge.max_body_bytes} bytes.")
        except TimeoutError:
            return await _respond(send, 408, "The body came too slowly.")
        except Gone:
            return None
        answer = await self._submit(name, door, kind, body, Headers(scope=scope))
        if answer.status == BUSY:
            words = edge.busy() if kind is CallbackKind.USSD else "Please send it again."
            return await _respond(send, BUSY, words, retry=True)
        calls = kind is CallbackKind.VOICE and answer.status == OK
        return await _respond(
            send, answer.status, door.aggregator.rejection if calls else answer.screen
        )

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        most = self._edge.max_body_bytes
        for name, value in scope["headers"]:
            if name == _LENGTH and value.isdigit() and int(value) > most:
                raise TooLarge
        parts = b""
        more = True
        with self._bodies.reading():
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                parts += message.get("body", b"")
                more = message.get("more_body", False)
                if len(parts) > most:
                    raise TooLarge
        return parts

    async def _submit(
        self, name: str, door: Door, kind: CallbackKind, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        """Hand a callback to the intake and wait for its answer, but not for long."""
        event, problem = None, None
        try:
            event = door.aggregator.parse(kind, body, headers)
        except Unreadable as unreadable:
            problem = str(unreadable)
        callback = Callback(name, kind, event, body, self._edge.clock(), problem)
        try:
            future = self._edge.intake.submit(callback)
            self._answers.watch(future)
            return await future
        except (Full, TimeoutError):
            # The person sees a screen at once; an SMS comes again from the aggregator.
            if kind is CallbackKind.USSD:
                return Answer(OK, self._edge.busy())
            return Answer(BUSY)


_KINDS: Mapping[str, CallbackKind] = {str(kind): kind for kind in CallbackKind}

_ANSWERS = {
    200: "Stored. For `ussd` the text begins with `CON ` or `END `; for `voice` it rejects a call.",
    400: "A field is missing or mangled; the answer names it. The callback is kept.",
    403: "The source address is not on the channel's list.",
    404: "No such channel or kind, or a wrong secret.",
    408: "The body came too slowly.",
    413: "The body is larger than any callback.",
    503: "Nothing was stored. Send it again.",
}


def _parameter(name: str, **schema: object) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **schema}}


# The route in the words of OpenAPI 3.1.
DOCUMENTED: Mapping[str, Any] = {
    PATH: {
        "post": {
            "summary": "A callback from an aggregator",
            "operationId": "callback",
            "parameters": [
                _parameter("channel"),
                _parameter("secret"),
                _parameter("kind", enum=list(_KINDS)),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "additionalProperties": {"type": "string"}}
                    }
                },
            },
            "responses": {
                str(code): {
                    "description": why,
                    "content": {"text/plain": {"schema": {"type": "string"}}},
                }
                for code, why in _ANSWERS.items()
            },
        }
    }
}


def _allowed(scope: Scope, door: Door) -> bool:
    client = scope.get("client")
    if client is None:
        return False
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    return any(address in network for network in door.allow_from)


async def _respond(send: Send, status: int, text: str, *, retry: bool = False) -> None:
    body = text.encode()
    headers = [
        (b"content-length", str(len(body)).encode()),
        (b"content-type", b"text/plain; charset=utf-8"),
    ]
    if retry:
        headers.append((b"retry-after", RETRY_AFTER))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
