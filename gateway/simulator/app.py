"""The simulator over HTTP: the aggregator's own interface, and the controls under /simulator/.

It never logs an address, because addresses of inboxes carry numbers.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.simulator.behaviour import BadRequest
from gateway.simulator.network import Callback, Network
from gateway.simulator.postman import Postman
from gateway.simulator.sessions import Session, Sessions, fits_a_screen
from gateway.simulator.settings import SimulatorSettings, callbacks_from

_LONGEST_WAIT_MS = 60_000


def create_app(
    settings: SimulatorSettings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    run: str | None = None,
) -> Starlette:
    """Build the simulator. `run` begins every id that it gives; two runs must not share one."""
    simulator = _Simulator(settings, now, run or secrets.token_hex(6))
    routes = [
        Route("/version1/messaging", simulator.send, methods=["POST"]),
        Route("/version1/messaging", simulator.fetch, methods=["GET"]),
        Route("/version1/user", simulator.user, methods=["GET"]),
        Route("/simulator/sms", simulator.text, methods=["POST"]),
        Route("/simulator/optout", simulator.leave, methods=["POST"]),
        Route("/simulator/subscription", simulator.subscribe, methods=["POST"]),
        Route("/simulator/call", simulator.call, methods=["POST"]),
        Route("/simulator/ussd/dial", simulator.dial, methods=["POST"]),
        Route("/simulator/ussd/answer", simulator.answer, methods=["POST"]),
        Route("/simulator/ussd/hangup", simulator.hang_up, methods=["POST"]),
        Route("/simulator/phones/{number}/inbox", simulator.inbox, methods=["GET"]),
        Route("/simulator/behaviour", simulator.behave, methods=["POST"]),
        Route("/simulator/callbacks", simulator.connect, methods=["POST"]),
        Route("/simulator/state", simulator.state, methods=["GET"]),
        Route("/simulator/reset", simulator.reset, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        lifespan=simulator.lifespan,
        exception_handlers={BadRequest: _explain},
    )


def serve(settings: SimulatorSettings) -> None:
    """Serve until interrupted."""
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
    )


class _Simulator:
    """The endpoints over one network, its sessions and its postman."""

    def __init__(self, settings: SimulatorSettings, now: Callable[[], datetime], run: str) -> None:
        self._settings = settings
        self._now = now
        self._network = Network(settings, run)
        self._sessions = Sessions(seconds=settings.session_seconds)
        self._postman: Postman
        self._arrived = asyncio.Event()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with Postman(
            self._network, self._settings.callbacks, self._settings.callback_attempts
        ) as self._postman:
            sweeper = asyncio.create_task(self._sweep())
            yield
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper

    async def _sweep(self) -> None:
        """End the sessions that nobody answers any more."""
        while True:
            await asyncio.sleep(1)
            for session in self._sessions.expire(time.monotonic()):
                self._tell_ended(session, "Incomplete")

    # The aggregator's own interface ------------------------------------------------------------

    async def send(self, request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        form = dict(parse_qsl(body, keep_blank_values=True))
        if (refusal := self._stranger(request, form)) is not None:
            return refusal
        numbers = [number for number in form.get("to", "").split(",") if number]
        if not numbers or not form.get("message"):
            return PlainTextResponse("Request is missing required form field 'to'", 400)
        sender = form.get("from") or self._settings.shortcode
        taken = self._network.take(numbers, form["message"], sender, self._now())
        for report in taken.reports:
            self._postman.hand_in(report)
        self._arrived.set()
        self._arrived = asyncio.Event()
        if isinstance(taken.payload, str):
            return PlainTextResponse(taken.payload, taken.status)
        return _json(taken.payload, taken.status)

    async def fetch(self, request: Request) -> Response:
        if (refusal := self._stranger(request, request.query_params)) is not None:
            return refusal
        return _json(self._network.incoming(_whole(request, "lastReceivedId")))

    async def user(self, request: Request) -> Response:
        if (refusal := self._stranger(request, request.query_params)) is not None:
            return refusal
        return _json(self._network.credit())

    def _stranger(self, request: Request, fields: Mapping[str, str]) -> Response | None:
        """Refuse a request that does not carry the account's name and key."""
        known = (self._settings.username or fields.get("username")) == fields.get("username")
        key = self._settings.api_key
        if known and fields.get("username") and key in {None, request.headers.get("apikey")}:
            return None
        return PlainTextResponse("The supplied authentication is invalid", 401)

    # What phones do ----------------------------------------------------------------------------

    async def text(self, request: Request) -> Response:
        asked = await _object(request)
        callback = self._network.text(_word(asked, "from"), _text(asked), self._now())
        return await self._deliver(callback, asked)

    async def leave(self, request: Request) -> Response:
        asked = await _object(request)
        return await self._deliver(
            self._network.leave(_word(asked, "from"), asked.get("sender")), asked
        )

    async def subscribe(self, request: Request) -> Response:
        asked = await _object(request)
        fields = {
            "phoneNumber": _word(asked, "from"),
            "shortCode": self._settings.shortcode,
            "keyword": _word(asked, "keyword"),
            "updateType": "addition" if asked.get("added", True) else "deletion",
        }
        return await self._deliver(Callback("subscription", fields), asked)

    async def _deliver(self, callback: Callback, asked: Mapping[str, Any]) -> Response:
        if callback.kind not in self._postman.callbacks:
            raise BadRequest(f"There is no callback address for {callback.kind}.")
        wait = asked.get("wait_ms", 10_000)
        if not isinstance(wait, int) or not 0 <= wait <= _LONGEST_WAIT_MS:
            raise BadRequest(f"wait_ms must be a whole number up to {_LONGEST_WAIT_MS}.")
        status = await self._postman.deliver(callback, wait / 1000)
        return _json({"id": callback.fields.get("id"), "status": status}, 202)

    async def call(self, request: Request) -> Response:
        """Let a phone ring. The gateway should not take the call: nobody would pay for one."""
        asked = await _object(request)
        phone, withheld = _word(asked, "from"), asked.get("withheld") is True
        if "voice" not in self._postman.callbacks:
            raise BadRequest("There is no callback address for voice.")
        ringing = self._network.ring(phone, withheld=withheld)
        answer = await self._postman.ask(ringing)
        said = answer.text if answer is not None and answer.status_code == 200 else ""
        rejected = "<Reject" in said
        self._network.counts["calls_rejected"] += rejected
        self._postman.hand_in(self._network.ring(phone, withheld=withheld, over=ringing))
        return _json({"rejected": rejected, "answered": bool(said)})

    async def inbox(self, request: Request) -> Response:
        phone, after = request.path_params["number"], _whole(request, "after")
        with suppress(TimeoutError):
            async with asyncio.timeout(min(_whole(request, "wait_ms"), _LONGEST_WAIT_MS) / 1000):
                while not self._network.inbox(phone, after):
                    await self._arrived.wait()
        return _json({"messages": [asdict(m) for m in self._network.inbox(phone, after)]})

    async def dial(self, request: Request) -> Response:
        asked = await _object(request)
        session = self._sessions.dial(
            self._network.new_id("ATUid_"),
            _word(asked, "from"),
            _word(asked, "code"),
            self._settings.ussd_code,
            time.monotonic(),
        )
        if session is None:
            text = "Connection problem or invalid code."
            return _json({"session": "", "text": text, "open": False, "error": "unknown_code"})
        self._network.counts["sessions"] += 1
        return await self._turn(session)

    async def answer(self, request: Request) -> Response:
        asked = await _object(request)
        session = self._sessions.find(_word(asked, "session"))
        if session is None:
            text = "The session is over. Dial again."
            return _json({"session": "", "text": text, "open": False, "error": "session_over"})
        session.inputs.append(_text(asked))
        return await self._turn(session)

    async def hang_up(self, request: Request) -> Response:
        session = self._sessions.close(_word(await _object(request), "session"))
        if session is not None:
            self._tell_ended(session, "Incomplete")
        return _json({"ended": session is not None})

    async def _turn(self, session: Session) -> Response:
        """Tell the gateway everything typed so far and show what it says."""
        fields = {
            "sessionId": session.id,
            "serviceCode": session.service_code,
            "phoneNumber": session.phone,
            "networkCode": self._settings.network_code,
            "text": session.text,
        }
        answer = await self._postman.ask(Callback("ussd", fields))
        session.hops += 1
        counts = self._network.counts
        body = answer.text if answer is not None and answer.status_code == 200 else ""
        session.last_answer = body
        word, text = body[:4], body[4:]
        if word not in {"CON ", "END "} or self._sessions.find(session.id) is None:
            counts["sessions_failed"] += 1
            if self._sessions.close(session.id) is not None:
                self._tell_ended(session, "Failed")
            text = "Connection problem or invalid code."
            return _json({"session": session.id, "text": text, "open": False, "error": "no_answer"})
        counts["screens"] += 1
        counts["screens_cut"] += not fits_a_screen(text)
        if word == "END ":
            self._sessions.close(session.id)
            self._tell_ended(session, "Success")
        return _json({"session": session.id, "text": text, "open": word == "CON ", "error": None})

    def _tell_ended(self, session: Session, status: str) -> None:
        fields = {
            "date": self._now().strftime("%Y-%m-%d %H:%M:%S"),
            "sessionId": session.id,
            "serviceCode": session.service_code,
            "networkCode": self._settings.network_code,
            "phoneNumber": session.phone,
            "status": status,
            "cost": f"{self._settings.currency} 0.10",
            "durationInMillis": str(round((time.monotonic() - session.began) * 1000)),
            "hopsCount": str(session.hops),
            "input": session.text,
            "lastAppResponse": session.last_answer,
        }
        if status == "Failed":
            fields["errorMessage"] = "The application gave no menu"
        self._postman.hand_in(Callback("ussd-ended", fields))

    # Controls ----------------------------------------------------------------------------------

    async def behave(self, request: Request) -> Response:
        self._network.behave(await _object(request))
        return _json(self._network.behaviour.to_json())

    async def connect(self, request: Request) -> Response:
        self._postman.callbacks = callbacks_from(await _object(request))
        return _json(self._postman.callbacks)

    async def state(self, _: Request) -> Response:
        return _json(
            {
                "counts": dict(self._network.counts),
                "waiting": self._postman.waiting,
                "open_sessions": len(self._sessions),
                "balance": self._network.balance,
                "behaviour": self._network.behaviour.to_json(),
            }
        )

    async def reset(self, _: Request) -> Response:
        self._postman.clear()
        self._sessions.clear()
        self._network.reset()
        return _json({})


async def _object(request: Request) -> dict[str, Any]:
    try:
        asked = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise BadRequest("The body must be a JSON object.") from error
    if not isinstance(asked, dict):
        raise BadRequest("The body must be a JSON object.")
    return asked


def _word(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"'{name}' is missing.")
    return value


def _text(asked: Mapping[str, Any]) -> str:
    value = asked.get("text", "")
    if not isinstance(value, str):
        raise BadRequest("'text' must be a string.")
    return value


def _whole(request: Request, name: str) -> int:
    value = request.query_params.get(name, "0")
    if not value.isascii() or not value.isdigit():
        raise BadRequest(f"'{name}' must be a whole number.")
    return int(value)


def _json(payload: Any, status: int = 200) -> Response:
    """Answer JSON with a charset in its type, as proxies do and the SDK does not expect."""
    return Response(orjson.dumps(payload), status, media_type="application/json; charset=utf-8")


def _explain(_: Request, error: Exception) -> Response:
    return _json({"error": str(error)}, 400)
