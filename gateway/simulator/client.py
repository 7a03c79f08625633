"""A phone's end of the simulator, for programs: text, dial, press, read. Synchronous and small."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from gateway.simulator.network import Inboxed

_MARGIN = 15.0  # seconds on top of what a call itself may wait
_USSD_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows. `open` while the network waits for an answer.

    `error` says why the network ended a session by itself: ``unknown_code``, ``session_over`` or
    ``no_answer``; the text is then the network's, not the gateway's.
    """

    text: str
    open: bool
    session: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of something a phone did. `status` is the gateway's HTTP answer.

    None means that it has not answered yet; 0 that it could not be reached.
    """

    id: str | None
    status: int | None

    @property
    def acknowledged(self) -> bool:
        """Whether the gateway has taken it."""
        return self.status is not None and 200 <= self.status < 300


class SimulatorRefused(Exception):
    """The simulator was asked for something that it cannot do; the sentence says what."""


class SimulatorClient:
    """Talks to one simulator. Thread-safe. Raises `httpx.HTTPError` when it cannot be reached."""

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None = None) -> None:
        """Prepare without connecting."""
        self._client = httpx.Client(
            base_url=base_url, timeout=_MARGIN, transport=transport, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send_sms(self, from_: str, text: str, *, wait: float = 10.0) -> Sent:
        """Text the short code. Waits up to `wait` seconds until the gateway has answered."""
        return self._deliver("/simulator/sms", {"from": from_, "text": text}, wait)

    def opt_out(self, from_: str, sender: str | None = None, *, wait: float = 10.0) -> Sent:
        """Block the movement at the operator: from now on sends to this phone are refused."""
        return self._deliver("/simulator/optout", {"from": from_, "sender": sender}, wait)

    def subscribe(self, from_: str, keyword: str, *, added: bool, wait: float = 10.0) -> Sent:
        """Join or leave a premium subscription."""
        asked = {"from": from_, "keyword": keyword, "added": added}
        return self._deliver("/simulator/subscription", asked, wait)

    def call(self, from_: str, *, withheld: bool = False) -> bool:
        """Let a phone ring the voice number; return whether the call was rejected, as it should be.

        `withheld` hides the caller's number.
        """
        asked = {"from": from_, "withheld": withheld}
        return bool(self._post("/simulator/call", asked, _USSD_SECONDS)["rejected"])

    def dial(self, from_: str, code: str) -> Screen:
        """Dial a code, such as ``*384*99#`` or deeper, and return the first screen."""
        return self._screen("/simulator/ussd/dial", {"from": from_, "code": code})

    def answer(self, session: str, text: str) -> Screen:
        """Answer an open screen and return the next one."""
        return self._screen("/simulator/ussd/answer", {"session": session, "text": text})

    def hangup(self, session: str) -> bool:
        """Leave a session; return whether it was still open."""
        ended = self._post("/simulator/ussd/hangup", {"session": session})["ended"]
        return bool(ended)

    def inbox(self, number: str, *, after: int = 0, wait: float = 0.0) -> list[Inboxed]:
        """Return the SMS on a phone that came after its message `after`, oldest first.

        Waits up to `wait` seconds for the first of them.
        """
        answer = self._client.get(
            f"/simulator/phones/{quote(number, safe='+')}/inbox",
            params={"after": after, "wait_ms": round(wait * 1000)},
            timeout=wait + _MARGIN,
        )
        return [Inboxed(**message) for message in _read(answer)["messages"]]

    def behave(self, **change: Any) -> dict[str, Any]:
        """Change how the network behaves (see `Behaviour`); return all of it as it is now."""
        return self._post("/simulator/behaviour", change)

    def connect(self, callbacks: Mapping[str, str]) -> None:
        """Post callbacks to these full addresses, by kind, from now on."""
        self._post("/simulator/callbacks", callbacks)

    def state(self) -> dict[str, Any]:
        """Return ``counts``, ``waiting``, ``open_sessions``, ``balance`` and ``behaviour``."""
        return _read(self._client.get("/simulator/state"))

    def reset(self) -> None:
        """Forget all phones, sessions, waiting callbacks and counts; behave as at the start."""
        self._post("/simulator/reset", {})

    def _deliver(self, path: str, asked: Mapping[str, Any], wait: float) -> Sent:
        told = self._post(path, {**asked, "wait_ms": round(wait * 1000)}, wait)
        return Sent(told["id"], told["status"])

    def _screen(self, path: str, asked: Mapping[str, Any]) -> Screen:
        return Screen(**self._post(path, asked, _USSD_SECONDS))

    def _post(self, path: str, asked: Mapping[str, Any], wait: float = 0.0) -> dict[str, Any]:
        return _read(self._client.post(path, json=asked, timeout=wait + _MARGIN))


def _read(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise SimulatorRefused(answer.json()["error"])
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
