"""The kit for tests of the pages of staff: the real application, and people of staff who use it.

Each member of staff has a client of his or her own, signed in by a one-time link, which costs no
password hash. Forms are posted as a browser posts them: from our own page, with its token.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from gateway import bootstrap
from gateway.core.staff.roles import PERMISSIONS, Grant, Permission, Role, Viewer
from gateway.service.passwords import Cost, Passwords
from gateway.store import staff
from gateway.web.visits import COOKIE, Declared
from tests.population import Population
from tests.serving import FRIEND, Serving, calling, environment, serving

CHEAP = Cost(rounds=1, memory_kib=8, lanes=1)
_NAMES = count(1)
FORM = "application/x-www-form-urlencoded"
Field = str | Sequence[str]


@dataclass
class Office:
    """A gateway with its pages of staff."""

    serving: Serving
    identity: bootstrap.Identity
    population: Population
    password_sealed: bytes
    members: list["Member"] = field(default_factory=list)

    @property
    def database(self) -> Any:
        return self.serving.station.store.database

    @property
    def declared(self) -> Sequence[Declared]:
        """Every route of staff with what it needs."""
        declared: Sequence[Declared] = self.serving.app.state.desk.staff.declared
        return declared

    def hire(
        self, *roles: Role | Grant, name: str = "Amina Phiri", settled: bool = True
    ) -> "Member":
        """Return somebody of staff with these roles, signed in; a bare role is for everywhere.

        Who is `settled` has a password already, the same for all and cheaply hashed.
        """
        identity = self.identity
        grants = [one if isinstance(one, Grant) else Grant(one) for one in roles]
        number, link = identity.staff.invite(None, f"staff{next(_NAMES)}", name, grants)
        if settled:
            with self.database.write() as tx:
                staff.change(tx, number, password_sealed=self.password_sealed)
        key = identity.sign_in.sign_in_by_link(link, address="127.0.0.1", agent="test")
        assert key is not None
        client = calling(self.serving.url, FRIEND)
        client.cookies.set(COOKIE, key)
        viewer = identity.sign_in.viewer(key)
        assert viewer is not None
        member = Member(self, client, key, viewer)
        self.members.append(member)
        return member

    def rows(self, table: str, where: str = "1 = 1") -> list[Mapping[str, Any]]:
        """Return the rows of a table."""
        with self.database.read() as view:
            query = f"SELECT * FROM {table} WHERE {where}"
            return [dict(row._mapping) for row in view.exec_driver_sql(query)]

    def acts(self) -> list[str]:
        """Return what was done, from the audit, the oldest first."""
        return [row["act"] for row in sorted(self.rows("audit"), key=lambda row: row["seq"])]

    def somebody(self, number: int, **columns: Any) -> Any:
        """Return a member on a phone of fiction."""
        return self.population.join(f"+26097{number:07}", **columns)


@dataclass
class Member:
    """Somebody of staff at a browser."""

    office: Office
    client: httpx.Client
    key: str
    viewer: Viewer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def page(self, path: str) -> "Page":
        """Return a page that must be there."""
        response = self.get(path, follow_redirects=True)
        assert response.status_code == 200, (path, response.status_code)
        return Page(response.text)

    def post(
        self,
        path: str,
        form: Mapping[str, Field] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        token: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Post a form as our own page does."""
        data: dict[str, Any] = {
            name: value if isinstance(value, str) else list(value)
            for name, value in (form or {}).items()
        }
        if token:
            data["token"] = self.office.identity.sign_in.csrf_token(self.key)
        own = {"sec-fetch-site": "same-origin", **(headers or {})}
        if files is None and not data:
            own["content-type"] = FORM
        answer = self.client.post(path, data=data, files=files, headers=own)
        if COOKIE in answer.cookies:
            self._take(answer.cookies[COOKIE])
        return answer

    def _take(self, key: str) -> None:
        """Go on under the key that was given in place of the one there was."""
        self.client.cookies.delete(COOKIE)
        self.client.cookies.set(COOKIE, key)
        self.key = key

    def done(self, path: str, form: Mapping[str, Field] | None = None, **more: Any) -> "Page":
        """Post a form that must be taken, and return the page that it leads to."""
        response = self.post(path, form, **more)
        assert response.status_code == 303, (response.status_code, Page(response.text).text)
        return self.page(response.headers["location"])


class Page(HTMLParser):
    """A page as a reader gets it: its text, headings, links and forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.links: dict[str, str] = {}
        self.actions: list[str] = []
        self.fields: dict[str, str] = {}
        self._words: list[str] = []
        self._href: str | None = None
        self._link_words: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._words)).strip()

    @property
    def title(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self._href, self._link_words = values.get("href") or "", []
        elif tag == "form":
            self.actions.append(values.get("action") or "")
        elif tag == "input" and values.get("name"):
            self.fields[values["name"] or ""] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            self.links[" ".join("".join(self._link_words).split())] = self._href
            self._href = None

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._href is not None:
            self._link_words.append(data)


@contextmanager
def opened(folder: Path, url: str | None = None, **more: str) -> Iterator[Office]:
    """Open an office in a folder until the end of the block; `more` are settings."""
    settings = {"STAFF_TOTP_REQUIRED": "false", **more}
    with serving(environment(folder, url, **settings)) as running:
        station = running.station
        store = station.store
        identity = bootstrap.identity(store, station.places)
        sealed = Passwords(store.vault, cost=CHEAP).seal("what nobody of staff would take")
        office = Office(running, identity, Population(store.database, store.vault), sealed)
        try:
            yield office
        finally:
            for member in office.members:
                member.client.close()


def without(permission: Permission) -> list[Role]:
    """Return the roles that may not do something."""
    return [role for role in Role if permission not in PERMISSIONS[role]]
