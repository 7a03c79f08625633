"""Sends callbacks over kept connections, as many at once as told, and notes how long each took.

A connection plays one person after the other; a person's turns follow each other, as on a phone.
Nothing but loopback is ever called, and a round ends by itself.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

CONNECTIONS = 64
SERVICE_CODE = "*384*20200#"
SHORT_CODE = "20200"


@dataclass(slots=True)
class Round:
    """What one round measured: turns, seconds, and each turn's time in seconds."""

    turns: int = 0
    seconds: float = 0
    times: list[float] = field(default_factory=list)
    refused: int = 0
    cpu_seconds: float = 0  # of the server, as the caller measured it

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time in milliseconds within which a share of the turns was answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@dataclass(frozen=True, slots=True)
class Turn:
    """One callback: which kind, and its form."""

    kind: str
    form: dict[str, str]


def person(number: str, name: str) -> Iterator[Turn]:
    """Yield what one person does: join, report, vote and read, by USSD and by SMS."""
    yield from ussd(number, f"j{name}", ["", "1", "Amina Banda", "chipata", "1"])
    yield from ussd(number, f"r{name}", ["", "0", "2", "1", "1", "The borehole is dry since May"])
    yield sms(number, f"v{name}", "1 1")
    yield sms(number, f"w{name}", "2 2")
    yield sms(number, f"s{name}", "STATUS")


def member(number: str, name: str) -> Iterator[Turn]:
    """Yield what one person who joined long ago does: report, vote and look."""
    yield from ussd(number, f"r{name}", ["", "0", "2", "1", "1", "The borehole is dry since May"])
    yield sms(number, f"v{name}", "1 1")
    yield sms(number, f"w{name}", "2 2")
    yield sms(number, f"s{name}", "STATUS")


def ussd(number: str, session: str, inputs: list[str]) -> Iterator[Turn]:
    """Yield the turns of a USSD session: each carries all that was typed so far."""
    for count in range(1, len(inputs) + 1):
        yield Turn(
            "ussd",
            {
                "sessionId": f"ATUid_{session}",
                "serviceCode": SERVICE_CODE,
                "phoneNumber": number,
                "networkCode": "64501",
                "text": "*".join(inputs[1:count]),
            },
        )


def sms(number: str, message: str, text: str) -> Turn:
    """Return one incoming SMS."""
    return Turn(
        "sms",
        {
            "from": number,
            "to": SHORT_CODE,
            "text": text,
            "id": f"{message:0>32}",
            "date": "2026-11-22 06:04:45",
        },
    )


def play(
    port: int,
    paths: dict[str, str],
    people: Iterable[Iterator[Turn]],
    seconds: float,
    *,
    callers: int = CONNECTIONS,
    pause_s: float = 0,
) -> Round:
    """Play people against a port of this machine for some seconds and return what was measured.

    `paths` gives the path for each kind of turn. People are taken in order, each by one connection,
    of which there are as many as `callers`; each pauses after a turn.
    """
    return asyncio.run(_play(port, paths, iter(people), seconds, callers, pause_s))


async def _play(
    port: int,
    paths: dict[str, str],
    people: Iterator[Iterator[Turn]],
    seconds: float,
    callers: int,
    pause_s: float,
) -> Round:
    result = Round()
    started = time.perf_counter()
    end = started + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(_connection(port, paths, people, end, result, pause_s))
    result.seconds = time.perf_counter() - started
    return result


async def _connection(
    port: int,
    paths: dict[str, str],
    people: Iterator[Iterator[Turn]],
    end: float,
    result: Round,
    pause_s: float,
) -> None:
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(_Client, "127.0.0.1", port)
    heads = {
        kind: (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode()
        for kind, path in paths.items()
    }
    for turns in people:
        for turn in turns:
            body = urlencode(turn.form).encode()
            began = time.perf_counter()
            if began >= end:
                client.close()
                return
            status = await client.send(heads[turn.kind] + b"%d\r\n\r\n" % len(body) + body)
            result.times.append(time.perf_counter() - began)
            result.turns += 1
            result.refused += status != 200
            if pause_s:
                await asyncio.sleep(pause_s)
    client.close()


class _Client(asyncio.Protocol):
    """The least of HTTP/1.1 that a load needs: one request at a time, answers with a length."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._received.find(b"content-length: ")
        length = int(self._received[at + 16 : self._received.index(b"\r\n", at)])
        if len(self._received) >= head + 4 + length:
            status = int(self._received[9:12])
            self._received.clear()
            if self._answer is not None:
                self._answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    async def send(self, request: bytes) -> int:
        """Send one request and return the status of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        assert self._transport is not None
        self._transport.write(request)
        return await self._answer
