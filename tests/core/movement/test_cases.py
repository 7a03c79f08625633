"""What may become of a report, and when its reporter is told."""

import pytest

from gateway.core.movement import cases, codes
from gateway.core.movement.cases import Age, Case, Rung, State
from gateway.core.movement.moments import DAY_MS


def test_every_state_has_its_ways_its_name_and_its_public_words():
    for table in (cases.MOVES, cases.NAMES, cases.PUBLIC):
        assert set(table) == set(State)
    assert set(cases.OPEN) | set(cases.OVER) == set(State)
    assert set(cases.RUNGS) == set(Rung)
    assert set(cases.AGES) == set(Age)


def test_no_way_leads_to_where_a_report_is_and_none_to_a_duplicate():
    for state, ways in cases.MOVES.items():
        assert state not in ways
        assert State.DUPLICATE not in ways


def test_from_everywhere_a_report_can_come_to_its_end():
    for state in State:
        reached, before = {state}, set[State]()
        while reached != before:
            before = set(reached)
            reached |= {way for one in before for way in cases.MOVES[one]}
        assert State.CLOSED in reached, state


@pytest.mark.parametrize(
    ("case", "numbers", "expected"),
    [
        pytest.param(Case(State.NEW), 2, Rung.UNVERIFIED, id="two numbers are not enough"),
        pytest.param(Case(State.NEW), 3, Rung.CORROBORATED, id="three numbers corroborate"),
        pytest.param(Case(State.NEW, verified=True), 1, Rung.VERIFIED, id="somebody was there"),
        pytest.param(
            Case(State.NEW, verified=True, published=True), 9, Rung.PUBLISHED, id="published"
        ),
        pytest.param(
            Case(State.NEW, verified=True, published=True, danger=True),
            9,
            Rung.VERIFIED,
            id="danger takes it back",
        ),
        pytest.param(
            Case(State.NEW, published=True), 1, Rung.UNVERIFIED, id="nobody was there after all"
        ),
    ],
)
def test_a_report_stands_on_one_rung(case, numbers, expected):
    assert cases.rung(case, numbers) is expected


@pytest.mark.parametrize(
    ("case", "may"),
    [
        (Case(State.NEW, verified=True), True),
        (Case(State.NEW), False),
        (Case(State.NEW, verified=True, danger=True), False),
        (Case(State.NEW, verified=True, published=True), False),
    ],
    ids=["verified", "unverified", "in danger", "published already"],
)
def test_only_what_was_verified_and_endangers_nobody_is_published(case, may):
    assert cases.may_publish(case) is may


@pytest.mark.parametrize(
    ("updates", "state", "told"),
    [
        (0, State.PLANNED, True),
        (1, State.IN_PROGRESS, True),
        (2, State.PLANNED, False),
        (2, State.SOLVED, True),
        (3, State.SOLVED, False),
        (0, State.DUPLICATE, False),
        (0, State.NEW, False),
    ],
)
def test_a_reporter_is_told_three_times_and_the_last_time_is_asked(updates, state, told):
    assert cases.may_tell(Case(State.NEW, updates=updates), state) is told


def test_nobody_is_told_about_a_report_that_is_held_for_danger():
    for state in State:
        assert not cases.may_tell(Case(State.NEW, danger=True), state)


@pytest.mark.parametrize(
    ("state", "yes", "leads", "expected"),
    [
        (State.SOLVED, True, True, State.CLOSED),
        (State.SOLVED, True, False, None),
        (State.SOLVED, False, True, State.IN_PROGRESS),
        (State.SOLVED, False, False, State.IN_PROGRESS),
        (State.PLANNED, True, True, None),
        (State.CLOSED, False, True, None),
    ],
)
def test_a_yes_closes_what_is_solved_and_a_no_opens_it_again(state, yes, leads, expected):
    assert cases.answered(state, yes=yes, leads=leads) is expected


@pytest.mark.parametrize(
    ("days", "expected"), [(0, Age.FRESH), (6, Age.FRESH), (7, Age.SLOW), (30, Age.LATE)]
)
def test_a_report_grows_old(days, expected):
    assert cases.age(1000, 1000 + days * DAY_MS) is expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7K4-2C9X", "7K42C9X"),
        ("7k42c9x", "7K42C9X"),
        (" #7K4 2C9X ", "7K42C9X"),
        ("7K4-2C9", None),
        ("7K4-2C9XX", None),
        ("AEIOU23", None),
        ("", None),
    ],
)
def test_a_case_code_is_read_as_people_type_it(typed, code):
    assert codes.read(typed) == code
