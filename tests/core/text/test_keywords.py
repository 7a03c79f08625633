import re
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import keywords

HERE = Path(__file__).parent
WORDS = keywords.Words.of(
    {
        "stop": [
            *("stop", "stopall", "stop all", "unsubscribe", "opt out", "optout", "quit", "cancel"),
            *("end", "remove me", "leave the movement"),
            *("lekani", "leka", "siyani", "ndichotseni"),
            *("lekeni", "mfumyeni"),
            *("acha", "acheni", "simamisha", "ondoa", "nitoe", "jitoe"),
            *("arrêt", "arrêter", "arrêtez", "désabonner", "désabonnez-moi", "quitter"),
            *("አቁም", "አቁሙ", "አቁሚ", "ያቁሙ"),
        ],
        "filler": [
            *("እባክዎ", "እባክህ", "እባክሽ", "እባካችሁ", "አመሰግናለሁ", "አሁን", "መልእክት", "መልእክቶች", "መላክ"),
        ],
        "start": ["start", "yamba", "tendeka", "rudi"],
        "help": ["help", "info", "thandizo", "ubwafwilisho", "msaada", "aide"],
        "language": ["language", "chilankhulo", "ululimi", "lugha", "langue"],
        "yes": ["yes", "y", "inde", "ee", "ndio", "oui"],
    }
)


def table(name):
    """Rows of a file of phrases: (the sentence over them, the language and the phrase)."""
    rows, heading = [], ""
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ")
        else:
            language, _, phrase = line.partition(": ")
            rows.append((f"{language}: {heading}", phrase))
    return rows


MEANT = table("stop_meant.txt")
NOT_MEANT = table("stop_not_meant.txt")


@pytest.mark.parametrize(("label", "phrase"), MEANT)
def test_a_clear_wish_to_leave_is_understood(label, phrase):
    assert keywords.match_command(phrase, WORDS) == "stop", label


@pytest.mark.parametrize(("label", "phrase"), NOT_MEANT)
def test_a_sentence_about_stopping_something_is_no_wish_to_leave(label, phrase):
    assert keywords.match_command(phrase, WORDS) != "stop", label


def test_the_tables_of_phrases_are_as_long_as_promised_and_repeat_nothing():
    assert len({phrase for _, phrase in MEANT}) == len(MEANT) >= 100
    assert len({phrase for _, phrase in NOT_MEANT}) == len(NOT_MEANT) >= 200


@given(st.sampled_from(NOT_MEANT), st.sampled_from(["please", "now", "thank you", "12"]))
def test_politeness_does_not_turn_a_sentence_into_a_wish(row, polite):
    assert keywords.match_command(f"{polite} {row[1]}", WORDS) != "stop"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=60))
def test_a_message_without_a_stop_word_is_never_a_wish_to_leave(text):
    typed = keywords.tokens(text)
    phrases = {word.split()[0] for word in WORDS.meanings["stop"]}
    if phrases.isdisjoint(typed) and "".join(typed) not in WORDS.meanings["stop"]:
        assert keywords.match_command(text, WORDS) != "stop"


@pytest.mark.parametrize(
    "text",
    [
        "stop " + "all of these messages " * 400 + "mine",
        "please " * 2000 + "x",
        "stop " + "sms all " * 7 + "x",
        "a " * 8000,
        "''" * 8000,
    ],
)
def test_no_message_takes_long_to_read(text):
    begun = time.perf_counter()
    assert keywords.match_command(text, WORDS) is None
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("label", "text", "command"),
    [
        ("start brings back", "START", "start"),
        ("in Nyanja", "Yamba", "start"),
        ("help in any case", "hElp!", "help"),
        ("help politely", "Help please", "help"),
        ("politely first", "Chonde thandizo", "help"),
        ("in Swahili", "msaada tafadhali", "help"),
        ("language", "Language?", "language"),
        ("a sentence with help is not the command", "please help us, the clinic is closed", None),
        ("nor with start", "when do we start", None),
        ("start again is an answer to a menu, not a command", "Start again", None),
        ("a word for answers is no command", "yes", None),
        ("an empty message is none", "", None),
        ("a message of signs is none", "?!.", None),
    ],
)
def test_the_other_commands_are_the_whole_message(label, text, command):
    assert keywords.match_command(text, WORDS) == command, label


def test_stop_wins_over_another_meaning_of_the_same_word():
    words = keywords.Words.of({"stop": ["leka"], "help": ["leka"]})
    assert keywords.match_command("leka", words) == "stop"


@pytest.mark.parametrize(("text", "command"), [("9", "stop"), ("99", "help"), ("1", None)])
def test_numbers_can_be_commands_too(text, command):
    words = keywords.Words.of({"stop": ["9"], "help": ["99"]})
    assert keywords.match_command(text, words) == command


def test_a_language_can_add_filler_words():
    words = keywords.Words.of({"stop": ["stop"], "filler": ["bitte", "vielen dank"]})
    assert keywords.match_command("Bitte stop, vielen Dank!", words) == "stop"
    assert keywords.match_command("Bitte stop, vielen Dank!", WORDS) is None


@pytest.mark.parametrize("meanings", [{}, {"stop": []}, {"stop": ["", " !"]}, {"help": ["help"]}])
def test_words_without_a_stop_word_are_refused(meanings):
    with pytest.raises(ValueError, match="nobody could leave"):
        keywords.Words.of(meanings)


def test_answers_are_looked_up_folded():
    assert WORDS.mean("yes", " Oui! ")
    assert not WORDS.mean("yes", "no")
    assert not WORDS.mean("no", "no")


@pytest.mark.parametrize(
    ("label", "text", "wanted"),
    [
        ("space around and between", "  Amina \n Banda ", "Amina Banda"),
        ("no-break space", "Amina\u00a0Banda", "Amina Banda"),
        ("zero-width marks", "\ufeffAm\u200bina\u2060", "Amina"),
        ("curly quotes inside", "Shang’ombo", "Shang'ombo"),
        ("quotes around", "“Amina”", "Amina"),
        ("a full stop", "Amina.", "Amina"),
        ("wide letters", "Ａｍｉｎａ", "Amina"),
        ("accents stay", "Zoë Müller", "Zoë Müller"),
        ("a lone dash is nothing", "-", ""),
        ("a minus before a number stays", "-5", "-5"),
        ("a plus stays", "+260970000001", "+260970000001"),
        ("only signs", "...", ""),
    ],
)
def test_a_text_is_cleaned(label, text, wanted):
    assert keywords.clean(text) == wanted, label


@pytest.mark.parametrize(
    ("label", "text", "wanted"),
    [
        ("case", "STOP", "stop"),
        ("accents", "Désabonner", "desabonner"),
        ("decomposed accents", "De\u0301sabonner", "desabonner"),
        ("hooked letters", "ɓaɗe", "bade"),
        ("Arabic digits", "١٢", "12"),
        ("wide digits", "１２", "12"),
        ("an Arabic decimal", "٣٫٥", "3.5"),
        ("pictures are dropped", "yes 👍🏽", "yes"),
        ("Amharic is spelt in Latin letters", "ሰላም", "selam"),
    ],
)
def test_a_text_is_folded_for_comparison(label, text, wanted):
    assert keywords.fold(text) == wanted, label


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("٢٠٢٦", id="Arabic"),
        pytest.param("۲۰۲۶", id="Persian"),
        pytest.param("২০২৬", id="Bengali"),
        pytest.param("२०२६", id="Devanagari"),
        pytest.param("２０２６", id="full width"),
        pytest.param("߂߀߂߆", id="N'Ko"),
        pytest.param("𞥒𞥐𞥒𞥖", id="Adlam"),
        pytest.param("꘢꘠꘢꘦", id="Vai"),
        pytest.param("𐒢𐒠𐒢𐒦", id="Osmanya"),
        pytest.param("𝟐𝟎𝟐𝟔", id="bold"),
        pytest.param("፳፻፳፮", id="Ethiopic, which has no digits but numerals"),
    ],
)
def test_a_number_is_read_in_any_script(typed):
    assert keywords.fold(typed) == "2026"


def test_every_decimal_digit_of_unicode_is_read():
    digits = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isdecimal()]
    assert len(digits) > 600
    for char in digits:
        assert keywords.fold(char) == str(unicodedata.decimal(char)), hex(ord(char))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        pytest.param("፩", "1", id="one"),
        pytest.param("፱", "9", id="nine"),
        pytest.param("፲", "10", id="ten has a sign of its own"),
        pytest.param("፲፪", "12", id="twelve is ten and two"),
        pytest.param("፺፱", "99", id="ninety-nine"),
        pytest.param("፻", "100", id="a hundred"),
        pytest.param("፪፻", "200", id="two hundreds"),
        pytest.param("፲፱፻፺፱", "1999", id="nineteen hundreds"),
        pytest.param("፼", "10000", id="ten thousand"),
        pytest.param("፲፪፼፫፻፬", "120304", id="twelve of ten thousand"),
        pytest.param("፻፼", "1000000", id="a hundred of ten thousand"),
        pytest.param("፪፻፫፼፻፬", "2030104", id="hundreds on both sides"),
        pytest.param("፪፼፫፼", "200030000", id="ten thousand of ten thousand"),
        pytest.param("፩ ፪", "1 2", id="two numbers stay two"),
        pytest.param("፪፻፫፻", "203 100", id="a hundred closes once"),
        pytest.param("፩፪", "1 2", id="what makes no one number is not taken for one"),
        pytest.param("፲፪።", "12", id="a full stop behind it"),
        pytest.param("ምርጫ ፫", "mrch'a 3", id="among words"),
    ],
)
def test_ethiopic_numerals_are_read_as_the_numbers_that_they_write(typed, wanted):
    assert keywords.fold(typed) == wanted


@given(st.text(alphabet="፩፪፱፲፳፺፻፼ 1", max_size=200))
def test_any_run_of_ethiopic_numerals_is_read_as_numbers(typed):
    assert re.fullmatch(r"[0-9 ]*", keywords.fold(typed))


def test_no_ethiopic_numeral_is_too_long_to_be_a_number():
    assert re.fullmatch(r"[0-9 ]*", keywords.fold("፼" * 2000))


@given(st.text(max_size=80))
def test_folding_is_ascii_and_done_once(text):
    folded = keywords.fold(text)
    assert folded.isascii()
    assert keywords.fold(folded) == folded
    assert keywords.clean(keywords.clean(text)) == keywords.clean(text)


@pytest.mark.parametrize(
    ("label", "text", "wanted"),
    [
        ("a keyword and the rest as typed", "JOIN Amina, Chipata", ("join", "Amina, Chipata")),
        ("a colon between", "Join: Amina", ("join", "Amina")),
        ("a keyword alone", " Join. ", ("join", "")),
        ("a code with digits", "V12 1", ("v12", "1")),
        ("a number first", "12-1", ("12", "1")),
        ("quotes before", '"Report" no water', ("report", '" no water')),
        ("a bracket after", "join(Amina)", ("join", "(Amina)")),
        ("a plus after a space stays", "report +260970000001", ("report", "+260970000001")),
        ("an apostrophe inside a word", "Ng’ombe zathu", ("ng'ombe", "zathu")),
        ("a tone mark that stands alone", "jo\u0323\u0300wo\u0301 x", ("jowo", "x")),
        ("lines", "REPORT\nno water\nat all", ("report", "no water\nat all")),
        ("nothing", "", ("", "")),
        ("only signs", "?!", ("", "")),
    ],
)
def test_the_first_word_is_folded_and_the_rest_kept(label, text, wanted):
    assert keywords.first_word(text) == wanted, label


@pytest.mark.parametrize(
    ("label", "text", "wanted"),
    [
        ("two numbers", "12 1", (12, "1")),
        ("a hyphen", "12-1", (12, "1")),
        ("a dash with spaces", "12 – 1", (12, "1")),
        ("a full stop between", "12.1", (12, "1")),
        ("a comma", "12, 1", (12, "1")),
        ("the verb", "VOTE 12 1", (12, "1")),
        ("the verb with a colon", "Vote: 12 1.", (12, "1")),
        ("the short verb", "v12 1", (12, "1")),
        ("a hash", "vote #12 1", (12, "1")),
        ("a word", "12 yes", (12, "yes")),
        ("a word in capitals with a dash", "V 12 - YES!", (12, "yes")),
        ("several words after the verb", "vote 12 Build a well", (12, "build a well")),
        ("leading zeros", "012 01", (12, "1")),
        ("digits of another script", "١٢ ١", (12, "1")),
        ("numerals of another script", "፲፪ ፩", (12, "1")),
        ("one number does not say which motion", "12", None),
        ("nor does the verb with one number", "vote 1", None),
        ("three numbers are no vote", "12 1 2", None),
        ("a sentence that begins with a number is none", "12 people came", None),
        ("a phone number is none", "0970000001 1", None),
        ("another verb is none", "motion 12 1", None),
        ("a time is none", "12:30", None),
        ("a date is none", "12/5", None),
        ("words are none", "yes", None),
        ("nothing is none", "", None),
    ],
)
def test_a_vote_in_one_message_is_read(label, text, wanted):
    assert keywords.ballot_answer(text) == wanted, label


def test_the_verb_of_a_vote_can_be_of_another_language():
    assert keywords.ballot_answer("piga 12 1", frozenset({"piga"})) == (12, "1")


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    assert keywords.match_command(text, WORDS) in {None, "stop", "start", "help", "language"}
    word, rest = keywords.first_word(text)
    assert word == keywords.fold(word)
    assert rest == rest.strip()
    vote = keywords.ballot_answer(text)
    assert vote is None or (vote[0] < 10**6 and vote[1])
