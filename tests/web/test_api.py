"""Programs read by the API: with a token that serves, within its scopes and places, and no more."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.cli.demo_data import fill
from gateway.core.staff.roles import Grant, Permission, Role, Viewer
from gateway.service.tokens import SCOPES
from tests.office import Office, opened

PEOPLE = 400
OWNERS = (Role.COORDINATOR, Role.CASEWORKER)
# Every page of the API with the scope that opens it.
NEEDS = {
    "/api/v1/signups": Permission.COUNTS,
    "/api/v1/flows": Permission.COUNTS,
    "/api/v1/flows/radio-survey/results": Permission.COUNTS,
    "/api/v1/reports": Permission.CASES,
    "/api/v1/reports/counts": Permission.CASES,
    "/api/v1/assemblies": Permission.ASSEMBLIES,
    "/api/v1/assemblies/1": Permission.ASSEMBLIES,
    "/api/v1/calls": Permission.CALLS,
    "/api/v1/calls/1": Permission.CALLS,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An office with a year of work behind it."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database("template1")
    with opened(tmp_path_factory.mktemp("api"), url) as office:
        fill(office.serving.station.store, "demo", PEOPLE, 1)
        yield office


@pytest.fixture(scope="module")
def owner(office: Office) -> Viewer:
    return office.hire(*OWNERS).viewer


def made(
    office: Office, owner: Viewer, *scopes: Permission, place: str | None = None, days: int = 30
) -> str:
    return office.identity.tokens.make(owner, "Dashboard", scopes, days=days, place=place)


def ask(office: Office, path: str, token: str | None = None, **query: Any) -> httpx.Response:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return office.serving.client.get(path, headers=headers, params=query)


def read(office: Office, path: str, token: str, **query: Any) -> Any:
    response = ask(office, path, token, **query)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("path", NEEDS)
def test_a_scope_opens_its_own_pages_and_no_other(office: Office, owner: Viewer, path: str):
    for scope in SCOPES:
        response = ask(office, path, made(office, owner, scope))
        assert response.status_code == (200 if scope is NEEDS[path] else 403), scope
        assert response.headers["content-type"] == "application/json"


def test_every_page_needs_a_scope_that_is_tried_here(office: Office):
    documented = set(office.serving.client.get("/api/v1/openapi.json").json()["paths"])
    places_of = {"/radio-survey/": "/{flow}/", "assemblies/1": "assemblies/{number}"}
    places_of |= {"calls/1": "calls/{number}"}
    tried = set()
    for path in NEEDS:
        route = path
        for value, name in places_of.items():
            route = route.replace(value, name)
        tried.add(route)
    assert documented - {"/api/v1/openapi.json"} == tried


@pytest.mark.parametrize(
    "token",
    [None, "mg_nonsense", "mg_" + "x" * 5000],
    ids=["none", "one of nobody", "an endless one"],
)
def test_whoever_has_no_token_is_told_so_in_json(office: Office, token: str | None):
    response = ask(office, "/api/v1/signups", token)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["error"]["status"] == 401


def test_a_session_of_staff_is_no_token(office: Office):
    member = office.hire(*Role)
    assert member.get("/api/v1/signups").status_code == 401
    assert ask(office, "/api/v1/signups", member.key).status_code == 401


def test_a_token_ends_when_it_is_revoked_or_its_maker_loses_the_role(office: Office):
    owner = office.hire(Role.COORDINATOR).viewer
    token = made(office, owner, Permission.COUNTS)
    read(office, "/api/v1/signups", token)
    office.identity.staff.ungrant(None, owner.id, Grant(Role.COORDINATOR))
    assert ask(office, "/api/v1/signups", token).status_code == 403
    newest = office.identity.tokens.list()[0]
    assert office.identity.tokens.revoke(None, newest.id)
    assert ask(office, "/api/v1/signups", token).status_code == 401


def test_small_counts_are_held_back_and_the_sum_says_nothing_about_them(
    office: Office, owner: Viewer
):
    counts = read(office, "/api/v1/signups", made(office, owner, Permission.COUNTS))
    shown = [row["participants"] for row in counts["rows"] if row["participants"] is not None]
    assert counts["least"] == 10
    assert min(shown) >= 10
    assert counts["total_shown"] == sum(shown)
    assert counts["held_back"] > 1
    by_language = read(
        office, "/api/v1/signups", made(office, owner, Permission.COUNTS), by="language", left=True
    )
    assert sum(row["participants"] for row in by_language["rows"]) == PEOPLE


def test_a_token_for_a_place_counts_there_alone(office: Office, owner: Viewer):
    everywhere = made(office, owner, Permission.CASES)
    reports = read(office, "/api/v1/reports", everywhere, limit=500)["reports"]
    # The year begins at the hour of the test, so where most report is not the same every time.
    [(most, times)] = Counter(one["place"][:5] for one in reports if one["place"]).most_common(1)
    token = made(office, owner, Permission.COUNTS, Permission.CASES, place=most)
    counts = read(office, "/api/v1/signups", token, by="place", level="province")
    assert {row["place_code"] for row in counts["rows"]} == {most}
    found = read(office, "/api/v1/reports", token, limit=500)["reports"]
    assert 0 < len(found) == times < len(reports)
    assert all(one["place"].startswith(most) for one in found)
    assert ask(office, "/api/v1/flows", token).status_code == 403


def test_what_lies_elsewhere_is_not_there(office: Office, owner: Viewer):
    token = made(office, owner, Permission.ASSEMBLIES, Permission.CALLS, place="ZM-09")
    assert read(office, "/api/v1/calls", token)["calls"] == []
    assert ask(office, "/api/v1/calls/1", token).status_code == 404
    assert ask(office, "/api/v1/assemblies/1", token).status_code == 404


def test_reports_carry_no_word_number_or_name_and_come_page_by_page(office: Office, owner: Viewer):
    token = made(office, owner, Permission.CASES)
    seen: list[Any] = []
    for over in (False, True):
        page = read(office, "/api/v1/reports", token, over=over, limit=5)
        seen += page["reports"]
        while page["next_after"] is not None:
            following = {"after": page["next_after"], "limit": 5, "over": over}
            page = read(office, "/api/v1/reports", token, **following)
            seen += page["reports"]
    with office.database.read() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM reports WHERE danger_at IS NULL")
        assert len({one["code"] for one in seen}) == len(seen) == told.scalar() > 5
    keys = {"code", "category", "place", "state", "filed_at", "changed_at", "verified", "published"}
    assert all(set(one) == keys for one in seen)


def test_a_report_that_is_held_for_danger_is_left_out(office: Office, owner: Viewer):
    token = made(office, owner, Permission.CASES)
    before = read(office, "/api/v1/reports", token, limit=500)["reports"]
    held = before[-1]["code"].replace("-", "")
    _hold(office, held, "1")
    after = read(office, "/api/v1/reports", token, limit=500)["reports"]
    _hold(office, held, "NULL")
    assert [one["code"] for one in before[:-1]] == [one["code"] for one in after]


def test_votes_are_shown_only_when_nobody_can_vote_any_more(office: Office, owner: Viewer):
    token = made(office, owner, Permission.ASSEMBLIES)
    numbers = [one["number"] for one in read(office, "/api/v1/assemblies", token)["assemblies"]]
    results = [read(office, f"/api/v1/assemblies/{number}", token) for number in numbers]
    assert [one["final"] for one in results] == [False, True, True]
    for one in results:
        for motion in one["motions"]:
            votes = [option["votes"] for option in motion["options"]]
            if one["final"]:
                assert sum(votes) == motion["turnout"]
            else:
                assert set(votes) == {None}


def test_answers_of_a_conversation_are_counted(office: Office, owner: Viewer):
    token = made(office, owner, Permission.COUNTS)
    [flow] = read(office, "/api/v1/flows", token)["flows"]
    results = read(office, f"/api/v1/flows/{flow}/results", token)["results"]
    assert {one["name"] for one in results} == {"heard of us", "needs first"}
    people = [each["people"] for one in results for each in one["categories"]]
    assert all(one is None or one >= 10 for one in people)
    assert ask(office, "/api/v1/flows/nothing/results", token).status_code == 404


def test_a_call_says_what_became_of_its_messages(office: Office, owner: Viewer):
    token = made(office, owner, Permission.CALLS)
    call = read(office, "/api/v1/calls/1", token)
    assert sum(call["messages"].values()) == call["queued"]
    assert "texts" not in call


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v1/signups", {"by": "number"}),
        ("/api/v1/signups", {"by": ""}),
        ("/api/v1/signups", {"by": "place", "level": "village"}),
        ("/api/v1/signups", {"left": "perhaps"}),
        ("/api/v1/reports", {"limit": "1000000"}),
        ("/api/v1/reports", {"after": "-1"}),
        ("/api/v1/assemblies/one", {}),
        ("/api/v1/calls/1'--", {}),
    ],
)
def test_what_cannot_be_read_is_a_400_with_a_sentence(
    office: Office, owner: Viewer, path: str, query: dict[str, str]
):
    response = ask(office, path, made(office, owner, *SCOPES), **query)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["message"]


def test_a_number_too_large_for_any_database_is_nothing_that_is_there(
    office: Office, owner: Viewer
):
    token = made(office, owner, *SCOPES)
    for path in ("/api/v1/calls/", "/api/v1/assemblies/"):
        assert ask(office, f"{path}{10**30}", token).status_code in {400, 404}


def test_whoever_asks_too_often_is_told_when_to_come_again(office: Office, owner: Viewer):
    token = made(office, owner, Permission.CALLS)
    answers = [ask(office, "/api/v1/calls", token) for _ in range(125)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "error" in answers[-1].json()


def test_nothing_can_be_changed(office: Office, owner: Viewer):
    token = made(office, owner, *SCOPES)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = office.serving.client.request(
            method, "/api/v1/calls/1", headers={"authorization": f"Bearer {token}"}
        )
        assert response.status_code == 405


def test_the_documentation_names_every_page_its_token_and_its_errors(office: Office):
    document = office.serving.client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.")
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}
        assert methods["get"]["summary"]
        if not path.endswith("openapi.json"):
            assert methods["get"]["security"] == [{"HTTPBearer": []}]
            assert {"400", "401", "403", "429"} <= set(methods["get"]["responses"])


def _hold(office: Office, code: str, since: str) -> None:
    with office.database.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE reports SET danger_at = {since} WHERE code = '{code}'"
        )
