"""The pages of people: masked lists, one person, and writing people down by hand."""

from itertools import count

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.service import replay
from gateway.store import journal
from tests.office import Office, without

CHIPATA, CHADIZA, NORTHERN = "ZM-03-05", "ZM-03-01", "ZM-05"
HOSTILE = "<script>alert(1)</script> O'\"Banda"
_NUMBERS = count(5_000_000)
PAPER = {"text": "May we send you calls?", "witness": "Mary Tembo", "reference": "folder 3"}


def somebody(office: Office, **columns):
    return office.somebody(next(_NUMBERS), **columns)


def local() -> str:
    return f"097{next(_NUMBERS):07}"


def coordinator(office: Office, place=None):
    return office.hire(Grant(Role.COORDINATOR, place))


def facts(office: Office, one):
    rows = sorted(office.rows("journal"), key=lambda row: row["hlc"])
    return [row["kind"] for row in rows if bytes(row["subject"]) == one.id]


def test_a_list_shows_initials_and_the_ends_of_numbers(office: Office):
    one = somebody(office, name="Grace Zyambo Phiri", place=CHIPATA)
    page = coordinator(office).page("/people")
    assert f"{one.number} G. P. {one.e164[:6]}*****{one.e164[-2:]}" in page.text
    assert "Zyambo" not in page.html
    assert one.e164 not in page.html
    assert "Nobody" not in page.text


def test_a_list_is_narrowed_by_place_group_language_and_standing(office: Office):
    near = somebody(office, place=CHIPATA, language="ny")
    far = somebody(office, place=CHADIZA, language="bem")
    gone = somebody(office, place=CHIPATA)
    office.population.leave(gone)
    member = coordinator(office)
    member.done(f"/people/{near.number}/groups", {"group": "Drivers", "way": "in"})

    def shown(query):
        page = member.page(f"/people?{query}")
        return {one for one in (near, far, gone) if f"/people/{one.number}" in page.html}

    assert shown("") == {near, far}
    assert shown(f"place={CHIPATA}") == {near}
    assert shown("place=ZM-03") == {near, far}
    assert shown(f"place={CHIPATA}&status=left") == {gone}
    assert shown(f"place={CHIPATA}&status=all") == {near, gone}
    assert shown("group=drivers") == {near}
    assert shown("language=bem") == {far}
    assert shown("place=-") == set()
    assert shown("group=drivers&language=bem") == set()


@pytest.mark.parametrize("query", ["place=XX", "before=x", "before=-1", "place=ZM-99-99"])
def test_a_filter_that_there_is_not_is_not_there(office: Office, query):
    assert coordinator(office).get(f"/people?{query}").status_code == 404


def test_a_long_list_is_read_page_by_page_with_nobody_twice_or_missing(office: Office):
    people = {somebody(office, place="ZM-08-01").number for _ in range(53)}
    member = coordinator(office)
    page = member.page("/people?place=ZM-08")
    following = member.page(page.links["Next page"])
    first = {number for number in people if f'"/people/{number}"' in page.html}
    second = {number for number in people if f'"/people/{number}"' in following.html}
    assert len(first) == 50
    assert first | second == people
    assert not first & second
    assert "Next page" not in following.links


def test_whoever_has_a_place_sees_its_people_and_no_others(office: Office):
    own, other, nowhere = (
        somebody(office, place=CHIPATA),
        somebody(office, place=NORTHERN),
        somebody(office),
    )
    member = coordinator(office, "ZM-03")
    page = member.page("/people")
    assert f"/people/{own.number}" in page.html
    for one in (other, nowhere):
        assert f"/people/{one.number}" not in page.html
        assert member.get(f"/people/{one.number}").status_code == 404
        for act, form in (
            ("unmask", {"reason": "I want to know"}),
            ("groups", {"group": "x"}),
            ("mend", {"place": CHIPATA}),
            ("left", {"silence": "yes"}),
        ):
            assert member.post(f"/people/{one.number}/{act}", form).status_code == 404, act
        assert facts(office, one) == ["participant_joined"]
        found = member.post("/people/find", {"who": one.e164})
        assert found.status_code == 400
        assert "Nobody of your places" in found.text
    assert member.get(f"/people?place={NORTHERN}").status_code == 404
    assert member.get("/people?place=-").status_code == 404


@pytest.mark.parametrize("written", ["+260 97{0}", "097{0}", "26097{0}"])
def test_somebody_is_found_by_the_whole_number_however_it_is_written(office: Office, written):
    number = next(_NUMBERS)
    one = office.somebody(number)
    member = coordinator(office)
    page = member.done("/people/find", {"who": written.format(f"{number:07}")})
    assert page.title == f"Member {one.number}"
    searched = [row for row in office.rows("audit") if row["act"] == "people_searched"]
    assert searched
    assert all(str(number) not in row["detail"] + row["subject"] for row in searched)


def test_somebody_is_found_by_the_member_s_number(office: Office):
    one = somebody(office)
    member = coordinator(office)
    page = member.done("/people/find", {"who": f"#{one.number}"})
    assert page.title == f"Member {one.number}"
    assert member.post("/people/find", {"who": "0"}).status_code == 400
    assert member.post("/people/find", {"who": "9" * 39}).status_code == 400


def test_a_person_s_page_says_what_happened_and_that_somebody_looked(office: Office):
    one = somebody(office, name=HOSTILE, place=CHIPATA)
    office.population.consent(one)
    office.population.message(one, "a text of mine", incoming=True)
    page = coordinator(office).page(f"/people/{one.number}")
    assert "Became a member, in" in page.text
    assert "Agreed to get calls to action" in page.text
    assert "May we?" in page.text
    assert "1 came, 0 were sent" in page.text
    assert "a text of mine" not in page.html
    assert "alert(1)" not in page.html
    assert office.acts()[-1] == "person_seen"


def test_a_vote_is_counted_and_never_told(office: Office):
    one = somebody(office)
    office.population.vote(one, 1, 2)
    page = coordinator(office).page(f"/people/{one.number}")
    assert "ballot" not in page.html
    assert "vote" not in page.text.replace("voted on", "")


def test_name_and_number_are_opened_for_a_reason_and_once(office: Office):
    one = somebody(office, name=HOSTILE)
    member = coordinator(office)
    refused = member.post(f"/people/{one.number}/unmask", {"reason": " "})
    assert refused.status_code == 400
    assert one.e164 not in refused.text
    shown = member.post(f"/people/{one.number}/unmask", {"reason": "She asked to be called back"})
    assert one.e164 in shown.text
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text
    entry = [row for row in office.rows("audit") if row["act"] == "number_unmasked"][-1]
    assert entry["subject"] == f"person:{one.number}"
    assert b"called back" not in bytes(entry["reason_sealed"])
    assert one.e164 not in member.page(f"/people/{one.number}").html


def test_an_organiser_opens_no_name(office: Office):
    one = somebody(office)
    organiser = office.hire(Role.ORGANISER)
    assert "See name" not in organiser.page(f"/people/{one.number}").text
    answer = organiser.post(f"/people/{one.number}/unmask", {"reason": "Out of interest"})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", without(Permission.PEOPLE))
def test_roles_that_may_not_see_people_see_none(office: Office, role):
    one = somebody(office)
    member = office.hire(role)
    for path in ("/people", f"/people/{one.number}", "/people/new"):
        assert member.get(path).status_code == 403
    assert member.post("/people/find", {"who": one.e164}).status_code == 403


def test_a_person_goes_into_a_group_and_out_of_it(office: Office):
    one = somebody(office)
    member = office.hire(Role.ORGANISER)
    page = member.done(f"/people/{one.number}/groups", {"group": "  Lake  Side "})
    assert "lake side" in page.text
    member.done(f"/people/{one.number}/groups", {"group": "lake side"})
    assert facts(office, one).count("group_joined") == 1
    page = member.done(f"/people/{one.number}/groups", {"group": "lake side", "way": "out"})
    assert "In no group" in page.text
    assert "Left the group lake side" in page.text
    assert member.post(f"/people/{one.number}/groups", {"group": "<b>"}).status_code == 400
    assert [act for act in office.acts() if "grouped" in act][-2:] == [
        "person_grouped",
        "person_ungrouped",
    ]


def test_place_and_language_are_mended_within_one_s_places(office: Office):
    one = somebody(office, place=CHIPATA)
    member = coordinator(office, "ZM-03")
    page = member.done(f"/people/{one.number}/mend", {"place": CHADIZA, "language": "ny"})
    assert "Place: Chadiza; Language: Nyanja (written down by staff)" in page.text
    row = office.rows("participants", f"number = {one.number}")[0]
    assert (row["place"], row["language"]) == (CHADIZA, "ny")
    assert office.acts()[-2:] == ["person_changed", "person_seen"]
    for form in ({"place": NORTHERN}, {"place": "ZM-99"}, {"language": "xx"}):
        assert member.post(f"/people/{one.number}/mend", form).status_code == 404


def test_who_asked_to_leave_is_left_out_and_hears_no_more(office: Office):
    one = somebody(office)
    member = office.hire(Role.ORGANISER)
    page = member.done(f"/people/{one.number}/left", {"silence": "yes"})
    assert "Left: asked staff" in page.text
    row = office.rows("participants", f"number = {one.number}")[0]
    assert row["status"] == "left"
    phones = {bytes(each["id"]): each for each in office.rows("phones")}
    assert phones[one.phone]["opted_out_at"]
    assert (
        "That was so already" in member.done(f"/people/{one.number}/left", {"silence": "yes"}).text
    )


def test_who_left_the_movement_may_keep_using_the_service(office: Office):
    one = somebody(office)
    office.hire(Role.ORGANISER).done(f"/people/{one.number}/left")
    phones = {bytes(each["id"]): each for each in office.rows("phones")}
    assert phones[one.phone]["opted_out_at"] is None
    assert facts(office, one)[-1] == "participant_left"


def test_somebody_is_written_down_and_is_a_member_whom_no_call_reaches(office: Office):
    member = office.hire(Role.ORGANISER)
    form = {"number": local(), "name": HOSTILE, "place": CHIPATA, "groups": "Drivers, youth"}
    page = member.done("/people/new", form)
    assert "never asked" in page.text
    assert "No consent is recorded" in page.text
    assert "drivers" in page.text
    assert "<script>alert" not in page.html
    row = office.rows("participants", f"number = {page.title.split()[-1]}")[0]
    assert (row["status"], row["consent"], row["channel"]) == ("member", None, "staff")
    assert row["medium"] is None
    assert "person_added" in office.acts()


def test_a_consent_on_paper_keeps_its_words_its_witness_and_where_it_is(office: Office):
    member = office.hire(Role.ORGANISER)
    page = member.done("/people/new", {"number": local(), "consent": "yes", **PAPER})
    assert "May we send you calls?" in page.text
    assert "on paper folder 3, witness M. T." in page.text
    assert "agreed" in page.text
    for row in office.rows("journal", "kind = 'consent_recorded'"):
        assert "Tembo" not in row["body"]


@pytest.mark.parametrize("missing", PAPER)
def test_no_consent_is_taken_without_all_of_the_paper(office: Office, missing):
    member = office.hire(Role.ORGANISER)
    form = {"number": local(), "consent": "yes", **PAPER, missing: " "}
    answer = member.post("/people/new", form)
    assert answer.status_code == 400
    assert "A consent needs the words" in answer.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"number": ""}, "number is missing", id="no number"),
        pytest.param({"number": "20200"}, "not a phone number", id="a short code"),
        pytest.param({"number": "+260" + "9" * 60}, "not a phone number", id="too many digits"),
        pytest.param({"name": "x" * 81}, "name is too long", id="a long name"),
        pytest.param({"place": "Atlantis Ultima"}, "no such place", id="no such place"),
        pytest.param({"language": "xx"}, "not spoken here", id="no such language"),
        pytest.param({"gender": "<b>"}, "female, male or other", id="no such gender"),
        pytest.param({"groups": "=cmd|x"}, "name has up to 40", id="no group's name"),
        pytest.param({"consent": "maybe"}, "neither yes nor no", id="no answer"),
    ],
)
def test_what_cannot_be_written_down_is_said_and_what_was_typed_stays(office: Office, form, said):
    member = office.hire(Role.ORGANISER)
    before = len(office.rows("participants"))
    answer = member.post("/people/new", {"number": local(), "name": "Kept Typed", **form})
    assert answer.status_code == 400
    assert said in answer.text.replace("&#39;", "'")
    assert "Kept Typed" in answer.text or "name" in form
    assert len(office.rows("participants")) == before


def test_nobody_is_written_down_twice_or_against_a_stop(office: Office):
    one, gone, stopped = somebody(office), somebody(office), somebody(office)
    member = office.hire(Role.ORGANISER)
    member.done(f"/people/{gone.number}/left")
    office.population.leave(stopped)
    for person, said in ((one, "already"), (gone, "left before"), (stopped, "said STOP")):
        answer = member.post("/people/new", {"number": person.e164})
        assert answer.status_code == 400, said
        assert said in answer.text
    page = member.done("/people/new", {"number": gone.e164, "consent": "yes", **PAPER})
    assert page.title == f"Member {gone.number}"
    assert "agreed" in page.text


@pytest.mark.parametrize(
    ("place", "said"), [(NORTHERN, "not one of yours"), ("", "place is missing")]
)
def test_whoever_has_a_place_writes_people_of_it_down(office: Office, place, said):
    member = office.hire(Grant(Role.ORGANISER, "ZM-03"))
    answer = member.post("/people/new", {"number": local(), "place": place})
    assert answer.status_code == 400
    assert said in answer.text
    assert member.post("/people/new", {"number": local(), "place": CHIPATA}).status_code == 303


def test_the_journal_still_says_what_the_tables_say(office: Office):
    with office.database.read() as view:
        _, broken = journal.verify(view)
    assert broken == ()
    assert replay.replay(office.database).differences == ()
