"""The pages of assemblies: called, looked at, opened, followed, counted."""

import re
from collections.abc import Iterator

import orjson
import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.service import assembly
from tests.office import Office, Page, without

FORM = {
    "title": "Water in Choma",
    "place": "ZM-07",
    "closes": "+48h",
    "motions": "1",
    "q1-en": "Shall we march on Friday?",
    "o1-en": "Yes\nNo\nNot sure",
    "q1-ny": "Kodi tiguba Lachisanu?",
    "o1-ny": "Inde\nAyi\nSindidziwa",
}


def _opened(office: Office, **more: str) -> int:
    """Open an assembly as an organiser does and return its number."""
    organiser = office.hire(Role.ORGANISER)
    key = organiser.page("/assemblies/new").fields["key"]
    answer = organiser.post("/assemblies/open", FORM | {"key": key} | more)
    assert answer.status_code == 303
    return int(answer.headers["location"].rpartition("/")[2])


def _motion(office: Office, number: int) -> int:
    return int(assembly.look(office.database, number)[1][0].number)


def _close(office: Office, number: int) -> None:
    """Let the time of an assembly be over, as it is after a while."""
    with office.database.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE assemblies SET closes_at = {tx.now - 120_000} WHERE number = {number}"
        )
    office.serving.app.state.desk.assemblies.count_now()


_PEOPLE: Iterator[int] = iter(range(50_000, 1_000_000))


def _vote(office: Office, number: int, place: str, **votes: int) -> None:
    """Let so many members of a place vote for each option."""
    motion = _motion(office, number)
    for option, times in votes.items():
        for _ in range(times):
            one = office.somebody(next(_PEOPLE), place=place)
            office.population.vote(one, motion, int(option.removeprefix("o")))
    office.serving.app.state.desk.assemblies.count_now()


def test_an_assembly_is_written_looked_at_as_phones_show_it_and_opened(office: Office):
    organiser = office.hire(Role.ORGANISER)
    form = FORM | {"key": organiser.page("/assemblies/new").fields["key"]}
    seen = organiser.post("/assemblies/new", form)
    assert seen.status_code == 200
    assert "Shall we march on Friday?\n1 Yes\n2 No\n3 Not sure" in seen.text
    assert "Kodi tiguba Lachisanu?\n1 Inde\n2 Ayi" in seen.text
    assert "There is no text in this language" in seen.text  # Bemba
    assert "of 140 characters" in seen.text
    before = len(office.rows("assemblies"))
    page = organiser.done("/assemblies/open", form)
    assert "What was put never changes" in page.text
    assert "Water in Choma" in page.title
    assert len(office.rows("assemblies")) == before + 1
    assert office.acts()[-1] == "assembly_opened"


def test_what_the_preview_carries_opens_the_same_assembly(office: Office):
    organiser = office.hire(Role.ORGANISER)
    form = FORM | {"key": organiser.page("/assemblies/new").fields["key"], "early": "yes"}
    fields = dict(Page(organiser.post("/assemblies/new", form).text).fields)
    fields.pop("token")
    answer = organiser.post("/assemblies/open", fields)
    number = int(answer.headers["location"].rpartition("/")[2])
    row, [motion], put = assembly.look(office.database, number)
    assert (row.title, row.place) == ("Water in Choma", "ZM-07")
    assert motion.question == {"en": FORM["q1-en"], "ny": FORM["q1-ny"]}
    assert [one.label["ny"] for one in motion.options] == ["Inde", "Ayi", "Sindidziwa"]
    assert put["rules"] == {"close_early": True}


def test_a_form_that_is_sent_twice_opens_one_assembly(office: Office):
    organiser = office.hire(Role.ORGANISER)
    form = FORM | {"key": organiser.page("/assemblies/new").fields["key"]}
    first, second = (organiser.post("/assemblies/open", form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"title": " "}, "Give the assembly a title", id="no title"),
        pytest.param({"title": "x" * 81}, "at most 80", id="a title that no phone shows"),
        pytest.param({"closes": "tomorrow"}, "Write a date and a time", id="no moment"),
        pytest.param({"closes": "0001-01-01"}, "must end after", id="before all calendars"),
        pytest.param({"closes": "9999-12-31 23:59"}, "within a year", id="after all calendars"),
        pytest.param({"closes": "-1h"}, "Write a date and a time", id="before now"),
        pytest.param({"opens": "+50h"}, "must end after", id="it ends before it begins"),
        pytest.param({"q1-en": "", "q1-ny": ""}, "Write the question", id="no question"),
        pytest.param({"q1-en": "x" * 161}, "at most 160", id="a question of two messages"),
        pytest.param({"o1-en": "Yes"}, "two to nine answers", id="one answer"),
        pytest.param({"o1-en": "\n".join("abcdefghij")}, "two to nine", id="ten answers"),
        pytest.param({"o1-en": "Yes\nyes!\nNo"}, "Two answers say", id="the same answer twice"),
        pytest.param({"o1-en": "1\n2\n3"}, "needs a word", id="an answer that is a number"),
        pytest.param({"o1-ny": "Inde"}, "as many answers", id="an answer not translated"),
        pytest.param(
            {"q1-en": "", "q1-ny": "", "o1-en": "", "o1-ny": ""}, "at least one", id="nothing"
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(office: Office, changed, said):
    organiser = office.hire(Role.ORGANISER)
    form = FORM | {"key": "k"} | changed
    before = len(office.rows("assemblies"))
    for path in ("/assemblies/new", "/assemblies/open"):
        answer = organiser.post(path, form)
        assert answer.status_code == 400
        assert said in answer.text
        assert "Lachisanu" in answer.text or "q1-ny" in changed
    assert len(office.rows("assemblies")) == before


def test_a_question_is_added_without_losing_the_others(office: Office):
    organiser = office.hire(Role.ORGANISER)
    answer = organiser.post("/assemblies/new", FORM | {"more": "yes"})
    assert answer.status_code == 200
    assert "Shall we march" in answer.text
    assert 'name="q2-en"' in answer.text
    two = FORM | {"motions": "2", "q2-en": "Who speaks?", "o2-en": "Amina\nBwalya"}
    assert len(assembly.look(office.database, _opened(office, **two))[1]) == 2
    back = organiser.post("/assemblies/new", FORM | {"back": "yes", "title": ""})
    assert back.status_code == 200


def test_nobody_sees_how_the_vote_goes_before_the_close(office: Office):
    """Whatever the votes are, all that anybody sees is the same; only the time goes on."""
    number = _opened(office)
    _vote(office, number, "ZM-07-01", o1=13, o2=11)
    roles = (Role.ORGANISER, Role.APPROVER, Role.COORDINATOR, Role.SCRUTINEER)
    members = [office.hire(role) for role in roles]

    def seen() -> list[str]:
        office.serving.app.state.desk.assemblies.count_now()
        parts = ("", "/part", "/live", "/live/part")
        texts = [one.page(f"/assemblies/{number}{part}").text for one in members for part in parts]
        return [re.sub(r"Counted [^.]*\.|\d\d:\d\d:\d\d", "", text) for text in texts]

    before = seen()
    assert all("24" in text for text in before)
    with office.database.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE ballots SET option = 3 WHERE motion = {_motion(office, number)}"
        )
    assert seen() == before


def test_after_the_close_the_votes_are_shown_and_small_places_together(office: Office):
    number = _opened(office)
    _vote(office, number, "ZM-07-01", o1=14, o2=12)
    _vote(office, number, "ZM-07-02", o1=15)  # of one mind
    _vote(office, number, "ZM-07-03", o1=11, o2=13, o3=2)
    _close(office, number)
    page = office.hire(Role.SCRUTINEER).page(f"/assemblies/{number}")
    assert "final count" in page.text
    assert "Yes 40" in page.text
    assert "No 25" in page.text
    assert "67 of" in page.text
    table = page.html.split("By place")[1]
    assert "2 places together" in table
    assert ">15<" not in table
    assert ">2<" not in table


def test_a_count_is_provisional_while_votes_may_still_be_written(office: Office):
    number = _opened(office)
    _close(office, number)
    with office.database.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE assemblies SET closes_at = {tx.now - 1000} WHERE number = {number}"
        )
    office.serving.app.state.desk.assemblies.count_now()
    member = office.hire(Role.SCRUTINEER)
    assert "provisional count" in member.page(f"/assemblies/{number}").text
    assert "X-Over" not in member.get(f"/assemblies/{number}/part").headers


def test_an_assembly_closes_early_only_where_its_rules_said_so(office: Office):
    strict, loose = _opened(office), _opened(office, early="yes")
    organiser = office.hire(Role.ORGANISER)
    assert "Close it now" not in organiser.page(f"/assemblies/{strict}").text
    page = organiser.done(f"/assemblies/{strict}/close")
    assert "cannot be closed now" in page.text
    assert office.rows("assemblies", f"number = {strict}")[0]["closed_at"] is None
    assert "Close it now" in organiser.page(f"/assemblies/{loose}").text
    assert "It is closed." in organiser.done(f"/assemblies/{loose}/close").text
    assert office.rows("assemblies", f"number = {loose}")[0]["closed_at"] is not None
    assert office.acts()[-1] == "assembly_closed"


def test_what_is_of_another_place_is_not_there(office: Office):
    number, everywhere = _opened(office), _opened(office, place="")
    elsewhere = office.hire(Grant(Role.ORGANISER, "ZM-03"))
    inside = office.hire(Grant(Role.ORGANISER, "ZM-07"))
    for path in ("", "/part"):
        assert elsewhere.get(f"/assemblies/{number}{path}").status_code == 404
        assert inside.get(f"/assemblies/{number}{path}").status_code == 200
        assert inside.get(f"/assemblies/{everywhere}{path}").status_code == 404
    assert elsewhere.post(f"/assemblies/{number}/close").status_code == 404
    assert "Water in Choma" not in elsewhere.page("/assemblies").text
    assert "Water in Choma" in inside.page("/assemblies").text
    for place in ("", "ZM-07", "ZM-99", "ZM'--"):
        for path in ("/assemblies/new", "/assemblies/open"):
            answer = elsewhere.post(path, FORM | {"place": place})
            assert answer.status_code == 404, place


@pytest.mark.parametrize("path", ["999999", "999999/part", "-1", "x", "1%00"])
def test_an_assembly_that_there_is_not_is_not_there(office: Office, path):
    assert office.hire(Role.ORGANISER).get(f"/assemblies/{path}").status_code == 404


@pytest.mark.parametrize("role", without(Permission.CONVENE))
def test_who_may_not_convene_is_offered_no_way_to(office: Office, role):
    member = office.hire(role)
    assert member.get("/assemblies/new").status_code == 403
    for path in ("/assemblies/new", "/assemblies/open", "/assemblies/1/close"):
        assert member.post(path, FORM).status_code == 403


def test_hostile_words_stay_words(office: Office):
    evil = '"><script>alert(1)</script>'
    number = _opened(office, **{"title": evil, "q1-en": evil, "o1-en": f"{evil} a\nNo\nThird"})
    organiser = office.hire(Role.ORGANISER)
    seen = organiser.post("/assemblies/new", FORM | {"title": evil, "q1-en": evil + "@(1/0)"})
    _close(office, number)
    for html in (
        organiser.page("/assemblies").html,
        organiser.page(f"/assemblies/{number}").html,
        seen.text,
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_many_assemblies_are_read_page_by_page(office: Office):
    for _ in range(27):
        _opened(office)
    member = office.hire(Role.SCRUTINEER)
    page = member.page("/assemblies")
    assert page.html.count("<tr>") == 26
    following = member.page(page.links["Next page"])
    assert "To the beginning" in following.links
    assert member.get("/assemblies?before=x").status_code == 404


def test_the_fingerprint_shown_is_that_of_what_was_put(office: Office):
    number = _opened(office)
    row, _, put = assembly.look(office.database, number)
    page = office.hire(Role.SCRUTINEER).page(f"/assemblies/{number}")
    assert row.definition_hash in page.text
    assert f"gateway assembly verify {number}" in page.text
    assert assembly.fingerprint(put) == row.definition_hash
    stored = orjson.loads(office.rows("assemblies", f"number = {number}")[0]["definition"])
    assert assembly.fingerprint(stored | {"title": "Another"}) != row.definition_hash
