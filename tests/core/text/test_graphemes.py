import itertools
import sys
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text.graphemes import clusters

# One of every kind that a rule speaks of, to stand beside any other character.
KINDS = [
    *("a", "\r", "\n", "\u0301", "\u200d", "\u200c", "🏽", "👩", "🇿", "ሀ", "ক", "\u09cd", "\u09be"),
    *("ᄀ", "ᅡ", "ᆨ", "각", "\u0600", "\u0e33", "\ufe0f"),
]
ASSIGNED = [
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) not in {"Cn", "Co", "Cs"}
]
# Those of which a rule speaks, but for the 11,172 syllables of Hangul.
SPOKEN_OF = regex.findall(
    r"[\p{M}\p{Extended_Pictographic}[^\p{GCB=XX}\p{GCB=LV}\p{GCB=LVT}]]",
    "".join(ASSIGNED),
    regex.V1,
)


def ends(parts):
    return set(itertools.accumulate(map(len, parts)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("👩\u200d👩\u200d👧", id="a family of emoji"),
        pytest.param("👍🏽", id="a skin tone"),
        pytest.param("❤\ufe0f", id="a variation"),
        pytest.param("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", id="tags"),
        pytest.param("o\u0323\u0300", id="a letter under two marks"),
        pytest.param("ক\u09cdষ\u09bf", id="consonants bound into one, with a vowel sign"),
        pytest.param("각", id="a Hangul syllable in parts"),
        pytest.param("\r\n", id="a line break of two characters"),
        pytest.param("\u0600١", id="a number sign and what it stands over"),
        pytest.param("ሀ\u135f", id="an Ethiopic letter made long"),
    ],
)
def test_what_a_reader_takes_for_one_character_is_one(text):
    assert clusters(text) == [text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("", [], id="nothing has none"),
        pytest.param("abc", ["a", "b", "c"], id="plain letters"),
        pytest.param("🇿🇲🇰🇪", ["🇿🇲", "🇰🇪"], id="flags are pairs"),
        pytest.param("🇿🇲🇰", ["🇿🇲", "🇰"], id="an odd one stays alone"),
        pytest.param("ሰላም", ["ሰ", "ላ", "ም"], id="Ethiopic letters"),
        pytest.param("a\n\nb", ["a", "\n", "\n", "b"], id="line breaks"),
    ],
)
def test_others_are_apart(text, wanted):
    assert clusters(text) == wanted


@given(st.lists(st.sampled_from(KINDS) | st.sampled_from(SPOKEN_OF) | st.sampled_from(ASSIGNED)))
def test_no_cut_is_allowed_that_unicode_s_rules_forbid(chars):
    text = "".join(chars)
    parts = clusters(text)
    assert "".join(parts) == text
    assert ends(parts) <= ends(regex.findall(r"\X", text))


@pytest.mark.parametrize("kind", KINDS, ids=[f"U+{ord(kind):04X}" for kind in KINDS])
def test_no_cut_is_allowed_beside_any_character_that_unicode_s_rules_forbid(kind):
    forbidden = [
        text
        for char in SPOKEN_OF
        for text in (kind + char, char + kind)
        if ends(clusters(text)) - ends(regex.findall(r"\X", text))
    ]
    assert len(SPOKEN_OF) > 4000
    assert forbidden == []
