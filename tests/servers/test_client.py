"""Asking servers: what goes out, what comes back, and what hostile ones cannot do to us."""

import gzip
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.servers.allowed import Allowed
from gateway.servers.answers import Answer, Request, Trouble, no_answer
from gateway.servers.client import Client
from tests.servers.hosting import Host, drip, flood, hosting, identity, response

SECRET = "Bearer only-the-rota-knows"


def client(*local: str, trust: ssl.SSLContext | None = None, leads_to: str = "127.0.0.1") -> Client:
    """Return a client that may ask some servers; every name leads to one address."""
    return Client(
        Allowed(local=frozenset(local)),
        {"rota": SECRET},
        max_bytes=1000,
        how=lambda _host, _port: [leads_to],
        trust=trust,
    )


def get(url: str, *, seconds: int = 5, **more: Any) -> Request:
    """Return a simple question."""
    given = {"method": "GET", "headers": (), "body": "", **more}
    return Request(url=url, seconds=seconds, **given)


def ask(host: Host, **more: Any) -> Answer:
    """Ask a server on this machine."""
    return client(host.name).ask(get(f"http://{host.name}/", **more))


def test_what_is_asked_arrives_as_the_flow_wrote_it():
    with hosting(response(b'{"taken": true}')) as host:
        request = Request(
            "POST",
            f"http://{host.name}/shifts?day=2 june",
            (("Content-Type", "application/json"), ("X-Name", "Chimwemwe ŵ")),
            '{"shift": "7"}',
            5,
            (("Authorization", "rota"),),
        )
        assert client(host.name).ask(request) == Answer(200, '{"taken": true}')
    head, _, body = host.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /shifts?day=2%20june HTTP/1.1"
    assert body == b'{"shift": "7"}'
    for line in (
        f"host: {host.name}",
        "content-type: application/json",
        "x-name: chimwemwe ŵ",
        f"authorization: {SECRET}",
        "content-length: 14",
    ):
        assert line.lower().encode() in [one.lower() for one in lines]


def test_a_name_goes_out_as_the_name_though_its_address_is_connected_to():
    with hosting(response(b"ok")) as host:
        name = f"rota.lan:{host.port}"
        assert client(name).ask(get(f"http://{name}/x")) == Answer(200, "ok")
    assert f"host: rota.lan:{host.port}".encode() in host.requests[0].lower()


@pytest.mark.parametrize(
    ("status", "headers", "body", "answer"),
    [
        pytest.param("404 Not Found", (), b"no", Answer(404, "no"), id="a refusal is told"),
        pytest.param("204 No Content", (), b"", Answer(204, ""), id="nothing to say"),
        pytest.param("200 OK", (), b"{not json", Answer(200, "{not json"), id="what is no JSON"),
        pytest.param(
            "200 OK", ("content-type: image/png",), b"\x89PNG\xff", Answer(200), id="a picture"
        ),
        pytest.param(
            "200 OK",
            ("content-type: text/plain; charset=latin-1",),
            "é".encode("latin-1"),
            Answer(200, "é"),
            id="another alphabet",
        ),
        pytest.param(
            "200 OK",
            ("content-type: text/plain; charset=nonsense",),
            b"ok",
            Answer(200, "ok"),
            id="an alphabet that is none",
        ),
        pytest.param(
            "200 OK",
            ("content-encoding: gzip",),
            gzip.compress(b"0" * 100_000),
            Answer(200),
            id="what is packed is not unpacked",
        ),
    ],
)
def test_an_answer_is_text_or_empty(status, headers, body, answer):
    with hosting(response(body, status, *headers)) as host:
        assert ask(host) == answer


def test_a_redirect_is_not_followed():
    with hosting(response(b"secrets")) as inside:
        away = response(b"", "302 Found", f"location: http://{inside.name}/")
        with hosting(away) as host:
            assert client(host.name, inside.name).ask(get(f"http://{host.name}/")).status == 302
        assert inside.requests == []


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"), id="headers without an end"),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n", b"x", 0.2), id="a slow body"
        ),
        pytest.param(drip(b"", b"", 0.2), id="silence"),
    ],
)
def test_a_server_has_no_more_time_than_the_flow_gives(speak):
    with hosting(speak) as host:
        began = time.monotonic()
        assert ask(host, seconds=1) == no_answer(Trouble.SLOW)
        assert time.monotonic() - began < 20  # it would drip for longer than any test


@pytest.mark.parametrize(
    ("speak", "trouble"),
    [
        pytest.param(
            flood(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n"),
            Trouble.TOO_LARGE,
            id="a body that is too large",
        ),
        pytest.param(flood(b"HTTP/1.1 200 OK\r\nx: "), Trouble.BROKEN, id="a header too large"),
        pytest.param(b"SSH-2.0-hello\r\n\r\n", Trouble.BROKEN, id="another protocol"),
        pytest.param(b"", Trouble.BROKEN, id="a line that is cut"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", Trouble.BROKEN, id="half of it"
        ),
    ],
)
def test_a_server_that_does_not_keep_to_the_rules_has_not_answered(speak, trouble):
    with hosting(speak) as host:
        assert ask(host) == no_answer(trouble)


def test_a_server_that_is_not_there_has_not_answered():
    with hosting(b"") as host:
        gone = host
    assert ask(gone) == no_answer(Trouble.UNREACHABLE)


def test_a_name_that_nobody_knows_has_not_answered():
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    asking = Client(Allowed(frozenset({"a.test"})), {}, max_bytes=9, how=unknown)
    assert asking.ask(get("https://a.test/")) == no_answer(Trouble.UNKNOWN)


def test_the_next_address_is_tried_where_one_is_dead():
    with hosting(response(b"ok")) as host:
        asking = Client(
            Allowed(local=frozenset({f"rota.lan:{host.port}"})),
            {},
            max_bytes=100,
            how=lambda _host, _port: ["127.0.0.9", "127.0.0.1"],
        )
        assert asking.ask(get(f"http://rota.lan:{host.port}/")) == Answer(200, "ok")


def test_a_header_holds_one_line_and_none_of_ours():
    with hosting(response(b"ok")) as host:
        headers = (
            ("X-Name", "Amina\r\nX-Admin: yes\r\n\r\nGET /secrets"),
            ("Host", "elsewhere.example.org"),
            ("Content-Length", "5"),
            ("Transfer-Encoding", "chunked"),
        )
        assert ask(host, headers=headers).status == 200
    came = host.requests[0].lower()
    assert came.count(b"\r\n\r\n") == 1
    assert b"\r\nx-admin" not in came
    assert b"elsewhere" not in came
    assert b"chunked" not in came


def test_a_header_that_is_none_asks_nobody():
    with hosting(response(b"ok")) as host:
        assert ask(host, headers=(("X Name", "x"),)) == no_answer(Trouble.BROKEN)
        assert [one for one in host.requests if one] == []


def test_a_secret_goes_out_only_where_nobody_listens_and_only_if_there_is_one():
    allowed = Allowed(frozenset({"rota.example.org"}))
    asking = Client(allowed, {"rota": SECRET}, max_bytes=9, how=lambda _host, _port: ["192.0.2.1"])
    plain = get("http://rota.example.org/", secrets=(("Authorization", "rota"),))
    assert asking.ask(plain) == no_answer(Trouble.NOT_PRIVATE)
    other = get("https://rota.example.org/", secrets=(("Authorization", "other"),))
    assert asking.ask(other) == no_answer(Trouble.UNKNOWN_KEY)


class TestTls:
    """A server proves who it is, by the name that the flow names."""

    def test_whoever_proves_it_is_asked(self, tmp_path: Path):
        context, certificate = identity(tmp_path, "rota.lan")
        with hosting(response(b"ok"), context) as host:
            name = f"rota.lan:{host.port}"
            trust = ssl.create_default_context(cafile=str(certificate))
            assert client(name, trust=trust).ask(get(f"https://{name}/")) == Answer(200, "ok")

    @pytest.mark.parametrize(
        ("known", "called", "expired"),
        [
            pytest.param(False, "rota.lan", False, id="nobody vouches for it"),
            pytest.param(True, "other.lan", False, id="it is somebody else"),
            pytest.param(True, "rota.lan", True, id="it was so once"),
        ],
    )
    def test_whoever_cannot_is_not_told_anything(
        self, tmp_path: Path, known: bool, called: str, expired: bool
    ):
        context, certificate = identity(tmp_path, called, expired=expired)
        trust = ssl.create_default_context(cafile=str(certificate)) if known else None
        with hosting(response(b"ok"), context) as host:
            name = f"rota.lan:{host.port}"
            asking = client(name, trust=trust)
            assert asking.ask(get(f"https://{name}/")) == no_answer(Trouble.UNTRUSTED)
            assert host.requests == []

    def test_a_server_that_speaks_no_tls_is_not_believed(self):
        with hosting(response(b"ok")) as host:
            answer = client(host.name).ask(get(f"https://{host.name}/", seconds=1))
            assert answer.trouble is not None
            assert not any(b"GET" in one for one in host.requests)
