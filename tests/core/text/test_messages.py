import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text.gsm7 import segments
from gateway.core.text.messages import MOST_SEGMENTS, Cost, cost, join

FAMILY = "👩\u200d👩\u200d👧"

words = st.text(alphabet="ab€☺😀.", min_size=1, max_size=12)
short = st.lists(words, min_size=1, max_size=30).map(" ".join)
turns = st.lists(short | st.just("") | st.text(alphabet="a ", max_size=200), max_size=6)
long_texts = st.lists(words | st.just("1"), min_size=1, max_size=150).map(" ".join)
options = st.lists(words, max_size=5).map(
    lambda labels: [(str(number), label) for number, label in enumerate(labels, start=1)]
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("", Cost(1, "gsm7", 0, 160), id="an empty text is one segment"),
        pytest.param("a" * 160, Cost(1, "gsm7", 160, 0), id="160 fill one"),
        pytest.param("a" * 161, Cost(2, "gsm7", 161, 145), id="161 leave most of a second"),
        pytest.param("a" * 158 + "€", Cost(1, "gsm7", 160, 0), id="an extended character is two"),
        pytest.param("’" * 10, Cost(1, "ucs2", 10, 60), id="outside GSM-7 there are 70"),
        pytest.param(
            "😀" * 36, Cost(2, "ucs2", 72, 61), id="a part ends before a pair it cannot hold"
        ),
    ],
)
def test_the_cost_of_a_text(text, wanted):
    assert cost(text) == wanted


@given(st.text(alphabet="ab€[☺😀", max_size=400))
def test_what_is_left_is_what_can_be_added_without_another_segment(text):
    found = cost(text)
    assert segments(text + "a" * found.left).count == found.segments
    assert segments(text + "a" * (found.left + 1)).count == found.segments + 1


@pytest.mark.parametrize(
    ("texts", "messages"),
    [
        pytest.param([], [], id="nothing is no message"),
        pytest.param(["", " "], [], id="nor is emptiness"),
        pytest.param(["Thank you.", "Goodbye."], ["Thank you.\nGoodbye."], id="short ones share"),
        pytest.param(["a" * 160, "b" * 150], ["a" * 160, "b" * 150], id="full ones do not"),
        pytest.param(
            ["a" * 150, "b" * 150],
            [f"{'a' * 150}\n{'b' * 150}"],
            id="two segments are better one message than two",
        ),
        pytest.param(
            ["a" * 160, "b" * 150, "c"],
            ["a" * 160, f"{'b' * 150}\nc"],
            id="an answer goes with the one that has room",
        ),
        pytest.param(
            ["a" * 130, "Merci ☺"],
            ["a" * 130, "Merci ☺"],
            id="a smile does not make the text before it dear",
        ),
        pytest.param(["Hello", "Merci ☺"], ["Hello\nMerci ☺"], id="unless it costs nothing"),
        pytest.param(["a", "", "b"], ["a\nb"], id="an empty one leaves no empty line"),
    ],
)
def test_the_texts_of_a_turn_share_messages_where_that_saves_segments(texts, messages):
    assert join(texts) == messages


def test_options_are_lines_below_the_last_text():
    offered = [("1", "Yes"), ("2", "No")]
    assert join(["Welcome.", "Come?"], offered) == ["Welcome.\nCome?\n1 Yes\n2 No"]
    assert join([], offered) == ["1 Yes\n2 No"]
    assert join(["a" * 160, "b" * 140], offered) == ["a" * 160, f"{'b' * 140}\n1 Yes\n2 No"]


@given(turns, st.integers(1, 3))
def test_no_other_way_to_share_takes_fewer_segments(texts, limit):
    """Every way to put neighbours together is tried."""
    whole = [text for text in texts if text.strip()]
    if any(segments(text).count > limit for text in whole):
        return
    made = join(texts, limit=limit)
    assert "\n".join(made) == "\n".join(whole)
    ways = itertools.product([False, True], repeat=max(len(whole) - 1, 0))
    possible = [grouped(whole, way) for way in ways] if whole else [[]]
    fitting = [way for way in possible if all(segments(one).count <= limit for one in way)]
    assert (taken(made), len(made)) == min((taken(way), len(way)) for way in fitting)


def grouped(texts, joined):
    """Texts put together where `joined` says so."""
    messages = [texts[0]]
    for together, text in zip(joined, texts[1:], strict=True):
        messages = [*messages[:-1], f"{messages[-1]}\n{text}"] if together else [*messages, text]
    return messages


def taken(messages):
    return sum(segments(message).count for message in messages)


@given(st.lists(long_texts, max_size=3), options, st.integers(1, 4))
def test_no_message_exceeds_the_limit_and_no_word_or_option_is_lost_or_cut(texts, offered, limit):
    made = join(texts, offered, limit=limit)
    assert all(segments(message).count <= limit for message in made)
    listed = [f"{number} {label}" for number, label in offered]
    assert " ".join(made).split() == " ".join([*texts, *listed]).split()
    lines = [line for message in made for line in message.split("\n")]
    assert [line for line in lines if line in listed][-len(listed) :] == listed


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param(
            f"{'Water. ' * 18}\n{'Bread. ' * 18}", r"Water\. .*Water\.", id="between lines"
        ),
        pytest.param(
            "The boma is open. " * 7 + "Tomorrow we meet at the old market, with everybody, early",
            r".*is open\.",
            id="between sentences",
        ),
        pytest.param(
            f"{'word ' * 30}\n1 Yes we shall come\n2 No", r"(word ?)+", id="before a number"
        ),
        pytest.param("a" * 200, r"a{160}", id="within a word that exceeds a message"),
        pytest.param(
            "👩\u200d👩\u200d👧" * 12,
            "(👩\u200d👩\u200d👧){8}",
            id="never within what is seen as one",
        ),
    ],
)
def test_a_text_over_the_limit_is_cut_where_it_reads_well(text, first):
    made = join([text], limit=1)
    assert len(made) == 2
    assert re.fullmatch(first, made[0], re.DOTALL)
    assert "".join(made).replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(
        " ", ""
    )


@pytest.mark.parametrize(
    ("text", "limit", "lengths"),
    [
        pytest.param("a" * 612, 2, [306, 306], id="plain septets fill a message"),
        pytest.param("☺" * 268, 2, [134, 134], id="so do plain units"),
        pytest.param("€" * 305, 2, [152, 152, 1], id="escapes leave a septet in each segment"),
        pytest.param("😀" * 133, 2, [66, 66, 1], id="and emoji a unit"),
    ],
)
def test_a_message_holds_what_its_segments_hold(text, limit, lengths):
    made = join([text], limit=limit)
    assert [len(message) for message in made] == lengths
    assert all(segments(message).count <= limit for message in made)


def test_a_word_that_was_cut_is_not_put_together_with_a_line_break_in_it():
    made = join(["a" * 913 + "€"], limit=3)
    assert "".join(made) == "a" * 913 + "€"


def test_a_message_has_six_segments_at_most_unless_told_otherwise():
    made = join(["word " * 400])
    assert [cost(message).segments for message in made] == [6, 6, 2]
    assert MOST_SEGMENTS == 6
