"""A gateway on a real port that takes callbacks and answers as a test tells it."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest

from gateway.simulator.client import SimulatorClient
from gateway.simulator.running import running
from gateway.simulator.settings import CALLBACK_KINDS, SimulatorSettings

Answer = tuple[int, str]


@dataclass
class Gateway:
    """What was posted, in order of arrival, and how it is answered."""

    url: str = ""
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answer: Callable[[str, dict[str, str]], Answer] = lambda _kind, _form: (200, "")

    @property
    def callbacks(self) -> dict[str, str]:
        return {kind: f"{self.url}/callbacks/demo/secret/{kind}" for kind in CALLBACK_KINDS}

    def forms(self, kind: str) -> list[dict[str, str]]:
        return [form for posted, form in list(self.posts) if posted == kind]

    def wait_for(self, kind: str, count: int, seconds: float = 10.0) -> list[dict[str, str]]:
        """Return what came of a kind once it is that many; fail when they do not come."""
        end = time.monotonic() + seconds
        while len(self.forms(kind)) < count and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.forms(kind)) >= count, f"{kind} came {len(self.forms(kind))} times"
        return self.forms(kind)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    state = Gateway()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            kind = self.path.rsplit("/", 1)[1]
            state.posts.append((kind, form))
            status, text = state.answer(kind, form)
            self.send_response(status)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object):
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def simulator_url(gateway) -> Iterator[str]:
    settings = SimulatorSettings(
        callbacks=gateway.callbacks, port=0, username="sandbox", api_key="a-key-of-nobody"
    )
    with running(settings) as url:
        yield url


@pytest.fixture
def phone(simulator_url) -> Iterator[SimulatorClient]:
    with SimulatorClient(simulator_url) as client:
        client.behave(retry_ms=10, report_delay_ms=10)
        yield client
