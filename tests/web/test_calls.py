"""The pages of calls: written, approved by another, followed; and who gets to see which."""

import time
from collections.abc import Callable

import pytest

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.staff.roles import Grant, Role
from tests.office import Member, Office, Page

EASTERN, CHIPATA, CHOMA, GWEMBE, KALOMO = "ZM-03", "ZM-03-02", "ZM-07-03", "ZM-07-04", "ZM-07-06"
FORM: dict[str, str | list[str]] = {
    "title": "Water meeting",
    "text_en": "Come on Saturday, @participant.name",
    "channel": "demo",
    "valid_until": "2099-01-01T10:00",
}


def wait_for(page: Callable[[], Page], words: str) -> Page:
    """Return a page as soon as it says something that is counted behind it."""
    for _ in range(100):
        found = page()
        if words in found.text:
            return found
        time.sleep(0.05)
    raise AssertionError((words, page().text))


def written(member: Member, **more: str | list[str]) -> str:
    """Write a call and return the path of its page."""
    answer = member.post("/calls/new", FORM | more)
    assert answer.status_code == 303, Page(answer.text).text
    return answer.headers["location"]


def agreed(office: Office, number: int, **columns: str) -> None:
    office.population.consent(office.somebody(number, **columns))


def approved(office: Office, writer: Member, **more: str | list[str]) -> str:
    path = written(writer, **more)
    writer.done(f"{path}/submit")
    approver = office.hire(Role.APPROVER)
    approver.done(f"{path}/approve", {"version": "1"})
    return path


def test_a_call_goes_from_its_writer_to_another_person_and_leaves(office: Office):
    agreed(office, 101, name="Amina", place=CHIPATA, gender="f")
    writer, approver = office.hire(Role.ORGANISER), office.hire(Role.APPROVER, name="Moses Banda")
    path = written(writer, places=[EASTERN], genders=["f"])
    page = wait_for(lambda: writer.page(path), "person gets it")
    assert page.title == "Water meeting"
    assert "members in Eastern, of gender f" in page.text
    assert "Come on Saturday, Amina" in page.text
    assert f"{path}/send" not in page.actions
    page = writer.done(f"{path}/submit")
    assert "waits for approval" in page.text
    assert f"{path}/approve" not in page.actions
    page = approver.page(path)
    assert page.fields["version"] == "1"
    page = approver.done(f"{path}/approve", {"version": "1"})
    assert "approved Moses Banda" in page.text
    assert f"{path}/send" not in page.actions
    page = writer.done(f"{path}/send")
    page = wait_for(lambda: writer.page(path), "still wait")
    assert "By province" in page.text
    assert "Airtel" in page.text
    page = writer.done(f"{path}/pause")
    assert "paused" in page.text
    writer.done(f"{path}/resume")
    page = writer.done(f"{path}/stop")
    assert "It is stopped" in page.text
    number = path.rpartition("/")[2]
    statuses = {row["status"] for row in office.rows("messages", f"broadcast = {number}")}
    assert statuses == {int(Status.CANCELLED)}
    acts = [row["act"] for row in office.rows("audit", f"subject = 'call:{number}'")]
    assert sorted(acts) == sorted(
        f"call_{step}"
        for step in ("drafted", "submitted", "approved", "sent", "paused", "resumed", "stopped")
    )


def test_nobody_approves_what_he_or_she_wrote(office: Office):
    both = office.hire(Role.ORGANISER, Role.APPROVER)
    path = written(both)
    page = both.done(f"{path}/submit")
    assert f"{path}/approve" not in page.actions
    assert "somebody else has to approve it" in page.text
    answer = both.post(f"{path}/approve", {"version": "1"})
    assert answer.status_code == 409
    assert "You had a part in writing" in Page(answer.text).text
    assert "submitted" in {row["status"] for row in office.rows("broadcasts")}


def test_an_approver_approves_what_was_read_or_sends_it_back(office: Office):
    writer, approver = office.hire(Role.ORGANISER), office.hire(Role.APPROVER)
    path = written(writer)
    writer.done(f"{path}/edit", FORM | {"text_en": "Come to another place"})
    writer.done(f"{path}/submit")
    old = approver.post(f"{path}/approve", {"version": "1"})
    assert (old.status_code, "was changed since you read it" in old.text) == (409, True)
    assert approver.post(f"{path}/approve", {"version": "x"}).status_code == 409
    page = approver.done(f"{path}/return", {"note": "Which <b>Saturday</b>?"})
    assert "Which <b>Saturday</b>?" in page.text
    assert "<b>Saturday" not in page.html
    assert writer.page(path).links["Change it"] == f"{path}/edit"


def test_the_form_says_what_is_wrong_and_keeps_what_was_written(office: Office):
    writer = office.hire(Role.ORGANISER)
    answer = writer.post(
        "/calls/new",
        {
            "title": "",
            "text_en": "Hello @participant.nmae",
            "text_ny": "x" * 2000,
            "also": "Atlantis",
            "except_places": "Chipata",
            "answered": "nothing",
            "valid_until": "2020-01-01T10:00",
            "not_before": "soon",
            "channel": "<script>alert(1)</script>",
        },
    )
    page = Page(answer.text)
    assert answer.status_code == 400
    for sentence in (
        "Say in a few words what it is about",
        "names what is not there",
        "is too long",
        "There is no place Atlantis",
        "such as wells:district",
        "This time is over",
        "Write a date and a time",
        "Choose a channel that sends SMS",
    ):
        assert sentence in page.text, sentence
    assert "@participant.nmae" in page.text
    assert "<script>alert" not in page.html
    assert writer.post("/calls/new", {}).status_code == 400


def test_a_count_keeps_nothing(office: Office):
    agreed(office, 102, place=GWEMBE)
    writer = office.hire(Role.ORGANISER)
    before = len(office.rows("broadcasts"))
    form = FORM | {"also": "Gwembe", "do": "count", "text_en": "Police at the “march” ✊"}
    page = wait_for(lambda: Page(writer.post("/calls/new", form).text), "person gets it")
    assert "Police march" in page.text.replace("<", "")
    assert "160 characters to 70" in page.text
    assert len(office.rows("broadcasts")) == before


def test_what_is_replaced_and_who_reads_another_language_is_shown(office: Office):
    agreed(office, 103, place=KALOMO, language="bem")
    writer = office.hire(Role.ORGANISER)
    path = written(writer, also="Kalomo", text_en="It’s on – come")
    page = wait_for(lambda: writer.page(path), "in which there is no text")
    assert "Replaced, so that more fits" in page.text
    assert "It's on - come" in page.text


def test_a_hostile_call_is_text_on_every_page(office: Office):
    hostile = "<script>alert(1)</script>"
    writer = office.hire(Role.ORGANISER)
    path = written(writer, title=hostile, text_en=hostile, groups=hostile)
    for page in ("/calls", path, f"{path}/edit", f"{path}/live", f"/calls/new?like={path[7:]}"):
        html = writer.page(page).html
        assert "<script>alert" not in html
        assert page.endswith("live") or "&lt;script&gt;" in html


def test_who_has_a_place_sees_and_writes_calls_for_it_only(office: Office):
    inside = office.hire(Grant(Role.ORGANISER, EASTERN), Grant(Role.APPROVER, EASTERN))
    everywhere = office.hire(Role.ORGANISER)
    own, other = written(everywhere, places=[EASTERN]), written(everywhere)
    assert inside.page("/calls/new").fields["also"] == "Eastern"
    refused = inside.post("/calls/new", FORM)
    assert (refused.status_code, "people in Eastern" in refused.text) == (400, True)
    refused = inside.post("/calls/new", FORM | {"also": "Choma"})
    assert refused.status_code == 400
    listed = inside.page("/calls").html
    assert f'href="{own}"' in listed
    assert f'href="{other}"' not in listed
    assert inside.page(own).title == "Water meeting"
    assert inside.post(f"{own}/edit", FORM).status_code == 400
    for path in ("", "/live", "/edit"):
        assert inside.get(f"{other}{path}").status_code == 404
    for step in ("submit", "approve", "send", "pause", "resume", "stop", "test", "take-back"):
        assert inside.post(f"{other}/{step}").status_code == 404, step
    assert inside.get(f"/calls/new?like={other[7:]}").status_code == 404


@pytest.mark.parametrize("path", ["/calls/999999", "/calls/999999/live", "/calls/999999/edit"])
def test_a_call_that_is_not_there_is_not_there(office: Office, path: str):
    assert office.hire(Role.ORGANISER).get(path).status_code == 404


def test_a_test_goes_to_one_phone_and_its_number_is_kept_sealed(office: Office):
    writer = office.hire(Role.ORGANISER)
    path = written(writer)
    page = writer.done(f"{path}/test", {"phone": "+260970009901", "language": "en"})
    assert "The test is on its way" in page.text
    assert "970009901" not in page.html
    assert "sent to one number as a test" in page.text
    staff = int(Purpose.STAFF)
    sent = office.rows("messages", f"purpose = {staff}")[-1]
    [phone] = [row for row in office.rows("phones") if bytes(row["id"]) == bytes(sent["phone"])]
    assert b"970009901" not in bytes(phone["number_sealed"])
    refused = writer.post(f"{path}/test", {"phone": "12"})
    assert (refused.status_code, "This is no phone number" in refused.text) == (409, True)
    for _ in range(9):
        writer.done(f"{path}/test", {"phone": "+260970009901", "language": "ny"})
    assert writer.post(f"{path}/test", {"phone": "+260970009901"}).status_code == 409


def test_no_test_reaches_a_phone_that_said_stop(office: Office):
    gone = office.somebody(104)
    office.population.leave(gone)
    writer = office.hire(Role.ORGANISER)
    answer = writer.post(f"{written(writer)}/test", {"phone": gone.e164})
    assert (answer.status_code, "said STOP" in answer.text) == (409, True)


def test_an_admin_stops_a_call_without_seeing_it(office: Office):
    admin = office.hire(Role.ADMIN)
    path = written(office.hire(Role.ORGANISER))
    assert admin.get(path).status_code == 403
    assert "It is stopped" in admin.done(f"{path}/stop").text


def test_calls_are_listed_by_state_and_page_by_page(office: Office):
    writer = office.hire(Role.ORGANISER)
    paths = [written(writer, title=f"Call of many {number}") for number in range(27)]
    first = writer.page("/calls?show=drafts")
    assert f'href="{paths[-1]}"' in first.html
    assert f'href="{paths[0]}"' not in first.html
    second = writer.page(first.links["Next page"])
    assert f'href="{paths[0]}"' in second.html
    assert f'href="{paths[0]}"' not in writer.page("/calls?show=over").html
    assert writer.page("/calls?show=nonsense&before=x").title == "Calls to action"


def test_another_call_begins_like_one_that_is_there(office: Office):
    writer = office.hire(Role.ORGANISER)
    path = written(writer, also="Choma", except_groups="press")
    page = writer.page(writer.page(path).links["Write another like this"])
    assert page.fields["title"] == "Water meeting"
    assert page.fields["also"] == "Choma"
    assert page.fields["except_groups"] == "press"


def test_a_call_for_later_is_scheduled(office: Office):
    agreed(office, 105, place=CHOMA)
    writer = office.hire(Role.ORGANISER)
    path = approved(office, writer, also="Choma", not_before="2098-12-31T10:00")
    assert "scheduled" in writer.done(f"{path}/send").text


def test_whoever_says_yes_to_a_call_is_counted_and_the_last_word_counts(office: Office):
    people = [office.somebody(120 + at, place=CHOMA, name="Daka") for at in range(3)]
    for one in people:
        office.population.consent(one)
    writer = office.hire(Role.ORGANISER)
    path = approved(office, writer, also="Choma")
    writer.done(f"{path}/send")
    with office.database.write() as tx:
        sent = f"broadcast = {path.rpartition('/')[2]}"
        tx.run(f"UPDATE messages SET status = 80, changed_at = {tx.now} WHERE {sent}", ())
    said = [(0, "No, I work"), (1, "Inde"), (2, "zed who brings water"), (0, "YES I come")]
    for at, (who, text) in enumerate(said):
        form = {"from": people[who].e164, "to": "20200", "text": text, "id": f"rsvp-{at}"}
        form["date"] = f"2026-11-25 06:0{at}:00"
        assert office.serving.post("sms", form).status_code == 200
    page = wait_for(lambda: writer.page(path), "from 3 phones")
    words = " ".join(page.text.split())
    assert "said last yes 2 no 0 something else 1" in words


def test_replies_are_counted_for_all_and_read_by_those_who_may(office: Office):
    one = office.somebody(106, place=CHOMA, name="Daka")
    office.population.consent(one)
    writer = office.hire(Role.ORGANISER)
    path = approved(office, writer, also="Choma")
    writer.done(f"{path}/send")
    number = path.rpartition("/")[2]
    with office.database.write() as tx:
        sent = f"broadcast = {number}"
        tx.run(f"UPDATE messages SET status = 80, changed_at = {tx.now} WHERE {sent}", ())
    form = {"from": one.e164, "to": "20200", "text": "Zed <b>I come</b>", "date": "", "id": "r1"}
    form["date"] = "2026-11-25 06:00:00"
    assert office.serving.post("sms", form).status_code == 200
    assert [row["reply_to"] for row in office.rows("messages")].count(int(number)) == 1
    approver = office.hire(Role.APPROVER)
    page = wait_for(lambda: approver.page(path), "from 1 phone")
    assert f"{path}/replies" not in page.links.values()
    assert approver.get(f"{path}/replies").status_code == 403
    page = writer.page(f"{path}/replies")
    assert "Zed <b>I come</b>" in page.text
    assert "<b>I come" not in page.html
    assert one.e164 not in page.html
    assert "+26097*****" in page.text
    assert "replies_read" in office.acts()
    elsewhere = office.hire(Grant(Role.COORDINATOR, EASTERN))
    assert elsewhere.get(f"{path}/replies").status_code == 404
