"""What Today says that needs somebody: who is told of what, where, and that it leads there."""

from itertools import count
from random import Random

import pytest
from sqlalchemy import text

from gateway.core.movement.ballots import MotionOption
from gateway.core.movement.codes import case_code, written
from gateway.core.movement.moments import DAY_MS
from gateway.core.staff.roles import Grant, Role
from gateway.flowfiles.assembly_files import AssemblyPlan, MotionPlan
from gateway.service.assembly import open_assembly
from gateway.service.halls import Halls
from gateway.store import bulk, tables
from gateway.store import handovers as stored_handovers
from gateway.store.handovers import HANDED_OVER, NewHandover
from tests.office import Member, Office

_NUMBERS = count(1)
_CHANCE = Random(2)
CHIPATA, EASTERN, SOUTHERN = "ZM-03-02", "ZM-03", "ZM-07"
NOTHING = "Nothing waits for you."


@pytest.fixture(autouse=True)
def _nothing_waits(office: Office) -> None:
    """Let nothing wait that a test before this one left."""
    with office.database.write() as tx:
        for statement in (
            "UPDATE broadcasts SET status = 'done'",
            "UPDATE exports SET status = 'gone'",
            "UPDATE reports SET closed_at = 1",
            "UPDATE handovers SET status = 'closed'",
            "UPDATE channels SET paused_by = NULL",
            *(f"DELETE FROM {table}" for table in ("messages", "webhooks", "hall_counts")),
            *(f"DELETE FROM {table}" for table in ("minutes", "motions", "assemblies")),
        ):
            tx.connection.execute(text(statement))


def _code() -> str:
    return case_code(_CHANCE.randrange)


def told(office: Office, *grants: Role | Grant) -> dict[str, str]:
    """Return what somebody new with these roles is told, each sentence with where it leads."""
    return told_to(office.hire(*grants))


def told_to(member: Member) -> dict[str, str]:
    desk = member.office.serving.app.state.desk
    for kept in (desk.board, desk.cases, desk.attention):
        kept.count_now()
    page = member.page("/")
    start = page.html.index('id="matters"')
    part = page.html[start : page.html.index("</section>", start)]
    found = type(page)(part)
    assert (NOTHING in part) is (not found.links)
    return found.links


def draft(member: Member) -> str:
    """Write a call, ask for its approval, and return where it is."""
    form = {
        "title": "Come",
        "text_en": "Come on Saturday",
        "valid_until": "2030-01-01 10:00",
        "channel": "demo",
    }
    answer = member.post("/calls/new", form)
    assert answer.status_code == 303, answer.text
    path: str = answer.headers["location"]
    member.done(f"{path}/submit")
    return path


def _assembly(office: Office, ends_in_ms: int = 5 * DAY_MS) -> tuple[int, int]:
    """Open an assembly of the whole movement; return its number and its only motion's."""
    now = office.database.clock()
    options = tuple(
        MotionOption(at, {"en": word}) for at, word in enumerate(("Yes", "No"), start=1)
    )
    plan = AssemblyPlan(
        title="Water",
        place=None,
        opens_at=now - 1000,
        closes_at=now + ends_in_ms,
        motions=(MotionPlan({"en": "Shall we?"}, options),),
    )
    made = open_assembly(office.database, plan)
    return made.number, made.motions[0]


def test_where_nothing_waits_the_page_says_so_to_every_role(office: Office):
    for role in Role:
        assert told(office, role) == {}, role


def test_a_call_waits_for_those_who_may_approve_it_and_had_no_part_in_it(office: Office):
    both = office.hire(Role.ORGANISER, Role.APPROVER)
    path = draft(both)
    sentence = "1 call to action waits for approval"
    assert told(office, Role.APPROVER)[sentence] == path
    assert sentence not in told_to(both)
    assert sentence not in told(office, Role.ORGANISER)
    assert sentence not in told(office, Grant(Role.APPROVER, EASTERN))
    office.hire(Role.APPROVER).done(f"{path}/approve", {"version": "1"})
    assert told_to(both)["1 call to action is approved and can be sent"] == path
    assert told(office, Role.APPROVER) == {}


def test_numbers_that_are_asked_for_wait_for_another_person(office: Office):
    asking = office.hire(Role.COORDINATOR, Role.APPROVER)
    form = {"form": "numbers_", "numbers_reason": "the radio show", "numbers_format": "csv"}
    asking.done("/exports/new", {**form, "numbers_kind": "numbers"})
    sentence = "1 export of phone numbers waits for a second person"
    assert told(office, Role.APPROVER) == {sentence: "/releases"}
    assert told_to(asking) == {}


def test_reports_wait_for_the_caseworkers_of_their_place(office: Office):
    one = office.somebody(next(_NUMBERS), place=CHIPATA)
    code = _code()
    office.population.report(one, code, "no water")
    with office.database.write() as tx:
        tx.connection.execute(
            tables.reports.update()
            .where(tables.reports.c.code == code)
            .values(place=CHIPATA, danger_at=1, filed_at=1, heard_at=1)
        )
    wanted = {
        "1 report has been open for more than a month": "/reports?age=month",
        "1 open report is held because somebody may be in danger": "/reports?more=danger",
        "1 report is new": "/reports?state=new",
        "1 reporter wrote and waits for an answer": "/reports?more=heard",
    }
    worker = office.hire(Grant(Role.CASEWORKER, EASTERN))
    assert told_to(worker) == wanted
    for path in wanted.values():
        assert written(code) in worker.page(path).text, path
    assert told(office, Grant(Role.CASEWORKER, SOUTHERN)) == {}
    assert told(office, Role.ORGANISER) == {}


def test_a_conversation_waits_for_the_caseworkers_of_its_person_s_place(office: Office):
    one = office.somebody(next(_NUMBERS), place=CHIPATA)
    with office.database.write() as tx:
        row = NewHandover(
            tx.head.take_id(), one.phone, one.id, 1, HANDED_OVER, "join", "", None, "name"
        )
        stored_handovers.add(tx, [row])
    wanted = {"1 conversation waits for a person": "/handovers"}
    assert told(office, Grant(Role.CASEWORKER, EASTERN)) == wanted
    assert told(office, Role.CASEWORKER) == wanted
    assert told(office, Grant(Role.CASEWORKER, SOUTHERN)) == {}
    assert told(office, Role.ADMIN) == {}


def test_a_hall_waits_for_a_second_witness_and_for_both_where_they_differ(office: Office):
    number, motion = _assembly(office)
    halls = Halls(office.database, office.identity.audit)
    first, second = office.hire(Role.SCRUTINEER), office.hire(Role.SCRUTINEER)
    figures = {motion: {1: 10, 2: 4}}
    halls.count(first.viewer, number, "<b>Market</b>", figures)
    href = f"/assemblies/{number}/halls/1"
    waits = "The count of <b>Market</b>, at “Water”, waits for a second witness"
    assert told_to(second) == {waits: href}
    assert told_to(first) == {}
    halls.confirm(second.viewer, number, 1, {motion: {1: 11, 2: 4}})
    differ = "The counts of <b>Market</b>, at “Water”, differ: count again"
    assert told_to(first) == told_to(second) == {differ: href}
    assert told(office, Role.SCRUTINEER) == {}
    halls.confirm(second.viewer, number, 1, figures)
    assert told_to(first) == told_to(second) == {}


def test_an_assembly_that_ends_soon_is_told_and_then_its_minutes_are_missing(office: Office):
    number, _ = _assembly(office, ends_in_ms=3_600_000)
    ends = told(office, Role.ORGANISER)
    assert list(ends.values()) == [f"/assemblies/{number}"]
    assert "ends today" in next(iter(ends))
    with office.database.write() as tx:
        a = tables.assemblies
        tx.connection.execute(a.update().values(opens_at=1, closes_at=2))
    wanted = {"The assembly “Water” has no minutes yet": f"/assemblies/{number}/minutes"}
    organiser = office.hire(Role.ORGANISER)
    assert told_to(organiser) == wanted
    assert told(office, Role.APPROVER) == {}
    assert told(office, Grant(Role.ORGANISER, EASTERN)) == {}
    organiser.done(f"/assemblies/{number}/minutes", {"text": "We met."})
    assert told_to(organiser) == {}


def test_a_channel_that_is_paused_or_fails_is_told_first(office: Office):
    office.hire(Role.ADMIN).done("/channels/demo/pause", {"why": "no credit"})
    one = office.somebody(next(_NUMBERS))
    for sent in range(20):
        status = 70 if sent < 6 else 80
        office.population.message(one, "hello", status=status)
    office.population.report(one, _code(), "no water")
    found = told(office, Role.ADMIN, Role.CASEWORKER)
    assert list(found)[:2] == [
        "The channel demo is paused and sends nothing",
        "Of 20 messages of the channel demo in a day, 6 failed",
    ]
    assert set(list(found.values())[:2]) == {"/channels/demo"}
    assert told(office, Role.COORDINATOR) == {}


def test_questions_to_servers_that_fail_are_told_to_those_who_see_conversations(office: Office):
    one = office.somebody(next(_NUMBERS))
    columns = (
        *("id", "phone", "channel", "flow", "ticket", "host", "method", "seconds", "status"),
        *("attempts", "due_at", "created_at", "done_at", "code", "error"),
    )
    with office.database.write() as tx:
        now = tx.now
        rows = [
            (
                tx.head.take_id(),
                one.phone,
                1,
                "f",
                1,
                "h",
                "GET",
                5,
                "done",
                1,
                *[now] * 3,
                code,
                error,
            )
            for code, error in ((200, None), (500, None), (0, "timeout"))
        ]
        bulk.insert(tx, tables.webhooks, columns, rows)
    found = told(office, Role.ADMIN)
    assert found == {"2 questions of conversations to servers failed in a day": "/flows"}
    assert told(office, Grant(Role.ADMIN, EASTERN)) == {}


def test_every_way_that_is_shown_is_open_to_whom_it_is_shown(office: Office):
    one = office.somebody(next(_NUMBERS), place=CHIPATA)
    office.population.report(one, _code(), "no water")
    draft(office.hire(Role.ORGANISER))
    office.hire(Role.ADMIN).done("/channels/demo/pause", {"why": "test"})
    number, motion = _assembly(office, ends_in_ms=3_600_000)
    halls = Halls(office.database, office.identity.audit)
    halls.count(office.hire(Role.SCRUTINEER).viewer, number, "Market", {motion: {1: 1, 2: 1}})
    for role in Role:
        member = office.hire(role)
        found = told_to(member)
        assert found, role
        for words, path in found.items():
            assert member.get(path).status_code == 200, (words, path)
