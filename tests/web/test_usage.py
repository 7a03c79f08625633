"""How far people come, on the page of each conversation: from real callbacks, without a name."""

from itertools import count

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.staff.roles import Grant, Permission, Role
from tests.exchange import DIALLED, SHORT_CODE
from tests.office import Office, Page, without
from tests.serving import ROOT

JOIN = (ROOT / "flows" / "join.yaml").read_text(encoding="utf-8")
_IDS = count(1)
_PHONES = count(6_000_001)


@pytest.fixture(autouse=True)
def _nobody_came(office: Office) -> None:
    with office.database.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM passages")


def text(office: Office, *words: str) -> None:
    """Let a new phone of fiction text."""
    phone = f"+26097{next(_PHONES):07}"
    for one in words:
        form = {"id": f"u{next(_IDS)}", "from": phone, "to": SHORT_CODE, "text": one}
        form["date"] = "2026-05-28 20:26:40"
        assert office.serving.post(CallbackKind.SMS, form).status_code == 200


def dial(office: Office, *typed: str) -> None:
    """Let a new phone of fiction dial, and type."""
    session, phone = f"d{next(_IDS)}", f"+26097{next(_PHONES):07}"
    for so_far in range(len(typed) + 1):
        form = {"sessionId": session, "phoneNumber": phone, "serviceCode": DIALLED}
        form["text"] = "*".join(typed[:so_far])
        assert office.serving.post(CallbackKind.USSD, form).status_code == 200


def figures(page: Page) -> str:
    """Return what stands between the heading of the part and that of the texts."""
    return page.text.split("How far people come")[1].split("What it says")[0]


def test_a_conversation_in_which_nobody_was_teaches_what_will_be_there(office: Office):
    page = office.hire(Role.ORGANISER).page("/flows/join")
    assert "Nobody came to a question" in figures(page)
    assert "0 begun" in figures(page)


def test_steps_show_how_many_came_and_went_on_and_lead_to_the_picture(office: Office):
    text(office, "JOIN", "Zebediah", "Chipata", "1")
    text(office, "JOIN", "Yohane")
    text(office, "JOIN", "STOP")
    page = office.hire(Role.ORGANISER).page("/flows/join")
    shown = figures(page)
    assert "3 begun 1 finished 1 dropped out 1 in it now" in shown
    assert "name 3 2 0 0 0 1 33% STOP: 1" in shown
    assert "district 2 1 0 1 0 0 0%" in shown
    assert "Zebediah" not in page.html
    anchor = page.links["name"]
    assert anchor.startswith("#n")
    assert f'<g id="{anchor[1:]}">' in page.html
    assert 'role="img" aria-label="How far people come"' in page.html
    assert "How many came to each question of Join the movement, and how many went on" in page.text
    assert "<title>name: went on: 2</title>" in page.html


def test_what_is_chosen_counts_and_the_other_choices_stay(office: Office):
    text(office, "JOIN")
    dial(office, "1")
    member = office.hire(Role.ORGANISER)
    assert "2 begun" in figures(member.page("/flows/join"))
    page = member.page("/flows/join?by=ussd&texts=fr")
    assert "1 begun" in figures(page)
    assert page.links["today"] == "/flows/join?days=1&by=ussd&texts=fr#usage"
    assert page.links["USSD"] == "/flows/join?by=ussd&texts=fr#usage"
    assert "1 begun" in figures(member.page("/flows/join?by=sms&days=1&only=this"))


@pytest.mark.parametrize("query", ["days=x", "days=-1", "by=%3Cscript%3E", "only=x", "days=30000"])
def test_what_cannot_be_chosen_is_as_if_nothing_was(office: Office, query: str):
    text(office, "JOIN")
    page = office.hire(Role.ORGANISER).page(f"/flows/join?{query}")
    assert "1 begun" in figures(page)
    assert "<script>" not in page.html.split("<main")[1]


def test_steps_that_another_version_had_are_shown_as_such(office: Office):
    text(office, "JOIN")
    admin = office.hire(Role.ADMIN)
    renamed = JOIN.replace("\n  name:\n", "\n  called:\n")
    file = ("join.yaml", renamed.encode(), "text/yaml")
    answer = admin.post("/flows/-/upload", {}, files={"file": file})
    assert answer.status_code == 303, Page(answer.text).text
    version = answer.headers["location"].rpartition("/")[2]
    page = admin.page(f"/flows/join?version={version}")
    assert "name not in this version 1" in figures(page)
    assert "0 begun" in figures(admin.page(f"/flows/join?version={version}&only=this"))


def test_the_list_says_how_many_are_in_each_conversation(office: Office):
    text(office, "JOIN", "Amina", "Chipata", "1")
    text(office, "JOIN")
    page = office.hire(Role.ORGANISER).page("/flows")
    row = page.html.split('href="/flows/join"')[1].split("</tr>")[0]
    assert '<td class="n">1</td><td class="n">1</td><td class="n">0</td>' in row


@pytest.mark.parametrize("role", without(Permission.FLOWS))
def test_whoever_may_not_see_conversations_sees_no_counts(office: Office, role: Role):
    assert office.hire(role).get("/flows/join").status_code == 403


def test_an_organiser_of_one_place_sees_no_counts_of_all(office: Office):
    assert office.hire(Grant(Role.ORGANISER, "ZM-03")).get("/flows/join").status_code == 404
