"""Puts on every answer what keeps it to itself, whoever made the answer, and errors too.

An address with a NUL in it is refused here, before anything looks at it: no page has one, and no
database takes one.
"""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.web.lost import nothing_here
from gateway.web.pages import HEADERS

_ALWAYS: Final = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())


async def enclosed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request as `app` does, with those of the pages' headers that it does not set."""
    if scope["type"] != "http":
        await app(scope, receive, send)
        return

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message["headers"])
            names = {name.lower() for name, _ in given}
            given += [header for header in _ALWAYS if header[0] not in names]
            message = {**message, "headers": given}
        await send(message)

    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        await nothing_here(scope["path"])(scope, receive, sending)
    else:
        await app(scope, receive, sending)
