"""What people answered is shown in counts, of all and by parts, and nobody is known by it."""

import time
from pathlib import Path

import pytest

from gateway.core.staff.roles import Grant, Role
from tests.office import Office, Page, opened

FLOW = "radio-survey"
PATH = f"/answers/{FLOW}"
# Who said what, by gender: so many water, so many roads.
SAID = {"female": (24, 12), "male": (8, 14), None: (20, 15)}


@pytest.fixture(scope="module")
def asked(office: Office) -> Office:
    """An office in which 93 people of two provinces were asked what is needed first."""
    said = [
        (gender, answer)
        for gender, counts in SAID.items()
        for answer, people in zip(("Water", "Roads"), counts, strict=True)
        for _ in range(people)
    ]
    for number, (gender, answer) in enumerate(said):
        place = "ZM-03-05" if number % 2 else "ZM-09"
        one = office.somebody(9_100_000 + number, gender=gender, place=place, language="ny")
        office.population.answer(one, FLOW, "needs_first", answer)
    return office


def shown(office: Office, path: str) -> Page:
    """Return a page as soon as what it shows is counted behind it."""
    member = office.hire(Role.COORDINATOR)
    for _ in range(100):
        page = member.page(path)
        if "Counted" in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(page.text)


def test_the_list_leads_to_each_conversation_that_asked(asked: Office):
    member = asked.hire(Role.COORDINATOR)
    assert member.page("/").links["Answers"] == "/answers"
    assert member.page("/answers").links[FLOW] == PATH


def test_answers_of_all_are_told_with_their_share(asked: Office):
    page = shown(asked, PATH)
    assert "needs first 93 people answered" in page.text
    assert "Water 52 56%" in page.text
    assert "Roads 41 44%" in page.text


def test_a_part_of_few_is_held_back_and_cannot_be_added_up(asked: Office):
    page = shown(asked, f"{PATH}?by=gender")
    assert "male held back held back" in page.text, "eight men said water"
    told = [row in page.text for row in ("female 24 67% 12 33%", "did not say 20 57% 15 43%")]
    assert sorted(told) == [False, True], "the other row hides what the men said"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        pytest.param("place", "Eastern 26 57% 20 43%", id="a province, told from its district"),
        pytest.param("language", "Nyanja 52 56% 41 44%", id="a language by its name"),
        pytest.param("shoe", "Water 52 56%", id="what is no part is all"),
    ],
)
def test_answers_are_told_by_parts(asked: Office, part: str, words: str):
    assert words in shown(asked, f"{PATH}?by={part}").text


def test_few_answers_are_told_by_no_part(office: Office):
    for number in range(9):
        one = office.somebody(9_200_000 + number, gender="male")
        office.population.answer(one, "small", "asked", "Yes")
    page = shown(office, "/answers/small")
    assert "held back" in page.text
    assert "9" not in page.text.partition("small")[2].partition("Counted")[0]
    assert "too few to keep them apart" in shown(office, "/answers/small?by=gender").text


def test_answers_that_are_hostile_are_words_and_nothing_else(office: Office):
    for number in range(12):
        one = office.somebody(9_300_000 + number)
        office.population.answer(one, "hostile", "asked", "<script>alert(1)</script>")
    page = shown(office, "/answers/hostile")
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>" in page.text


def test_where_nobody_answered_the_page_says_how_answers_come(tmp_path: Path):
    with opened(tmp_path) as beginning:
        page = beginning.hire(Role.COORDINATOR).page("/answers")
    assert "Nobody has answered yet" in page.text


@pytest.mark.parametrize("path", ["/answers", PATH])
def test_answers_belong_to_no_place(asked: Office, path: str):
    local = asked.hire(Grant(Role.COORDINATOR, "ZM-03"))
    assert local.get(path).status_code == 404
    assert "Answers" not in local.page("/").links


def test_a_conversation_that_asked_nothing_is_not_there(asked: Office):
    assert asked.hire(Role.COORDINATOR).get("/answers/nothing").status_code == 404
