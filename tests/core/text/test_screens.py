import functools
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import screens

MORE, BACK = "98 More", "99 Back"
paged = functools.partial(screens.pages, limit=160, first_limit=140, more=MORE, back=BACK)

words = st.text(alphabet="abcxyz€ŵ☺😀,.?'", min_size=1, max_size=24)
long_words = st.text(alphabet="ab€😀", min_size=1, max_size=500)
texts = st.lists(
    st.tuples(words | long_words, st.sampled_from([" ", "  ", "\n", "\n\n"])), max_size=60
).map(lambda pairs: "".join(itertools.chain.from_iterable(pairs)))
labels = st.lists(words, min_size=1, max_size=6).map(" ".join) | long_words
option_lists = st.lists(labels, max_size=14).map(
    lambda found: [(str(number), label) for number, label in enumerate(found, start=1)]
)


def body(made):
    """The pages without their More and Back lines, which each page is asserted to have."""
    bodies = []
    for index, page in enumerate(made):
        lines = page.split("\n")
        if index > 0:
            assert lines.pop() == BACK
        if index < len(made) - 1:
            assert lines.pop() == MORE
        bodies.append("\n".join(lines))
    return bodies


def squeezed(text):
    return "".join(text.split())


def test_what_fits_is_one_page_with_options_as_lines():
    assert paged("Which?", [("1", "Yes"), ("2", "No")]) == ("Which?\n1 Yes\n2 No",)


def test_options_without_a_text_begin_the_page():
    assert screens.screen("", [("1", "Yes")], limit=160) == "1 Yes"


def test_an_empty_text_is_one_empty_page():
    assert paged("") == ("",)


def test_spaces_beyond_the_limit_are_one_empty_page():
    assert paged(" " * 200) == ("",)


@pytest.mark.parametrize(
    ("label", "text", "limit", "fits"),
    [
        ("160 septets fit 160", "a" * 160, 160, True),
        ("161 do not", "a" * 161, 160, False),
        ("an extended character costs two", "a" * 159 + "€", 160, False),
        ("70 units of UCS-2 fit 160 septets", "☺" * 70, 160, True),
        ("71 do not", "☺" * 71, 160, False),
        ("an emoji is two units", "😀" * 36, 160, False),
        ("182 septets hold 79 units", "☺" * 79, 182, True),
    ],
)
def test_a_page_is_measured_as_the_network_does(label, text, limit, fits):
    assert screens.fits(text, limit) is fits, label
    assert (screens.screen(text, limit=limit) is not None) is fits, label


def test_the_first_page_is_shorter_than_the_others():
    made = paged("word " * 100)
    assert len(made[0]) <= 140
    assert max(len(page) for page in made[1:]) > 140


def test_a_long_menu_goes_on_with_more_and_back_and_keeps_each_option_whole():
    options = [(str(number), f"Option with the number {number}") for number in range(1, 12)]
    made = paged("Which one do you mean?", options)
    assert len(made) == 3
    assert made[0].endswith(f"\n{MORE}")
    assert made[1].endswith(f"\n{MORE}\n{BACK}")
    assert made[2].endswith(f"\n{BACK}")
    listed = [line for page in body(made) for line in page.split("\n")]
    assert listed == ["Which one do you mean?", *(f"{key} {label}" for key, label in options)]


def test_the_last_page_takes_the_room_that_more_would_have_needed():
    last = "b" * (160 - len(f"\n{BACK}"))
    assert paged("a" * 120 + " " + last) == ("a" * 120 + f"\n{MORE}", f"{last}\n{BACK}")
    assert len(paged("a" * 120 + " " + last + "b")) == 3


def test_an_option_that_alone_exceeds_a_page_is_cut_between_words():
    made = paged("", [("1", "word " * 50), ("2", "No")])
    assert all(len(page) <= 160 for page in made)
    assert " ".join(body(made)).split() == ["1", *["word"] * 50, "2", "No"]


def test_line_breaks_inside_a_page_stay():
    made = paged("One\n\nTwo\n" + "x " * 100)
    assert made[0].startswith("One\n\nTwo\nx x")


def test_a_limit_without_room_beside_the_footer_is_refused():
    with pytest.raises(ValueError, match="16 septets"):
        screens.pages("word " * 100, limit=16, first_limit=16, more=MORE, back=BACK)


@given(texts, option_lists, st.integers(60, 182), st.integers(60, 182))
def test_pages_are_within_limits_and_lose_nothing(text, options, limit, first_limit):
    made = screens.pages(text, options, limit=limit, first_limit=first_limit, more=MORE, back=BACK)
    assert screens.fits(made[0], first_limit)
    assert all(screens.fits(page, limit) for page in made[1:])
    listed = [f"{number} {label}" for number, label in options]
    whole = squeezed(text + "".join(listed))
    assert squeezed("".join(made) if len(made) == 1 else "".join(body(made))) == whole


@given(texts, option_lists)
def test_options_and_words_that_fit_a_page_stay_whole(text, options):
    made = paged(text, options)
    smallest = 140 - len(f"\n{MORE}\n{BACK}")
    lines = [line for page in (made if len(made) == 1 else body(made)) for line in page.split("\n")]
    for number, label in options:
        line = f"{number} {label}"
        if screens.fits(line, smallest):
            assert line in lines
    found = [word for line in lines for word in line.split()]
    assert all(word in found for word in text.split() if screens.fits(word, smallest))
