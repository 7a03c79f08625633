from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from gateway.core.movement.places import Places
from gateway.service.export import Row
from gateway.service.signups import DIMENSIONS, Question, count_signups, counted
from gateway.store.database import Database
from tests.conftest import Clock
from tests.population import Population

LUSAKA = ZoneInfo("Africa/Lusaka")


@pytest.fixture
def movement(population: Population, clock: Clock) -> None:
    """Five people: the first of them joins at 22:26 in Lusaka, the second four hours later."""
    population.join("+260970000001", place="ZM-01-07", channel="one", gender="f")
    clock.advance(hours=4)
    population.join(
        "+260970000002", place="ZM-01-01", channel="two", language="ny", gender="m", medium="ussd"
    )
    clock.advance(days=5)
    population.join("+260970000003", place="ZM-01", channel="one")
    population.join("+260970000004", channel="one", language="ny")
    population.leave(population.join("+260970000005", place="ZM-01-07", channel="two"))


def count(
    database: Database,
    places: Places,
    *by: str,
    level: str | None = None,
    left: bool = False,
    zone: ZoneInfo = LUSAKA,
) -> tuple[list[str], list[Row]]:
    kept: list[tuple[list[str], list[Row]]] = []

    def keep(columns: Sequence[str], rows: Iterable[Row]) -> int:
        kept.append((list(columns), list(rows)))
        return len(kept[0][1])

    question = Question(by, zone, place_level=level, include_left=left)
    assert count_signups(database, places, question, keep) == len(kept[0][1])
    return kept[0]


@pytest.mark.usefixtures("movement")
class TestCounts:
    """What a coordinator sees."""

    def test_without_a_dimension_there_is_one_count(self, database, places):
        assert count(database, places) == (["participants"], [(4,)])

    def test_those_who_left_count_only_when_asked_for(self, database, places):
        assert count(database, places, left=True) == (["participants"], [(5,)])

    def test_by_channel(self, database, places):
        assert count(database, places, "channel") == (
            ["channel", "participants"],
            [("one", 3), ("two", 1)],
        )

    def test_by_medium(self, database, places):
        assert count(database, places, "medium")[1] == [("sms", 3), ("ussd", 1)]

    def test_by_language_and_gender_in_the_order_asked_for(self, database, places):
        assert count(database, places, "gender", "language") == (
            ["gender", "language", "participants"],
            [(None, "en", 1), (None, "ny", 1), ("f", "en", 1), ("m", "ny", 1)],
        )

    def test_by_place_as_people_said_it_and_nowhere_for_those_who_did_not(self, database, places):
        assert count(database, places, "place") == (
            ["place", "place_code", "participants"],
            [
                ("", "", 1),
                ("Kalabo", "ZM-01-01", 1),
                ("Mongu", "ZM-01-07", 1),
                ("Western", "ZM-01", 1),
            ],
        )

    def test_by_province_takes_in_its_districts(self, database, places):
        assert count(database, places, "place", level="province")[1] == [
            ("", "", 1),
            ("Western", "ZM-01", 3),
        ]

    def test_by_district_leaves_out_nobody_who_only_named_a_province(self, database, places):
        assert count(database, places, "place", level="district")[1] == [
            ("", "", 2),
            ("Kalabo", "ZM-01-01", 1),
            ("Mongu", "ZM-01-07", 1),
        ]

    def test_a_day_begins_at_midnight_where_the_movement_is(self, database, places):
        assert count(database, places, "day")[1] == [
            ("2026-05-28", 1),
            ("2026-05-29", 1),
            ("2026-06-03", 2),
        ]
        assert count(database, places, "day", zone=ZoneInfo("America/New_York"))[1] == [
            ("2026-05-28", 2),
            ("2026-06-02", 2),
        ]

    def test_by_week_and_month(self, database, places):
        assert count(database, places, "week")[1] == [("2026-W22", 2), ("2026-W23", 2)]
        assert count(database, places, "month", "channel")[1] == [
            ("2026-05", "one", 1),
            ("2026-05", "two", 1),
            ("2026-06", "one", 2),
        ]

    def test_every_combination_counts_everybody_once(self, database, places):
        combined = [by for size in range(len(DIMENSIONS)) for by in combinations(DIMENSIONS, size)]
        for by in combined:
            columns, rows = count(database, places, *by)
            assert sum(int(row[-1] or 0) for row in rows) == 4
            assert len({row[:-1] for row in rows}) == len(rows)
            assert {len(row) for row in rows} == {len(columns)}


def test_the_clocks_going_forward_move_the_boundary_of_a_day(
    database: Database, places: Places, population: Population, clock: Clock
):
    clock.now = 1_774_738_800_000 - 1  # a millisecond before 29 March 2026 in Berlin
    population.join("+260970000001")
    clock.advance(ms=1)
    population.join("+260970000002")
    clock.advance(hours=23, ms=-1)  # that day has 23 hours
    population.join("+260970000003")
    clock.advance(ms=1)
    population.join("+260970000004")
    assert count(database, places, "day", zone=ZoneInfo("Europe/Berlin"))[1] == [
        ("2026-03-28", 1),
        ("2026-03-29", 2),
        ("2026-03-30", 1),
    ]


def test_a_movement_without_members_has_a_count_of_none(database: Database, places: Places):
    assert count(database, places) == (["participants"], [(0,)])
    assert count(database, places, "day", "place")[1] == []


def test_a_week_begins_on_monday_and_belongs_to_the_year_of_its_thursday(
    database: Database, places: Places, population: Population, clock: Clock
):
    clock.now = 1_798_927_200_000  # Sunday 3 January 2027, midnight in Lusaka
    population.join("+260970000001")
    clock.advance(hours=24, ms=-1)
    population.join("+260970000002")
    clock.advance(ms=1)
    population.join("+260970000003")
    assert count(database, places, "week")[1] == [("2026-W53", 2), ("2027-W01", 1)]
    assert count(database, places, "month")[1] == [("2027-01", 3)]


class TestHeldBack:
    """What a table of few people shows, and of whom."""

    @pytest.fixture
    def crowd(self, population: Population) -> None:
        """Twelve people in Mongu, eleven in Kalabo, two in Lusaka, one without a place."""
        places = ["ZM-01-07"] * 12 + ["ZM-01-01"] * 11 + ["ZM-09-06"] * 2 + [None]
        for number, place in enumerate(places):
            population.join(f"+26097{number:07}", place=place)

    @pytest.mark.usefixtures("crowd")
    def test_small_counts_are_empty_and_say_so(self, database, places):
        table = counted(database, places, Question(("place",), LUSAKA, least=10))
        assert table.columns == ["place", "place_code", "participants", "suppressed"]
        shown = {row[1]: row[2:] for row in table.rows}
        assert shown["ZM-01-07"] == (12, "")
        assert shown["ZM-09-06"] == shown[""] == (None, "yes")
        assert table.held_back == sum(row[2] is None for row in table.rows)

    @pytest.mark.usefixtures("crowd")
    def test_only_the_places_of_the_scope_are_counted(self, database, places):
        western = frozenset(place.code for place in places if places.within(place.code, "ZM-01"))
        asked = Question((), LUSAKA, scope=western)
        assert counted(database, places, asked).rows == [(23,)]
        by_place = counted(database, places, replace(asked, by=("place",)))
        assert {row[1] for row in by_place.rows} == {"ZM-01-07", "ZM-01-01"}

    def test_reports_are_counted_by_category_and_week(self, database, places, population):
        one = population.join("+260970000001")
        for number in range(12):
            population.report(one, f"AAA-{number:02}", "no water")
        asked = Question(("category", "week"), LUSAKA, least=10, of="reports")
        table = counted(database, places, asked)
        assert table.columns == ["category", "week", "reports", "suppressed"]
        assert table.rows == [("water", "2026-W22", 12, "")]
