"""How long pages of staff take with 1,000,000 participants and 100,000 reports, against 1,000.

Both databases hold movements that `gateway demo-data` made up. Somebody with every role opens one
page of each kind that links lead to, several times, the two servers in turns. Prints, as its last
line, one JSON object with the ratio of the medians for each page, and the largest.

Filling the large one takes minutes: with `--folder` it is kept there, and used again.
"""

import argparse
import json
import re
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx

from benchmarks import stations
from gateway import bootstrap
from gateway.config.settings import load_settings
from gateway.core.staff.roles import Grant, Role
from gateway.flowfiles.place_files import read_places
from gateway.web.visits import COOKIE

PASSWORD = "four words of a benchmark"
MOST_RATIO = 5
_TIMEOUT_S = 300
_LINK = re.compile(r'href="(/[^"#]*)"')
_NOT_PAGES = ("/static/", "/signout", "/phone", "/demo")


@dataclass(frozen=True, slots=True)
class Movement:
    """A running gateway with a made-up movement, and somebody who is signed in."""

    people: int
    client: httpx.Client


def main() -> None:
    """Fill two databases, open every page of each, and print what it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=1_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=5, help="how often each page is opened")
    options.add_argument("--folder", type=Path, help="where the filled databases are kept")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL, not SQLite")
    chosen = options.parse_args()
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(_movement(count, chosen.folder, postgresql=chosen.postgresql))
            for count in (chosen.small, chosen.large)
        )
        pages = _pages(small.client)
        there = _pages(large.client)
        ratios: dict[str, float] = {}
        for kind in sorted(pages.keys() & there.keys()):
            took: dict[int, list[float]] = {small.people: [], large.people: []}
            for _ in range(chosen.times):
                for movement, path in ((small, pages[kind]), (large, there[kind])):
                    took[movement.people].append(_open(movement.client, path))
            quick, slow = (median(took[count]) for count in (small.people, large.people))
            ratios[kind] = round(slow / quick, 2)
            print(f"{kind:44} {quick * 1000:8.1f} ms {slow * 1000:9.1f} ms {ratios[kind]:7.2f}")
        for kind in sorted(pages.keys() ^ there.keys()):
            print(f"{kind:44} in one of the two only")
    largest = max(ratios.values())
    told = {"pages": ratios, "largest": largest, "within": largest < MOST_RATIO}
    print(json.dumps(told))


@contextmanager
def _movement(people: int, folder: Path | None, *, postgresql: bool) -> Iterator[Movement]:
    with ExitStack() as stack:
        settings = {"GATEWAY_STAFF_TOTP_REQUIRED": "false"}
        if postgresql:
            url = stack.enter_context(stations.postgresql())
            variables = stack.enter_context(_filled(url, people, None, settings))
        else:
            variables = stack.enter_context(_filled(None, people, folder, settings))
        server = stack.enter_context(stations.gateway(variables))
        client = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=_TIMEOUT_S)
        )
        client.cookies.set(COOKIE, _session(variables))
        yield Movement(people, client)


@contextmanager
def _filled(
    url: str | None, people: int, folder: Path | None, settings: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Give the environment of a gateway whose database holds so many made-up people."""
    with ExitStack() as stack:
        kept = None if folder is None else folder / str(people)
        variables = stack.enter_context(stations.bare(url, kept, **settings))
        began = time.monotonic()
        said = stations.run(variables, "demo-data", "--people", str(people))
        print(f"{said.splitlines()[0]} ({time.monotonic() - began:.0f} s)", file=sys.stderr)
        yield variables


def _session(variables: Mapping[str, str]) -> str:
    """Return the key of a session of somebody with every role."""
    store = bootstrap.open_store(load_settings(variables))
    try:
        identity = bootstrap.identity(store, read_places(store.settings.places_path))
        name = f"bench{time.time_ns()}"
        number = identity.staff.add(
            None, name, "Bench", [Grant(role) for role in Role], password=PASSWORD
        )
        link = identity.staff.link(None, number)
        key = identity.sign_in.sign_in_by_link(link, address="127.0.0.1", agent="benchmark")
    finally:
        store.close()
    if key is None:
        raise SystemExit("The link did not sign in.")
    return key


def _pages(client: httpx.Client) -> dict[str, str]:
    """Return one address of each kind of page that links lead to."""
    waiting, found = deque(["/"]), {"/": "/"}
    while waiting:
        response = client.get(waiting.popleft())
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        for link in _LINK.findall(response.text):
            path = link.replace("&amp;", "&")
            kind = _kind(path)
            if kind not in found and not path.startswith(_NOT_PAGES):
                found[kind] = path
                waiting.append(path)
    return found


def _kind(path: str) -> str:
    """Return what kind of page an address is: ids, codes and what is asked for left out."""
    parts = urlsplit(path)
    plain = "/".join(
        "*" if re.search(r"\d|[A-Z]", part) else part for part in parts.path.split("/")
    )
    asked = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return f"{plain}?{'&'.join(asked)}" if asked else plain


def _open(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    response = client.get(path)
    took = time.perf_counter() - began
    if response.status_code >= 400:
        raise SystemExit(f"{path} answered {response.status_code}.")
    return took


if __name__ == "__main__":
    main()
