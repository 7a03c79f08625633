"""The page of tokens: made and shown once, used, revoked; whose they are, and who sees them."""

import httpx
import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from tests.office import Member, Office, Page, without

EASTERN, CHIPATA, SOUTHERN = "ZM-03", "ZM-03-02", "ZM-07"
FORM = {"name": "The map", "scope": ["counts"], "place": "", "days": "30"}


def made(member: Member, **more: str | list[str]) -> str:
    """Make a token on the page and return it."""
    answer = member.post("/tokens", {**FORM, **more})
    assert answer.status_code == 200, Page(answer.text).text
    return "mg_" + answer.text.split("mg_", 1)[1].split("<", 1)[0]


def reading(office: Office, secret: str, path: str = "/api/v1/signups?by=place") -> int:
    with httpx.Client(base_url=office.serving.url) as program:
        bearer = {"authorization": f"Bearer {secret}"}
        return program.get(path, headers=bearer).status_code


def newest(office: Office) -> int:
    return max(row["id"] for row in office.rows("tokens"))


def test_a_token_is_shown_once_reads_and_reads_no_more_when_it_is_revoked(office: Office):
    member = office.hire(Role.COORDINATOR)
    secret = made(member)
    assert reading(office, secret) == 200
    assert reading(office, secret, "/api/v1/calls") == 403
    page = member.page("/tokens")
    assert "The map" in page.text
    assert secret not in page.html
    number = newest(office)
    page = member.done(f"/tokens/{number}/revoke")
    assert "revoked" in page.text
    assert reading(office, secret) == 401
    assert [act for act in office.acts() if act.startswith("token")][-2:] == [
        "token_made",
        "token_revoked",
    ]
    assert "already" in member.done(f"/tokens/{number}/revoke").text


def test_the_page_leads_to_what_there_is_to_read(office: Office):
    page = office.hire(Role.ADMIN).page("/tokens")
    [address] = [href for href in page.links.values() if href.startswith("/api/")]
    assert office.serving.client.get(address).json()["openapi"]


def test_a_token_for_a_place_is_made_by_those_of_that_place(office: Office):
    local = office.hire(Grant(Role.COORDINATOR, EASTERN))
    for place in (EASTERN, CHIPATA):
        assert reading(office, made(local, place=place)) == 200
    for elsewhere in ("", SOUTHERN, "nowhere"):
        assert local.post("/tokens", {**FORM, "place": elsewhere}).status_code == 404, elsewhere


def test_a_token_may_not_what_its_maker_may_not(office: Office):
    admin = office.hire(Role.ADMIN)
    assert admin.post("/tokens", {**FORM, "scope": ["cases"]}).status_code == 404
    assert admin.post("/tokens", {**FORM, "scope": ["people"]}).status_code == 404
    both = office.hire(Role.COORDINATOR, Grant(Role.CASEWORKER, EASTERN))
    answer = both.post("/tokens", {**FORM, "scope": ["cases"], "place": ""})
    assert answer.status_code == 400
    assert "You may not read all of that there yourself." in answer.text
    assert reading(office, made(both, scope=["cases"], place=EASTERN), "/api/v1/reports") == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"name": " "}, "Say what the token is for", id="no name"),
        pytest.param({"name": "x" * 61}, "Say what the token is for", id="a long name"),
        pytest.param({"scope": []}, "Say what it may read.", id="no scope"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, wrong, said):
    before = len(office.rows("tokens"))
    answer = office.hire(Role.COORDINATOR).post("/tokens", {**FORM, "place": CHIPATA, **wrong})
    assert answer.status_code == 400
    assert said in answer.text
    assert f'<option value="{CHIPATA}" selected>' in answer.text
    assert '<option value="30" selected>' in answer.text
    assert len(office.rows("tokens")) == before


@pytest.mark.parametrize("days", ["0", "367", "x", ""])
def test_a_time_that_is_not_offered_is_not_taken(office: Office, days: str):
    answer = office.hire(Role.COORDINATOR).post("/tokens", {**FORM, "days": days})
    assert answer.status_code == 404


def test_others_tokens_are_seen_and_revoked_by_those_who_give_roles_alone(office: Office):
    owner = office.hire(Role.COORDINATOR, name="Idah Owner")
    secret = made(owner, name="<script>alert(7)</script>")
    number = newest(office)
    for other in (Role.COORDINATOR, Grant(Role.ADMIN, EASTERN)):
        member = office.hire(other)
        assert "alert(7)" not in member.page("/tokens").html
        assert member.post(f"/tokens/{number}/revoke").status_code == 404
    assert reading(office, secret) == 200
    admin = office.hire(Role.ADMIN)
    page = admin.page("/tokens")
    assert "Idah Owner" in page.text
    assert "<script>alert" not in page.html
    admin.done(f"/tokens/{number}/revoke")
    assert reading(office, secret) == 401
    assert admin.post("/tokens/999999/revoke").status_code == 404


@pytest.mark.parametrize("role", without(Permission.TOKENS))
def test_whoever_may_make_none_finds_no_page(office: Office, role: Role):
    member = office.hire(role)
    assert member.get("/tokens").status_code == 403
    assert member.post("/tokens", FORM).status_code == 403
    assert "/tokens" not in member.page("/account").links.values()


def test_many_tokens_are_read_page_by_page(office: Office):
    member = office.hire(Role.COORDINATOR)
    for number in range(52):
        office.identity.tokens.make(
            member.viewer, f"Program {number}", [Permission.COUNTS], days=1, place=None
        )
    page = member.page("/tokens")
    assert "Program 51" in page.text
    assert "Program 1 " not in page.text
    following = member.page(page.links["Next page"])
    assert "Program 1 " in following.text
    assert "To the beginning" in following.links
    assert member.get("/tokens?before=x").status_code == 404
