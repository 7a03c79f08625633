from collections.abc import Iterable, Sequence

import orjson
import pytest
from sqlalchemy import select, update

from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.service.export import PHONE, SHEETS, Row, Source, Wanted, export
from gateway.store import exports, tables
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.population import Population
from tests.store.test_assemblies import open_assembly

AMINA, BUPE, CHANDA = "+260970000001", "+260970000002", "+260970000003"


class Table:
    """Keeps what an export writes, as a spreadsheet would show it."""

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.rows: list[dict[str, object]] = []

    def __call__(self, columns: Sequence[str], rows: Iterable[Row]) -> int:
        self.columns = list(columns)
        self.rows = [dict(zip(columns, row, strict=True)) for row in rows]
        return len(self.rows)

    def by(self, column: str) -> dict[object, dict[str, object]]:
        return {row[column]: row for row in self.rows}


@pytest.fixture
def source(database: Database, vault: Vault, places: Places) -> Source:
    return Source(database, vault, places, "en", "Mashinani")


def read(source: Source, what: str, *, numbers: bool = False) -> Table:
    table = Table()
    wanted = Wanted(what, numbers, who="a test", reason="to see them")
    assert export(source, wanted, table) == len(table.rows)
    return table


def test_participants_are_exported_with_their_names_and_places(
    source: Source, population: Population, clock: Clock
):
    one = population.join(AMINA, name="Amina", place="ZM-01-07", language="ny", gender="f")
    clock.advance(seconds=1)
    population.consent(one)
    [row] = read(source, "participants").rows
    assert row == {
        "id": one.id.hex(),
        "number": 1,
        "name": "Amina",
        "place": "Mongu",
        "place_code": "ZM-01-07",
        "language": "ny",
        "gender": "f",
        "channel": "demo",
        "medium": "sms",
        "status": "member",
        "consent": "yes",
        "stopped_at": None,
        "joined_at": "2026-05-28T20:26:40.000Z",
        "left_at": None,
    }


def test_who_left_is_exported_as_such(source: Source, population: Population, clock: Clock):
    one = population.join(AMINA)
    clock.advance(hours=1)
    population.leave(one)
    [row] = read(source, "participants").rows
    assert (row["status"], row["name"]) == ("left", "")
    assert row["left_at"] == row["stopped_at"] == "2026-05-28T21:26:40.000Z"


def test_who_was_erased_is_exported_without_a_name(
    source: Source, database: Database, population: Population
):
    population.join(AMINA, name="Amina")
    with database.write() as tx:
        tx.connection.execute(update(tables.participants).values(salt=None))
        tx.connection.execute(update(tables.phones).values(salt=None))
    [row] = read(source, "participants", numbers=True).rows
    assert (row["name"], row[PHONE]) == ("", "")


def test_reports_are_exported_in_the_words_of_members_and_of_others(
    source: Source, population: Population
):
    one, other = population.join(AMINA), population.join(BUPE)
    population.report(one, "K7Q2M", "The borehole is dry")
    population.report(other, "K7Q2N", "No nurse since May", member=False)
    found = read(source, "reports").by("code")
    assert found["K7Q2M"]["words"] == "The borehole is dry"
    assert found["K7Q2M"]["participant"] == one.id.hex()
    assert found["K7Q2M"]["place"] == "Mongu"
    assert found["K7Q2N"]["words"] == "No nurse since May"
    assert found["K7Q2N"]["participant"] is None


def test_what_is_held_for_danger_is_in_no_export(source: Source, population: Population):
    one, other = population.join(AMINA), population.join(BUPE)
    population.report(one, "K7Q2M", "They beat us")
    population.report(other, "K7Q2N", "No nurse since May")
    held = {"code": "K7Q2M", "by": None, "set": {"danger_at": 1}}
    population.record(Fact(kinds.REPORT_CHANGED, b"", held))
    with population.database.read() as view:
        reports = tables.reports
        numbers = {row.code: row.id for row in view.execute(select(reports.c.code, reports.c.id))}
    for code, text in (("K7Q2M", "They are at my door"), ("K7Q2N", "Still no nurse")):
        population.message(one, text, incoming=True, report=numbers[code])
    assert [row["code"] for row in read(source, "reports").rows] == ["K7Q2N"]
    assert [row["text"] for row in read(source, "messages").rows] == ["Still no nurse"]
    with population.database.read() as view:
        assert [exports.count(view, what) for what in ("reports", "messages")] == [1, 1]


def test_votes_are_exported_with_the_words_that_were_voted_on(
    source: Source, population: Population
):
    open_assembly(population, 1, (11, 12))
    one = population.join(AMINA, place="ZM-01-07")
    population.vote(one, 12, 2)
    population.vote(one, 11, 1)
    population.vote(one, 11, 2, changes=1)
    votes = read(source, "votes").rows
    assert [(row["motion"], row["option"], row["label"], row["changes"]) for row in votes] == [
        (11, 2, "No", 1),
        (12, 2, "No", 0),
    ]
    assert {row["question"] for row in votes} == {"Motion 11?", "Motion 12?"}
    assert {(row["assembly"], row["number"], row["place"]) for row in votes} == {(1, 1, "Mongu")}


def test_messages_are_exported_both_ways_with_what_became_of_them(
    source: Source, population: Population
):
    population.channel(1, "demo")
    one = population.join(AMINA)
    came = population.message(one, "JOIN", incoming=True)
    left = population.message(one, "Welcome", status=int(Status.FAILED), error="no_credit")
    found = read(source, "messages").by("id")
    assert [found[came][name] for name in ("direction", "text", "status", "purpose")] == [
        "in",
        "JOIN",
        "received",
        "received",
    ]
    assert [found[left][name] for name in ("direction", "text", "status", "error", "channel")] == [
        "out",
        "Welcome",
        "failed",
        "no_credit",
        "demo",
    ]


def test_a_call_to_action_is_exported_as_each_person_got_it(source: Source, population: Population):
    population.broadcast(4, {"en": "Come, @participant.name of @movement.name", "ny": "Bwerani"})
    one, other = population.join(AMINA, name="Amina"), population.join(BUPE, language="ny")
    first = population.message(one, None, broadcast=4, language="en")
    second = population.message(other, None, broadcast=4, language="ny")
    third = population.message(population.join(CHANDA), None, broadcast=4, language="sw")
    found = read(source, "messages").by("id")
    assert found[first]["text"] == "Come, Amina of Mashinani"
    assert found[second]["text"] == "Bwerani"
    assert found[third]["text"] == "Come,  of Mashinani"


@pytest.mark.parametrize("what", SHEETS)
def test_no_export_shows_a_phone_number_unless_it_is_asked_for(
    what: str, source: Source, database: Database, population: Population
):
    everything(population)
    table = read(source, what)
    assert table.rows
    assert PHONE not in table.columns
    assert b"97000000" not in orjson.dumps(table.rows)
    assert numbers_exported(database) == []


@pytest.mark.parametrize("what", SHEETS)
def test_numbers_that_are_asked_for_are_there_and_the_journal_says_who_asked_and_why(
    what: str, source: Source, database: Database, population: Population
):
    everything(population)
    table = read(source, what, numbers=True)
    assert {row[PHONE] for row in table.rows} == {AMINA}
    assert numbers_exported(database) == [
        {"what": what, "rows": len(table.rows), "who": "a test", "reason": "to see them"}
    ]


def test_the_journal_is_written_before_the_first_number_leaves(
    source: Source, database: Database, population: Population
):
    population.join(AMINA)

    def look(_: Sequence[str], rows: Iterable[Row]) -> int:
        assert numbers_exported(database)
        return len(list(rows))

    assert export(source, Wanted("participants", numbers=True), look) == 1


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(
    source: Source, population: Population
):
    for number in range(3):
        population.join(f"+26097000010{number}")

    def disturb(_: Sequence[str], rows: Iterable[Row]) -> int:
        read_so_far = iter(rows)
        next(read_so_far)
        population.join("+260970000200")
        return 1 + len(list(read_so_far))

    assert export(source, Wanted("participants"), disturb) == 3


def everything(population: Population) -> None:
    """Give every export a row about one phone."""
    population.channel(1, "demo")
    open_assembly(population, 1, (1,))
    one = population.join(AMINA, name="Amina")
    population.report(one, "K7Q2M", "The borehole is dry")
    population.vote(one, 1, 1)
    population.message(one, "Welcome")


def numbers_exported(database: Database) -> list[object]:
    query = select(tables.journal.c.body).where(tables.journal.c.kind == kinds.NUMBERS_EXPORTED)
    with database.read() as view:
        return [orjson.loads(body) for body in view.execute(query).scalars()]
