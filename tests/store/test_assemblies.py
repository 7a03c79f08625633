from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.store import assemblies
from gateway.store.assemblies import REMEMBERED_MS
from gateway.store.database import Database
from tests.conftest import START_MS, Clock
from tests.population import Population

HOUR = 3_600_000
YES_NO = [{"number": 1, "label": {"en": "Yes", "ny": "Inde"}}, {"number": 2, "label": {"en": "No"}}]


def open_assembly(
    population: Population,
    number: int,
    motions: tuple[int, ...],
    *,
    place: str | None = None,
    opens_at: int = START_MS,
    closes_at: int = START_MS + HOUR,
) -> None:
    put = [
        {"number": motion, "question": {"en": f"Motion {motion}?"}, "options": YES_NO}
        for motion in motions
    ]
    body = {
        "number": number,
        "title": f"Assembly {number}",
        "place": place,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "definition_hash": "00",
        "motions": put,
    }
    population.record(Fact(kinds.ASSEMBLY_OPENED, b"", body))


def test_one_statement_gives_the_motions_of_all_assemblies_in_the_order_of_their_numbers(
    database: Database, population: Population
):
    open_assembly(population, 2, (12, 11), place="ZM-09")
    open_assembly(population, 1, (10,))
    with database.write() as tx:
        found = assemblies.motions(tx)
    assert [(one.number, one.assembly, one.place) for one in found] == [
        (10, 1, None),
        (11, 2, "ZM-09"),
        (12, 2, "ZM-09"),
    ]
    assert found[0].question == {"en": "Motion 10?"}
    assert [(one.number, one.label["en"]) for one in found[0].options] == [(1, "Yes"), (2, "No")]


def test_a_motion_is_remembered_for_thirty_days_after_its_close_and_then_forgotten(
    database: Database, population: Population, clock: Clock
):
    open_assembly(population, 1, (1,), closes_at=START_MS + HOUR)
    clock.now = START_MS + HOUR + REMEMBERED_MS - 1
    with database.write() as tx:
        assert [one.number for one in assemblies.motions(tx)] == [1]
    clock.advance(ms=1)
    with database.write() as tx:
        assert assemblies.motions(tx) == []


def test_an_assembly_closed_early_says_so_in_its_motions(
    database: Database, population: Population, clock: Clock
):
    open_assembly(population, 1, (1,))
    clock.advance(seconds=60)
    population.record(Fact(kinds.ASSEMBLY_CLOSED, b"", {"number": 1, "by": "a test"}))
    with database.write() as tx:
        [motion] = assemblies.motions(tx)
    assert motion.closed_at == motion.ends_at == START_MS + 60_000
    with database.read() as view:
        [row] = assemblies.assemblies(view)
    assert row.ends_at == START_MS + 60_000


def test_motions_of_one_assembly_keep_the_order_in_which_they_were_put(
    database: Database, population: Population
):
    open_assembly(population, 1, (7, 3, 5))
    open_assembly(population, 2, (4,))
    with database.read() as view:
        assert [one.number for one in assemblies.motions_of(view, 1)] == [7, 3, 5]
        assert assemblies.motions_of(view, 3) == []
        assert assemblies.assembly(view, 3) is None


def test_votes_are_counted_by_motion_and_option_and_a_changed_vote_counts_once(
    database: Database, population: Population
):
    open_assembly(population, 1, (1, 2))
    open_assembly(population, 2, (3,))
    people = [population.join(f"+26097000000{n}") for n in range(4)]
    for one in people[:3]:
        population.vote(one, 1, 1)
    population.vote(people[0], 1, 2, changes=1)
    population.vote(people[3], 2, 2)
    population.vote(people[3], 3, 1)
    with database.read() as view:
        assert assemblies.votes(view, 1) == {1: {1: 2, 2: 1}, 2: {2: 1}}


def test_members_are_counted_by_place_without_those_who_left(
    database: Database, population: Population
):
    population.join("+260970000001", place="ZM-01-07")
    population.join("+260970000002", place="ZM-01-07")
    population.join("+260970000003")
    population.leave(population.join("+260970000004", place="ZM-01-07"))
    with database.read() as view:
        assert assemblies.members_by_place(view) == {"ZM-01-07": 2, None: 1}
