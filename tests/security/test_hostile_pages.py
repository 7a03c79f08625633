"""The pages of a movement full of work, attacked as whoever has an account could attack them.

What is walked through is what there is: every route that is declared, every form that a page shows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import select

from gateway.channels.base import CallbackKind
from gateway.cli.demo_data import fill
from gateway.core.staff.roles import Grant, Role
from gateway.store.outbox import NUMBER
from gateway.store.tables import metadata
from gateway.web.visits import Declared
from tests.conftest import PostgresServer
from tests.crawl import Opened, crawl
from tests.filling import FoundForm, forms_of
from tests.office import Member, Office, opened

PEOPLE = 60
# A tag that no page of ours has: where it stands as it is, a script could.
MARK = "<hq9 a=\"'>"
VALUES = (
    MARK,
    "-1",
    "9" * 30,
    "9223372036854775808",
    "",
    "a\r\nX-Injected: y",
    "\u202e\U0001f600" * 600,
    "' OR 1=1 --",
    "2026-13-45T99:99",
    "../../../etc/passwd",
    "{{7*7}}@(1/0)%s%n",
    "x\x00y",
    "x" * 20_000,
    "\uff11\u00b2",
    "NaN",
)
# Ids that no thing has, written as addresses are.
ODD = (
    *("0", "-1", "9" * 18, "9" * 40, "1e3", "0x1", "1%20", "%EF%BC%91"),
    *("%00", "a%00b", "%ff", "%0d%0aX:%20y", "%F0%9F%98%80", "%27%22%3Chq9%3E", "nothing"),
)
ELSEWHERE = "ZM-07"
# What is nobody's in particular is not asked for in another's place.
OPEN_EVERYWHERE = ("/help/", "/account/")
LEFT_BY_A_LOOK = frozenset(("sessions", "throttles", "audit", "audit_head", "streams"))
PARAMETER = re.compile(r"\{\w+(?::\w+)?\}")
# What ends the session that the walk goes on with.
ENDING = ("/signout", "/account/sessions", "/account/password")


@dataclass
class Full:
    """An office with a year of work behind it, and somebody who sees all of it."""

    office: Office
    member: Member
    pages: list[Opened]

    def address(self, route: str, odd: str | None = None) -> str:
        """Return the address of a route: of something that there is, or of something odd."""
        known = self._known()
        parts = route.split("/")
        return "/".join(
            part
            if not PARAMETER.fullmatch(part)
            else known.get(tuple(parts[: at + 1]), "1")
            if odd is None
            else odd
            for at, part in enumerate(parts)
        )

    def _known(self) -> Mapping[tuple[str, ...], str]:
        """Return the first id that links led to, by the beginning of its route."""
        found: dict[tuple[str, ...], str] = {}
        for one in self.pages:
            route, path = one.route.split("/"), urlsplit(one.path).path.split("/")
            for at, part in enumerate(route):
                if PARAMETER.fullmatch(part) and one.response.status_code == 200:
                    found.setdefault(tuple(route[: at + 1]), path[at])
        return found

    def of(self, method: str) -> Iterator[Declared]:
        """Yield the routes of staff that take a method."""
        return (one for one in self.office.declared if one.method == method)

    def state(self) -> Mapping[str, str]:
        """Return what there is, but for what a look leaves by itself."""
        with self.office.database.read() as view:
            return {
                table.name: sha256(
                    repr(sorted(map(repr, view.execute(select(table)).all()))).encode()
                ).hexdigest()
                for table in metadata.sorted_tables
                if table.name not in LEFT_BY_A_LOOK
            }


@pytest.fixture(scope="module")
def full(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    """On PostgreSQL, which minds what SQLite takes: types, lengths, a NUL."""
    url = postgres.new_database("template1")
    with opened(tmp_path_factory.mktemp("full"), url) as office:
        fill(office.serving.station.store, "demo", PEOPLE, 1)
        member = office.hire(*Role)
        yield Full(office, member, crawl(member, office.declared))


def test_a_form_without_our_token_or_from_another_site_changes_nothing_that_there_is(full: Full):
    other = full.office.identity.sign_in.csrf_token(full.office.hire(*Role).key)
    member, before = full.member, full.state()
    attacks: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"token": other}, {}),
        ({"token": full.office.identity.sign_in.csrf_token("")}, {}),
        ({"token": _token(member)}, {"sec-fetch-site": "cross-site"}),
        ({"token": _token(member)}, {"sec-fetch-site": "none"}),
    ]
    taken = [
        (one.path, form, headers)
        for one in full.of("POST")
        for form, headers in attacks
        if member.post(full.address(one.path), form, token=False, headers=headers).status_code
        != 403
    ]
    assert taken == []
    assert full.state() == before
    assert member.get("/account").status_code == 200, "and nobody was signed out"


@pytest.mark.parametrize("odd", ODD)
def test_an_id_of_nothing_is_nothing_and_no_fault(full: Full, odd: str):
    before = full.state()
    for one in full.office.declared:
        if not PARAMETER.search(one.path):
            continue
        path = full.address(one.path, odd)
        answer = full.member.get(path) if one.method == "GET" else full.member.post(path)
        assert answer.status_code == 404, (path, answer.status_code)
        assert "%3Chq9" not in odd or "<hq9" not in answer.text
    assert full.state() == before


def test_what_is_elsewhere_cannot_be_told_from_what_is_nowhere(full: Full):
    stranger = full.office.hire(*(Grant(role, ELSEWHERE) for role in Role))
    before, told = full.state(), []
    for one in full.office.declared:
        if not PARAMETER.search(one.path) or one.path.startswith(OPEN_EVERYWHERE):
            continue
        there = full.address(one.path)
        nowhere = full.address(one.path, "999999999")
        ask = stranger.get if one.method == "GET" else stranger.post
        answers = [ask(there), ask(nowhere)]
        if answers[0].status_code == 200 and one.method == "GET":
            continue  # it is for the whole movement, or reaches into this place
        seen = [(one.status_code, one.text.replace(nowhere, there)) for one in answers]
        if seen[0] != seen[1]:
            told.append((one.method, there, [one.status_code for one in answers]))
    assert told == []
    assert full.state() == before


def test_forms_take_hostile_values_as_text_or_refuse_them(full: Full):
    turn, wrong = count(), []
    for form in _kinds_of_forms(full.pages):
        for name in form.fields:
            value = VALUES[next(turn) % len(VALUES)]
            answer = _send(full.member, form, name, value)
            if _is_wrong(answer):
                wrong.append((form.action, name, value[:20], answer.status_code))
    assert wrong == []
    assert full.member.get("/account").status_code == 200
    again = crawl(full.member, full.office.declared)
    assert [one.path for one in again if _is_wrong(one.response)] == []


def test_the_query_of_no_page_is_taken_for_more_than_words(full: Full):
    queries = {urlsplit(one.path).query for one in full.pages} | {"language=x", "next=x"}
    names = sorted({name for query in queries for name, _ in parse_qsl(query)} | {"before", "q"})
    wrong = []
    for one in full.of("GET"):
        for value in (MARK, "-1", "9" * 30, "' OR 1=1 --", "\uff11\u00b2", "NaN"):
            answer = full.member.get(full.address(one.path), params=dict.fromkeys(names, value))
            if _is_wrong(answer):
                wrong.append((one.path, value[:20], answer.status_code))
    assert wrong == []


def test_the_name_and_words_of_a_participant_are_text_wherever_they_are_shown(full: Full):
    number, words = "+260970000991", f"The {MARK} tap leaks"
    serving = full.office.serving
    known = {one["code"] for one in full.office.rows("reports")}
    for at, text in enumerate((f"JOIN {MARK}, Chipata, yes", "REPORT", "1", "1", words)):
        sms = {"from": number, "to": "20200", "id": f"hq9-{at}", "text": text}
        assert serving.post(CallbackKind.SMS, sms).status_code == 200
    member = full.member
    found = member.done("/people/find", {"who": number})
    person = next(action for action in found.actions if action.endswith("/unmask"))
    shown = member.post(person, {"reason": "to prove it"})
    [case] = {one["code"] for one in full.office.rows("reports")} - known
    read = member.post(f"/reports/{case}/words", {"reason": "to prove it"})
    for html in (shown.text, read.text):
        assert "<hq9" not in html
        assert "&lt;hq9" in html
    pages = crawl(member, full.office.declared)
    assert [one.path for one in pages if _is_wrong(one.response)] == []


@pytest.mark.parametrize("role", Role)
def test_no_page_shows_a_whole_number_to_a_role_by_following_links(full: Full, role: Role):
    numbers = _numbers(full.office)
    assert len(numbers) >= PEOPLE
    known = re.compile("|".join(number.removeprefix("+260") for number in numbers))
    for one in crawl(full.office.hire(role), full.office.declared):
        digits = re.sub(r"(?<=\d)[ -](?=\d)", "", one.response.text)
        assert not known.search(digits), one.path


def _token(member: Member) -> str:
    return member.office.identity.sign_in.csrf_token(member.key)


def _numbers(office: Office) -> set[str]:
    """Return every phone number that the movement knows."""
    vault = office.serving.station.store.vault
    return {
        vault.person(row["salt"]).open(NUMBER, row["number_sealed"]).decode()
        for row in office.rows("phones")
    }


def _is_wrong(answer: httpx.Response) -> bool:
    """Whether an answer is a fault of ours, or says what was put in as something else than text."""
    return (
        answer.status_code >= 500
        or "<hq9" in answer.text
        or "Traceback (most recent" in answer.text
        or "x-injected" in answer.headers
    )


def _kinds_of_forms(pages: Sequence[Opened]) -> list[FoundForm]:
    """Return one form of each kind that the pages show."""
    found: dict[tuple[str, frozenset[str]], FoundForm] = {}
    for one in pages:
        if "<form" in one.response.text:
            for form in forms_of(one.response.text, one.path):
                kind = re.sub(r"[0-9a-f]{12,}|\d+", "#", form.action)
                if not form.action.startswith(ENDING):
                    found.setdefault((kind, frozenset(form.fields)), form)
    return list(found.values())


def _send(member: Member, form: FoundForm, name: str, value: str) -> httpx.Response:
    said = {key: values for key, values in form.with_value(name, value).items() if key != "token"}
    if form.method == "get":
        return member.get(form.action, params={key: list(one) for key, one in said.items()})
    files = {one: ("a.csv", value.encode(), "text/csv") for one in form.files}
    return member.post(form.action, said, files=files or None)
