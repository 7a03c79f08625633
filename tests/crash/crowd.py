"""People and an aggregator for crash tests: they remember what they were promised, and what came.

Each person does one thing after the other, and repeats it until it is acknowledged.
"""

import http.server
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qs, urlencode

import httpx
import orjson

from gateway.channels.base import CallbackKind
from gateway.web.callbacks import callback_path
from tests.patience import PATIENCE_S
from tests.serving import SECRET

SMS_PATH, USSD_PATH = (
    callback_path("demo", SECRET, kind) for kind in (CallbackKind.SMS, CallbackKind.USSD)
)
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_BUSY = "dial again"


@dataclass
class Person:
    """One phone, and everything that was acknowledged to it."""

    phone: str
    ids: list[str] = field(default_factory=list)
    votes: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    did: int = 0


@dataclass
class Crowd:
    """People who text and dial at the same time. `urls` are the gateways that they reach now."""

    people: list[Person]
    motion: int
    threads: int
    seed: int
    urls: list[str] = field(default_factory=list)
    troubles: list[BaseException] = field(default_factory=list)
    refused: int = 0  # how often something had to be repeated
    _over: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Let everybody begin."""
        for number in range(self.threads):
            mine = self.people[number :: self.threads]
            thread = threading.Thread(target=self._run, args=(mine, Random(self.seed + number)))
            thread.start()
            self._running.append(thread)

    def finish(self) -> None:
        """Let everybody end what they have begun; a gateway must be there for it."""
        self._over.set()
        for thread in self._running:
            thread.join(PATIENCE_S)
        assert self.troubles == []

    def _run(self, mine: list[Person], chance: Random) -> None:
        try:
            with httpx.Client(timeout=30) as client:
                while not self._over.is_set():
                    person = chance.choice(mine)
                    person.did += 1
                    if chance.random() < 0.75:
                        self._vote(client, person, chance)
                    else:
                        self._report(client, person, chance)
                    time.sleep(chance.uniform(0.005, 0.02))
        except BaseException as trouble:  # noqa: BLE001 - told by `finish` in the test's thread
            self.troubles.append(trouble)

    def _vote(self, client: httpx.Client, person: Person, chance: Random) -> None:
        option = chance.choice((1, 2))
        name = f"{person.phone}-{person.did}"
        text = f"{self.motion} {option}"
        form = {"from": person.phone, "to": "20200", "text": text, "id": name}
        self._post(client, SMS_PATH, form, chance)
        person.ids.append(name)
        person.votes.append(option)

    def _report(self, client: httpx.Client, person: Person, chance: Random) -> None:
        form = {
            "sessionId": f"{person.phone}-{person.did}",
            "phoneNumber": person.phone,
            "serviceCode": "*384*20200#",
        }
        asked = self._post(client, USSD_PATH, form | {"text": "2*1*1"}, chance)
        assert asked.startswith("CON What is wrong"), asked
        said = self._post(client, USSD_PATH, form | {"text": "2*1*1*No water"}, chance)
        assert said.startswith("END Thank you. Your report is "), said
        person.codes.append(said.split("report is ")[1][:8])

    def _post(self, client: httpx.Client, path: str, form: dict[str, str], chance: Random) -> str:
        """Post until it is acknowledged, to whichever gateway is there; return the answer."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            urls = list(self.urls)
            if urls:
                try:
                    url = chance.choice(urls) + path
                    answer = client.post(url, content=urlencode(form), headers=_FORM)
                except httpx.TransportError:
                    pass
                else:
                    assert answer.status_code in {200, 503}, answer.text
                    if answer.status_code == 200 and _BUSY not in answer.text:
                        return answer.text
            self.refused += 1
            time.sleep(0.01)
        raise TimeoutError("no gateway acknowledged it")


@dataclass
class Aggregator:
    """An aggregator on a real port that takes every message, and remembers each one."""

    url: str = ""
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: int = 0

    def take(self, form: dict[str, list[str]], chance: Random) -> bytes:
        """Take one request, slowly, so that a crash may fall between it and its record."""
        text = form["message"][0]
        numbers = form["to"][0].split(",")
        with self._lock:
            self.sent.update((number, text) for number in numbers)
            first = self._made
            self._made += len(numbers)
        recipients = [
            {
                "statusCode": 101,
                "number": number,
                "status": "Success",
                "cost": "ZMW 0.1",
                "messageId": f"ATXid_{first + place}",
            }
            for place, number in enumerate(numbers)
        ]
        time.sleep(chance.uniform(0, 0.03))
        return orjson.dumps({"SMSMessageData": {"Message": "Sent", "Recipients": recipients}})


@contextmanager
def aggregator() -> Iterator[Aggregator]:
    """Run an aggregator until the end of the block."""
    state = Aggregator()
    chance = Random(5)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True  # the gateway was killed while it was asking
                return
            answer = state.take(parse_qs(body.decode()), chance)
            self.send_response(201)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True  # it was killed while it was being answered

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()
