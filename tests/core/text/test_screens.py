import functools
import itertools
import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import pieces, screens

MORE, BACK = "98 More", "99 Back"
paged = functools.partial(screens.pages, limit=160, first_limit=140, more=MORE, back=BACK)

ZWJ_FAMILY = "👩\u200d👩\u200d👧"
CLUSTERS = [ZWJ_FAMILY, "🇿🇲", "👍🏽", "e\u0301", "o\u0323\u0300", "ক্ষি", "মো", "ሰላ", "፡", "።", "𐐀"]

words = st.one_of(
    st.text(alphabet="abcxyz€ŵ☺😀,.?'", min_size=1, max_size=24),
    st.lists(st.sampled_from([*CLUSTERS, "a", "["]), min_size=1, max_size=8).map("".join),
)
long_words = st.one_of(
    st.text(alphabet="ab€😀", min_size=1, max_size=500),
    st.lists(st.sampled_from(CLUSTERS), min_size=30, max_size=200).map("".join),
)
texts = st.lists(
    st.tuples(words | long_words, st.sampled_from([" ", "  ", "\n", "\n\n"])), max_size=60
).map(lambda pairs: "".join(itertools.chain.from_iterable(pairs)))
labels = st.lists(words, min_size=1, max_size=6).map(" ".join) | long_words
option_lists = st.lists(labels, max_size=14).map(
    lambda found: [(str(number), label) for number, label in enumerate(found, start=1)]
)


def body(made, more=MORE, back=BACK, footer=()):
    """The pages without their closing lines, which each page is asserted to have."""
    bodies = []
    for index, page in enumerate(made):
        lines = page.split("\n")
        for line in reversed(footer):
            assert lines.pop() == line
        if index > 0:
            assert lines.pop() == back
        if index < len(made) - 1:
            assert lines.pop() == more
        bodies.append("\n".join(lines))
    return bodies


def words_of(text):
    """The words of a text; in Ethiopic a mark may part them where there is no space."""
    return re.findall(r"[^\s፡]+፡*|፡+", text)


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


def test_the_last_option_may_take_all_the_room_of_the_last_page():
    label = "a" * (160 - len(f"1 \n{BACK}"))
    assert paged("word " * 26, [("1", label)])[-1] == f"1 {label}\n{BACK}"


def test_a_letter_under_more_accents_than_a_page_holds_is_cut_among_its_accents():
    letter = "a" + "\u0323" * 200
    made = paged(letter)
    assert all(screens.fits(page, 160) for page in made)
    assert "".join(body(made)) == letter


def test_a_number_that_begins_a_line_stays_with_the_word_behind_it():
    made = paged(f"{'word ' * 25}\n2 {'h' * 10} {'x' * 141}")
    assert [line for page in made for line in page.split("\n") if line[0] == "2"] == [
        "2 hhhhhhhhhh"
    ]


def test_a_number_stays_with_the_first_word_of_an_option_that_must_be_cut():
    made = paged("x" * 110, [("1", "Water" * 24 + " pumps"), ("2", "No")])
    assert made[1].startswith("1 Water")


@pytest.mark.parametrize(
    ("text", "options", "first_lines"),
    [
        pytest.param(
            "A sentence that says what it is about, and then asks something?",
            ["Water is short", "The clinic is closed", "The road is bad", "Teachers are missing"],
            ["A sentence that says", "1 Water is short"],
            id="between the text and its options, since the options fit the second page",
        ),
        pytest.param(
            f"{'First line. ' * 8}\n{'Second line. ' * 5}",
            [],
            ["First line.", "Second line."],
            id="between lines",
        ),
        pytest.param(
            f"{'First line. ' * 4}\n\n{'Second line. ' * 4}\n{'Third line. ' * 4}",
            [],
            ["First line.", "Second line."],
            id="between paragraphs rather than lines",
        ),
        pytest.param(
            "Here is what we know now. " * 3 + "Tomorrow at noon, in front of the boma, with water"
            " and bread for everybody.",
            [],
            ["Here is what we know", "Tomorrow at noon"],
            id="between sentences",
        ),
        pytest.param(
            "Hello.\n" + "word " * 30,
            [],
            ["Hello.\nword", "word word"],
            id="but not where the page would be left nearly empty",
        ),
    ],
)
def test_a_cut_that_adds_no_page_is_made_where_it_reads_well(text, options, first_lines):
    numbered = [(str(number), label) for number, label in enumerate(options, start=1)]
    made = paged(text, numbered)
    assert len(made) == 2
    for page, first_line in zip(made, first_lines, strict=True):
        assert page.startswith(first_line)


def test_reading_well_never_costs_a_page():
    full = ["word"] * 20 + ["end."] + ["word"] * 64
    assert [len(page) for page in paged(" ".join(full))] == [137, 160, 157]
    assert paged(" ".join(full[:-20]))[0].endswith(f"end.\n{MORE}")


def test_a_footer_stands_below_more_and_back_on_every_page():
    made = paged("word " * 60, footer=("0 Back", "00 Home"))
    assert made[0].endswith(f"word\n{MORE}\n0 Back\n00 Home")
    assert made[-1].endswith(f"word\n{BACK}\n0 Back\n00 Home")
    assert paged("Yes?", footer=("00 Home",)) == ("Yes?\n00 Home",)


def test_a_footer_counts_as_everything_else_on_the_page():
    text = "a" * 132
    assert paged(text, footer=("00 Home",)) == (f"{text}\n00 Home",)
    assert len(paged(f"{text}b", footer=("00 Home",))) == 2


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        pytest.param("word " * 40, 64, True, id="31 of 64 septets are less than half"),
        pytest.param("word " * 40, 60, False, id="31 of 60 are more, so it is left out"),
        pytest.param("ሰላም " * 40, 160, True, id="31 of 70 units are less than half"),
        pytest.param("ሰላም " * 40, 140, False, id="31 of 61 units are more"),
    ],
)
def test_a_footer_never_leaves_the_text_less_than_half_a_page(text, limit, shown):
    made = screens.pages(
        text, limit=limit, first_limit=limit, more=MORE, back=BACK, footer=("0 Back", "00 Home")
    )
    assert {page.endswith("\n0 Back\n00 Home") for page in made} == {shown}


def test_the_pages_of_a_long_text_take_time_in_proportion_to_its_length():
    made = paged("a " * 5000)
    assert squeezed("".join(body(made))) == "a" * 5000
    assert all(len(page) > 130 for page in made[:-1])


def test_line_breaks_inside_a_page_stay():
    made = paged("One\n\nTwo\n" + "x " * 100)
    assert made[0].startswith("One\n\nTwo\nx x")


def test_a_limit_without_room_beside_the_footer_is_refused():
    with pytest.raises(ValueError, match="16 septets"):
        screens.pages("word " * 100, limit=16, first_limit=16, more=MORE, back=BACK)


closings = st.sampled_from(
    [
        (MORE, BACK, ()),
        (MORE, BACK, ("0 Back", "00 Home")),
        ("98 ተጨማሪ", "99 ተመለስ", ()),
        ("98 আরও", "99 ফিরুন", ("0 পিছনে",)),
    ]
)


@given(texts, option_lists, st.integers(60, 182), st.integers(60, 182), closings)
def test_pages_are_within_limits_and_lose_nothing(text, options, limit, first_limit, closing):
    more, back, footer = closing
    made = screens.pages(
        text,
        options,
        limit=limit,
        first_limit=first_limit,
        more=more,
        back=back,
        footer=footer,
    )
    assert screens.fits(made[0], first_limit)
    assert all(screens.fits(page, limit) for page in made[1:])
    if not f"\n{made[0]}".endswith("\n".join(("", *footer))):
        footer = ()
    listed = [f"{number} {label}" for number, label in options]
    assert squeezed("".join(body(made, more, back, footer))) == squeezed(text + "".join(listed))


@given(texts, option_lists, st.integers(60, 182))
def test_no_page_ends_inside_what_a_reader_takes_for_one_character(text, options, limit):
    made = screens.pages(text, options, limit=limit, first_limit=limit, more=MORE, back=BACK)
    shown = [squeezed(page) for page in body(made)]
    ends = set(itertools.accumulate(map(len, shown)))
    whole = [squeezed(word) for word in text.split()]
    whole += [squeezed(f"{number}{label}") for number, label in options]
    characters = itertools.chain.from_iterable(regex.findall(r"\X", word) for word in whole)
    assert ends - {0} <= set(itertools.accumulate(map(len, characters)))


@given(texts, option_lists)
def test_options_and_words_that_fit_a_page_stay_whole(text, options):
    made = paged(text, options)

    def fits(piece):
        return screens.fits(f"{piece}\n{MORE}\n{BACK}", 140)

    lines = [line for page in body(made) for line in page.split("\n")]
    for number, label in options:
        line = f"{number} {label}"
        if fits(line):
            assert line in lines
    found = [word for line in lines for word in words_of(line)]
    assert all(word in found for word in words_of(text) if fits(word))


@given(texts, option_lists)
def test_no_other_cuts_would_need_fewer_pages(text, options):
    """Filling every page to its last place, which is what needs the fewest, needs as many."""
    made = paged(text, options)
    whole = [*pieces.words(text), *pieces.listed(options)]
    filled, start = 0, 0
    while len(made) > 1 and start < len(whole):
        filled += 1
        closing = f"\n{MORE}\n{BACK}" if filled > 1 else f"\n{MORE}"
        for end in range(len(whole), start, -1):
            page = "".join(one.joint + one.text for one in whole[start:end]).lstrip()
            ending = f"\n{BACK}" if end == len(whole) and filled > 1 else closing
            if screens.fits(page + ending, 160 if filled > 1 else 140):
                break
        else:
            return  # a piece that exceeds a page, which is cut up
        start = end
    assert len(made) == max(filled, 1)
