"""Walks the pages of staff as somebody does who follows every link and posts nothing."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx

from gateway.web.visits import Declared
from tests.office import Member

# Pages of one kind are alike; so many of each are opened, and those that a filter leads to.
EACH = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened: its route as declared, its address, and from where it was reached."""

    route: str
    path: str
    response: httpx.Response
    reached_from: str


def crawl(member: Member, declared: Sequence[Declared], start: str = "/") -> list[Opened]:
    """Open the pages that links lead to, from the first one on. Whatever a link says is asked."""
    kinds = _Kinds(declared)
    waiting: deque[tuple[str, str]] = deque([(start, "")])
    known, opened = {start}, []
    opened_of: dict[tuple[str, frozenset[str]], int] = {}
    while waiting:
        path, reached_from = waiting.popleft()
        route = kinds.of(path)
        kind = (route, frozenset(name for name, _ in parse_qsl(urlsplit(path).query)))
        opened_of[kind] = opened_of.get(kind, 0) + 1
        if opened_of[kind] > EACH:
            continue
        response = member.get(path)
        opened.append(Opened(route, path, response, reached_from))
        for found in _links(path, response):
            if found not in known:
                known.add(found)
                waiting.append((found, path))
    return opened


def _links(path: str, response: httpx.Response) -> Iterator[str]:
    if response.is_redirect:
        yield from _own(urljoin(path, response.headers["location"]))
    if response.headers.get("content-type", "").startswith("text/html"):
        for link in _Links(response.text).found:
            yield from _own(urljoin(path, link))


def _own(link: str) -> Iterator[str]:
    parts = urlsplit(urldefrag(link).url)
    if not parts.scheme and not parts.netloc and not parts.path.startswith("/static/"):
        yield parts.path + (f"?{parts.query}" if parts.query else "")


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: Mapping[str, str | None] = dict(attrs)
        for name in ("href", "data-live"):
            if tag != "link" and values.get(name):
                self.found.append(values[name] or "")


class _Kinds:
    """Tells which declared route an address belongs to."""

    def __init__(self, declared: Sequence[Declared]) -> None:
        pages = [one.path for one in declared if one.method == "GET"]
        self._patterns = [(path, re.compile(_pattern(path))) for path in sorted(pages)]

    def of(self, path: str) -> str:
        plain = urlsplit(path).path
        if any(route == plain for route, _ in self._patterns):
            return plain
        for route, pattern in self._patterns:
            if pattern.fullmatch(plain):
                return route
        return plain


def _pattern(path: str) -> str:
    parts = re.split(r"\{\w+(?::\w+)?\}", path)
    return "[^/]+".join(re.escape(part) for part in parts)
