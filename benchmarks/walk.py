"""Finds what there is to open: every page that links, forms and the JSON API lead to, by kind.

Pages of one kind differ by ids only. Forms that narrow a list are filled in: each choice alone,
with its first, middle and last value; then the middle ones of each two, and of all.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import combinations
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.routing import Route

from gateway.web.api import ROOT

# What a walk leaves out of its way: it would sign out, or is there in a demo only.
_NOT_PAGES = ("/static/", "/signout", "/phone", "/demo")
_WALKED = re.compile(r'(?:href|data-live)="(/[^"#]*)"')

Get = Callable[[str], str]


def routes(app: Sequence[object]) -> dict[str, Route]:
    """Return the routes that are read, by their paths as they are declared."""
    return {
        one.path: one for one in app if isinstance(one, Route) and "GET" in (one.methods or set())
    }


def route_of(path: str, known: Mapping[str, Route]) -> str | None:
    """Return the declared path that answers an address."""
    plain = urlsplit(path).path
    fits = (name for name, one in known.items() if one.path_regex.match(plain))
    return next(fits, None)


def pages(get: Get) -> dict[str, str]:
    """Return one address of each kind of page that links lead to, and of each list's filters."""
    waiting, found = deque(["/"]), {"/": "/"}
    while waiting:
        path = waiting.popleft()
        text = get(path)
        for link in _WALKED.findall(text):
            _note(link.replace("&amp;", "&"), found, waiting)
        if not urlsplit(path).query:
            for label, filtered in _filters(text):
                found.setdefault(label, filtered)
    return found


def answers(get: Get, known: Mapping[str, Route]) -> dict[str, str]:
    """Return one address of each route of the JSON API."""
    flow = re.search(r'"flows":\["([^"]+)"', get(f"{ROOT}/flows"))
    values = {"{number}": "1", "{flow}": flow.group(1) if flow else "none"}
    found = {}
    for path in known:
        if path.startswith(ROOT):
            address = path
            for name, value in values.items():
                address = address.replace(name, value)
            found[path] = address
    return found


def deep(found: Mapping[str, str], lists: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """Return each list again, from its middle on: `lists` gives by path where a page begins."""
    again = {}
    for kind, path in found.items():
        parts = urlsplit(path)
        if parts.path in lists:
            name, value = lists[parts.path]
            kept = [(key, each) for key, each in parse_qsl(parts.query) if key != name]
            asked = [one for one in kind.partition("?")[2].split("&") if one not in {"", name}]
            label = "&".join([*asked, f"{name} in the middle"])
            again[f"{parts.path}?{label}"] = f"{parts.path}?{urlencode([*kept, (name, value)])}"
    return again


def _note(path: str, found: dict[str, str], waiting: deque[str]) -> None:
    kind = kind_of(path)
    if kind not in found and not path.startswith(_NOT_PAGES):
        found[kind] = path
        waiting.append(path)


def kind_of(path: str) -> str:
    """Return what kind of page an address is: ids, codes and what is asked for left out."""
    parts = urlsplit(path)
    plain = "/".join(
        "*" if re.search(r"\d|[A-Z]", part) else part for part in parts.path.split("/")
    )
    asked = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return f"{plain}?{'&'.join(asked)}" if asked else plain


def _filters(text: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses that the forms of a page lead to, each with what is chosen by place."""
    forms = _Forms()
    forms.feed(text)
    for form in forms.found:
        chosen = [
            [(name, at, values[at]) for at in sorted({1, len(values) // 2, len(values) - 1})]
            for name, values in form.choices.items()
            if len(values) > 1
        ]
        alone = [(one,) for each in chosen for one in each]
        middle = [each[len(each) // 2] for each in chosen]
        for asked in (*alone, *combinations(middle, 2), tuple(middle)):
            label = "&".join(f"{name}:{at}" for name, at, _ in asked)
            query = urlencode([(name, value) for name, _, value in asked])
            if asked:
                yield f"{form.action}?{label}", f"{form.action}?{query}"


@dataclass(slots=True)
class _Form:
    action: str
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of a page that read, with what there is to choose from in each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._form: _Form | None = None
        self._values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get") == "get":
            self._form = _Form(given.get("action", ""))
            self.found.append(self._form)
        elif tag == "select" and self._form is not None:
            self._values = self._form.choices.setdefault(given["name"], [])
        elif tag == "option" and self._form is not None:
            self._values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
