"""Which option a reply means."""

import pytest

from gateway.core.flow.choices import choose
from gateway.core.flow.graph import Category, Shown
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS

NUMBERS = read_release(FLOWS).vocabulary.numbers


def options(*labels: str) -> list[Shown]:
    return [Shown(str(n), label, str(n), Category("", None)) for n, label in enumerate(labels, 1)]


ISSUES = options("Water", "Health", "School", "Safety & peace")
VOTE = options("Yes", "No", "Not sure")


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        pytest.param("2", "2", id="the number"),
        pytest.param(" 2. ", "2", id="the number with a full stop"),
        pytest.param("(2)", "2", id="the number in brackets"),
        pytest.param("#2", "2", id="the number with a mark"),
        pytest.param("02", "2", id="a leading zero"),
        pytest.param("two", "2", id="the number as a word"),
        pytest.param("ziwiri", "2", id="the number as a Nyanja word"),
        pytest.param("\u0662", "2", id="a digit of another script"),
        pytest.param("l", "1", id="the letter l for 1"),
        pytest.param("health", "2", id="the label in another case"),
        pytest.param("2 health", "2", id="number and label"),
        pytest.param("2.Health", "2", id="number and label without a space"),
        pytest.param("helth", "2", id="the label with a slip"),
        pytest.param("safety & peece", "4", id="a long label with a slip"),
        pytest.param("2 water", None, id="number and label that do not agree"),
        pytest.param("5", None, id="a number that is not there"),
        pytest.param("12", None, id="two numbers at once"),
        pytest.param("watches", None, id="another word"),
        pytest.param("", None, id="nothing"),
        pytest.param("...", None, id="marks alone"),
    ],
)
def test_a_reply_means_one_option_or_none(reply: str, key: str | None) -> None:
    found = choose(reply, ISSUES, NUMBERS, exact=False)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        pytest.param("1", "1", id="the number"),
        pytest.param("NO", "2", id="the label"),
        pytest.param("3) not sure", "3", id="number and label"),
        pytest.param("l", None, id="no letter for a digit"),
        pytest.param("not sur", None, id="no slip in a label"),
    ],
)
def test_a_vote_is_never_guessed(reply: str, key: str | None) -> None:
    found = choose(reply, VOTE, NUMBERS, exact=True)
    assert (found.key if found else None) == key


def test_a_slip_that_could_be_either_of_two_labels_is_none() -> None:
    assert choose("Makina", options("Makira", "Makita"), NUMBERS, exact=False) is None


def test_two_options_of_one_label_are_told_apart_by_their_numbers_only() -> None:
    same = options("Lunga", "Lunga")
    assert choose("Lunga", same, NUMBERS, exact=False) is None
    chosen = choose("2", same, NUMBERS, exact=False)
    assert chosen is not None
    assert chosen.key == "2"
