"""The pages of what waits for somebody of the staff: read, answered, closed."""

from itertools import count

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.service.world import NOTE
from gateway.store import handovers, people
from gateway.store.handovers import NewHandover
from tests.office import Office, Page, without

HOSTILE = "<script>alert(1)</script> I am in danger"
_NUMBERS = count(5001)


def _opened(office: Office, place: str | None = "ZM-03-05", topic: str = "advice") -> int:
    """Open a handover for a member of a place; return its number."""
    number = next(_NUMBERS)
    somebody = office.somebody(number, place=place)
    channel = office.rows("channels", "name = 'demo'")[0]["id"]
    vault = office.serving.station.store.vault
    with office.database.write() as tx:
        phone = people.phones(tx, [somebody.phone], lock=False)[somebody.phone]
        assert phone.salt is not None
        note = vault.person(phone.salt).seal(NOTE, HOSTILE.encode())
        one = NewHandover(
            number, somebody.phone, somebody.id, channel, "handed_over", "home", topic, note, "menu"
        )
        handovers.add(tx, [one])
    return number


def test_who_waits_is_listed_masked_and_without_words(office: Office):
    number = _opened(office)
    page = office.hire(Role.CASEWORKER).page("/handovers")
    assert page.links[str(number)] == f"/handovers/{number}"
    assert "asked for somebody" in page.text
    assert "danger" not in page.text
    assert f"26097{number:07}" not in page.html


def test_words_are_read_on_demand_and_that_is_written_down(office: Office):
    number = _opened(office)
    worker = office.hire(Role.CASEWORKER)
    assert "danger" not in worker.page(f"/handovers/{number}").text
    page = Page(worker.post(f"/handovers/{number}/read").text)
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert office.acts()[-1] == "handover_read"


def test_one_is_taken_on_answered_and_closed(office: Office):
    number = _opened(office)
    worker = office.hire(Role.CASEWORKER, name="Chanda Mwale")
    assert "Chanda Mwale" in worker.done(f"/handovers/{number}/take").text
    page = worker.done(f"/handovers/{number}/answer", {"text": "We are coming."})
    assert "leaves with the next delivery" in page.text
    assert office.rows("messages", f"handover = {number}")
    assert "closed" in worker.done(f"/handovers/{number}/close").text
    assert office.acts()[-3:] == ["handover_taken", "handover_answered", "handover_closed"]
    refused = worker.post(f"/handovers/{number}/close")
    assert refused.status_code == 400
    assert str(number) not in worker.page("/handovers").links


@pytest.mark.parametrize("text", ["", "  ", "x" * 481], ids=["nothing", "spaces", "too long"])
def test_an_answer_that_cannot_be_sent_is_refused(office: Office, text):
    number = _opened(office)
    answer = office.hire(Role.CASEWORKER).post(f"/handovers/{number}/answer", {"text": text})
    assert answer.status_code == 400
    assert not office.rows("messages", f"handover = {number}")


@pytest.mark.parametrize("place", ["ZM-03-05", None], ids=["elsewhere", "nobody knows where"])
def test_a_caseworker_of_another_place_knows_of_nothing(office: Office, place):
    number = _opened(office, place)
    worker = office.hire(Grant(Role.CASEWORKER, "ZM-07"))
    assert str(number) not in worker.page("/handovers").links
    assert worker.get(f"/handovers/{number}").status_code == 404
    for act in ("read", "take", "answer", "close"):
        assert worker.post(f"/handovers/{number}/{act}", {"text": "Hello"}).status_code == 404
    assert office.rows("handovers", f"id = {number}")[0]["status"] == "open"


def test_a_caseworker_of_the_place_sees_it(office: Office):
    number = _opened(office)
    worker = office.hire(Grant(Role.CASEWORKER, "ZM-03"))
    assert str(number) in worker.page("/handovers").links
    assert worker.post(f"/handovers/{number}/read").status_code == 200


@pytest.mark.parametrize("role", without(Permission.CASES))
def test_nobody_else_reads_anything(office: Office, role):
    number = _opened(office)
    member = office.hire(role)
    assert member.get("/handovers").status_code == 403
    assert member.post(f"/handovers/{number}/read").status_code == 403


@pytest.mark.parametrize("path", ["/handovers/999999", "/handovers?after=x"])
def test_what_there_is_not_is_not_there(office: Office, path):
    assert office.hire(Role.CASEWORKER).get(path).status_code == 404
