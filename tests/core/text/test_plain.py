import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import gsm7
from gateway.core.text.plain import Change, marked, normal, normalise, ucs2_culprits, visible

mixed = st.text(alphabet="ab c'’“”–…\u00a0\u200bêŵœéçe\u0301\u0302☺ሰ½[€\n\t", max_size=60)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        pytest.param("It's 5 - 6", [], id="what is GSM-7 stays"),
        pytest.param("It’s", [Change(2, "’", "'", "quotation mark")], id="a curly apostrophe"),
        pytest.param(
            "1–2…", [Change(1, "–", "-", "dash"), Change(3, "…", "...", "dots")], id="two"
        ),
        pytest.param("a\u00a0b", [Change(1, "\u00a0", " ", "space")], id="a no-break space"),
        pytest.param("a\u200bb", [Change(1, "\u200b", "", "invisible mark")], id="a hidden mark"),
        pytest.param(
            "ete\u0301",
            [Change(2, "e\u0301", "é", "one letter in one character")],
            id="a letter and its accent apart",
        ),
        pytest.param("ŵanthu", [], id="a letter of a language is not touched"),
        pytest.param("“ŵanthu”", [], id="nor is a sign when a letter stays that costs as much"),
        pytest.param("ሰላም – ☺", [], id="nor where most of the text is outside GSM-7"),
    ],
)
def test_only_signs_are_replaced_and_only_where_it_saves_the_text_from_ucs2(text, changes):
    found = normalise(text)
    assert list(found.changes) == changes
    assert found.text == normal(text)
    assert bool(changes) == (found.text != text)


def test_letters_are_replaced_where_somebody_asks_for_it():
    found = normalise("Ŵanthu “onse”, cœur", letters=True)
    assert found.text == 'Wanthu "onse", coeur'
    assert [(change.before, change.why) for change in found.changes] == [
        ("Ŵ", "letter"),
        ("“", "quotation mark"),
        ("”", "quotation mark"),
        ("œ", "letter"),
    ]


@given(mixed | st.text(max_size=60), st.booleans())
def test_the_changes_applied_to_a_text_give_what_is_sent(text, letters):
    found = normalise(text, letters=letters)
    rest, at = [], 0
    for change in found.changes:
        assert text[change.position : change.position + len(change.before)] == change.before
        assert not gsm7.is_gsm7(change.before)
        rest += [text[at : change.position], change.after]
        at = change.position + len(change.before)
    assert "".join([*rest, text[at:]]) == found.text
    assert found.text == text or gsm7.is_gsm7(found.text)


@given(mixed | st.text(max_size=60))
def test_a_normalised_text_is_never_dearer_and_normal(text):
    sent = normal(text)
    assert gsm7.segments(sent).count <= gsm7.segments(text).count
    assert normal(sent) == sent
    letters = normal(text, letters=True)
    assert letters in {text, gsm7.substitute(text)}


@given(mixed | st.text(max_size=60))
def test_every_character_that_makes_a_text_ucs2_is_found_and_no_other(text):
    culprits = ucs2_culprits(text)
    assert (culprits == []) == gsm7.is_gsm7(text)
    without, at = [], 0
    for culprit in culprits:
        end = culprit.position + len(culprit.character)
        assert text[culprit.position : end] == culprit.character
        assert culprit.suggestion is None or gsm7.is_gsm7(culprit.suggestion)
        without.append(text[at : culprit.position])
        at = end
    assert gsm7.is_gsm7("".join([*without, text[at:]]))


@pytest.mark.parametrize(
    ("character", "name", "suggestion"),
    [
        pytest.param("’", "RIGHT SINGLE QUOTATION MARK", "'", id="a sign"),
        pytest.param("ŵ", "LATIN SMALL LETTER W WITH CIRCUMFLEX", "w", id="a letter"),
        pytest.param("½", "VULGAR FRACTION ONE HALF", "1/2", id="what Unicode calls compatible"),
        pytest.param("₦", "NAIRA SIGN", "NGN ", id="a currency"),
        pytest.param("\u200b", "ZERO WIDTH SPACE", "", id="what may go"),
        pytest.param("\t", "U+0009", " ", id="a control character has no name"),
        pytest.param("☺", "WHITE SMILING FACE", None, id="a picture has no stand-in"),
        pytest.param("ሰ", "ETHIOPIC SYLLABLE SA", None, id="nor has another script"),
        pytest.param(
            "👩\u200d👧", "WOMAN, ZERO WIDTH JOINER, GIRL", None, id="several that are seen as one"
        ),
    ],
)
def test_a_culprit_has_its_name_and_what_to_write_instead(character, name, suggestion):
    [culprit] = ucs2_culprits(f"ab{character}c")
    assert (culprit.position, culprit.character) == (2, character)
    assert (culprit.name, culprit.suggestion) == (name, suggestion)


def test_the_changes_are_shown_where_they_are_made():
    text = "It’s\u00a0“so”\u200b ete\u0301"
    assert (
        marked(text, normalise(text).changes)
        == 'It[’ > \']s[U+00A0 > space][“ > "]so[” > "][U+200B > nothing] et[U+0065 U+0301 > é]'
    )
    assert marked("plain", ()) == "plain"


@pytest.mark.parametrize(
    ("characters", "seen"),
    [
        pytest.param("’", "’", id="a sign as it is"),
        pytest.param("", "nothing", id="nothing by a word"),
        pytest.param(" ", "space", id="so a space"),
        pytest.param("\u2028", "U+2028", id="a line break by its number"),
        pytest.param("\u0301", "U+0301", id="an accent without a letter by its number"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(characters, seen):
    assert visible(characters) == seen
