"""kill -9 while files of people are written down and exports are prepared: once each, and whole.

Whatever a killed process leaves is looked through as well: nothing on the disk names anybody.
"""

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import openpyxl

from gateway import bootstrap
from gateway.config.settings import load_settings
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Grant, Role
from gateway.service import replay
from gateway.service.imports import SLICE
from gateway.service.passwords import Passwords
from gateway.store import export_jobs, imports, staff
from gateway.web.visits import COOKIE
from tests.crash.fleet import Site, lay_out
from tests.office import CHEAP, Page
from tests.patience import PATIENCE_S, until
from tests.processes import Process

LINES = 800
SLICES = LINES // SLICE
NAME = "Zwelibanzi"
# Numbers of the files, in any form, and the name of everybody in them.
# A number in any way of writing it; an id in hexadecimal digits may hold the same digits by chance.
PLAIN = re.compile(rb"(?:260|(?<![0-9a-z])0?)9755\d{5}(?![0-9a-f])|" + NAME.encode())
OWN = {"sec-fetch-site": "same-origin"}


def numbers(first: int) -> list[str]:
    return [f"09755{number:05}" for number in range(first, first + LINES)]


def as_csv(first: int) -> bytes:
    lines = [f"{number},{NAME} {number}" for number in numbers(first)]
    return "\n".join(["Phone,Name", *lines]).encode()


def as_xlsx(first: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Phone", "Name"])
    for number in numbers(first):
        sheet.append([number, f"{NAME} {number}"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@dataclass
class Browser:
    """Somebody of staff, whatever process serves just now."""

    key: str
    token: str

    def get(self, url: str, path: str) -> httpx.Response:
        return httpx.get(f"{url}{path}", cookies={COOKIE: self.key}, timeout=PATIENCE_S)

    def post(self, url: str, path: str, form: Mapping[str, str], **more: Any) -> str:
        data = {**form, "token": self.token}
        cookies = {COOKIE: self.key}
        answer = httpx.post(
            f"{url}{path}", data=data, cookies=cookies, headers=OWN, timeout=PATIENCE_S, **more
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


class Killing:
    """One gateway at a time, killed at moments of chance."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.aside = folder / "aside"  # where a process puts what it puts aside
        self.aside.mkdir()
        self.chance = Random(7)
        self.live = self._next()

    def _next(self) -> Process:
        variables = {**self.site.variables, "TMPDIR": str(self.aside)}
        return Process.start(variables, self.folder / "gateway.log").wait_until_ready()

    @property
    def url(self) -> str:
        return self.live.url

    def go_on(self) -> None:
        """Look through what a killed one left, and let the next one serve."""
        self.look_through()
        self.live = self._next()

    def look_through(self) -> None:
        """Fail where anything on the disk names somebody."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert len(files) > 3
        for path in files:
            found = PLAIN.search(path.read_bytes())
            assert found is None, (path, found)
        assert list(self.aside.rglob("*")) == []


@contextmanager
def killing(folder: Path) -> Iterator[Killing]:
    site = lay_out(folder, None, "http://127.0.0.1:9", STAFF_TOTP_REQUIRED="false")
    with site.database:
        gateways = Killing(site, folder)
        try:
            yield gateways
            assert gateways.live.stop() == 0
        finally:
            gateways.live.kill()


def test_killed_gateways_write_each_line_once_and_leave_whole_files(tmp_path: Path, places: Places):
    with killing(tmp_path) as gateways:
        coordinator, approver = _staff(gateways.site, places)
        _import(gateways, coordinator, {"a.csv": as_csv(0), "b.xlsx": as_xlsx(LINES)})
        _prove_people(gateways.site)
        _export(gateways, coordinator, approver)
        gateways.look_through()


def _staff(site: Site, places: Places) -> tuple[Browser, Browser]:
    settings = load_settings(site.variables, Path(site.variables["GATEWAY_CONFIG_DIR"]))
    identity = bootstrap.identity(bootstrap.Store(settings, site.database, site.vault), places)
    browsers = []
    password = Passwords(site.vault, cost=CHEAP).seal("what nobody of staff would take")
    for role in (Role.COORDINATOR, Role.APPROVER):
        number, link = identity.staff.invite(None, str(role), str(role), [Grant(role)])
        with site.database.write() as tx:
            staff.change(tx, number, password_sealed=password)
        key = identity.sign_in.sign_in_by_link(link, address="127.0.0.1", agent="test")
        assert key is not None
        browsers.append(Browser(key, identity.sign_in.csrf_token(key)))
    return browsers[0], browsers[1]


def _import(gateways: Killing, browser: Browser, files: Mapping[str, bytes]) -> None:
    """Send files, and kill while their lines are looked at and while they are written."""
    addresses = []
    for name, content in files.items():
        sent = {"file": (name, content, "text/csv")}
        path = browser.post(gateways.url, "/people/import", {"kind": "people"}, files=sent)
        addresses.append(path)
    columns = {"column_number": "0", "column_name": "1"}
    for path in addresses:
        browser.post(gateways.url, f"{path}/columns", columns)
    _killed_until(gateways, imports.CHECKED, "checked", kills=1)
    for path in addresses:
        browser.post(gateways.url, f"{path}/begin", {})
    _killed_until(gateways, imports.DONE, "done", kills=2)
    for path in addresses:
        page = Page(browser.get(gateways.url, path).text).text
        assert f"{LINES:,} written" in page, page


def _killed_until(gateways: Killing, status: str, counter: str, *, kills: int) -> None:
    """Kill while something is done, each time further on, and wait until all of it is."""

    def done() -> int:
        return sum(row[0] for row in gateways.site.rows("imports", counter))

    for _ in range(kills):
        further = done() + gateways.chance.randint(1, 3)
        until(partial(lambda least: done() >= least, further))
        gateways.live.kill()
        assert done() < 2 * SLICES, "all of it was done: nothing was killed half-way"
        gateways.go_on()
    until(lambda: {row.status for row in gateways.site.rows("imports", "status")} == {status})


def _prove_people(site: Site) -> None:
    """Everybody is there once, nobody is lost, and nothing waits any more."""
    vault = site.vault
    wanted = {vault.phone_id(f"+26{number}") for number in (*numbers(0), *numbers(LINES))}
    found = [bytes(row.phone) for row in site.rows("participants", "phone")]
    assert len(found) == len(set(found)) == len(wanted)
    assert set(found) == wanted
    rows = site.rows("imports", "written", "problems", "error")
    assert [tuple(row) for row in rows] == [(LINES, 0, None)] * 2
    chunks = site.rows("import_chunks", "rows_sealed", "phones")
    assert all(row.rows_sealed is None and row.phones is None for row in chunks)
    assert replay.verify(site.database).broken == ()
    assert replay.replay(site.database).differences == ()


def _export(gateways: Killing, browser: Browser, approver: Browser) -> None:
    """Ask for numbers as CSV and XLSX, and kill while each is prepared."""
    contents = {}
    for kind in ("csv", "xlsx"):
        path, number = _killed_at(gateways, browser, approver, kind)
        with gateways.site.database.write() as tx:  # as two minutes later
            export_jobs.change(tx, number, claimed_until=0)
        for left in (gateways.folder / "exports").glob("*"):
            os.utime(left, (0, 0))
        gateways.go_on()
        until(partial(_stands, gateways, number, export_jobs.DONE))
        contents[kind] = browser.get(gateways.url, f"{path}/file").content
    _prove_files(contents)
    gateways.live.kill()
    gateways.go_on()  # a fresh one looks at once for what belongs to nobody
    kept = {_job(gateways, row.id).file for row in gateways.site.rows("exports", "id")}
    folder = gateways.folder / "exports"
    until(lambda: {path.name for path in folder.glob("*")} == kept)


def _killed_at(
    gateways: Killing, browser: Browser, approver: Browser, kind: str
) -> tuple[str, int]:
    """Ask for numbers until a gateway was killed while it prepared them; return what was asked."""
    for _ in range(8):
        form = {"form": "numbers_", "numbers_reason": "to call", "numbers_format": kind}
        path = browser.post(gateways.url, "/exports/new", form)
        number = int(path.rpartition("/")[2])
        approver.post(gateways.url, f"/releases/{number}/release", {})
        begun = (export_jobs.WORKING, export_jobs.DONE)
        until(partial(_stands, gateways, number, *begun))
        if _stands(gateways, number, export_jobs.WORKING):
            gateways.live.kill()
            if _stands(gateways, number, export_jobs.WORKING):
                return path, number
            gateways.go_on()
    raise AssertionError("each was ready before it was killed: nothing was proved")


def _job(gateways: Killing, number: int) -> export_jobs.Job:
    with gateways.site.database.read() as view:
        job = export_jobs.by_id(view, number)
    assert job is not None
    return job


def _stands(gateways: Killing, number: int, *statuses: str) -> bool:
    return _job(gateways, number).status in statuses


def _prove_files(contents: Mapping[str, bytes]) -> None:
    """Both files are whole: everybody stands in them once."""
    wanted = sorted(f"'+26{number}" for number in (*numbers(0), *numbers(LINES)))
    lines = list(csv.DictReader(io.StringIO(contents["csv"].decode(), newline="")))
    assert sorted(line["phone"] for line in lines) == wanted
    sheet = openpyxl.load_workbook(io.BytesIO(contents["xlsx"]), read_only=True).worksheets[0]
    assert sorted(str(row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)) == wanted
