"""The alphabet of SMS: what is in it, what stands in for the rest, septets, parts. Sends nothing.

How texts share messages is in `messages`, what may be replaced unasked in `plain`.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from gateway.core.fast_init import fast_init

# GSM 7-bit default alphabet and its extension table, 3GPP TS 23.038 section 6.2.1. The escape
# is left out: it is never a character of a text, only the first half of an extended one.
BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = "\f^{}\\[~]|€"

_ESCAPE: Final = 0x1B
_EXTENDED_CODES: Final = (0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65)
_UNKNOWN: Final = "?"

# 140 octets hold 160 septets or 70 UTF-16 units; each part of several loses 6 octets to a header.
GSM7_SINGLE: Final = 160
GSM7_PART: Final = 153
UCS2_SINGLE: Final = 70
UCS2_PART: Final = 67

# What editors and keyboards put in unasked: why it is replaced, by what, and the characters.
# Replacing one of these changes how a text looks, never what it says.
_LOOK_ALIKES: Final = (
    ("quotation mark", "'", "‘’‚‛′ʼʻʹ`´"),
    ("quotation mark", '"', "“”„‟″«»"),
    ("quotation mark", "<", "‹"),
    ("quotation mark", ">", "›"),
    ("dash", "-", "‐‑‒–—―−"),
    ("dots", "...", "…"),
    ("bullet", "*", "•·●▪"),
    ("fraction bar", "/", "⁄"),
    ("space", " ", "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"),
    ("space", " ", "\u200a\u202f\u205f\u3000"),
    ("line break", "\n", "\u0085\u2028\u2029"),
    # Soft hyphen, zero-width space, byte order mark, and the left-to-right marks that come along
    # when a number is pasted from an address book.
    ("invisible mark", "", "\u00ad\u200b\u2060\ufeff\u200e\u202a\u202c\u2066\u2069"),
    ("two letters in one", "fi", "ﬁ"),
    ("two letters in one", "fl", "ﬂ"),
)

# Letters of languages whose plain form most readers understand. They are replaced only where
# somebody asks for it. Latin letters with marks are added by `_letters`.
_LETTERS: Final = dict(
    zip(
        "ŋŊɲƝɓƁɗƊđĐðÐƙƘƴƳɛƐǝƎɔƆıɩħĦłŁΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "nNnNbBdDdDdDkKyYeEeEoOiihHlLABEZHIKMNOPTYX",
        strict=True,
    )
)
_LIGATURES: Final = {"œ": "oe", "Œ": "OE"}


@fast_init
@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels: `units` septets or UTF-16 units in `count` parts of `per_segment`."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    count: int
    per_segment: int


def septets(text: str) -> int | None:
    """Return the length of a text in septets, or None when it has a character outside GSM-7."""
    if _BASIC_ONLY(text):
        return len(text)
    if _GSM7_ONLY(text):
        return len(text) + len(_EXTENDED(text))
    return None


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension table."""
    return _GSM7_ONLY(text) is not None


def substitute(text: str) -> str:
    """Return the text with look-alikes in place of what GSM-7 does not have, letters too.

    Curly quotes, dashes, odd spaces, accented Latin letters and the hooked letters of African
    languages become their plain forms, one of which would otherwise cut an SMS from 160 characters
    to 70. Characters without a look-alike are kept. `plain.normalise` leaves the letters alone.
    """
    if _GSM7_ONLY(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_SUBSTITUTES)


def encode(text: str) -> bytes:
    """Return the septets of a text, one in a byte; a character outside GSM-7 becomes "?"."""
    return b"".join([_SEPTETS_OF.get(char, _SEPTETS_OF[_UNKNOWN]) for char in text])


def decode(septets: bytes) -> str:
    """Return the text of septets, one in a byte. What stands for no character becomes "?".

    An escape at the end, whose character is missing, is left out.
    """
    return _SEQUENCE(lambda found: _CHARACTER_OF.get(found[0], _UNKNOWN), septets.decode("latin-1"))


def segments(text: str) -> Segments:
    """Return the encoding, length and number of parts of a text as given, without substitution.

    An empty text is one part. An escaped character and a surrogate pair are never cut, so a text
    can need a part more than its length divided by the room of a part.
    """
    units = septets(text)
    if units is not None:
        if units <= GSM7_SINGLE:
            return Segments("gsm7", units, 1, GSM7_SINGLE)
        whole = units == len(text)
        count = -(-units // GSM7_PART) if whole else len(_parts(text, GSM7_PART, EXTENSION))
        return Segments("gsm7", units, count, GSM7_PART)
    units = utf16_units(text)
    if units <= UCS2_SINGLE:
        return Segments("ucs2", units, 1, UCS2_SINGLE)
    count = -(-units // UCS2_PART) if units == len(text) else len(_parts(text, UCS2_PART))
    return Segments("ucs2", units, count, UCS2_PART)


def split(text: str) -> tuple[str, ...]:
    """Return the parts in which a text travels; joined they are the text again."""
    units = septets(text)
    if units is not None:
        return (text,) if units <= GSM7_SINGLE else _parts(text, GSM7_PART, EXTENSION)
    return (text,) if utf16_units(text) <= UCS2_SINGLE else _parts(text, UCS2_PART)


def utf16_units(text: str) -> int:
    """Return the length of a text in UTF-16 units: two for a character such as an emoji."""
    return len(text) + len(_ASTRAL(text))


def _parts(text: str, room: int, wide: str | None = None) -> tuple[str, ...]:
    """Cut a text into parts of `room` units; `wide` characters count two, or else astral ones."""
    parts = []
    start = used = 0
    for index, char in enumerate(text):
        size = 2 if (char in wide if wide is not None else char > "\uffff") else 1
        if used + size > room:
            parts.append(text[start:index])
            start, used = index, 0
        used += size
    parts.append(text[start:])
    return tuple(parts)


def _letters() -> dict[str, str]:
    """Return the plain form of each letter that has one: hooked, joined, and with marks."""
    table = _LETTERS | _LIGATURES
    for char in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))):
        base = unicodedata.normalize("NFD", char)[0]
        if char not in BASIC and char not in table and base.isascii() and base.isalpha():
            table[char] = base
    return table


_BASIC_ONLY: Final = re.compile(f"[{re.escape(BASIC)}]*").fullmatch
_GSM7_ONLY: Final = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*").fullmatch
_EXTENDED: Final = re.compile(f"[{re.escape(EXTENSION)}]").findall
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]").findall

# What stands in for a character without changing what a text says, and what does for a letter.
SIGNS: Final = {char: plain for _, plain, chars in _LOOK_ALIKES for char in chars}
SIGN_KINDS: Final = {char: kind for kind, _, chars in _LOOK_ALIKES for char in chars}
LETTERS: Final = _letters()
_SUBSTITUTES: Final = str.maketrans(SIGNS | LETTERS) | dict.fromkeys(
    range(0x300, 0x370),
    "",  # marks that no precomposed letter took up
)

# The escape takes the place of code 27 in the table of the basic alphabet.
_BASIC_CODES: Final = (*range(_ESCAPE), *range(_ESCAPE + 1, 128))
_SEPTETS_OF: Final = {
    **{char: bytes((code,)) for char, code in zip(BASIC, _BASIC_CODES, strict=True)},
    **{char: bytes((_ESCAPE, code)) for char, code in zip(EXTENSION, _EXTENDED_CODES, strict=True)},
}
_CHARACTER_OF: Final = {septets.decode("latin-1"): char for char, septets in _SEPTETS_OF.items()}
_CHARACTER_OF[chr(_ESCAPE)] = ""
_SEQUENCE: Final = functools.partial(re.compile("\x1b.|.", re.DOTALL).sub)
