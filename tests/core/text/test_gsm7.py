import itertools
import json
from pathlib import Path

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import gsm7

TABLE = Path(__file__).parents[4] / "shared" / "conformance" / "gsm7.json"
codec = gsm0338.Codec()

gsm7_texts = st.text(alphabet=gsm7.BASIC + gsm7.EXTENSION, max_size=700)
any_texts = st.text(max_size=300) | st.text(alphabet="ab€[☺😀\U0010fffd", max_size=400) | gsm7_texts


@pytest.mark.parametrize(
    ("label", "text", "encoding", "units", "count"),
    [
        ("an empty text is one part", "", "gsm7", 0, 1),
        ("160 plain characters are one part", "a" * 160, "gsm7", 160, 1),
        ("161 are two, because each loses seven to a header", "a" * 161, "gsm7", 161, 2),
        ("306 fill two parts", "a" * 306, "gsm7", 306, 2),
        ("307 need a third", "a" * 307, "gsm7", 307, 3),
        ("an extended character costs two", "a" * 158 + "€", "gsm7", 160, 1),
        ("so 159 and one extended are too long for one", "a" * 159 + "€", "gsm7", 161, 2),
        ("an escape that straddles a part pushes a third", "a" * 152 + "€" * 77, "gsm7", 306, 3),
        ("one curly quote turns the whole text to UCS-2", "it’s", "ucs2", 4, 1),
        ("70 units of UCS-2 are one part", "☺" * 70, "ucs2", 70, 1),
        ("71 are two", "☺" * 71, "ucs2", 71, 2),
        ("134 fill two parts of UCS-2", "☺" * 134, "ucs2", 134, 2),
        ("an emoji is two units", "😀" * 35, "ucs2", 70, 1),
        ("33 emoji fit a part of 67 units, so 67 need three", "😀" * 67, "ucs2", 134, 3),
        ("a tab is not in the alphabet", "a\tb", "ucs2", 3, 1),
        ("an escape byte is not a character", "a\x1bb", "ucs2", 3, 1),
    ],
)
def test_segments_are_counted_as_the_network_does(label, text, encoding, units, count):
    found = gsm7.segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count), label


def test_the_room_of_a_part_is_reported():
    assert [gsm7.segments(text).per_segment for text in ("a", "a" * 161, "☺", "☺" * 71)] == [
        160,
        153,
        70,
        67,
    ]


@given(gsm7_texts)
def test_septets_are_those_that_an_independent_codec_encodes(text):
    assert gsm7.septets(text) == len(codec.encode(text)[0])


@given(st.characters())
def test_a_character_is_gsm7_exactly_when_an_independent_codec_takes_it(char):
    try:
        codec.encode(char)
        encodes = char != "\x1b"
    except UnicodeError:
        encodes = False
    assert gsm7.is_gsm7(char) is encodes
    assert (gsm7.septets(char) is not None) is encodes


@given(any_texts)
def test_parts_joined_are_the_text_and_each_fits_its_room(text):
    parts = gsm7.split(text)
    found = gsm7.segments(text)
    assert "".join(parts) == text
    assert len(parts) == found.count
    count = gsm7.septets if found.encoding == "gsm7" else gsm7.utf16_units
    assert all(0 <= (count(part) or 0) <= found.per_segment for part in parts)


@given(any_texts)
def test_a_part_ends_only_where_the_next_character_does_not_fit(text):
    found = gsm7.segments(text)
    count = gsm7.septets if found.encoding == "gsm7" else gsm7.utf16_units
    parts = gsm7.split(text)
    for part, following in itertools.pairwise(parts):
        assert (count(part + following[0]) or 0) > found.per_segment


@pytest.mark.parametrize(
    ("label", "text", "plain"),
    [
        ("curly quotes become straight", "it’s “so”", 'it\'s "so"'),
        ("dashes and the ellipsis become ASCII", "1–2 — more…", "1-2 - more..."),
        ("a no-break space and a tab become spaces", "a\u00a0b\tc", "a b c"),
        ("invisible marks around a pasted number go", "\u202a0970000001\u202c\ufeff", "0970000001"),
        (
            "accents outside the alphabet go, others stay",
            "ça été à Noël",
            "ca été à Noel",
        ),
        ("the first and the last of the rows of letters too", "ÀȳḀỹ", "AyAy"),
        (
            "marks that no letter took up go, the letter behind them in Unicode stays",
            "x\u0300y\u036f\u0370",
            "xy\u0370",
        ),
        ("the alphabet has a capital cedilla", "Ça", "Ça"),
        ("Nyanja w with circumflex becomes w", "ŵanthu", "wanthu"),
        ("eng and hooked letters become plain", "ŋombe ɓaɗe ƙasa ƴa", "nombe bade kasa ya"),
        ("Yoruba letters with dots and tones become plain", "ẹ jọ̀wọ́", "e jowo"),
        ("decomposed letters that the alphabet has are composed", "e\u0301te\u0301", "été"),
        ("Greek capitals that look Latin become Latin, the others stay", "ΑΒΓ", "ABΓ"),
        ("what has no look-alike is kept", "ሰላም ☺ “ok”", 'ሰላም ☺ "ok"'),
        ("a text that fits already is untouched", "[Réply] ~1€", "[Réply] ~1€"),
    ],
)
def test_look_alikes_take_the_place_of_what_gsm7_lacks(label, text, plain):
    assert gsm7.substitute(text) == plain, label


@given(any_texts)
def test_substitution_done_twice_changes_nothing_more(text):
    once = gsm7.substitute(text)
    assert gsm7.substitute(once) == once


@given(gsm7_texts)
def test_septets_and_text_are_each_other_s_inverse_as_an_independent_codec_has_it(text):
    assert gsm7.encode(text) == codec.encode(text)[0]
    assert gsm7.decode(gsm7.encode(text)) == text


@pytest.mark.parametrize(
    ("text", "septets"),
    [
        pytest.param("", b"", id="nothing is nothing"),
        pytest.param("Moto £5", b"Moto \x015", id="a pound sign has a code of its own"),
        pytest.param("{~}", b"\x1b\x28\x1b\x3d\x1b\x29", id="extended characters are escaped"),
        pytest.param("ŵ☺", b"??", id="what the alphabet lacks becomes a question mark"),
        pytest.param("a\x1b", b"a?", id="an escape is not a character"),
    ],
)
def test_a_text_is_encoded_to_unpacked_septets(text, septets):
    assert gsm7.encode(text) == septets


@pytest.mark.parametrize("char", gsm7.BASIC + gsm7.EXTENSION, ids=ascii)
def test_each_character_has_the_code_of_an_independent_codec(char):
    assert gsm7.encode(char) == bytes(codec.encode(char)[0])
    assert gsm7.decode(gsm7.encode(char)) == char


@pytest.mark.parametrize(
    ("septets", "text"),
    [
        pytest.param(b"\x1b\x65", "€", id="an escape and a code are one character"),
        pytest.param(b"\x1b\x41x", "?x", id="an escaped code without a character is one mark"),
        pytest.param(b"a\x1b", "a", id="an escape at the end is left out"),
        pytest.param(b"\x1b\x1b\x28", "?(", id="an escape that is escaped is one mark"),
        pytest.param(b"\x80\xff", "??", id="eight bits are not seven"),
        pytest.param(b"a\nb", "a\nb", id="a line break is a character"),
    ],
)
def test_septets_that_stand_for_nothing_are_decoded_as_question_marks(septets, text):
    assert gsm7.decode(septets) == text


@given(st.binary(max_size=200))
def test_any_septets_are_decoded_to_text_of_the_alphabet(septets):
    assert gsm7.is_gsm7(gsm7.decode(septets))


@given(any_texts)
def test_any_text_is_encoded_to_septets(text):
    assert max(gsm7.encode(text), default=0) < 128


def test_every_substitute_is_in_the_alphabet():
    assert [plain for plain in gsm7._SUBSTITUTES.values() if not gsm7.is_gsm7(plain)] == []


@pytest.mark.skipif(not TABLE.exists(), reason="the conformance tables are not beside the project")
def test_the_field_s_own_tables_agree():
    checks = {
        "segments": lambda text: gsm7.segments(text).count,
        "is_gsm7": gsm7.is_gsm7,
        "replace": gsm7.substitute,
        "encode": lambda text: gsm7.encode(text).hex(),
    }
    rows = json.loads(TABLE.read_text())
    assert {row["operation"] for row in rows} == {*checks, "decode"}
    for row in rows:
        if row["operation"] == "decode":
            assert gsm7.decode(bytes.fromhex(row["septets_hex"])) == row["text"], row["id"]
            continue
        wanted = row.get("expected", row.get("septets_hex", row.get(row["operation"])))
        assert checks[row["operation"]](row["text"]) == wanted, row["id"]
