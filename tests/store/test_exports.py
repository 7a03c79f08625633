import pytest

from gateway.store import bulk, exports, tables
from gateway.store.database import Database
from tests.population import Population
from tests.store.test_assemblies import open_assembly


@pytest.fixture
def movement(population: Population) -> None:
    """Five people, each with a report, two votes and a message."""
    open_assembly(population, 1, (1, 2))
    for number in range(5):
        one = population.join(f"+26097000010{number}")
        population.report(one, f"CODE{number}", "words")
        population.vote(one, 1, 1)
        population.vote(one, 2, 1)
        population.message(one, "text")


@pytest.mark.usefixtures("movement")
@pytest.mark.parametrize(
    ("what", "rows"), [("participants", 5), ("reports", 5), ("votes", 10), ("messages", 5)]
)
def test_pages_follow_each_other_without_a_gap_or_a_row_twice(
    what: str, rows: int, database: Database
):
    pages = getattr(exports, what)
    with database.read() as view:
        [whole] = pages(view)
        assert len({tuple(row)[:2] for row in whole}) == len(whole) == rows
        for size in (1, 2, 5, 10):
            parts = list(pages(view, size))
            assert {len(part) for part in parts[:-1]} <= {size}
            assert [row for part in parts for row in part] == whole
        assert exports.count(view, what) == rows


def test_a_table_without_rows_has_no_page(database: Database):
    with database.read() as view:
        assert list(exports.messages(view)) == []
        assert exports.signup_span(view) is None


def test_the_flows_with_results_are_found_step_by_step(database: Database):
    phones = [bytes([number]) * 16 for number in range(20)]
    with database.write() as tx:
        names = ("phone", "flow", "name", "result_sealed", "saved_at")
        rows = [
            (phone, flow, name, b"", 0)
            for phone in phones
            for flow in ("water", "Water", "clinic")
            for name in ("b", "a")
        ]
        bulk.insert(tx, tables.results, names, rows)
    with database.read() as view:
        assert sorted(exports.flows_with_results(view)) == ["Water", "clinic", "water"]
        assert exports.result_names(view, "water") == ["a", "b"]
        assert exports.result_names(view, "none") == []
        if view.dialect.name == "sqlite":
            query = "SELECT flow FROM results WHERE flow > 'a' ORDER BY flow LIMIT 1"
            plan = view.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert "SEARCH results USING COVERING INDEX ix_results_flow" in str(plan)
