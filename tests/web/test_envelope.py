"""What every answer carries, whoever makes it; nothing in it comes from the Host header."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.core.staff.roles import Role
from gateway.web.envelope import enclosed
from gateway.web.pages import HEADERS
from tests.office import Member, Office, Page

ANSWERS = [
    pytest.param("GET", "/account", 200, id="a page"),
    pytest.param("GET", "/signin", 200, id="the sign-in"),
    pytest.param("GET", "/nothing", 404, id="no page"),
    pytest.param("GET", "/signin/", 404, id="a page with a slash"),
    pytest.param("GET", "/people/999999", 404, id="nobody"),
    pytest.param("GET", "/people?q=%00", 404, id="a NUL in the query"),
    pytest.param("GET", "/flows/%00", 404, id="a NUL in the path"),
    pytest.param("PUT", "/signin", 405, id="a method that there is not"),
    pytest.param("POST", "/account/language", 415, id="a form that is none"),
    pytest.param("GET", "/health", 200, id="the health"),
    pytest.param("GET", "/static/nothing.css", 404, id="no style"),
    pytest.param("GET", "/static/mashinani.css", 200, id="a style"),
    pytest.param("GET", "/api/v1/openapi.json", 200, id="what describes the API"),
    pytest.param("GET", "/api/v1/signups", 401, id="the API without a token"),
    pytest.param("GET", "/api/v1/nothing", 404, id="nothing of the API"),
    pytest.param("GET", "/api/v1/flows/%00/results", 404, id="a NUL to the API"),
    pytest.param("GET", "/api/v1/signups?by=%00", 404, id="a NUL in a query of the API"),
]


@pytest.fixture(scope="module")
def member(office: Office) -> Member:
    return office.hire(*Role)


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_keeps_to_itself(member: Member, method: str, path: str, status: int):
    answer = member.client.request(method, path)
    assert answer.status_code == status
    kept = dict(HEADERS) | ({"Cache-Control": "no-cache"} if path.endswith("i.css") else {})
    assert {name: answer.headers.get(name) for name in kept} == kept
    if path.startswith("/api/") and status >= 400:
        assert answer.json()["error"]["status"] == status


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_no_answer_names_the_host_that_a_client_names(
    member: Member, method: str, path: str, status: int
):
    for host in ("evil.example", "[", "a/b?c#d"):
        answer = member.client.request(method, path, headers={"host": host})
        assert answer.status_code == status
        assert "evil.example" not in answer.text + str(answer.headers)


def test_a_redirect_leads_to_a_path_and_no_host(office: Office, member: Member):
    for path in ("/people", "/people?place=ZM-03", "/people?x=%0d%0aX:y"):
        answer = office.serving.client.get(path, headers={"host": "evil.example"})
        assert "\r" not in answer.headers.get("location", "")
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith("//")
    gone = member.post("/account/language", {"language": "en"}, headers={"host": "evil.example"})
    assert gone.headers["location"] == "/account"


def test_a_person_who_mistypes_an_address_gets_a_page(office: Office):
    member = office.hire(Role.ORGANISER)  # who has not chosen a language
    answer = member.get("/nothing", headers={"accept": "text/html", "accept-language": "fr"})
    assert answer.status_code == 404
    assert Page(answer.text).title == "Il n’y a rien ici"


def test_a_fault_of_ours_and_a_file_keep_to_themselves_too():
    async def broken(_: object) -> PlainTextResponse:
        raise LookupError

    async def file(_: object) -> PlainTextResponse:
        return PlainTextResponse("x", headers={"cache-control": "private"})

    inner = Starlette(routes=[Route("/broken", broken), Route("/file", file)])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await enclosed(inner, scope, receive, send)

    async def asked(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    fault, file_ = asyncio.run(asked("/broken")), asyncio.run(asked("/file"))
    assert fault.status_code == 500
    assert fault.text == "Internal Server Error"
    assert {name: fault.headers[name] for name in HEADERS} == HEADERS
    assert file_.headers["cache-control"] == "private"
    assert file_.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
