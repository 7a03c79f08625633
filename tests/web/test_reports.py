"""The pages of reports: who sees which, what each form does, and what stays hidden."""

from itertools import count
from typing import Any

import pytest

from gateway.core.movement import codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.staff.roles import Grant, Permission, Role
from gateway.store import journal
from tests.office import Office, without
from tests.population import Somebody
from tests.serving import SECRET

LUSAKA, CHIPATA = "ZM-09", "ZM-03"
IN_LUSAKA, IN_CHIPATA = "ZM-09-05", "ZM-03-05"
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }} =HYPERLINK(1)"
_CODES = count(19**5)
_PEOPLE = count(5001)


def _code(number: int) -> str:
    letters = ""
    for _ in range(codes.CASE_CODE_LENGTH):
        number, rest = divmod(number, len(codes.ALPHABET))
        letters = codes.ALPHABET[rest] + letters
    return letters


def filed(
    office: Office,
    words: str = "No water since May",
    *,
    place: str | None = IN_LUSAKA,
    category: str = "water",
    who: Somebody | None = None,
    member: bool = True,
) -> str:
    """File a report and return its code as it is written."""
    code = _code(next(_CODES))
    one = who or office.somebody(next(_PEOPLE), name="Mutinta Zimba")
    population = office.population
    with office.database.write() as tx:
        table, owner = ("participants", one.id) if member else ("phones", one.phone)
        salt = population._salt(tx, table, owner)
        body = {
            "id": tx.head.take_id(),
            "code": code,
            "phone": one.phone.hex(),
            "category": category,
            "place": place,
            "channel": "demo",
        }
        sealed = population.vault.person(salt).seal(b"words", words.encode())
        fact = Fact(kinds.REPORT_FILED, one.id if member else b"", body, sealed)
        journal.record(tx, [fact])
    return codes.written(code)


def row(office: Office, code: str) -> dict[str, Any]:
    return dict(office.rows("reports", f"code = '{code.replace('-', '')}'")[0])


def test_the_queue_shows_codes_and_neither_words_nor_who_wrote(office: Office):
    code = filed(office, "The pump is broken", category="queued")
    page = office.hire(Role.CASEWORKER).page("/reports?state=new&category=queued")
    assert code in page.text
    assert "Lusaka" in page.text
    assert "pump" not in page.text
    assert "Mutinta" not in page.text
    assert "26097" not in page.text


def test_the_words_are_on_the_report_s_page_and_reading_them_is_written_down(office: Office):
    code = filed(office, HOSTILE, member=False)
    worker = office.hire(Role.CASEWORKER)
    page = worker.page(f"/reports/{code}")
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert "Mutinta" not in page.text
    assert "26097" not in page.text
    last = max(office.rows("audit", "act = 'report_seen'"), key=lambda row: row["seq"])
    assert (last["subject"], last["staff"]) == (f"report:{code}", worker.viewer.id)


@pytest.mark.parametrize("role", without(Permission.CASES))
def test_who_does_not_work_on_reports_reads_none(office: Office, role: Role):
    code, member = filed(office), office.hire(role)
    assert member.get("/reports").status_code == 403
    assert member.get(f"/reports/{code}").status_code == 403
    assert member.post(f"/reports/{code}/move", {"state": "closed"}).status_code == 403


FORMS = {
    "words": {"reason": "must"},
    "move": {"state": "planned", "was": "new"},
    "assign": {"assigned": ""},
    "note": {"note": "mine now"},
    "sort": {"category": "water", "place": IN_CHIPATA},
    "verify": {},
    "publish": {"on": "yes"},
    "hold": {"why": "danger"},
    "release": {"why": "over"},
    "write": {"message": "Where are you?"},
    "merge": {"into": "222-2222"},
}


@pytest.mark.parametrize("act", FORMS)
@pytest.mark.parametrize("place", [IN_LUSAKA, None], ids=["elsewhere", "no place"])
def test_what_is_not_in_somebody_s_places_is_not_there_and_stays_as_it_was(
    office: Office, act, place
):
    code = filed(office, place=place)
    before, acts = row(office, code), office.acts()
    worker = office.hire(Grant(Role.CASEWORKER, CHIPATA))
    acts = office.acts()
    assert worker.get(f"/reports/{code}").status_code == 404
    assert worker.post(f"/reports/{code}/{act}", FORMS[act]).status_code == 404
    assert code not in worker.page("/reports").text
    assert row(office, code) == before
    assert office.acts() == acts


def test_somebody_of_the_place_sees_it_and_whoever_sees_all_sees_what_has_no_place(office: Office):
    here = filed(office, place=IN_CHIPATA, category="near")
    nowhere = filed(office, place=None, category="near")
    near, everywhere = office.hire(Grant(Role.CASEWORKER, CHIPATA)), office.hire(Role.CASEWORKER)
    assert here in near.page("/reports?category=near").text
    assert nowhere not in near.page("/reports?category=near").text
    assert near.get(f"/reports/{nowhere}").status_code == 404
    assert everywhere.get(f"/reports/{nowhere}").status_code == 200


@pytest.mark.parametrize("code", ["nothing", "AAA-AAAA", "222-2222", "%00", "7K4-2C9X'--", "1"])
def test_a_report_that_there_is_not_is_not_there(office: Office, code):
    assert office.hire(Role.CASEWORKER).get(f"/reports/{code}").status_code == 404


def test_a_report_goes_its_way_and_each_step_is_written_down(office: Office):
    code, worker = filed(office), office.hire(Role.CASEWORKER)
    page = worker.done(f"/reports/{code}/move", {"state": "planned", "was": "new"})
    assert "Somebody will see to it." in page.text
    worker.done(f"/reports/{code}/move", {"state": "closed", "was": "planned"})
    assert row(office, code)["closed_at"] is not None
    assert code not in worker.page("/reports").text
    assert code in worker.page("/reports?state=closed").text
    worker.done(f"/reports/{code}/move", {"state": "in_progress", "was": "closed"})
    assert row(office, code)["closed_at"] is None
    steps = office.rows("audit", f"act = 'report_moved' AND subject = 'report:{code}'")
    assert len(steps) == 3


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"state": "new", "was": "new"}, "cannot come to", id="no such way"),
        pytest.param({"state": "duplicate", "was": "new"}, "cannot come to", id="only by a merge"),
        pytest.param({"state": "planned", "was": "solved"}, "meanwhile", id="it was moved since"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_why(office: Office, form, said):
    code = filed(office)
    answer = office.hire(Role.CASEWORKER).post(f"/reports/{code}/move", form)
    assert answer.status_code == 400
    assert said in answer.text
    assert row(office, code)["status"] == "new"


def test_a_state_that_there_is_not_is_no_form_of_ours(office: Office):
    code = filed(office)
    answer = office.hire(Role.CASEWORKER).post(f"/reports/{code}/move", {"state": "won"})
    assert answer.status_code == 404


def test_a_report_is_given_to_somebody_who_may_work_on_it(office: Office):
    code = filed(office, category="given")
    worker = office.hire(Role.CASEWORKER, name="Chanda Mwale")
    page = worker.done(f"/reports/{code}/assign", {"assigned": str(worker.viewer.id)})
    assert "With Chanda Mwale" in page.text
    assert code in worker.page("/reports?who=me").text
    assert code not in worker.page("/reports?who=nobody&category=given").text
    worker.done(f"/reports/{code}/assign", {"assigned": ""})
    assert code in worker.page("/reports?who=nobody&category=given").text
    far, admin = office.hire(Grant(Role.CASEWORKER, CHIPATA)), office.hire(Role.ADMIN)
    for other in (str(far.viewer.id), str(admin.viewer.id), "999999", "x"):
        answer = worker.post(f"/reports/{code}/assign", {"assigned": other})
        assert answer.status_code == 404, other


def test_a_note_is_for_staff_and_is_sealed(office: Office):
    code, worker = filed(office), office.hire(Role.CASEWORKER, name="Chanda Mwale")
    page = worker.done(f"/reports/{code}/note", {"note": "Rang the council <b>twice</b>"})
    assert "Rang the council <b>twice</b>" in page.text
    assert "<b>twice" not in page.html
    assert "Chanda Mwale" in page.text
    stored = max(office.rows("report_notes"), key=lambda row: row["id"])["note_sealed"]
    assert b"council" not in bytes(stored)
    answer = worker.post(f"/reports/{code}/note", {"note": "  "})
    assert answer.status_code == 400
    assert "nothing to note" in answer.text
    answer = worker.post(f"/reports/{code}/note", {"note": "x" * 2001})
    assert answer.status_code == 400
    assert "x" * 2001 in answer.text


def test_category_and_place_are_corrected(office: Office):
    code, worker = filed(office, place=None), office.hire(Role.CASEWORKER)
    form = {"category": "health", "place": IN_CHIPATA}
    page = worker.done(f"/reports/{code}/sort", form)
    assert "Health" in page.text
    assert (row(office, code)["category"], row(office, code)["place"]) == ("health", IN_CHIPATA)
    assert worker.post(f"/reports/{code}/sort", form | {"place": "ZM-99"}).status_code == 400
    assert worker.post(f"/reports/{code}/sort", form | {"category": "x"}).status_code == 404
    near = office.hire(Grant(Role.CASEWORKER, CHIPATA))
    away = near.post(f"/reports/{code}/sort", form | {"place": IN_LUSAKA})
    assert away.status_code == 400
    assert row(office, code)["place"] == IN_CHIPATA


def test_only_what_somebody_verified_in_the_field_is_published(office: Office):
    code, worker = filed(office), office.hire(Role.CASEWORKER, name="Chanda Mwale")
    assert worker.post(f"/reports/{code}/publish", {"on": "yes"}).status_code == 400
    page = worker.done(f"/reports/{code}/verify")
    assert "verified in the field, by Chanda Mwale" in page.text
    assert worker.post(f"/reports/{code}/verify").status_code == 400
    page = worker.done(f"/reports/{code}/publish", {"on": "yes"})
    assert "published" in page.text
    worker.done(f"/reports/{code}/publish", {"on": "no"})
    assert row(office, code)["published_at"] is None


def test_three_numbers_of_one_place_corroborate_a_report(office: Office):
    place, category = "ZM-07-05", "land"
    one = office.somebody(next(_PEOPLE))
    codes_ = [filed(office, place=place, category=category, who=one) for _ in range(3)]
    worker = office.hire(Role.CASEWORKER)
    text = worker.page(f"/reports/{codes_[0]}").text
    assert "unverified" in text
    assert "1 number says so" in text
    for _ in range(2):
        filed(office, place=place, category=category)
    text = worker.page(f"/reports/{codes_[0]}").text
    assert "corroborated" in text
    assert "3 numbers say so" in text


def test_what_is_held_for_danger_hides_its_words_and_shows_them_for_a_reason(office: Office):
    code, worker = filed(office, "They beat us at the mine"), office.hire(Role.CASEWORKER)
    worker.done(f"/reports/{code}/verify")
    worker.done(f"/reports/{code}/publish", {"on": "yes"})
    assert worker.post(f"/reports/{code}/hold", {"why": " "}).status_code == 400
    page = worker.done(f"/reports/{code}/hold", {"why": "he was threatened"})
    assert "mine" not in page.text
    assert row(office, code)["published_at"] is None
    assert worker.post(f"/reports/{code}/publish", {"on": "yes"}).status_code == 400
    refused = worker.post(f"/reports/{code}/words", {"reason": ""})
    assert refused.status_code == 400
    assert "the mine" not in refused.text
    assert "the mine" in worker.post(f"/reports/{code}/words", {"reason": "to call help"}).text
    assert office.acts()[-1] == "report_words_seen"
    assert code in worker.page("/reports?more=danger").text
    page = worker.done(f"/reports/{code}/release", {"why": "he left the mine"})
    assert "They beat us" in page.text


@pytest.mark.parametrize(
    "query",
    ["state=won", "place=ZM-99", "age=year", "who=x", "more=x", "after=x", "after=" + "9" * 30],
)
def test_a_filter_that_there_is_not_is_not_there(office: Office, query):
    assert office.hire(Role.CASEWORKER).get(f"/reports?{query}").status_code == 404


def test_a_long_queue_is_read_page_by_page_with_its_filters(office: Office):
    made = [filed(office, place="ZM-10-01", category="school") for _ in range(53)]
    worker = office.hire(Role.CASEWORKER)
    page = worker.page("/reports?category=school&place=ZM-10")
    following = worker.page(page.links["Next page"])
    assert [code for code in made if code in page.text] == made[:50]
    assert [code for code in made if code in following.text] == made[50:]
    assert "Next page" not in following.links
    assert "To the beginning" in following.links


def test_open_reports_are_counted_by_province_within_somebody_s_places(office: Office):
    for place in (IN_CHIPATA, IN_LUSAKA, None):
        filed(office, place=place)
    office.serving.app.state.desk.cases.count_now()
    near = office.hire(Grant(Role.CASEWORKER, CHIPATA)).page("/reports")
    assert "Eastern" in near.links
    assert "Lusaka" not in near.links
    everywhere = office.hire(Role.CASEWORKER).page("/reports")
    assert {"Eastern", "Lusaka"} <= set(everywhere.links)
    assert "place not known" in everywhere.text


@pytest.mark.parametrize(("language", "word"), [("fr", "Signalements"), ("sw", "Taarifa")])
def test_the_pages_speak_the_reader_s_language(office: Office, language, word):
    worker = office.hire(Role.CASEWORKER)
    answer = worker.get("/reports", headers={"accept-language": language})
    assert word in answer.text


def _post(office: Office, who: Somebody, text: str) -> None:
    form = {
        "id": f"sms-{next(_PEOPLE)}",
        "from": who.e164,
        "to": "20200",
        "text": text,
        "date": "2026-05-28 20:26:40",
    }
    answer = office.serving.client.post(f"/callbacks/demo/{SECRET}/sms", data=form)
    assert answer.status_code == 200


def test_staff_and_reporter_write_to_each_other_and_neither_sees_a_number(office: Office):
    who = office.somebody(next(_PEOPLE), name="Mutinta Zimba")
    code, worker = filed(office, who=who, category="talked"), office.hire(Role.CASEWORKER)
    page = worker.done(f"/reports/{code}/write", {"message": "Which pump <b>is</b> it?"})
    assert f"To reporter #{code}" in page.text
    assert "Which pump <b>is</b> it?" in page.text
    assert "<b>is" not in page.html
    _post(office, who, f"{code} {HOSTILE}")
    page = worker.page(f"/reports/{code}")
    assert f"Reporter #{code}" in page.text
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert "waits for an answer" in page.text
    for hidden in ("Mutinta", who.e164, who.e164[4:]):
        assert hidden not in page.html
    assert code in worker.page("/reports?more=heard&category=talked").text
    worker.done(f"/reports/{code}/write", {"message": "Thank you"})
    assert code not in worker.page("/reports?more=heard&category=talked").text
    assert office.acts().count("report_answered") >= 2
    empty = worker.post(f"/reports/{code}/write", {"message": " "})
    assert empty.status_code == 400
    assert "nothing to send" in empty.text


def test_a_reporter_is_told_unless_the_box_is_not_ticked(office: Office):
    code, worker = filed(office), office.hire(Role.CASEWORKER)
    worker.done(f"/reports/{code}/move", {"state": "planned", "was": "new"})
    assert row(office, code)["updates"] is None
    form = {"state": "in_progress", "was": "planned", "tell": "yes"}
    page = worker.done(f"/reports/{code}/move", form)
    assert row(office, code)["updates"] == 1
    assert "somebody is working on it" in page.text
    assert "2 are left" in page.text


def test_reports_that_tell_the_same_are_merged_and_taken_apart_by_hand(office: Office):
    lead, other = (filed(office, place="ZM-06-01", category="health") for _ in range(2))
    worker = office.hire(Role.CASEWORKER)
    assert lead in worker.page(f"/reports/{other}").text
    page = worker.done(f"/reports/{other}/merge", {"into": lead.lower()})
    assert "followed instead" in page.text
    assert lead in page.links
    assert other in worker.page(f"/reports/{lead}").links
    worker.done(f"/reports/{other}/move", {"state": "new", "was": "duplicate"})
    assert row(office, other)["duplicate_of"] is None


@pytest.mark.parametrize("into", ["", "nothing", "222-2222", "self", "elsewhere"])
def test_a_report_is_merged_only_into_another_of_somebody_s_places(office: Office, into: str):
    code = filed(office, place=IN_CHIPATA)
    into = {"self": code, "elsewhere": filed(office)}.get(into, into)
    worker = office.hire(Grant(Role.CASEWORKER, CHIPATA))
    assert worker.post(f"/reports/{code}/merge", {"into": into}).status_code == 400
    assert row(office, code)["status"] == "new"
