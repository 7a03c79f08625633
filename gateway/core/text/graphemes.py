"""Characters as people see them, for those who must cut a text. Knows no language and no width.

A flag, a family of emoji joined by invisible marks, a letter with its accents or vowel signs is one
character to its reader. The rules are those of Unicode's UAX #29, and where it lets implementations
choose, or where versions of Unicode differ, the longer character is taken: never too many cuts.
"""

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_MARKS: Final = frozenset({"Mn", "Me", "Mc"})
_VIRAMA: Final = 9  # the combining class of signs that bind a consonant to the next one
# Signs that stand over or before what follows: Arabic numbers, letters of Indic scripts.
_LEADS: Final = frozenset(
    [
        *(*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0xD4E, 0x1CF5, 0x1CF6),
        *(0x110BD, 0x110CD, 0x111C2, 0x111C3, 0x1193F, 0x11941, 0x11A3A),
        *(*range(0x11A84, 0x11A8A), 0x11D46, 0x11F02),
    ]
)
# Zero-width non-joiner, Thai and Lao AM, halfwidth voice marks, skin tones, tags of regions' flags.
_FOLLOWERS: Final = frozenset(
    [0x200C, 0xE33, 0xEB3, 0xFF9E, 0xFF9F, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]
)
_FLAG_LETTERS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def clusters(text: str) -> list[str]:
    """Return the characters of a text as people see them; joined they are the text again."""
    if text.isascii() and "\r" not in text:
        return list(text)
    found: list[str] = []
    for char in text:
        if found and _belongs(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _belongs(cluster: str, char: str) -> bool:
    """Whether a character is a part of what stands before it."""
    before, code = cluster[-1], ord(char)
    if code < 0x300:
        return before + char == "\r\n" or ord(before) in _LEADS or before == _JOINER
    if _JOINER in {char, before} or code in _FOLLOWERS or ord(before) in _LEADS:
        return True
    if char in _FLAG_LETTERS:
        return (len(cluster) - len(cluster.rstrip(_FLAG_LETTERS))) % 2 == 1
    kind = unicodedata.category(char)
    if kind in _MARKS or _is_later_jamo(code):
        return True
    if _is_first_jamo(ord(before)):
        return _is_first_jamo(code) or 0xAC00 <= code <= 0xD7A3
    return kind == "Lo" and _binds(cluster)


def _binds(cluster: str) -> bool:
    """Whether a cluster's last letter waits for another, maybe with more marks after the sign."""
    for char in reversed(cluster):
        if unicodedata.combining(char) == _VIRAMA:
            return True
        if unicodedata.category(char) not in _MARKS:
            return False
    return False


def _is_first_jamo(code: int) -> bool:
    return 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C


def _is_later_jamo(code: int) -> bool:
    return 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FB
