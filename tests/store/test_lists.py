"""The lists of staff over many rows: what a page looks at, and that nobody is missing from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.store import cases, directory, journal
from gateway.store.cases import Filter
from gateway.store.database import SQLITE, Database
from gateway.store.directory import NOWHERE, Bounds, Narrowed
from tests.population import Population, Somebody

SMALL = Bounds(group=2, candidates=6)
GROUP = "youth"


@contextmanager
def steps_of(database: Database) -> Iterator[list[str]]:
    """Give what SQLite says that it does for each statement of the block, once that is over."""
    if database.dialect != SQLITE:
        pytest.skip("PostgreSQL chooses by its statistics, which a test this small has not")
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    steps: list[str] = []
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield steps
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    with database.read() as view:
        for statement, parameters in asked:
            plan = view.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps += [row[3] for row in plan]


@pytest.fixture
def people(database: Database, population: Population) -> list[Somebody]:
    """Thirty people in three places and none, of whom every fourth is in a group."""
    places = ("ZM-01", "ZM-02", "ZM-03", None)
    found = [
        population.join(
            f"+26097{number:07}",
            place=places[number // 3 % 4],
            language="ny" if number % 2 else "en",
        )
        for number in range(1, 31)
    ]
    joined = [
        Fact(kinds.GROUP_JOINED, one.id, {"group": GROUP, "channel": "demo", "medium": "sms"})
        for one in found[::4]
    ]
    with database.write() as tx:
        journal.record(tx, joined)
    return found


def walked(
    database: Database, narrowed: Narrowed, limit: int, bounds: Bounds
) -> tuple[list[int], int]:
    """Return the numbers of everybody on all pages, and how many pages there were."""
    found, before, pages = list[int](), None, 0
    while True:
        with database.read() as view:
            rows, floor = directory.page(view, narrowed, before, limit, bounds)
        found += [row.number for row in rows]
        pages += 1
        before = rows[-1].number if len(rows) == limit else floor
        if before is None:
            return found, pages


@pytest.mark.parametrize("bounds", [Bounds(), SMALL], ids=["all of the group", "part by part"])
@pytest.mark.parametrize(
    "narrowed",
    [
        Narrowed(group=GROUP),
        Narrowed(group=GROUP, language="en"),
        Narrowed(group=GROUP, places=("ZM-01",)),
        Narrowed(group=GROUP, places=("ZM-01", "ZM-03", NOWHERE), status="member"),
        Narrowed(group=GROUP, places=("ZM-02", NOWHERE), language="ny"),
        Narrowed(group=GROUP, places=()),
    ],
    ids=["of all", "of a language", "of a place", "of places", "of both", "of no place"],
)
def test_the_pages_of_a_group_hold_everybody_once_however_few_one_page_looks_at(
    database: Database, people: list[Somebody], narrowed: Narrowed, bounds: Bounds
):
    with database.read() as view:
        rows, _ = directory.page(view, Narrowed(), None, 100)
    of_group = {one.number for one in people[::4]}
    places = None if narrowed.places is None else {one or None for one in narrowed.places}
    wanted = [
        row.number
        for row in rows
        if row.number in of_group
        and (places is None or row.place in places)
        and narrowed.language in {"", row.language}
    ]
    assert walked(database, narrowed, 3, bounds)[0] == wanted


def test_a_page_of_a_large_group_looks_at_so_many_and_says_how_far_it_came(
    database: Database, people: list[Somebody]
):
    newest = max(one.number for one in people)
    with database.read() as view:
        rows, floor = directory.page(view, Narrowed(group=GROUP), None, 50, SMALL)
    assert floor == newest - SMALL.candidates + 1
    assert [row.number for row in rows] == [
        one.number for one in reversed(people[::4]) if one.number >= floor
    ]


@pytest.mark.parametrize(
    "narrowed",
    [
        Narrowed(places=("ZM-01", "ZM-02"), language="ny", status="member"),
        Narrowed(language="ny", status="member"),
        Narrowed(places=("ZM-01",), language="ny", group=GROUP),
        Narrowed(places=(NOWHERE,), language="ny", group=GROUP, status="member"),
    ],
    ids=["places and language", "language", "places, language and group", "no place and all else"],
)
def test_whoever_does_not_fit_is_left_out_without_being_looked_up(
    database: Database, people: list[Somebody], narrowed: Narrowed
):
    assert people
    with steps_of(database) as steps, database.read() as view:
        directory.page(view, narrowed, None, 3, SMALL)
    looked_up = [step for step in steps if "participants" in step and "COVERING" not in step]
    # Those who are shown, by their numbers, and nobody else.
    assert len(looked_up) == 1
    assert looked_up[0].endswith("(number=?)")
    assert not [step for step in steps if "TEMP B-TREE" in step and "ORDER BY" not in step]


@pytest.mark.parametrize("over", [False, True], ids=["open", "over"])
@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"danger": True},
        {"heard": True, "assigned": 1},
        {"category": "water", "places": ("ZM-01",), "filed_before": 5, "states": ("new",)},
    ],
    ids=["all", "held", "heard of one", "of everything"],
)
def test_a_queue_is_narrowed_in_its_index_alone(
    database: Database, narrowed: dict[str, Any], *, over: bool
):
    with steps_of(database) as steps, database.read() as view:
        cases.page(view, Filter(open=not over, **narrowed), 7, 50)
    name = "ix_reports_over" if over else "ix_reports_open"
    assert any(f"reports USING COVERING INDEX {name}" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN reports")]
