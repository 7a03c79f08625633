"""Who sends too much or too slowly is hung up on; everybody else notices nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.web.lines import Bounds, Line
from tests.patience import PATIENCE_S, until

LARGE = 8_000_000
GET = b"GET / HTTP/1.1\r\nhost: x\r\n"
POST = b"POST / HTTP/1.1\r\nhost: x\r\n"


class Hasty(Line):
    """A line with bounds that a test can reach."""

    bounds = Bounds(
        head_bytes=16_384,
        fields=20,
        request_bytes=1_000_000,
        head_seconds=0.3,
        request_seconds=0.6,
        answer_seconds=0.6,
        look_seconds=0.05,
    )


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Read everything, then say how much it was; ``/large`` answers with more than a line holds."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = bytes(LARGE) if scope["path"] == "/large" else b"read %d" % size
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    config = uvicorn.Config(
        _app, port=0, http=Hasty, ws="none", access_log=False, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, every_s=0.005)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE_S)


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as opened:
        yield opened


def _rest(line: socket.socket) -> bytes:
    """Return what comes until the other end hangs up."""
    read = b""
    try:
        while part := line.recv(65_536):
            read += part
    except ConnectionError:
        pass
    return read


def _sent_until_hung_up(line: socket.socket, part: bytes) -> int:
    """Send the same again and again; return how much left before the other end hung up."""
    sent = 0
    try:
        while sent < LARGE:
            sent += line.send(part)
    except ConnectionError:
        pass
    return sent


def test_an_ordinary_request_is_answered_and_the_line_is_kept(line: socket.socket):
    for _ in range(3):
        line.sendall(POST + b"content-length: 5\r\n\r\nhello")
        answer = b""
        while b"read 5" not in answer:
            answer += line.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")


def test_requests_sent_one_after_the_other_are_all_answered(line: socket.socket):
    line.sendall((GET + b"\r\n") * 3 + GET + b"connection: close\r\n\r\n")
    assert _rest(line).count(b"read 0") == 4


def _nothing(_: socket.socket) -> None:
    """Say nothing at all."""


@pytest.mark.parametrize(
    "say",
    [
        pytest.param(_nothing, id="nothing"),
        pytest.param(lambda line: line.sendall(GET), id="half a head"),
        pytest.param(lambda line: line.sendall(POST + b"content-length: 9\r\n\r\nx"), id="a body"),
        pytest.param(
            lambda line: line.sendall(POST + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n"),
            id="a body in chunks without an end",
        ),
    ],
)
def test_whoever_does_not_finish_is_hung_up_on(
    line: socket.socket, say: Callable[[socket.socket], None]
):
    say(line)
    assert b"200" not in _rest(line)


def test_a_trickle_does_not_keep_a_line_open(line: socket.socket):
    line.sendall(GET)
    end = time.monotonic() + PATIENCE_S
    hung_up = False
    while not hung_up and time.monotonic() < end:
        try:
            line.sendall(b"x: y\r\n")
            time.sleep(0.1)
        except ConnectionError:
            hung_up = True
    assert hung_up


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        pytest.param(b"GET /", b"x" * 4096, id="an address without an end"),
        pytest.param(GET + b"x: ", b"y" * 4096, id="a field without an end"),
        pytest.param(
            POST + b"transfer-encoding: chunked\r\n\r\n0\r\nx: ", b"y" * 4096, id="a field after it"
        ),
        pytest.param(
            POST + b"transfer-encoding: chunked\r\n\r\n", b"5\r\nhello\r\n" * 400, id="a long body"
        ),
        pytest.param(
            POST + b"transfer-encoding: chunked\r\n\r\n1;", b"x" * 4096, id="words in a chunk"
        ),
    ],
)
def test_more_than_a_request_holds_is_not_read(line: socket.socket, begins: bytes, goes_on: bytes):
    line.sendall(begins)
    # What lies in the sockets' own buffers left here, and was not read there.
    assert _sent_until_hung_up(line, goes_on) < LARGE


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(GET + b"x: y\r\n" * 30 + b"\r\n", id="in the head"),
        pytest.param(
            POST + b"transfer-encoding: chunked\r\n\r\n0\r\n" + b"x: y\r\n" * 30 + b"\r\n",
            id="after the body",
        ),
    ],
)
def test_many_fields_are_not_a_request(line: socket.socket, request_: bytes):
    line.sendall(request_)
    assert b"200 OK" not in _rest(line)


def test_whoever_takes_no_answer_is_hung_up_on(port: int):
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE_S)
        line.connect(("127.0.0.1", port))
        line.sendall(GET.replace(b"/ ", b"/large ") + b"\r\n")
        end = time.monotonic() + PATIENCE_S
        alive = True
        while alive and time.monotonic() < end:
            time.sleep(0.1)
            try:
                alive = line.send(b"x") == 1
            except ConnectionError:
                alive = False
        assert not alive
        assert len(_rest(line)) < LARGE
