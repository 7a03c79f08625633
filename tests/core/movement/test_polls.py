"""Answers are told of all and by parts, and of nobody who could be known by them."""

import pytest

from gateway.core.movement.polls import PARTS, Answer, Poll


def poll(*rows: tuple[str, str, int]) -> Poll:
    """Return a poll of (category, gender, people)."""
    return Poll("needs", {Answer(category, gender): people for category, gender, people in rows})


def test_answers_of_all_begin_with_the_most_frequent():
    asked = poll(("roads", "male", 50), ("water", "female", 40), ("water", "male", 20))
    assert list(asked.all().items()) == [("water", 60), ("roads", 50)]
    assert asked.people == 110


def test_answers_are_told_by_a_part_with_the_largest_first():
    split = poll(("water", "male", 20), ("water", "female", 40), ("roads", "female", 15)).by(
        "gender"
    )
    assert split is not None
    assert split.categories == ("water", "roads")
    assert list(split.rows.items()) == [("female", (40, 15)), ("male", (20, 0))]


def test_an_answer_of_few_is_held_back_with_one_that_it_could_be_worked_out_from():
    assert poll(("water", "", 60), ("roads", "", 50), ("war", "", 3)).all() == {
        "water": 60,
        "roads": None,
        "war": None,
    }


@pytest.mark.parametrize("part", PARTS)
def test_what_is_held_back_of_all_is_told_by_no_part(part: str):
    assert poll(("water", "female", 60), ("war", "male", 3)).by(part) is None


def test_a_small_part_is_held_back_and_cannot_be_added_up():
    split = poll(
        *(("water", "female", 40), ("water", "male", 20), ("water", "", 30)),
        *(("roads", "female", 15), ("roads", "male", 2), ("roads", "", 33)),
    ).by("gender")
    assert split is not None
    held = {
        (gender, category)
        for gender, row in split.rows.items()
        for category, people in zip(split.categories, row, strict=True)
        if people is None
    }
    assert ("male", "roads") in held
    for gender, category in held:
        assert any(one != gender and other == category for one, other in held), "from a column"
        assert any(one == gender and other != category for one, other in held), "from a row"


def test_a_table_that_would_show_nothing_is_none():
    answers = {Answer("water", place=f"ZM-{number:02}"): 3 for number in range(10)} | {
        Answer("roads", place=f"ZM-{number:02}"): 2 for number in range(10)
    }
    assert Poll("needs", answers).all() == {"water": 30, "roads": 20}
    assert Poll("needs", answers).by("place") is None


def test_nobody_answered():
    assert Poll("needs", {}).all() == {}
    assert Poll("needs", {}).people == 0
    assert Poll("needs", {}).by("gender") is None
