from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.movement.places import Places
from gateway.flowfiles.assembly_files import AssemblyPlan, Setting, read_assembly
from gateway.service import assembly
from gateway.service.assembly import AssemblyError
from gateway.service.replay import replay, verify
from gateway.store.database import Database
from tests.conftest import Clock
from tests.population import Population

HOUR = 3_600_000
EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "assembly.yaml"


@pytest.fixture
def plan(places: Places, clock: Clock) -> AssemblyPlan:
    setting = Setting(places, ("en", "ny", "bem"), ZoneInfo("Africa/Lusaka"), clock.now)
    return read_assembly(EXAMPLE, setting)


def in_western(plan: AssemblyPlan) -> AssemblyPlan:
    return replace(plan, place="ZM-01")


def test_assemblies_and_motions_are_numbered_without_gaps(database: Database, plan: AssemblyPlan):
    first, second = (assembly.open_assembly(database, plan) for _ in range(2))
    assert (first.number, first.motions) == (1, (1, 2))
    assert (second.number, second.motions) == (2, (3, 4))


def test_what_was_put_stands_in_the_journal_and_the_tables_follow_from_it(
    database: Database, plan: AssemblyPlan, population: Population
):
    assembly.open_assembly(database, in_western(plan))
    population.vote(population.join("+260970000001", place="ZM-01-07"), 1, 3)
    assembly.close_assembly(database, 1, by="a test")
    assert verify(database).broken == ()
    assert replay(database).differences == ()


def test_the_count_is_provisional_until_the_close(
    database: Database, plan: AssemblyPlan, places: Places, clock: Clock
):
    assembly.open_assembly(database, plan)
    assert assembly.count(database, 1, places).provisional
    clock.now = plan.closes_at
    assert not assembly.count(database, 1, places).provisional


def test_the_count_has_every_option_the_turnout_and_who_could_have_voted(
    database: Database, plan: AssemblyPlan, places: Places, population: Population
):
    assembly.open_assembly(database, in_western(plan))
    here = [population.join(f"+26097000001{n}", place="ZM-01-07") for n in range(3)]
    population.join("+260970000020", place="ZM-09-05")
    population.join("+260970000021")
    population.vote(here[0], 1, 1)
    population.vote(here[1], 1, 1)
    population.vote(here[1], 1, 2, changes=1)
    result = assembly.count(database, 1, places)
    water, clinic = result.tallies
    assert [one.votes for one in water.counts] == [1, 1, 0]
    assert (water.turnout, water.eligible) == (2, 3)
    assert [one.votes for one in clinic.counts] == [0, 0, 0]
    assert (clinic.turnout, clinic.eligible) == (0, 3)


def test_a_vote_by_somebody_who_left_afterwards_still_counts(
    database: Database, plan: AssemblyPlan, places: Places, population: Population
):
    assembly.open_assembly(database, plan)
    one = population.join("+260970000001")
    population.vote(one, 1, 2)
    population.leave(one)
    [water, _] = assembly.count(database, 1, places).tallies
    assert (water.turnout, water.eligible) == (1, 0)


def test_closing_ends_the_vote_at_once_and_only_once(
    database: Database, plan: AssemblyPlan, places: Places, clock: Clock
):
    assembly.open_assembly(database, plan)
    clock.advance(seconds=30)
    closed = assembly.close_assembly(database, 1, by="a test")
    assert closed.ends_at == clock.now
    assert not assembly.count(database, 1, places).provisional
    with pytest.raises(AssemblyError, match="Assembly 1 is closed already"):
        assembly.close_assembly(database, 1, by="a test")
    assert closed.ends_at == assembly.count(database, 1, places).assembly.ends_at


def test_an_assembly_ends_at_its_own_time_unless_its_rules_said_otherwise(
    database: Database, plan: AssemblyPlan
):
    assembly.open_assembly(database, replace(plan, close_early=False))
    with pytest.raises(AssemblyError, match="opened without the rule close_early"):
        assembly.close_assembly(database, 1, by="a test")


def test_a_form_opens_one_assembly_however_often_it_is_sent(database: Database, plan: AssemblyPlan):
    first, second = (assembly.open_assembly(database, plan, form="f") for _ in range(2))
    assert first == second
    assert replay(database).differences == ()


def test_an_assembly_that_does_not_exist_is_refused_with_a_way_on(
    database: Database, places: Places
):
    for act in (
        lambda: assembly.close_assembly(database, 7, by="a test"),
        lambda: assembly.count(database, 7, places),
    ):
        with pytest.raises(AssemblyError, match=r"no assembly 7\. `gateway assembly list`"):
            act()


def test_the_latest_assembly_is_listed_first_with_its_motions(
    database: Database, plan: AssemblyPlan
):
    assembly.open_assembly(database, plan)
    assembly.open_assembly(database, plan)
    listed = assembly.all_assemblies(database)
    assert [(row.number, [one.number for one in put]) for row, put in listed] == [
        (2, [3, 4]),
        (1, [1, 2]),
    ]
