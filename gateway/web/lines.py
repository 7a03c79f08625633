"""A line to one client that holds nobody up: how much it may send, and how long it may take.

The server reads whatever comes for as long as it comes. Here the head of a request is bounded and
so is the whole of it, and whoever neither finishes a request nor takes an answer is hung up on. Our
forms and callbacks are far within it; their routes give up earlier, with a sentence.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.web.forms import MAX_UPLOAD_BYTES


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a client may send, in bytes, and how long it may take, in seconds."""

    head_bytes: int = 65_536
    fields: int = 100
    request_bytes: int = MAX_UPLOAD_BYTES + 1024 * 1024
    head_seconds: float = 15
    request_seconds: float = 90
    answer_seconds: float = 60  # without taking anything of what waits for it
    look_seconds: float = 5


class TooMuch(Exception):
    """More than a request may hold. The server answers 400 and hangs up."""


class Line(HttpToolsProtocol):
    """One connection. A head is what comes before a body: the address and the fields."""

    bounds: ClassVar[Bounds] = Bounds()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what the server gives a connection."""
        super().__init__(*args, **options)
        self._in_head = True
        self._received = 0
        self._since = self._taken_at = self.loop.time()
        self._due = True  # whether it is the client's turn
        self._unsent = 0
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look at the line now and then, as the base class declares it."""
        super().connection_made(transport)
        self._look = self.loop.call_later(self.bounds.look_seconds, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless it is more than a request holds."""
        self._received += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._received > self.bounds.head_bytes:
            self.send_400_response("That is more than a request may hold.")
        elif self._received > self.bounds.request_bytes:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Count a new request."""
        super().on_message_begin()
        self._in_head = self._due = True
        self._received = 0
        self._since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one field, also of those that may follow a body."""
        if len(self.headers) >= self.bounds.fields:
            raise TooMuch
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the application begin."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for nothing more of this request."""
        self._due = False
        super().on_message_complete()

    def _check(self) -> None:
        """Hang up on who takes too long, or look again later."""
        bounds, now = self.bounds, self.loop.time()
        waiting = self.transport.get_write_buffer_size()
        if waiting == 0 or waiting != self._unsent:
            self._unsent, self._taken_at = waiting, now
        patience = bounds.head_seconds if self._in_head else bounds.request_seconds
        if (self._due and now - self._since > patience) or (
            now - self._taken_at > bounds.answer_seconds
        ):
            self.transport.abort()
        else:
            self._look = self.loop.call_later(bounds.look_seconds, self._check)
