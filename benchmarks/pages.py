"""How long pages of staff take with 1,000,000 participants and 100,000 reports, against 1,000.

Both databases hold movements that `gateway demo-data` made up. Somebody with every role opens one
page of each kind that links lead to, each list with its filters and from its middle on, the JSON
API, the sign-in and the search, several times, the two servers in turns; what seems slow is looked
at longer. A route that nobody opened is an error.

Prints, as its last line, one JSON object with the ratio of the medians for each page and the
largest, how much memory each server held afterwards, and how much longer the slowest hundredth of
callbacks waited while pages were opened all the time.

Filling the large one takes minutes: with `--folder` it is kept there, and used again.
"""

import argparse
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import psutil
from sqlalchemy import func, select
from starlette.routing import Route

from benchmarks import furniture, load, stations, walk
from benchmarks.stations import Server
from gateway import bootstrap
from gateway.asgi import create_app
from gateway.bootstrap import Store
from gateway.config.settings import load_settings
from gateway.core.staff.roles import Grant, Role
from gateway.flowfiles.place_files import read_places
from gateway.service.pretence.crowd import e164
from gateway.service.tokens import SCOPES
from gateway.store import tables
from gateway.web.api import ROOT
from gateway.web.visits import COOKIE

PASSWORD = "four words of a benchmark"
MOST_RATIO = 5
_SEEMS_SLOW = 3  # times as long as in the small movement: opened more often, to be sure
_MORE = 4  # times as often
_TIMEOUT_S = 300
_READERS = 2  # who open pages while callbacks are measured
_CALLERS, _PAUSE_S = 8, 0.05
_SHOWN = 10
_TOKENS = 5  # one may not ask often
# Long lists: what a page of one begins at, and where that is kept.
_LISTS = {
    "/people": ("before", tables.participants.c.number),
    "/reports": ("after", tables.reports.c.id),
    "/audit": ("before", tables.audit.c.seq),
    "/handovers": ("after", tables.handovers.c.id),
}
# Routes that nobody needs to open here, and why.
_LEFT: Mapping[str, str] = {
    "/demo": "in a demo only",
    "/phone": "in a demo only",
    "/phone/{slot:int}": "in a demo only",
    "/static/{name}": "a file",
}
# Pages that no link leads to.
_ALONE = ("/health", "/signin", "/signin/link/none", "/account/welcome", f"{ROOT}/openapi.json")


@dataclass(frozen=True, slots=True)
class Movement:
    """A running gateway with a made-up movement, and somebody who is signed in."""

    people: int
    server: Server
    client: httpx.Client
    prepared: "_Prepared"
    opened: set[str] = field(default_factory=set)
    first: dict[str, float] = field(default_factory=dict)

    def get(self, path: str) -> httpx.Response:
        """Open one page."""
        tokens = self.prepared.tokens
        headers = {"authorization": f"Bearer {tokens[0]}"} if path.startswith(ROOT) else {}
        response = self.client.get(path, headers=headers)
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise SystemExit(f"{path} answered {response.status_code}.")
        return response

    def another_token(self) -> None:
        """Let the next token ask: one may not ask often."""
        self.prepared.tokens.append(self.prepared.tokens.pop(0))


def main() -> None:
    """Fill two databases, open every page of each, and print what it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=1_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=5, help="how often each page is opened")
    options.add_argument(
        "--seconds", type=float, default=10, help="how long callbacks are measured"
    )
    options.add_argument("--folder", type=Path, help="where the filled databases are kept")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL, not SQLite")
    chosen = options.parse_args()
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(_movement(count, chosen.folder, postgresql=chosen.postgresql))
            for count in (chosen.small, chosen.large)
        )
        here, there = _addresses(small), _addresses(large)
        ratios = _compare((small, here), (large, there), chosen.times)
        missed = sorted(small.prepared.routes.keys() - small.opened - _LEFT.keys())
        memory = {str(one.people): _memory(one) for one in (small, large)}
        waits = _waits(large, list(there.values()), chosen.seconds)
    for kind in sorted(here.keys() ^ there.keys()):
        print(f"{kind:60} in one of the two only")
    for kind, took in sorted(large.first.items(), key=lambda one: -one[1])[:_SHOWN]:
        print(f"{kind:60} {took * 1000:9.1f} ms when it was opened first")
    if missed:
        raise SystemExit(f"Nobody opened {', '.join(missed)}. Lead to it, or say why not in _LEFT.")
    largest = max(ratios.values())
    slowest = dict(sorted(ratios.items(), key=lambda one: -one[1])[:_SHOWN])
    print(
        json.dumps(
            {
                "benchmark": "pages",
                "pages": len(ratios),
                "slowest": slowest,
                "largest": largest,
                "within": largest < MOST_RATIO,
                "memory_mb": memory,
                "callbacks_p99": waits,
            }
        )
    )


def _compare(
    one: tuple[Movement, Mapping[str, str]], other: tuple[Movement, Mapping[str, str]], times: int
) -> dict[str, float]:
    """Open every page of both in turns; print and return how many times as long the other took.

    What took too long is opened again at the end: some counts are made behind their page, and a
    page waits shortly for the first one.
    """
    ratios: dict[str, float] = {}
    sides = (one, other)
    for kind in sorted(one[1].keys() & other[1].keys()):
        ratios[kind] = _ratio(sides, kind, times)
    for kind, form in _FORMS.items():
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(times):
            for (movement, _), seconds in zip(sides, took, strict=True):
                began = time.perf_counter()
                form(movement)
                seconds.append(time.perf_counter() - began)
        ratios[kind] = _told(kind, *took)
    again = [kind for kind in one[1] if ratios.get(kind, 0) >= MOST_RATIO]
    return ratios | {kind: _ratio(sides, kind, times) for kind in again}


def _ratio(sides: Sequence[tuple[Movement, Mapping[str, str]]], kind: str, times: int) -> float:
    took: tuple[list[float], list[float]] = ([], [])
    _take_turns(sides, kind, took, times)
    if median(took[1]) > _SEEMS_SLOW * median(took[0]):
        _take_turns(sides, kind, took, times * _MORE)
    return _told(kind, *took)


def _take_turns(
    sides: Sequence[tuple[Movement, Mapping[str, str]]],
    kind: str,
    took: Sequence[list[float]],
    times: int,
) -> None:
    for _ in range(times):
        for (movement, addresses), seconds in zip(sides, took, strict=True):
            began = time.perf_counter()
            movement.get(addresses[kind])
            seconds.append(time.perf_counter() - began)
    for movement, _ in sides:
        movement.another_token()


def _told(kind: str, quick: Sequence[float], slow: Sequence[float]) -> float:
    ratio = round(median(slow) / median(quick), 2)
    print(f"{kind:60} {median(quick) * 1000:8.1f} ms {median(slow) * 1000:9.1f} ms {ratio:7.2f}")
    return ratio


def _sign_in(movement: Movement) -> None:
    with httpx.Client(base_url=movement.client.base_url, timeout=_TIMEOUT_S) as client:
        form = {"username": movement.prepared.username, "password": PASSWORD, "code": ""}
        answer = client.post("/signin", data=form, headers={"sec-fetch-site": "same-origin"})
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise SystemExit(f"/signin answered {answer.status_code}.")


def _find(movement: Movement, who: str) -> None:
    furniture.post(movement.client, "/help", "/people/find", {"who": who})


# What is asked with a form. The page with its token is opened before, which costs the same in both.
_FORMS: Mapping[str, Callable[[Movement], None]] = {
    "POST /signin": _sign_in,
    "POST /people/find by member's number": lambda one: _find(one, str(one.people // 2)),
    "POST /people/find by phone": lambda one: _find(one, e164(one.people // 2)),
}


@contextmanager
def _movement(people: int, folder: Path | None, *, postgresql: bool) -> Iterator[Movement]:
    with ExitStack() as stack:
        settings = {"GATEWAY_STAFF_TOTP_REQUIRED": "false"}
        kept = None if folder is None else folder / str(people)
        url = stack.enter_context(stations.postgresql(kept)) if postgresql else None
        variables = stack.enter_context(stations.bare(url, kept, **settings))
        began = time.monotonic()
        said = stations.run(variables, "demo-data", "--people", str(people))
        print(f"{said.splitlines()[0]} ({time.monotonic() - began:.0f} s)", file=sys.stderr)
        prepared = _prepared(variables, people)
        server = stack.enter_context(stations.gateway(variables))
        client = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=_TIMEOUT_S)
        )
        client.cookies.set(COOKIE, prepared.session)
        yield Movement(people, server, client, prepared)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a movement is opened with: somebody's session, tokens, and the middles of its lists."""

    username: str
    session: str
    tokens: list[str]
    lists: Mapping[str, tuple[str, int]]
    routes: Mapping[str, Route]


def _prepared(variables: Mapping[str, str], people: int) -> _Prepared:
    """Add somebody with every role, and what the pages need besides the made-up movement."""
    settings = load_settings(variables)
    store = bootstrap.open_store(settings)
    try:
        identity = bootstrap.identity(store, read_places(store.settings.places_path))
        name = f"bench{time.time_ns()}"
        number = identity.staff.add(
            None, name, "Bench", [Grant(role) for role in Role], password=PASSWORD
        )
        link = identity.staff.link(None, number)
        session = identity.sign_in.sign_in_by_link(link, address="127.0.0.1", agent="benchmark")
        viewer = None if session is None else identity.sign_in.viewer(session)
        if session is None or viewer is None:
            raise SystemExit("The link did not sign in.")
        furniture.furnish(store, identity, number, people)
        tokens = [
            identity.tokens.make(viewer, f"bench {one}", SCOPES, days=1) for one in range(_TOKENS)
        ]
        lists = _middles(store)
    finally:
        store.close()
    station = bootstrap.open_station(settings)
    try:
        routes = walk.routes(create_app(station).routes)
    finally:
        station.close()
    return _Prepared(name, session, tokens, lists, routes)


def _middles(store: Store) -> dict[str, tuple[str, int]]:
    """Return, for each long list, the key that a page in its middle begins at."""
    found = {}
    for path, (name, column) in _LISTS.items():
        with store.database.read() as view:
            rows = view.execute(select(func.count()).select_from(column.table)).scalar_one()
            middle = select(column).order_by(column).offset(rows // 2).limit(1)
            found[path] = (name, int(view.execute(middle).scalar() or 0))
    return found


def _addresses(movement: Movement) -> dict[str, str]:
    """Return what there is to open, by its kind; how long the first of each took is kept."""

    def get(path: str) -> str:
        began = time.perf_counter()
        response = movement.get(path)
        movement.first[path] = time.perf_counter() - began
        known = walk.route_of(path, movement.prepared.routes)
        if known is not None:
            movement.opened.add(known)
        return response.text

    found = walk.pages(get)
    found |= walk.deep(found, movement.prepared.lists)
    asked = [*_ALONE, *furniture.ask_for(movement.client)]
    found |= {walk.kind_of(path): path for path in asked}
    found |= walk.answers(get, movement.prepared.routes)
    for path in found.values():
        if path not in movement.first:
            get(path)
    return found


def _memory(movement: Movement) -> int:
    return int(psutil.Process(movement.server.pid).memory_info().rss) >> 20


def _waits(movement: Movement, paths: Sequence[str], seconds: float) -> dict[str, float]:
    """Return how long callbacks take in ms, the slowest hundredth: alone, and beside readers."""
    people = (load.member(e164(one), f"p{time.time_ns()}") for one in itertools.count())
    server = movement.server

    def called() -> float:
        measured = load.play(
            server.port, server.paths, people, seconds, callers=_CALLERS, pause_s=_PAUSE_S
        )
        return round(measured.percentile(0.99), 1)

    over = threading.Event()
    readers = [
        threading.Thread(target=_read, args=(movement, paths[at::_READERS], over))
        for at in range(_READERS)
    ]
    alone = called()
    for one in readers:
        one.start()
    try:
        beside = called()
    finally:
        over.set()
        for one in readers:
            one.join()
    return {"alone_ms": alone, "beside_pages_ms": beside, "ratio": round(beside / alone, 2)}


def _read(movement: Movement, paths: Sequence[str], over: threading.Event) -> None:
    with httpx.Client(base_url=movement.client.base_url, timeout=_TIMEOUT_S) as client:
        client.cookies.set(COOKIE, movement.prepared.session)
        for path in itertools.cycle(path for path in paths if not path.startswith(ROOT)):
            if over.is_set():
                return
            client.get(path)


if __name__ == "__main__":
    main()
