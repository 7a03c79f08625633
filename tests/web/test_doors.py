"""Who gets through which door: every route of staff with every role, near and far."""

import httpx
import pytest

from gateway.core.staff.roles import PERMISSIONS, Grant, Permission, Role
from gateway.web.visits import Declared
from tests.office import Member, Office

ELSEWHERE = "ZM-07"


def _concrete(path: str) -> str:
    """Return an address of a route; its ids are of nothing that there is."""
    parts = [
        part if not part.startswith("{") else "999999" if ":int" in part else "nothing"
        for part in path.split("/")
    ]
    return "/".join(parts)


def test_every_route_of_staff_is_declared(office: Office):
    declared = {(one.method, one.path) for one in office.declared}
    served = {
        (method, route.path)
        for route in office.serving.app.state.desk.staff.router.routes
        for method in route.methods - {"HEAD"}
    }
    assert served == declared


def test_a_stranger_is_led_to_the_sign_in_everywhere(office: Office):
    for one in office.declared:
        answer = office.serving.client.request(
            one.method, _concrete(one.path), headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.status_code == 303, one
        assert answer.headers["location"].startswith("/signin"), one


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", [None, ELSEWHERE], ids=["everywhere", "in one place"])
def test_a_role_opens_what_it_needs_and_nothing_else(office: Office, role: Role, place):
    member = office.hire(Grant(role, place))
    for one in office.declared:
        if one.path.startswith("/signout") or one.path.startswith("/account/sessions"):
            continue
        if one.method == "GET":
            answer = member.get(_concrete(one.path))
        else:
            answer = member.post(_concrete(one.path))
        allowed = one.needs is None or one.needs in PERMISSIONS[role]
        assert (answer.status_code == 403) is not allowed, (one, answer.status_code)
        assert answer.status_code < 500, one


@pytest.mark.parametrize("role", Role)
def test_the_way_to_a_page_is_shown_to_whom_it_is_open(office: Office, role: Role):
    page = office.hire(role).page("/account")
    for name, path in page.links.items():
        needs = next(
            (one.needs for one in office.declared if one.path == path and one.method == "GET"), None
        )
        assert needs is None or needs in PERMISSIONS[role], name


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"sec-fetch-site": "cross-site"}, id="a browser says it is of another site"),
        pytest.param(
            {"sec-fetch-site": "", "origin": "http://evil.example"}, id="another site's origin"
        ),
    ],
)
def test_another_site_cannot_post_for_somebody_who_is_signed_in(office: Office, headers):
    member = office.hire(*Role)
    for one in office.declared:
        if one.method == "POST":
            assert member.post(_concrete(one.path), headers=headers).status_code == 403, one


def test_a_form_without_the_session_s_token_changes_nothing(office: Office):
    member, other = office.hire(*Role), office.hire(*Role)
    theirs = office.identity.sign_in.csrf_token(other.key)
    for one in office.declared:
        if one.method == "POST":
            path = _concrete(one.path)
            assert member.post(path, token=False).status_code == 403, one
            answer = member.post(path, {"token": theirs}, token=False)
            assert answer.status_code == 403, one


def test_whoever_has_yet_to_choose_a_password_opens_nothing_else(office: Office):
    member = office.hire(*Role, settled=False)
    for one in office.declared:
        if not one.path.startswith(("/account", "/signout")):
            answer = _ask(member, one)
            assert answer.headers.get("location") == "/account/welcome", one


def test_a_role_taken_away_and_an_account_that_ends_close_every_door_at_once(office: Office):
    member, staff = office.hire(Role.ORGANISER, Role.ADMIN), office.identity.staff
    office.hire(Role.ADMIN)
    for role in (Role.ORGANISER, Role.ADMIN):
        staff.ungrant(None, member.viewer.id, Grant(role))
    for one in office.declared:
        if one.needs is not None:
            assert _ask(member, one).status_code == 403, one
    staff.disable(None, member.viewer.id)
    for one in office.declared:
        assert _ask(member, one).headers.get("location", "").startswith("/signin"), one


def _ask(member: Member, one: Declared) -> httpx.Response:
    ask = member.get if one.method == "GET" else member.post
    return ask(_concrete(one.path))


def test_whoever_holds_no_role_sees_a_greeting_and_no_count(office: Office):
    page = office.hire(name="Bwalya Banda").page("/")
    assert "Bwalya Banda" in page.title
    assert "no role yet" in page.text


def test_every_permission_that_a_page_needs_exists_in_a_role(office: Office):
    held = frozenset().union(*PERMISSIONS.values())
    assert {one.needs for one in office.declared if one.needs} <= held
    assert Permission.COUNTS in held


@pytest.mark.parametrize("path", ["/", "/account", "/signin"])
def test_a_page_keeps_to_itself(office: Office, path: str):
    answer = office.hire(Role.ORGANISER).get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "style=" not in answer.text
