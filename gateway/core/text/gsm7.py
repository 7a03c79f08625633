"""What a text costs as SMS: its alphabet, septets and parts. Refuses to encode or send it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

# GSM 7-bit default alphabet and its extension table, 3GPP TS 23.038 section 6.2.1. The escape
# is left out: it is never a character of a text, only the first half of an extended one.
BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = "\f^{}\\[~]|€"

# 140 octets hold 160 septets or 70 UTF-16 units; each part of several loses 6 octets to a header.
GSM7_SINGLE: Final = 160
GSM7_PART: Final = 153
UCS2_SINGLE: Final = 70
UCS2_PART: Final = 67

# What editors and keyboards put in unasked, and letters of our languages whose plain form every
# reader understands. Latin letters with marks are added by `_substitutes`.
_LOOK_ALIKES: Final = (
    ("'", "‘’‚‛′ʼʻʹ`´"),
    ('"', "“”„‟″«»"),
    ("-", "‐‑‒–—―−"),
    ("...", "…"),
    ("*", "•·●▪"),
    ("/", "⁄"),
    ("<", "‹"),
    (">", "›"),
    (" ", "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"),
    (" ", "\u202f\u205f\u3000"),
    ("\n", "\u0085\u2028\u2029"),
    # Invisible: soft hyphen, zero-width space, byte order mark, and the left-to-right marks that
    # come along when a number is pasted from an address book.
    ("", "\u00ad\u200b\u2060\ufeff\u200e\u202a\u202c\u2066\u2069"),
)
_LETTERS: Final = dict(
    zip(
        "ŋŊɲƝɓƁɗƊđĐðÐƙƘƴƳɛƐǝƎɔƆıɩħĦłŁΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "nNnNbBdDdDdDkKyYeEeEoOiihHlLABEZHIKMNOPTYX",
        strict=True,
    )
)
_LIGATURES: Final = {"œ": "oe", "Œ": "OE", "ﬁ": "fi", "ﬂ": "fl"}


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


def to_gsm7(text: str) -> str:
    """Return the text with look-alikes in place of what GSM-7 does not have.

    Curly quotes, dashes, odd spaces, accented Latin letters and the hooked letters of African
    languages become their plain forms, one of which would otherwise cut an SMS from 160 characters
    to 70. Characters without a look-alike are kept.
    """
    if _GSM7_ONLY(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_SUBSTITUTES)


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


def _substitutes() -> dict[int, str]:
    """Build the translation table of `to_gsm7`: code point to look-alike."""
    table = {ord(char): plain for plain, chars in _LOOK_ALIKES for char in chars}
    table |= {ord(char): plain for char, plain in (_LETTERS | _LIGATURES).items()}
    table |= dict.fromkeys(range(0x300, 0x370), "")  # marks that no precomposed letter took up
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if chr(code) not in BASIC and code not in table and base.isascii() and base.isalpha():
            table[code] = base
    return table


_BASIC_ONLY: Final = re.compile(f"[{re.escape(BASIC)}]*").fullmatch
_GSM7_ONLY: Final = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*").fullmatch
_EXTENDED: Final = re.compile(f"[{re.escape(EXTENSION)}]").findall
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]").findall
_SUBSTITUTES: Final = _substitutes()
