"""What flows saved is exported a line a person, under pseudonyms and without any number."""

import orjson
import pytest

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.service.export import Source
from gateway.service.results import NoResultsError, export_results
from gateway.store import exports
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, Exchange
from tests.service.test_export import Table


@pytest.fixture
def source(database: Database, vault: Vault, places: Places) -> Source:
    return Source(database, vault, places, "en", "Mashinani")


@pytest.fixture
def saved(exchange: Exchange, clock: Clock) -> Exchange:
    """Two people of whom one is a member, and what a flow saved of each."""
    exchange.join(AMINA)
    exchange.sms(BWALYA, "hello")
    _save(exchange, AMINA, "water", "Families", "40", "Many")
    _save(exchange, AMINA, "water", "Since", "2026-05-28", "All")
    clock.advance(seconds=5)
    _save(exchange, AMINA, "water", "Families", "45", "Many")
    _save(exchange, BWALYA, "water", "Families", "3", "Few")
    _save(exchange, BWALYA, "other", "Word", "yes", "Yes")
    return exchange


def _save(exchange: Exchange, phone: str, flow: str, name: str, value: str, category: str) -> None:
    owner = exchange.vault.phone_id(phone)
    salt = next(row["salt"] for row in exchange.rows("phones") if row["id"] == owner)
    result = {"value": value, "category": category, "input": f"it is {value}", "node": "n"}
    sealed = exchange.vault.person(salt).seal(b"result", orjson.dumps(result))
    body = {"flow": flow, "name": name, "channel": "demo", "medium": "sms"}
    exchange.record(Fact(kinds.RESULT_SAVED, owner, body, sealed))


def _read(source: Source, flow: str) -> Table:
    table = Table()
    assert export_results(source, flow, table) == len(table.rows)
    return table


def test_a_person_is_a_line_with_the_last_answers_to_each_question(saved: Exchange, source: Source):
    table = _read(source, "water")
    assert table.columns == [
        "participant", "saved_at", "Families", "Families category", "Since", "Since category",
    ]  # fmt: skip
    member = saved.member(AMINA)
    assert member is not None
    stranger = saved.vault.participant_id(saved.vault.phone_id(BWALYA), 1).hex()
    by = table.by("participant")
    assert set(by) == {member["id"].hex(), stranger}
    mine = by[member["id"].hex()]
    assert (mine["Families"], mine["Families category"]) == ("45", "Many")
    assert (mine["Since"], mine["Since category"]) == ("2026-05-28", "All")
    assert (by[stranger]["Families"], by[stranger]["Since"]) == ("3", None)


def test_no_number_is_exported_even_where_it_was_the_answer(saved: Exchange, source: Source):
    for value in (AMINA, "my number is 0970 000 001", "Call 0970-000001!", "٠٩٧٠٠٠٠٠٠١"):
        _save(saved, AMINA, "water", "Families", value, "Many")
        shown = str(_read(source, "water").rows)
        assert "000001" not in shown.replace(" ", "").replace("-", "")
        assert "٠٠٠٠٠١" not in shown
        assert AMINA not in shown


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2026-05-28T10:20:30.000000-05:00", id="a moment"),
        pytest.param("12.5", id="a decimal"),
        pytest.param("45000000", id="eight digits"),
    ],
)
def test_dates_and_amounts_stay_what_they_are(value: str, saved: Exchange, source: Source):
    _save(saved, AMINA, "water", "Families", value, "Many")
    assert value in [row["Families"] for row in _read(source, "water").rows]


def test_who_was_erased_is_a_line_without_answers(
    saved: Exchange, source: Source, database: Database
):
    owner = saved.vault.phone_id(BWALYA)
    mark = "?" if database.dialect == "sqlite" else "%s"
    with database.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE phones SET salt = NULL WHERE id = {mark}", (owner,))
    person = saved.vault.participant_id(owner, 1).hex()
    assert _read(source, "water").by("participant")[person]["Families"] is None


def test_a_flow_that_saved_nothing_is_told_with_those_that_did(saved: Exchange, source: Source):
    with pytest.raises(NoResultsError, match=r"flow watr has .* other, water\."):
        _read(source, "watr")


def test_where_no_flow_saved_anything_that_is_said(source: Source):
    with pytest.raises(NoResultsError, match="No flow has saved a result yet"):
        _read(source, "water")


def test_pages_leave_nobody_out_and_repeat_nobody(saved: Exchange, database: Database):
    exchange = saved
    exchange.sms(CHANDA, "hello")
    _save(exchange, CHANDA, "water", "Families", "7", "Few")
    with database.read() as view:
        whole = [tuple(row) for page in exports.results(view, "water") for row in page]
        for size in (1, 2, 3):
            pages = list(exports.results(view, "water", size))
            assert [tuple(row) for page in pages for row in page] == whole
            assert max(map(len, pages)) <= size
    assert len(whole) == 4
