"""An hour of somebody who has never seen Mashinani, from the invitation to the counts.

Everything is as it is run: processes, callbacks over HTTP, SMS that reach phones, a real browser.
Every page on the way is looked at (`tests.onlooking`).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser

from tests.household import Household, Phone, household
from tests.onlooking import Onlooker, onlooker

PASSWORD = "seven maize cobs under a blue roof"
IN_CHIPATA, IN_KITWE = 12, 11
EYES = [
    pytest.param(1100, True, id="a wide screen with a script"),
    pytest.param(320, False, id="a small phone without a script"),
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Household]:
    """A gateway with members in two provinces."""
    with household(tmp_path / "house") as running:
        yield running


@pytest.mark.parametrize(("width", "script"), EYES)
def test_in_an_hour_somebody_new_does_all_that_an_organiser_does(
    browser: Browser, running: Household, width: int, script: bool
):
    people = _people_join(running)
    with (
        onlooker(browser, running.url, width=width, script=script) as admin,
        onlooker(browser, running.url, width=width, script=script) as esther,
        onlooker(browser, running.url, width=width, script=script) as moses,
    ):
        _sign_in_first(admin, running.way_in("grace", "Grace", "admin"))
        link = _invite(admin, "Esther Banda", "esther", "organiser", "caseworker")
        _come_back(esther, "esther", _sign_in_first(esther, link))
        _sign_in_first(moses, _invite(admin, "Moses Zulu", "moses", "approver"))
        _an_assembly(esther, people)
        _a_call(esther, moses, people)
        _a_report(esther, people[0])
        _the_counts(esther)
        for one in (admin, esther, moses):
            assert one.wrong == []


def _people_join(running: Household) -> list[Phone]:
    """People join by SMS and by USSD, twelve in one province and eleven in another."""
    phones = [running.phone(number) for number in range(1, IN_CHIPATA + IN_KITWE + 1)]
    by_ussd, *by_sms = phones
    assert "Thank you" in by_ussd.dial("1", "Bwalya", "Chipata", "1").text
    for number, phone in enumerate(by_sms, start=1):
        phone.text(f"JOIN Chanda, {'Chipata' if number < IN_CHIPATA else 'Kitwe'}, yes")
    for phone in by_sms:
        assert "Thank you" in phone.receive()
    return phones


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An app on somebody's phone, and the code of it that was used."""

    app: pyotp.TOTP
    used: str

    def next(self) -> str:
        """Return a code that comes after every one that was used."""
        return self.app.at(datetime.now(UTC) + timedelta(seconds=self.app.interval))


def _sign_in_first(who: Onlooker, link: str) -> Authenticator:
    """Open an invitation, set a password and codes."""
    who.open(link)
    who.press("Sign in")
    who.write("New password", PASSWORD)
    who.write("The same again", PASSWORD)
    who.press("Save the password")
    who.press("Begin")
    app = pyotp.TOTP(who.page.locator("li code").inner_text())
    code = app.now()
    who.write("Code", code)
    who.press("Switch codes on")
    assert who.page.locator(".codes li").count() == 10
    who.press("I have written them down")
    who.reads("Today")
    return Authenticator(app, code)


def _invite(admin: Onlooker, name: str, username: str, role: str, *more: str) -> str:
    """Invite somebody and return the link as it is handed over."""
    admin.press("Staff")
    admin.press("Invite somebody")
    admin.write("Name", name)
    admin.write("User name", username)
    admin.choose("Role", role)
    admin.press("Make a link for them")
    link = admin.page.locator("[role=status] code").inner_text()
    for one in more:
        admin.choose("Role", one)
        admin.press("Give the role")
    return link


def _come_back(who: Onlooker, username: str, authenticator: Authenticator) -> None:
    """Sign out, and in again by password and code; a code that was used opens nothing."""
    who.press("Sign out")
    who.by_keys = who.twin is None
    _sign_in(who, username, authenticator.used, refused=401)
    who.reads("There is one thing to mend")
    _sign_in(who, username, authenticator.next())
    who.by_keys = False
    who.reads("Today")


def _sign_in(who: Onlooker, username: str, code: str, *, refused: int | None = None) -> None:
    who.write("User name", username)
    who.write("Password", PASSWORD)
    who.write("Code", code)
    who.press("Sign in", refused=refused)


def _an_assembly(esther: Onlooker, people: list[Phone]) -> None:
    """An assembly is called; people vote; the projector shows turnout and, closed, the result."""
    esther.press("Assemblies")
    esther.press("Call the first one")
    esther.write("Title", "Wells before roads")
    esther.write("Voting ends", "+48h")
    esther.tick("It may be closed before that, such as when everybody has voted")
    esther.write("Question", "Shall we ask for wells first?")
    esther.write("Answers, a line each", "Yes\nNo")
    esther.press("See it as phones will show it")
    esther.reads("Who dials sees:", "Shall we ask for wells first?")
    esther.press("Open the assembly")
    esther.reads("It is opened.")
    motion = re.search(r"(\d+)\. Shall we ask", esther.text)
    assert motion, esther.text
    esther.press("Show it on a projector")
    esther.reads(f"Send {motion[1]}, a space and the number of your answer to 20200.")
    people[0].ask(f"{motion[1]} 1")
    assert "counted: No" in people[1].dial("2").text
    people[2].ask(f"VOTE {motion[1]} yes")
    esther.reads("have voted\n3")
    assert "Yes\t2" not in esther.text
    esther.press("Back to the assembly")
    esther.unfold("Close it now")
    esther.press("Close the assembly")
    esther.press("Show it on a projector")
    rows = esther.page.locator("tr").all_inner_texts()
    assert [row.split() for row in rows] == [["Yes", "2"], ["No", "1"]]
    esther.press("Back to the assembly")


def _a_call(esther: Onlooker, moses: Onlooker, people: list[Phone]) -> None:
    """A call goes to the right people at a known cost, after a second person approved it."""
    until = datetime.now(UTC) + timedelta(days=1)
    esther.press("Calls to action")
    esther.by_keys = esther.twin is None
    esther.press("Write a call", within=esther.page.locator(".heading"))
    esther.write("What it is about", "Water meeting")
    esther.write("Text in English", "Come to the water meeting at the boma on Saturday at 10.")
    esther.tick("Eastern")
    esther.date("Sent until", until)
    esther.press("Count")
    assert esther.value("people get it") == str(IN_CHIPATA)
    assert esther.value("SMS to pay for") == str(IN_CHIPATA)
    assert float(esther.value("ZMW to pay")) > 0
    esther.press("Keep the draft")
    esther.by_keys = False
    esther.press("Ask for approval")
    path = esther.page.url.removeprefix(esther.url)
    assert esther.named("Approve it").count() == 0
    moses.open("/")
    moses.press("1 call to action waits for approval")  # the only one: it leads there
    moses.reads("Come to the water meeting at the boma")
    assert moses.value("people get it") == str(IN_CHIPATA)
    moses.press("Approve it")
    esther.open(path)
    esther.press("Send it now")
    for one in people[:IN_CHIPATA]:
        while "water meeting" not in one.receive():
            pass
    esther.reads("delivered")
    people[0].text("I will come and bring chairs")
    people[3].text("I will come")
    esther.reads(f"{IN_CHIPATA}\ndelivered", "2\nreplies")
    esther.press("replies", within=esther.page.locator(".figures"))
    esther.reads("I will come and bring chairs")


def _a_report(esther: Onlooker, reporter: Phone) -> None:
    """A report is read, given to somebody, asked about, solved, and closed by its reporter."""
    assert "received your reply" in reporter.receive()  # of what was written after the call
    reporter.ask("REPORT")
    reporter.ask("1")
    reporter.ask("1")
    said = reporter.ask("The pump at the market gives no water")
    code = re.search(r"[0-9A-Z]{3}-[0-9A-Z]{4}", said)
    assert code, said
    esther.press("Reports")
    esther.press(code[0])
    esther.reads("The pump at the market gives no water")
    esther.choose("Who looks after it", "Esther Banda")
    esther.press("Give it to them")
    esther.write("An SMS to the reporter", "Which of the two pumps is it?")
    esther.press("Send it")
    esther.reads("The SMS is on its way.")
    asked = reporter.receive()
    assert "Which of the two pumps" in asked
    reply = code[0].replace("-", "")
    assert reply in asked
    reporter.ask(f"{reply} The one at the school")
    esther.press("Reports")
    esther.press(code[0])
    esther.reads("The one at the school")
    esther.choose("Take it to", "solved, we think")
    esther.press("Move it")
    assert f"{reply} YES" in reporter.receive()
    reporter.ask(f"{reply} YES")
    esther.open(f"/reports/{code[0]}")
    esther.reads("closed")


def _the_counts(esther: Onlooker) -> None:
    """The coordinator gets the sign-up counts: on a page, and as a file."""
    esther.press("Today")
    assert esther.value("members") == str(IN_CHIPATA + IN_KITWE)
    esther.press("Exports")
    esther.tick("place")
    esther.choose("Places", "province")
    esther.press("Prepare the counts")
    esther.reads("Download")
    with esther.page.expect_download() as coming:
        esther.named("Download").click()
    with coming.value.path().open(encoding="utf-8-sig", newline="") as file:
        counts = {row["place"]: row["participants"] for row in csv.DictReader(file)}
    assert counts == {"Eastern": str(IN_CHIPATA), "Copperbelt": str(IN_KITWE)}
