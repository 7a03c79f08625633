"""What the gateway says by itself, and what a check warns of, on the pages of the conversations."""

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from tests.office import Office, Page, without
from tests.serving import ROOT

JOIN = (ROOT / "flows" / "join.yaml").read_text(encoding="utf-8")
HOSTILE = "<script>alert(1)</script>"
SYSTEM = "/flows/-/system"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("en", "You have left @movement.name.", id="its own"),
        pytest.param("fr", "Vous", id="translated"),
        pytest.param("xx", "You have left @movement.name.", id="unknown"),
    ],
)
def test_texts_of_the_system_are_there_in_each_language_with_their_lengths(
    office: Office, language: str, words: str
):
    page = office.hire(Role.ORGANISER).page(f"{SYSTEM}?texts={language}")
    assert page.title == "What the gateway says by itself"
    row = page.html.split('<th scope="row">stop_confirmed')[1].split("</tr>")[0]
    assert words in row
    assert row.count('<td class="n">') == 3
    assert "not translated" not in page.text


def test_the_list_leads_to_the_texts_of_the_system_and_back(office: Office):
    member = office.hire(Role.ORGANISER)
    assert member.page("/flows").links["Texts of the system"] == SYSTEM
    assert member.page(SYSTEM).links["Conversations"] == "/flows"


@pytest.mark.parametrize("role", without(Permission.FLOWS))
def test_whoever_may_not_see_conversations_sees_no_text_of_the_system(office: Office, role: Role):
    assert office.hire(role).get(SYSTEM).status_code == 403


def test_texts_of_the_system_need_a_role_for_everywhere(office: Office):
    assert office.hire(Grant(Role.ORGANISER, "ZM-03")).get(SYSTEM).status_code == 404


def _sent(office: Office, text: str) -> Page:
    admin = office.hire(Role.ADMIN)
    file = ("join.yaml", text.encode(), "text/yaml")
    answer = admin.post("/flows/-/upload", {}, files={"file": file})
    assert answer.status_code == 303, Page(answer.text).text
    return Page(admin.get(answer.headers["location"]).text)


def test_what_is_doubtful_in_a_version_is_told_with_its_line_and_the_mend(office: Office):
    changed = JOIN.replace("That is too long for a name.", "Too long! " + "Please be brief. " * 15)
    assert changed != JOIN
    page = _sent(office, changed)
    warned = page.text.split("What the check warns of")[1].split("Put it in force")[0]
    assert "None of these keeps it from coming into force." in warned
    assert "join.yaml:18: warning: join.name.retry takes 3 screens everywhere." in warned
    assert "translate it. [missing: sw]" in warned
    assert any(one.endswith("/publish") for one in page.actions)


def test_a_version_in_which_nothing_is_doubtful_says_so(office: Office):
    newest = office.serving.station.publisher.newest()
    page = office.hire(Role.ORGANISER).page(f"/flows/-/versions/{newest}")
    assert "What the check warns of Nothing." in page.text


def test_hostile_words_in_what_is_doubtful_are_words(office: Office):
    page = _sent(office, JOIN.replace("Reply 0 to skip.", f"{HOSTILE} Reply 0 to skip."))
    assert HOSTILE not in page.html
