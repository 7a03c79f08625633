"""What happens in halls: the projector, counts by two witnesses, minutes."""

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.service import assembly
from gateway.service.replay import replay
from tests.office import Office, without
from tests.web.test_assemblies import _close, _motion, _opened


def _hands(office: Office, number: int, *hands: int) -> dict[str, str]:
    motion = _motion(office, number)
    return {f"h{motion}-{option}": str(count) for option, count in enumerate(hands, start=1)}


def test_two_witnesses_who_count_the_same_make_a_count_that_stands_beside_the_votes(
    office: Office,
):
    number = _opened(office)
    first, second = office.hire(Role.SCRUTINEER), office.hire(Role.SCRUTINEER)
    counted = _hands(office, number, 641, 17, 3)
    page = first.done(f"/assemblies/{number}/halls", {"name": "School <b>hall</b>", **counted})
    assert "waits for a second witness" in page.text
    assert "<b>hall" not in page.html
    blind = second.page(f"/assemblies/{number}/halls/1")
    assert "641" not in blind.text
    page = second.done(f"/assemblies/{number}/halls/1", counted)
    assert "two witnesses agree" in page.text
    assert "Hall count" not in page.text  # nothing is shown before the close
    assert office.acts()[-2:] == ["hall_counted", "hall_counted"]
    _close(office, number)
    page = second.page(f"/assemblies/{number}")
    assert "It is not added to the votes by phone" in page.text
    assert "Yes 641" in page.text
    assert "Yes 0" in page.text
    refused = first.post(f"/assemblies/{number}/halls/1", counted)
    assert refused.status_code == 400
    assert "stands" in refused.text
    # The tests' own short cut to the close is in no journal.
    assert {one.table for one in replay(office.database).differences} <= {"assemblies"}


def test_witnesses_who_differ_both_see_it_and_count_again(office: Office):
    number = _opened(office)
    first, second, third = (office.hire(Role.SCRUTINEER) for _ in range(3))
    path = f"/assemblies/{number}/halls"
    first.done(path, {"name": "Market", **_hands(office, number, 640, 20, 0)})
    page = second.done(f"{path}/1", _hands(office, number, 641, 20, 0))
    for witness in (first, second):
        text = witness.page(f"{path}/1").text
        assert "The two counts differ" in text
        assert "640" in text
        assert "641" in text
    assert "640" not in third.page(f"{path}/1").text
    assert third.post(f"{path}/1", _hands(office, number, 641, 20, 0)).status_code == 400
    assert "two witnesses differ" in third.page(f"/assemblies/{number}").text
    page = first.done(f"{path}/1", _hands(office, number, 641, 20, 0))
    assert "two witnesses agree" in page.text


def test_nobody_is_both_witnesses(office: Office):
    number = _opened(office)
    alone = office.hire(Role.SCRUTINEER)
    path = f"/assemblies/{number}/halls"
    alone.done(path, {"name": "Church", **_hands(office, number, 5, 6, 7)})
    alone.done(f"{path}/1", _hands(office, number, 5, 6, 7))
    assert "waits for a second witness" in alone.page(f"/assemblies/{number}").text
    assert len(office.rows("hall_counts", f"assembly = {number}")) == 1


@pytest.mark.parametrize(
    ("name", "hands", "said"),
    [
        pytest.param("", (1, 2, 3), "Name the hall", id="no name"),
        pytest.param("x" * 81, (1, 2, 3), "Name the hall", id="a name without end"),
        pytest.param("Hall", (1, 2), "Write a number for each", id="an answer left out"),
        pytest.param("Hall", (1, 2, -3), "Write a number for each", id="less than nobody"),
        pytest.param("Hall", (1, 2, 999_999), "Write a number for each", id="too many"),
    ],
)
def test_a_count_that_cannot_be_is_refused_and_what_was_typed_stays(
    office: Office, name, hands, said
):
    number = _opened(office)
    form = {"name": name, **_hands(office, number, *hands)}
    answer = office.hire(Role.SCRUTINEER).post(f"/assemblies/{number}/halls", form)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{hands[0]}"' in answer.text
    assert not office.rows("hall_counts", f"assembly = {number}")


def test_a_hall_is_counted_once_and_only_after_the_opening(office: Office):
    number, later = _opened(office), _opened(office, opens="+2h")
    witness = office.hire(Role.SCRUTINEER)
    form = {"name": "Hall", **_hands(office, number, 1, 2, 3)}
    assert witness.post(f"/assemblies/{number}/halls", form).status_code == 303
    again = witness.post(f"/assemblies/{number}/halls", form | {"name": "HALL"})
    assert "Be its second witness" in again.text
    early = {"name": "Hall", **_hands(office, later, 1, 2, 3)}
    assert "before the assembly opens" in witness.post(f"/assemblies/{later}/halls", early).text
    assert witness.get(f"/assemblies/{number}/halls/9").status_code == 404


def test_minutes_are_kept_in_every_version_and_stay_text(office: Office):
    number = _opened(office)
    organiser = office.hire(Role.ORGANISER)
    path = f"/assemblies/{number}/minutes"
    organiser.done(path, {"text": "We march.\r\n<script>alert(1)</script>"})
    page = organiser.done(path, {"text": "We march on Friday."})
    assert "We march on Friday." in page.text
    assert "<script>alert" not in page.html
    assert "Version 1" in page.text
    assert "Version 2" in page.text
    assert office.acts()[-2:] == ["minutes_written", "minutes_written"]
    assert organiser.post(path, {"text": " "}).status_code == 400
    long = organiser.post(path, {"text": "x" * 20_001})
    assert "too long" in long.text
    assert {one.table for one in replay(office.database).differences} <= {"assemblies"}


def test_the_projector_shows_turnout_and_hides_the_votes_until_the_close(office: Office):
    number = _opened(office)
    motion = _motion(office, number)
    for at in range(12):
        one = office.somebody(2_000_000 + number * 100 + at, place="ZM-07-01")
        office.population.vote(one, motion, 1 if at < 11 else 2)
    office.serving.app.state.desk.assemblies.count_now()
    member = office.hire(Role.APPROVER)
    for path in ("live", "live/part"):
        page = member.page(f"/assemblies/{number}/{path}")
        assert "12 " in page.text
        assert "Yes 11" not in page.text
        assert "How the vote goes is shown after the close" in page.text
    _close(office, number)
    page = member.page(f"/assemblies/{number}/live")
    assert "Yes 11" in page.text
    assert member.get(f"/assemblies/{number}/live/part").headers["x-over"] == "1"


def test_halls_and_minutes_are_for_those_of_the_place(office: Office):
    number = _opened(office)
    far = office.hire(Grant(Role.SCRUTINEER, "ZM-03"), Grant(Role.ORGANISER, "ZM-03"))
    for path in ("live", "live/part", "halls", "halls/1", "minutes"):
        assert far.get(f"/assemblies/{number}/{path}").status_code == 404
    for path in ("halls", "halls/1", "minutes"):
        assert far.post(f"/assemblies/{number}/{path}", {"text": "x"}).status_code == 404


@pytest.mark.parametrize("role", without(Permission.WITNESS))
def test_who_is_no_witness_writes_no_count(office: Office, role):
    number = _opened(office)
    member = office.hire(role)
    assert member.post(f"/assemblies/{number}/halls", {"name": "Hall"}).status_code == 403
    assert member.get(f"/assemblies/{number}/halls").status_code == 403


def test_a_witness_changes_nothing_else(office: Office):
    number = _opened(office, early="yes")
    witness = office.hire(Role.SCRUTINEER)
    for path in ("minutes", "close"):
        assert witness.post(f"/assemblies/{number}/{path}", {"text": "x"}).status_code == 403
    assert not assembly.look(office.database, number)[0].closed_at


def test_the_result_is_told_by_a_call_that_is_only_a_draft(office: Office):
    number = _opened(office, title="Water @ Choma")
    motion = _motion(office, number)
    one = office.somebody(3_000_000 + number, place="ZM-07-01")
    office.population.vote(one, motion, 1)
    organiser = office.hire(Role.ORGANISER)
    assert "Draft the message" not in organiser.page(f"/assemblies/{number}").text
    assert organiser.post(f"/assemblies/{number}/tell").status_code == 404
    _close(office, number)
    assert "Draft the message" in organiser.page(f"/assemblies/{number}").text
    page = organiser.done(f"/assemblies/{number}/tell")
    assert "This is a draft" in page.text
    [call] = office.rows("broadcasts", f"title = 'Result of assembly {number}'")
    assert call["status"] == "draft"
    assert "ZM-07" in call["audience"]
    # The sign that would begin a name stands for itself where it is doubled.
    assert "Water @@ Choma: Yes 1, No 0, Not sure 0 (1/" in call["texts"]
    assert "Inde 1, Ayi 0, Sindidziwa 0" in call["texts"]
    assert "result_drafted" in office.acts()
    approver = office.hire(Role.APPROVER)
    assert approver.post(f"/assemblies/{number}/tell").status_code == 403
    far = office.hire(Grant(Role.ORGANISER, "ZM-03"))
    assert far.post(f"/assemblies/{number}/tell").status_code == 404
