"""What a plain program sees of a real process: the contract for checks from outside."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pyotp
import pytest

from gateway import bootstrap
from gateway.config.settings import load_settings
from gateway.core.staff.roles import Grant, Permission, Role
from gateway.flowfiles.place_files import read_places
from gateway.web.forms import MAX_FORM_BYTES, MAX_UPLOAD_BYTES
from gateway.web.visits import COOKIE, HOST_COOKIE
from tests.office import FORM, Page
from tests.processes import Process
from tests.serving import GUARDED_SECRET, SECRET, STRANGER, calling, environment

PASSWORD = "four words nobody expects"
PAGES = (
    "/",
    "/people",
    "/calls",
    "/reports",
    "/assemblies",
    "/flows",
    "/channels",
    "/exports",
    "/audit",
    "/help",
)


@dataclass
class Outside:
    """A process, and what somebody knows who may sign in there."""

    process: Process
    token: str

    @contextmanager
    def program(self, address: str = "127.0.0.1", **headers: str) -> Iterator[httpx.Client]:
        """Give a client that says nothing of itself that no program says."""
        with calling(self.process.url, address) as client:
            client.headers.update(headers)
            yield client


Start = Callable[..., Outside]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a process of its own with settings of its own; what it leaves is taken away."""
    folder = tmp_path_factory.mktemp("outside")
    started: list[Process] = []

    def start(**more: str) -> Outside:
        own = folder / str(len(started))
        own.mkdir()
        variables = environment(own, **more)
        token = _staff(variables)
        started.append(Process.start(variables, own / "log"))
        return Outside(started[-1].wait_until_ready(), token)

    yield start
    for one in started:
        one.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def outside(start: Start) -> Outside:
    """A gateway as it is set up: everybody needs an app for codes."""
    return start()


@pytest.fixture(scope="module")
def behind(start: Start) -> Outside:
    """A gateway behind a proxy on the same machine, where codes are no duty."""
    return start(SERVE_PROXIES="127.0.0.1", STAFF_TOTP_REQUIRED="false")


def _staff(variables: dict[str, str]) -> str:
    """Make accounts as commands do, and return a token of one."""
    settings = load_settings(variables, Path(variables["GATEWAY_CONFIG_DIR"]))
    store = bootstrap.open_store(settings)
    try:
        places = read_places(settings.places_path)
        identity = bootstrap.identity(store, places)
        for name in ("amina", "bwalya"):
            grants = [Grant(role) for role in Role]
            identity.staff.add(None, name, name.title(), grants, password=PASSWORD)
        owner = identity.staff.viewer("amina")
        return identity.tokens.make(owner, "Judge", [Permission.COUNTS], days=1)
    finally:
        store.close()


def _sign_in(client: httpx.Client, username: str, code: str = "") -> httpx.Response:
    form = {"username": username, "password": PASSWORD, "code": code}
    return client.post("/signin", data=form)


def _hidden(page: Page) -> dict[str, str]:
    return {"token": page.fields["token"]}


def test_a_program_signs_in_with_one_request_and_opens_every_page(behind: Outside):
    with behind.program() as client:
        signed_in = _sign_in(client, "amina")
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert Page(answer.text).title, path


def test_a_program_sets_up_codes_and_signs_in_with_one_from_then_on(outside: Outside):
    with outside.program() as client:
        assert _sign_in(client, "amina").status_code == 303
        for path in PAGES:
            assert client.get(path).headers["location"] == "/account/welcome", path
        token = _hidden(Page(client.get("/account/codes").text))
        assert client.post("/account/codes/begin", data=token).status_code == 303
        secret = client.get("/account/codes").text.split("<code>")[1].split("</code>")[0]
        code = pyotp.TOTP(secret).now()
        answer = client.post("/account/codes", data={**token, "code": code})
        [recovery, *_] = re.findall(r"<li><code>(.*?)</code>", answer.text)
        assert client.get("/people").status_code == 200
    with outside.program() as another:
        assert _sign_in(another, "amina", code).status_code == 401, "the code was used already"
        assert COOKIE not in another.cookies
        assert _sign_in(another, "amina", recovery).status_code == 303
        assert another.get("/people").status_code == 200
    with outside.program() as third:
        assert _sign_in(third, "amina", recovery).status_code == 401


def test_the_form_of_the_sign_in_is_what_the_page_says(behind: Outside):
    with behind.program() as client:
        page = Page(client.get("/signin").text)
        assert {"username", "password", "code"} <= set(page.fields)
        assert page.actions[0] == "/signin"
        form = {**page.fields, "username": "amina", "password": PASSWORD}
        assert client.post("/signin", data=form).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": "http://evil.example"}, id="another site's origin"),
        pytest.param({"origin": "null"}, id="an origin that hides itself"),
        pytest.param({"origin": "http://["}, id="an origin that is none"),
        pytest.param({"referer": "http://evil.example/x"}, id="another site's page"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="a browser says another site"),
        pytest.param({"sec-fetch-site": "same-site"}, id="a browser says a neighbour"),
    ],
)
def test_another_site_signs_nobody_in(behind: Outside, headers):
    with behind.program(**headers) as client:
        assert _sign_in(client, "amina").status_code == 403
        assert not client.cookies


@pytest.mark.parametrize("said", ["origin", "referer"])
def test_the_browser_of_an_old_phone_signs_in_and_posts(behind: Outside, said: str):
    with behind.program(**{said: behind.process.url}) as client:
        assert _sign_in(client, "bwalya").status_code == 303
        form = {**_hidden(Page(client.get("/account").text)), "language": "en"}
        assert client.post("/account/language", data=form).status_code == 303


def test_a_program_posts_with_the_token_of_the_page_and_not_without(behind: Outside):
    with behind.program() as client:
        _sign_in(client, "bwalya")
        token = _hidden(Page(client.get("/account").text))
        assert client.post("/account/language", data={"language": "fr"}).status_code == 403
        assert '<html lang="en"' in client.get("/account").text
        assert client.post("/account/language", data={**token, "language": "fr"}).is_redirect
        assert '<html lang="fr"' in client.get("/account").text


def test_the_api_answers_a_bearer(outside: Outside):
    with outside.program() as client:
        assert client.get("/api/v1/signups").status_code == 401
        client.headers["authorization"] = f"Bearer {outside.token}"
        answer = client.get("/api/v1/signups")
        assert (answer.status_code, answer.json()["rows"]) == (200, [])
        assert client.get("/api/v1/reports").status_code == 403
        lost = client.get("/api/v1/nothing")
        assert lost.status_code == lost.json()["error"]["status"] == 404
        assert client.post("/api/v1/signups").json()["error"]["status"] == 405


def test_by_https_the_session_s_cookie_is_bound_to_this_host(behind: Outside):
    with behind.program(**{"x-forwarded-proto": "https"}) as client:
        answer = _sign_in(client, "amina")
        [cookie] = answer.headers.get_list("set-cookie")
        name, _, attributes = cookie.partition(";")
        assert name.startswith(f"{HOST_COOKIE}=")
        words = {one.strip().lower() for one in attributes.split(";")}
        assert {"secure", "httponly", "samesite=lax", "path=/"} == words, "and no domain"
        key = name.partition("=")[2]
        client.cookies.clear()
        planted = {"cookie": f"{COOKIE}={key}"}  # as a neighbour's host, or HTTP, can plant it
        assert client.get("/people", headers=planted).is_redirect
        assert client.get("/people", headers={"cookie": f"{HOST_COOKIE}={key}"}).is_success


def test_nobody_is_believed_about_addresses_and_https_who_is_not_named(outside: Outside):
    with outside.program(**{"x-forwarded-proto": "https"}) as client:
        [cookie] = _sign_in(client, "bwalya").headers.get_list("set-cookie")
        assert cookie.startswith(f"{COOKIE}=")
        assert "secure" not in cookie.lower()


@pytest.mark.parametrize(
    ("named", "caller", "said", "expected"),
    [
        pytest.param(False, "127.0.0.1", "192.0.2.9", 400, id="no proxy: the caller counts"),
        pytest.param(False, STRANGER, "127.0.0.1", 403, id="no proxy: a stranger lies"),
        pytest.param(True, "127.0.0.1", "192.0.2.9", 403, id="a proxy names a stranger"),
        pytest.param(True, "127.0.0.1", "192.0.2.9, 127.0.0.1", 403, id="through two proxies"),
        pytest.param(True, STRANGER, "127.0.0.1", 403, id="a stranger plays the proxy"),
        pytest.param(True, "127.0.0.1", "127.0.0.1, 192.0.2.9", 403, id="a stranger lies to it"),
    ],
)
def test_the_address_that_counts_is_not_what_anybody_writes(
    outside: Outside, behind: Outside, named: bool, caller: str, said: str, expected: int
):
    gateway = behind if named else outside
    path = f"/callbacks/guarded/{GUARDED_SECRET}/sms"
    with gateway.program(caller, **{"x-forwarded-for": said}) as client:
        answer = client.post(path, content=b"", headers={"content-type": "text/plain"})
        assert answer.status_code == expected
    assert SECRET not in gateway.process.log.read_text()


POST = "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: " + FORM + "\r\n{}\r\n\r\n"
HELD = (
    b"GET /signin HTTP/1.1\r\nhost: x\r\n",
    POST.format("/signin", "content-length: 9").encode() + b"user",
    POST.format("/people/import", "transfer-encoding: chunked").encode() + b"5\r\nhello\r\n",
)


def _in_parts(size: int) -> Iterator[bytes]:
    """Yield a body whose length nobody is told before."""
    for _ in range(-(-size // 65_536)):
        yield b"x" * 65_536


def _file(head: bytes = b"") -> bytes:
    disposition = b'form-data; name="file"; filename="a.csv"'
    return b"--b\r\ncontent-disposition: " + disposition + b"\r\n" + head + b"\r\n"


FILES = "multipart/form-data; boundary=b"
TOO_MUCH = [
    pytest.param("/signin", FORM, lambda: b"x" * (MAX_FORM_BYTES + 1), 413, id="a large sign-in"),
    pytest.param("/signin", FORM, lambda: _in_parts(MAX_FORM_BYTES + 1), 413, id="in parts"),
    pytest.param("/signin", FORM, lambda: b"a=1&" * 500, 400, id="many fields"),
    pytest.param("/account/language", FORM, lambda: b"x" * 2_000_000, 413, id="a large form"),
    pytest.param("/account/language", FILES, _file, 415, id="a file where none is taken"),
    pytest.param(
        "/people/import",
        FILES,
        lambda: _file() + b"x" * MAX_UPLOAD_BYTES,
        413,
        id="a large file",
    ),
    pytest.param("/people/import", FILES, lambda: _file() * 500, 400, id="many files"),
    pytest.param("/people/import", FILES, lambda: _file(b"x: y\r\n" * 99_999), 400, id="a head"),
    pytest.param("/people/import", FILES, lambda: b"x" * 99_999, 400, id="no parts at all"),
    pytest.param(
        "/people/import", f"{FILES}; charset=utf-7", lambda: _file() + b"+2AA-", 400, id="UTF-7"
    ),
]


@pytest.mark.parametrize(("path", "kind", "body", "status"), TOO_MUCH)
def test_what_is_too_much_is_refused_and_leaves_nothing(
    behind: Outside, path: str, kind: str, body: Callable[[], bytes], status: int
):
    with behind.program() as client:
        _sign_in(client, "bwalya")
        before = Page(client.get("/people/import").text).text
        answer = client.post(path, content=body(), headers={"content-type": kind})
        assert answer.status_code == status
        assert Page(client.get("/people/import").text).text == before


def test_callbacks_are_answered_while_others_hold_lines_and_memory_stays(behind: Outside):
    host, _, port = behind.process.url.removeprefix("http://").partition(":")
    process = psutil.Process(behind.process.child.pid)
    with ExitStack() as held, behind.program() as client:
        client.get("/signin")
        before = process.memory_info().rss
        for number in range(150):
            line = held.enter_context(socket.create_connection((host, int(port)), timeout=30))
            line.sendall(HELD[number % len(HELD)])
        for number in range(20):
            form = {
                "from": f"+2609700003{number:02}",
                "to": "20200",
                "text": "JOIN",
                "id": f"held-{number}",
            }
            assert client.post(f"/callbacks/demo/{SECRET}/sms", data=form).status_code == 200
        assert client.get("/signin").status_code == 200
        assert process.memory_info().rss - before < 64 * 1024 * 1024
