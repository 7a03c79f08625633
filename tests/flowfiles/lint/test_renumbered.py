"""Menu numbers keep their meaning from release to release: people press them without reading."""

import pytest

from tests.flowfiles.lint.looking import files, look


def menu(options: str) -> dict[str, bytes]:
    return files(f"which: {{menu: Which?, options: {{{options}}}, save: answer.x}}")


RENUMBERED = {
    "nothing changed": ("1: Water, 2: Land", "1: Water, 2: Land", []),
    "an option more": ("1: Water, 2: Land", "1: Water, 2: Land, 3: Health", []),
    "an option less": ("1: Water, 2: Land", "2: Land", []),
    "other words for the same": ("1: Water, 2: Land", "1: Water and wells, 2: Land", []),
    "two that changed places": (
        "1: Water, 2: Land", "1: Land, 2: Water",
        ["option 1 of step which was 2 in the last release",
         "option 2 of step which was 1 in the last release"]),
    "a number that means something else": (
        "1: Water, 2: Land", "1: Water, 2: Health",
        ["option 2 of step which meant Land in the last release"]),
    "another word for the same code": (
        "1: {label: Land, save: land}, 2: B", "1: {label: Fields, save: land}, 2: B", []),
    "another word for the same step": (
        "1: {label: Land, then: end}, 2: B", "1: {label: Fields, then: end}, 2: B",
        ["option 1 of step which meant Land in the last release"]),
    "words that share only small ones": (
        "1: The land, 2: B", "1: The water, 2: B",
        ["option 1 of step which meant The land in the last release"]),
    "a word more before a short one": ("1: Yes, 2: No", "1: Yes please, 2: No", []),
    "a no in other words": ("1: Yes, 2: No", "1: Yes, 2: Not now", []),
    "the contrary in the same words": (
        "1: I agree, 2: B", "1: I do not agree, 2: B",
        ["option 1 of step which meant I agree in the last release"]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "expected"), RENUMBERED.values(), ids=RENUMBERED)
def test_menu_numbers_keep_their_meaning_from_release_to_release(before, now, expected):
    found = look(menu(now), before=menu(before))
    assert [one.what for one in found if one.rule == "renumbered"] == expected
    assert [one.rule for one in found if one.rule != "renumbered"] == []


def test_a_menu_whose_step_got_another_name_is_known_by_its_options():
    now = files("topic: {menu: What?, options: {1: Land, 2: Water, 3: Roads}}")
    before = files("which: {menu: Which?, options: {1: Water, 2: Land}}")
    found = [one.what for one in look(now, before=before) if one.rule == "renumbered"]
    assert found == [
        "option 1 of step topic was 2 in the last release",
        "option 2 of step topic was 1 in the last release",
    ]


def test_a_new_menu_beside_an_old_one_of_the_same_words_is_no_matter():
    old = "which: {menu: Which?, options: {1: Water, 2: Land}}\n"
    now = files(old + "topic: {menu: What?, options: {1: Land, 2: Water}}")
    assert [one.rule for one in look(now, before=files(old))] == []


def test_a_new_menu_with_one_word_of_an_old_one_is_no_matter():
    before = files("which: {menu: Which?, options: {1: Water, 2: Land, 3: None}}")
    now = files("topic: {menu: What?, options: {1: None, 2: Roads}}")
    assert [one.rule for one in look(now, before=before)] == []
