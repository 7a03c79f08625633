"""Signing in, and what people do with their own account."""

import pyotp
import pytest

from gateway.core.staff.roles import Role
from gateway.web.visits import COOKIE, own_path
from tests.office import Office, Page

PASSWORD = "four words nobody expects"
OWN = {"sec-fetch-site": "same-origin"}


def _with_password(office: Office):
    member = office.hire(Role.ORGANISER, settled=False)
    member.done("/account/password", {"new": PASSWORD, "again": PASSWORD})
    return member


def _sign_in(office: Office, username: str, password: str, code: str = "", **more: str):
    form = {"username": username, "password": password, "code": code, **more}
    return office.serving.client.post("/signin", data=form, headers=OWN)


def test_somebody_signs_in_with_a_password_and_out_again(office: Office):
    member = _with_password(office)
    answer = _sign_in(office, member.viewer.username, PASSWORD)
    assert answer.status_code == 303
    key = answer.cookies[COOKIE]
    assert key != member.key
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    member.client.cookies.set(COOKIE, key)
    member.key = key
    assert member.page("/account").title == "Your account"
    assert member.post("/signout").headers["location"] == "/signin"
    assert member.get("/account").headers["location"].startswith("/signin")


def test_setting_a_password_or_an_app_replaces_the_key_of_the_session(office: Office):
    member = office.hire(Role.ORGANISER, settled=False)
    keys = [member.key]
    member.done("/account/password", {"new": PASSWORD, "again": PASSWORD})
    keys.append(member.key)
    secret = member.done("/account/codes/begin").html.split("<code>")[1].split("</code>")[0]
    code = pyotp.TOTP(secret).at(office.database.clock() / 1000)
    shown = member.post("/account/codes", {"code": code})
    keys.append(member.key)
    assert len(set(keys)) == 3
    for old in keys[:2]:
        assert office.identity.sign_in.viewer(old) is None
    assert member.page("/account").title == "Your account"
    assert Page(shown.text).fields["token"] == office.identity.sign_in.csrf_token(member.key)


def test_a_key_that_was_planted_before_the_sign_in_opens_nothing(office: Office):
    member = _with_password(office)
    client = office.serving.client
    client.cookies.set(COOKIE, "planted-by-somebody-else")
    try:
        answer = _sign_in(office, member.viewer.username, PASSWORD)
        assert answer.cookies[COOKIE] != "planted-by-somebody-else"
        assert office.identity.sign_in.viewer("planted-by-somebody-else") is None
    finally:
        client.cookies.clear()


def test_what_is_wrong_with_a_sign_in_is_not_told(office: Office):
    member = _with_password(office)
    wrong = _sign_in(office, member.viewer.username, "not this one at all")
    nobody = _sign_in(office, "nobody-of-this-name", "not this one at all")
    assert wrong.status_code == nobody.status_code == 401
    assert "not this one" not in wrong.text
    words = [Page(one.text).text.replace(name, "") for one, name in ((wrong, ""), (nobody, ""))]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/people?place=ZM-03", "/people?place=ZM-03"),
        ("//evil.example/x", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/a\nSet-Cookie: x", "/"),
    ],
)
def test_the_sign_in_leads_to_pages_of_ours_only(wanted, expected):
    assert own_path(wanted) == expected


def test_a_link_is_used_by_a_button_and_once(office: Office):
    number, secret = office.identity.staff.invite(None, "by-link", "By Link", [])
    client = office.serving.client
    assert "signs you in once" in client.get(f"/signin/link/{secret}").text
    assert client.get(f"/signin/link/{secret}").status_code == 200
    taken = client.post(
        f"/signin/link/{secret}",
        headers=OWN,
        data={"go": "1"},
    )
    assert (taken.status_code, taken.headers["location"]) == (303, "/account/welcome")
    again = client.post(
        f"/signin/link/{secret}",
        headers=OWN,
        data={"go": "1"},
    )
    assert again.status_code == 410
    client.cookies.clear()
    assert number


def test_codes_are_set_up_and_then_asked_for(office: Office):
    member = _with_password(office)
    page = member.done("/account/codes/begin")
    secret = page.html.split("<code>")[1].split("</code>")[0]
    wrong = member.post("/account/codes", {"code": "000000"})
    assert wrong.status_code == 400
    now = office.database.clock() / 1000
    answer = member.post("/account/codes", {"code": pyotp.TOTP(secret).at(now)})
    assert answer.status_code == 200
    assert "Write these down" in answer.text
    recovery = answer.text.split("<li><code>")[1].split("</code>")[0]
    assert _sign_in(office, member.viewer.username, PASSWORD).status_code == 401
    assert _sign_in(office, member.viewer.username, PASSWORD, recovery).status_code == 303
    assert _sign_in(office, member.viewer.username, PASSWORD, recovery).status_code == 401


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        pytest.param("kx7#q", "kx7#q", "12 characters", id="too short"),
        pytest.param(PASSWORD, "another", "differ", id="written differently"),
        pytest.param("passwordpassword", "passwordpassword", "Many people", id="common"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(office: Office, new, again, said):
    member = office.hire(settled=False)
    answer = member.post("/account/password", {"new": new, "again": again})
    assert answer.status_code == 400
    assert said in Page(answer.text).text
    assert new not in answer.text


def test_whoever_has_no_password_yet_is_led_to_choose_one_first(office: Office):
    member = office.hire(Role.ORGANISER, settled=False)
    assert member.get("/").headers["location"] == "/account/welcome"
    assert member.page("/").title == "Choose a password"
    assert member.done("/account/password", {"new": PASSWORD, "again": PASSWORD}).title == "Today"


def test_sessions_are_listed_and_ended(office: Office):
    member = _with_password(office)
    _sign_in(office, member.viewer.username, PASSWORD)
    office.serving.client.cookies.clear()
    page = member.page("/account")
    assert page.text.count("this one") == 1
    [other] = [
        action
        for action in page.actions
        if action.startswith("/account/sessions/") and action[-1].isdigit()
    ]
    assert "ended" in member.done(other).text
    assert member.post(other).status_code == 404


def test_a_session_of_somebody_else_is_not_there(office: Office):
    member, other = office.hire(), office.hire()
    answer = member.post(f"/account/sessions/{other.viewer.session}")
    assert answer.status_code == 404
    assert other.page("/account").title == "Your account"


def test_the_pages_speak_the_language_that_was_chosen(office: Office):
    member = office.hire(Role.ORGANISER)
    member.done("/account/language", {"language": "sw"})
    page = member.page("/account")
    assert '<html lang="sw" dir="ltr">' in page.html
    assert page.title == "Akaunti yako"
    assert member.post("/account/language", {"language": "tlh"}).status_code == 404


def test_a_hostile_name_is_text_on_every_page(office: Office):
    member = office.hire(Role.ORGANISER, name="<script>alert(1)</script>")
    for path in ("/", "/account"):
        page = member.page(path)
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;" in page.html
