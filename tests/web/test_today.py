"""The first page: what it counts, and for whom."""

from gateway.core.delivery.purpose import HELD
from gateway.core.staff.roles import Grant, Role
from tests.office import Office

EASTERN, CHIPATA, CHOMA = "ZM-03", "ZM-03-02", "ZM-07-01"


def _figure(page, words):
    """Return the figure above its words."""
    before = page.text.split(words)[0].split()
    return before[-1]


def test_the_first_page_counts_members_in_all_the_ways(office: Office):
    office.somebody(1, place=CHIPATA, language="ny", medium="ussd")
    office.somebody(2, place=CHIPATA, language="en")
    office.somebody(3, place=CHOMA)
    office.serving.app.state.desk.counts.count_now()
    page = office.hire(Role.ORGANISER).page("/")
    assert _figure(page, "members") == "3"
    assert "Nyanja" in page.text
    assert page.links["Eastern"] == f"/?place={EASTERN}"
    assert "<svg" in page.html
    inside = office.hire(Grant(Role.ORGANISER, EASTERN)).page("/")
    assert _figure(inside, "members") == "2"
    assert "Southern" not in inside.text


def test_a_place_is_looked_into_by_those_who_may(office: Office):
    inside = office.hire(Grant(Role.COORDINATOR, EASTERN))
    assert inside.page(f"/?place={EASTERN}").title == "Eastern"
    assert inside.get("/?place=ZM-07").status_code == 404
    assert inside.get("/?place=nowhere").status_code == 404


def test_what_is_fresh_comes_as_a_part(office: Office):
    part = office.hire(Role.ADMIN).get("/today/live")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Messages that wait" in part.text


def test_a_caseworker_is_shown_no_channel(office: Office):
    assert "Messages that wait" not in office.hire(Role.CASEWORKER).page("/").text


def test_what_a_paused_call_holds_is_not_on_its_way(office: Office):
    one = office.somebody(77)
    office.population.leave(one)  # so that nobody counts one member more
    office.population.message(one, "held", status=0, priority=HELD)
    office.population.message(one, "leaves", status=0, not_before=2**42)
    office.serving.app.state.desk.board.count_now()
    admin = office.hire(Role.ADMIN)
    page = admin.page("/").text
    assert "demo of paused calls 1" in page
    assert "demo for later 1" in page
    assert "on their way" not in page
    text = admin.page("/channels/demo").text
    assert "1 of paused calls" in text
    assert "1 planned for later" in text
