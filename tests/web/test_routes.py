"""Who may call which address: a table of all of them, so that a new one without an entry is red."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import FRIEND, Serving, calling, environment, serving

ANYBODY, AGGREGATOR, DEMO_ONLY, DEMO_FORM = "anybody", "aggregator", "demo only", "demo form"
OWN_FORM, TOKEN = "own form", "token"

# Every address with its method, and who may call it. A form is taken from our own pages only. The
# pages of staff are not here: each declares what it needs, and test_doors walks through them all.
TABLE = {
    ("GET", "/health"): ANYBODY,
    ("POST", "/callbacks/{channel}/{secret}/{kind}"): AGGREGATOR,
    ("GET", "/signin"): ANYBODY,
    ("POST", "/signin"): OWN_FORM,
    ("GET", "/signin/link/{secret}"): ANYBODY,
    ("POST", "/signin/link/{secret}"): OWN_FORM,
    ("GET", "/demo"): DEMO_ONLY,
    ("GET", "/phone"): DEMO_ONLY,
    ("GET", "/phone/{slot}"): DEMO_ONLY,
    ("POST", "/phone/{slot}/keys"): DEMO_FORM,
    ("POST", "/phone/{slot}/texts"): DEMO_FORM,
    ("GET", "/static/{name}"): ANYBODY,
    ("GET", "/api/v1/openapi.json"): ANYBODY,
    ("GET", "/api/v1/signups"): TOKEN,
    ("GET", "/api/v1/reports"): TOKEN,
    ("GET", "/api/v1/reports/counts"): TOKEN,
    ("GET", "/api/v1/assemblies"): TOKEN,
    ("GET", "/api/v1/assemblies/{number}"): TOKEN,
    ("GET", "/api/v1/calls"): TOKEN,
    ("GET", "/api/v1/calls/{number}"): TOKEN,
    ("GET", "/api/v1/flows"): TOKEN,
    ("GET", "/api/v1/flows/{flow}/results"): TOKEN,
}


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A gateway as it is used."""
    with serving(environment(tmp_path_factory.mktemp("working"))) as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A gateway that shows itself."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with serving(environment(folder, DEMO_ENABLED="true")) as running:
        yield running


def _routes(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield (method, path) of every route, whatever it was included through."""
    for route in routes:
        included = getattr(route, "original_router", route)
        inner = getattr(included, "routes", None)
        if inner:
            yield from _routes(inner)
        else:
            path = route.path.replace(":int", "")
            yield from ((method, path) for method in route.methods - {"HEAD"})


def _beside_staff(running: Serving) -> set[tuple[str, str]]:
    """Return the routes that are not pages of staff."""
    staff = {
        (one.method, one.path.replace(":int", "")) for one in running.app.state.desk.staff.declared
    }
    return set(_routes(running.app.routes)) - staff


_VALUES = (("{slot}", "1"), ("{name}", "mashinani.css"), ("{number}", "1"), ("{flow}", "x"))


def _ask(client: httpx.Client, method: str, path: str, **options: Any) -> int:
    for part, value in _VALUES:
        path = path.replace(part, value)
    for part in ("{channel}", "{secret}", "{kind}"):
        path = path.replace(part, "x")
    return client.request(method, path, **options).status_code


def test_the_table_names_exactly_the_addresses_that_there_are(working, demo):
    assert _beside_staff(demo) == set(TABLE)
    always = {route for route, who in TABLE.items() if who not in {DEMO_ONLY, DEMO_FORM}}
    assert _beside_staff(working) == always


def test_every_address_is_documented(demo):
    described = demo.app.openapi()["paths"]
    found = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert found == set(TABLE)


@pytest.mark.parametrize("route", TABLE, ids=" ".join)
def test_a_stranger_reaches_what_the_table_says_and_no_more(working, demo, route):
    who = TABLE[route]
    with calling(demo.url, FRIEND) as stranger:
        at_the_demo = _ask(stranger, *route)
    expected = {
        ANYBODY: {200},
        AGGREGATOR: {404},
        DEMO_ONLY: {200, 503},  # no simulator answers here
        DEMO_FORM: {403},
        OWN_FORM: {415},  # it is looked at, and is no form
        TOKEN: {401},
    }[who]
    assert at_the_demo in expected
    if who in {DEMO_ONLY, DEMO_FORM}:
        assert _ask(working.client, *route) == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_another_site_cannot_make_a_browser_press_keys(demo, headers):
    for route in (route for route, who in TABLE.items() if who in {DEMO_FORM, OWN_FORM}):
        form = {"press": "1", "text": "STOP"}
        assert _ask(demo.client, *route, data=form, headers=headers) == 403


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/metrics", "/.env"])
def test_nothing_else_is_served(demo, working, path):
    assert demo.client.get(path).status_code == 404
    assert working.client.get(path).status_code == 404
