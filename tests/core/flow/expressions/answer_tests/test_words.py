"""What an answer says, word by word and as a whole."""

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import Error, Value
from tests.core.flow.expressions.answer_tests.asking import ask, match


@pytest.mark.parametrize(
    ("test", "text", "wanted", "expected"),
    [
        pytest.param("has_any_word", "We want WATER.", "road water", "WATER", id="one of two"),
        pytest.param("has_any_word", "road,water;road", "road water", "road water road", id="all"),
        pytest.param("has_any_word", "waterfall", "water", False, id="a part of a word is none"),
        pytest.param(
            "has_any_word", "I won't go", "won't", "won't", id="an apostrophe is a letter"
        ),
        pytest.param("has_any_word", "good👍thanks", "👍", "👍", id="an emoji is a word"),
        pytest.param("has_any_word", "பள்ளி வேண்டும்", "பள்ளி", "பள்ளி", id="marks are letters"),
        pytest.param("has_any_word", "anything", "", False, id="none of no words is there"),
        pytest.param("has_any_word", "", "water", False, id="no words in nothing"),
        pytest.param(
            "has_all_words", "water and a Road", "road water", "water Road", id="any order"
        ),
        pytest.param("has_all_words", "water", "water road", False, id="one is missing"),
        pytest.param(
            "has_all_words", "water water", "water", "water water", id="as often as there"
        ),
        pytest.param("has_phrase", "a new Bore hole now", "bore HOLE", "Bore hole", id="a phrase"),
        pytest.param("has_phrase", "bore a hole", "bore hole", False, id="words between"),
        pytest.param("has_phrase", "the the well", "the well", "the well", id="a false start"),
        pytest.param("has_phrase", "so so so dry", "so so dry", "so so dry", id="a word repeated"),
        pytest.param(
            "has_phrase",
            "A a b a a a b a a a c",
            "a a b a a a c",
            "a a b a a a c",
            id="a start within a start within a start",
        ),
        pytest.param("has_phrase", "a b a b c", "a b c", "a b c", id="a start within a start"),
        pytest.param("has_phrase", "whatever", " ", "", id="no words are in every text"),
        pytest.param(
            "has_only_phrase", " Bore-hole! ", "bore hole", "Bore hole", id="but for signs"
        ),
        pytest.param("has_only_phrase", "a bore hole", "bore hole", False, id="a word more"),
        pytest.param("has_only_phrase", "a bore hole", "", False, id="words where none are wanted"),
        pytest.param("has_only_phrase", "", "", "", id="nothing is nothing"),
        pytest.param("has_only_text", "Yes", "Yes", "Yes", id="to the letter"),
        pytest.param("has_only_text", "yes", "Yes", False, id="another case is another letter"),
        pytest.param("has_beginning", "  JOIN Amina", "join", "JOIN", id="spaces before"),
        pytest.param("has_beginning", "joining", "join", "join", id="a beginning of a word"),
        pytest.param("has_beginning", "join  amina", "join amina", False, id="other spaces"),
        pytest.param("has_beginning", "join", "join us", False, id="longer than the text"),
        pytest.param("has_beginning", "join", "", False, id="nothing is no beginning"),
        pytest.param("has_beginning", "", "", False, id="nothing begins with nothing"),
        pytest.param("has_beginning", "École", "école", "École", id="accented letters have cases"),
    ],
)
def test_words_of_an_answer(test: str, text: str, wanted: str, expected: Value):
    assert match(test, text, wanted) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  the well \n", "the well", id="trimmed"),
        pytest.param(" \t", False, id="only spaces"),
        pytest.param(None, False, id="null"),
        pytest.param(7, "7", id="a number"),
        pytest.param({"__default__": "shown"}, "shown", id="what an object is shown as"),
    ],
)
def test_any_text(text: Value, expected: Value):
    assert match("has_text", text) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "groups"),
    [
        pytest.param("pay K50 now", r"k(\d+)", ["K50", "50"], id="a group, whatever the case"),
        pytest.param("K", r"k(\d+)?", ["K", ""], id="a group that took no part is empty"),
        pytest.param("pay K50", r"(?-i)k(\d+)", None, id="the case may matter"),
        pytest.param("12 ", r"^\d+$", None, id="the text is taken with its spaces"),
        pytest.param("12", "  ^12$ ", ["12"], id="the pattern without the spaces around it"),
        pytest.param("a\nb", "^b", ["b"], id="every line has its beginning"),
        pytest.param("a\nb", r"\Ab", None, id="the text has one"),
        pytest.param("naïve", r"\pL+", ["naïve"], id="letters of every script"),
    ],
)
def test_a_pattern(text: str, pattern: str, groups: list[str] | None):
    result = ask("has_pattern", text, pattern)
    if groups is None:
        assert result is False
        return
    assert isinstance(result, dict)
    assert result["match"] == groups[0]
    assert result["extra"] == {str(index): group for index, group in enumerate(groups)}


@pytest.mark.parametrize("pattern", ["(", "*", "a{2000}", r"(?<=a)b", r"(\pL{99}){99}"])
def test_a_pattern_that_cannot_be_is_an_error(pattern: str):
    assert ask("has_pattern", "text", pattern) == Error(
        "must be called with a valid regular expression"
    )


def test_a_pattern_that_backtracks_elsewhere_takes_no_time_here():
    assert ask("has_pattern", "a" * 5_000 + "!", "(a+)+$") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("write to Ann.B@mail.example, please", "Ann.B@mail.example", id="in a text"),
        pytest.param("<a+b@c.example>", "a+b@c.example", id="in brackets, with a plus"),
        pytest.param("it is ann@mail.example.", "ann@mail.example", id="before a full stop"),
        pytest.param("άννα@ταχυδρομείο.example", "άννα@ταχυδρομείο.example", id="in Greek"),
        pytest.param("ann@mail", False, id="no domain"),
        pytest.param("ann @ mail.example", False, id="spaces"),
        pytest.param("a" * 20_000, False, id="a long word"),
    ],
)
def test_an_e_mail_address(text: str, expected: Value):
    assert match("has_email", text) == expected


def test_an_error_is_matched_by_its_message():
    assert match("has_error", Error("no such well")) == "no such well"
    assert ask("has_error", "no such well") is False


@pytest.mark.parametrize(
    ("collation", "typed", "wanted", "alike"),
    [
        pytest.param("default", "بلی", "بلي", False, id="by default letters are what they are"),
        pytest.param("arabic_variants", "بلی", "بلي", True, id="the forms of yeh"),
        pytest.param("arabic_variants", "أنا", "انا", True, id="alef with its hamza"),
        pytest.param("arabic_variants", "کتاب", "كتاب", True, id="the forms of kaf"),
        pytest.param("arabic_variants", "ښار", "شار", True, id="letters of Pashto"),
        pytest.param("arabic_variants", "۱۲", "١٢", True, id="the digits of Persian"),
        pytest.param("arabic_variants", "ﻧﻌﻢ", "نعم", True, id="forms that old phones write"),
        pytest.param("arabic_variants", "\u0627\u0654نا", "انا", True, id="a mark for itself"),
        pytest.param("arabic_variants", "نعم", "لا", False, id="other letters"),
        pytest.param("default", "wаter", "water", False, id="a Cyrillic letter by default"),
        pytest.param("confusables", "wаter", "water", True, id="a Cyrillic letter in a word"),
        pytest.param("confusables", "W4TER", "water", False, id="what only stands for a letter"),
        pytest.param("confusables", "ΝΑΙ", "ΝΑΙ", True, id="a word of another script is itself"),
    ],
)
def test_how_alike_words_must_be(collation: str, typed: str, wanted: str, alike: bool):
    environment = Environment(collation=collation)  # type: ignore[arg-type] # a row of a table
    assert (match("has_any_word", typed, wanted, environment=environment) == typed) is alike


def test_half_a_character_is_read_like_any_other():
    for test in ("has_any_word", "has_phrase", "has_pattern", "has_state"):
        args = ["\ud83d", "\ud83d"] if test != "has_state" else ["\ud83d"]
        assert not isinstance(ask(test, *args), Error)
