"""A made-up movement: it looks like a real one to everything that reads, and is never mixed in."""

import re
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlalchemy import func, select

from gateway.core.clock import stamp_ms
from gateway.core.delivery.purpose import HELD
from gateway.core.delivery.status import Status
from gateway.core.movement.cases import MOST_UPDATES, MOVES, OVER, State
from gateway.core.movement.facts import (
    BALLOT_CAST,
    PARTICIPANT_JOINED,
    REPORT_CHANGED,
    REPORT_FILED,
)
from gateway.core.movement.moments import DAY_MS, HOUR_MS, month_begins
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Role
from gateway.service import assembly, handovers
from gateway.service.audit import Audit
from gateway.service.halls import Halls
from gateway.service.passwords import Passwords
from gateway.service.pretence.clock import Hand
from gateway.service.pretence.crowd import e164
from gateway.service.pretence.fill import Country, NotEmpty, Pretender, check, staff_of
from gateway.service.pretence.year import HOURS, SHOWS, shares
from gateway.service.replay import replay, verify
from gateway.service.spending import Till, look
from gateway.service.staff import Staff
from gateway.store import export_jobs, node, schema, tables
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.office import CHEAP
from tests.onstage import counted, stage, used
from tests.population import Population
from tests.serving import ROOT

PEOPLE = 150
TILL = Till(lambda: ROOT / "config" / "prices.toml", ZoneInfo("Africa/Lusaka"))
LANGUAGES = ("en", "ny", "bem")


@pytest.fixture
def begins(clock: Clock) -> int:
    return (clock() // HOUR_MS - HOURS) * HOUR_MS


@pytest.fixture
def pretended(database_url: str, begins: int, vault: Vault, places: Places) -> Iterator[Pretender]:
    hand = Hand(begins)
    with Database(database_url, clock=hand) as database:
        staff = Staff(
            database,
            vault,
            places=places,
            passwords=Passwords(vault, cost=CHEAP),
            movement="Mashinani",
            link_minutes=60,
        )
        country = Country("Mashinani", places, LANGUAGES, 2 * HOUR_MS)
        yield Pretender(database, vault, hand, country, staff, stage(places), TILL)


def test_every_chain_holds_and_the_tables_are_what_the_journal_says(
    pretended: Pretender, database: Database
):
    pretended.fill(PEOPLE, 1, "demo")
    verified = verify(database)
    assert verified.facts > 2 * PEOPLE
    assert not verified.broken
    assert not replay(database).differences


def test_as_many_join_as_were_asked_for_and_some_of_everything_happened(
    pretended: Pretender, database: Database, places: Places
):
    pretended.fill(PEOPLE, 1, "demo")
    assert check(database) == PEOPLE
    assert _count(database, "participants") == PEOPLE
    assert _count(database, "reports") == PEOPLE // 10
    for table in ("memberships", "results", "ballots", "messages", "broadcasts", "assemblies"):
        assert _count(database, table), table
    held = {grant.role for one in staff_of(places) for grant in one.grants}
    assert held == set(Role)
    assert _count(database, "staff") == len(staff_of(places))
    _everything_sent_of_late_was_paid_for(database)


def _everything_sent_of_late_was_paid_for(database: Database) -> None:
    costs = look(database, TILL.zone)
    m = tables.messages
    for month, bills in ((costs.month, costs.this), (costs.month - 1, costs.last)):
        begins, ends = (month_begins(one, TILL.zone) for one in (month, month + 1))
        query = select(func.count()).where(
            m.c.provider_ref.is_not(None), m.c.created_at >= begins, m.c.created_at < ends
        )
        with database.read() as view:
            sent = view.execute(query).scalar_one()
        [bill] = bills.values()
        assert bill.messages == sent > 0
        assert 450 * bill.segments <= bill.money["ZMW"] <= 500 * bill.segments
    assert costs.since is None


def test_reports_are_in_every_state_and_each_came_there_as_staff_would_take_it(
    pretended: Pretender, database: Database
):
    pretended.fill(1_000, 3, "demo")
    with database.read() as view:
        found = view.execute(select(tables.reports)).mappings().all()
        changes = [
            orjson.loads(body)
            for body in view.execute(
                select(tables.journal.c.body)
                .where(tables.journal.c.kind == REPORT_CHANGED)
                .order_by(tables.journal.c.hlc)
            ).scalars()
        ]
        staff = set(view.execute(select(tables.staff.c.id)).scalars())
    states = {State(one["status"]) for one in found}
    assert states >= {State.NEW, State.IN_PROGRESS, State.SOLVED, State.CLOSED, State.DUPLICATE}
    for kind in ("danger_at", "verified_at", "published_at", "assigned", "heard_at"):
        assert any(one[kind] for one in found), kind
    assert _count(database, "report_notes")
    by_id = {one["id"]: one for one in found}
    for one in found:
        assert (one["closed_at"] is not None) is (State(one["status"]) in OVER), one["code"]
        assert one["published_at"] is None or (one["verified_at"] and not one["danger_at"])
        assert (one["updates"] or 0) <= MOST_UPDATES
        if one["duplicate_of"] is not None:
            lead = by_id[one["duplicate_of"]]
            assert (lead["category"], lead["place"]) == (one["category"], one["place"])
            assert lead["duplicate_of"] is None
    state: dict[str, State] = {}
    for change in changes:
        code, to = change["code"], change["set"].get("status")
        if to is not None and State(to) is not State.DUPLICATE:
            assert State(to) in MOVES[state.get(code, State.NEW)], (code, state.get(code), to)
            state[code] = State(to)
        assert change["by"] is None or change["by"] in staff


def test_one_assembly_is_open_today_and_the_others_are_over(
    pretended: Pretender, database: Database, clock: Clock
):
    pretended.fill(PEOPLE, 1, "demo")
    states = [one.ends_at > clock() for one, _ in assembly.all_assemblies(database)]
    assert states == [True, False, False]


def test_calls_are_in_every_state_and_nothing_leaves_by_itself(
    pretended: Pretender, database: Database
):
    pretended.fill(PEOPLE, 1, "demo")
    with database.read() as view:
        m, b = tables.messages, tables.broadcasts
        query = select(b.c.status, m.c.priority).join_from(m, b, b.c.number == m.c.broadcast)
        waiting = view.execute(query.where(m.c.status < int(Status.ACCEPTED))).all()
        calls = {row.number: row.status for row in view.execute(select(b.c.number, b.c.status))}
        others = select(func.count()).select_from(m).where(m.c.broadcast.is_(None))
        unsent = view.execute(others.where(m.c.status < int(Status.ACCEPTED))).scalar_one()
        steps = tables.broadcast_steps
        approvals = select(steps.c.broadcast).where(steps.c.step == "approved")
        approved = set(view.execute(approvals).scalars())
        cancelled = view.execute(
            select(func.count()).select_from(m).where(m.c.status == int(Status.CANCELLED))
        ).scalar_one()
        answers = view.execute(
            select(func.count()).select_from(m).where(m.c.reply_to.is_not(None))
        ).scalar_one()
    assert set(calls.values()) == {"done", "draft", "submitted", "approved", "paused", "stopped"}
    assert {number for number, status in calls.items() if status not in {"draft", "submitted"}} == (
        approved
    ), "a second person approved what left"
    assert unsent == 0
    assert set(waiting) == {("paused", HELD)}, "only what a person put aside waits"
    assert cancelled
    assert answers


def test_halls_minutes_conversations_and_numbers_wait_for_somebody(
    pretended: Pretender, database: Database, vault: Vault
):
    pretended.fill(PEOPLE, 1, "demo")
    halls = Halls(database, Audit(database, vault))
    counted = [halls.of(one.number) for one, _ in assembly.all_assemblies(database)]
    agreed = [[hall.agreed for hall in several] for several in counted]
    assert agreed == [[False], [True, False], [True, True]]
    assert counted[0][0].second is None
    assert counted[1][1].second is not None
    assert _count(database, "minutes") == 1
    assert {one.kind for one in handovers.listed(database, vault)} == {"handed_over", "parked"}
    first = handovers.read(database, vault, handovers.listed(database, vault)[0].id, "a test")
    assert first.messages
    with database.read() as view:
        [asked] = export_jobs.in_status(view, export_jobs.HELD, 9)
    assert asked.kind == "numbers"


def test_as_many_finished_conversations_as_joined_reported_and_voted_and_some_broke_off(
    pretended: Pretender, database: Database, places: Places, begins: int
):
    pretended.fill(PEOPLE, 1, "demo")
    j, since = tables.journal, begins + HOURS * HOUR_MS - 30 * DAY_MS
    with database.read() as view:
        facts = view.execute(select(j.c.hlc, j.c.kind, j.c.body)).all()
    did = Counter(
        (fact.kind, orjson.loads(fact.body).get("medium"))
        for fact in facts
        if stamp_ms(fact.hlc) >= since
    )
    use = used(database, places)
    for flow, kind in (("join", PARTICIPANT_JOINED), ("report", REPORT_FILED)):
        assert use(flow).finished == did[kind, "sms"] + did[kind, "ussd"] > 0
    [cast] = [step.answered for step in use("vote").steps if step.step == "choice"]
    assert cast == did[BALLOT_CAST, "ussd"] > 0
    assert 0 < use("join").dropped < use("join").finished
    assert use("home").finished


def test_no_number_can_be_anybodys():
    numbers = {e164(position) for position in range(2000)}
    assert len(numbers) == 2000
    # A number in the country has nine digits after +260; these have ten.
    assert all(re.fullmatch(r"\+2609[567][0-9]{8}", one) for one in numbers)


def test_the_same_seed_makes_up_the_same_people(
    pretended: Pretender, database: Database, tmp_path, vault: Vault, places: Places, begins: int
):
    pretended.fill(40, 7, "demo")
    twin_hand = Hand(begins)
    with Database(f"sqlite:///{tmp_path / 'twin.db'}", clock=twin_hand) as twin:
        _lay_out(twin, vault)
        staff = Staff(
            twin,
            vault,
            places=places,
            passwords=Passwords(vault, cost=CHEAP),
            movement="Mashinani",
            link_minutes=60,
        )
        country = Country("Mashinani", places, LANGUAGES, 2 * HOUR_MS)
        Pretender(twin, vault, twin_hand, country, staff, stage(places), TILL).fill(40, 7, "demo")
        assert _people(twin) == _people(database)
        assert counted(twin) == counted(database) != []


def test_a_database_with_people_of_its_own_is_refused(population: Population, database: Database):
    population.join("+260970000001")
    with pytest.raises(NotEmpty, match="never mixed"):
        check(database)


def test_a_database_that_was_filled_in_part_says_so(pretended: Pretender, database: Database):
    def pull_the_plug(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretended.fill(PEOPLE, 1, "demo", progress=pull_the_plug)
    with pytest.raises(NotEmpty, match="only in part"):
        check(database)


def test_an_empty_database_may_be_filled(database: Database):
    assert check(database) is None


def test_a_radio_show_brings_more_people_than_any_other_day():
    over = list(shares(0, 0))
    days = [over[24 * day + 23] - (over[24 * day - 1] if day else 0) for day in range(365)]
    most = max(range(365), key=days.__getitem__)
    assert most - SHOWS[0][0] in {0, 1}
    assert over == sorted(over)
    assert over[-1] == 1.0


def _people(database: Database) -> list[tuple[object, ...]]:
    p = tables.participants
    query = select(p.c.id, p.c.number, p.c.place, p.c.language, p.c.status, p.c.joined_at)
    with database.read() as view:
        return [(bytes(row.id), *row[1:]) for row in view.execute(query.order_by(p.c.number))]


def _count(database: Database, table: str) -> int:
    with database.read() as view:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return int(view.execute(query).scalar_one())


def _lay_out(database: Database, vault: Vault) -> None:
    schema.upgrade(database)
    node.settle(database, vault)
