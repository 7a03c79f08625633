"""Functions of texts. Characters are counted as Unicode does, and every letter keeps its place."""

import html
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from gateway.core.flow.expressions.patterns import compile_pattern, writable
from gateway.core.flow.expressions.signature import MOST_CHARACTERS, pay_for_text
from gateway.core.flow.expressions.values import Error, Evaluation, Value

# The letter that is written otherwise at the end of a word, which Python sees to.
_SIGMA: Final = "\N{GREEK CAPITAL LETTER SIGMA}"

# The categories of characters that cannot be seen. Those that nobody has named yet are none of
# them: a phone may write an emoji that is newer than our Unicode.
_UNSEEN: Final = frozenset(("Cc", "Cf", "Co", "Cs"))

# What stands for a number that is no character.
_NO_CHARACTER: Final = "\N{REPLACEMENT CHARACTER}"

# Work on each letter costs a step for so many of them (as a power of two).
_LETTERS_SHIFT: Final = 2

_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
# The longest that a character becomes when it is encoded: four bytes of three characters each.
_ENCODED: Final = 12


def text(_evaluation: Evaluation, text: str) -> Value:
    """The value as text.

    @(text(3 = 3)) → true
    @(text(123.45)) → 123.45
    """
    return text


def code(_evaluation: Evaluation, text: str) -> Value:
    """The Unicode number of the first character.

    @(code("A")) → 65
    @(code("")) → ERROR
    """
    return Decimal(ord(text[0])) if text else Error("requires a string of at least one character")


def char(_evaluation: Evaluation, number: int) -> Value:
    """The character with a Unicode number.

    @(char(65)) → A
    @(char("x")) → ERROR
    """
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return _NO_CHARACTER
    return chr(number)


def trim(_evaluation: Evaluation, text: str, characters: str | None = None) -> Value:
    """The text without the spaces, or the given characters, at both ends.

    @(trim("  Chipata ")) → Chipata
    @(trim("*123#", "*#")) → 123
    """
    return text.strip(characters)


def trim_left(_evaluation: Evaluation, text: str, characters: str | None = None) -> Value:
    """The text without the spaces, or the given characters, at its beginning.

    @("[" & trim_left("  Chipata ") & "]") → [Chipata ]
    """
    return text.lstrip(characters)


def trim_right(_evaluation: Evaluation, text: str, characters: str | None = None) -> Value:
    """The text without the spaces, or the given characters, at its end.

    @(trim_right("why??!", "!?")) → why
    """
    return text.rstrip(characters)


def upper(_evaluation: Evaluation, text: str) -> Value:
    """The text in capital letters.

    @(upper("Chipata")) → CHIPATA
    """
    made = text.upper()
    return made if len(made) == len(text) else "".join(map(_capital, text))


def lower(_evaluation: Evaluation, text: str) -> Value:
    """The text in small letters.

    @(lower("Chipata")) → chipata
    """
    made = text.lower()
    if len(made) == len(text) and _SIGMA not in text:
        return made
    return "".join(map(_small, text))


def title(evaluation: Evaluation, text: str) -> Value:
    """The text with a capital letter at the beginning of each word, and small ones after it.

    @(title("grace BANDA")) → Grace Banda
    """
    evaluation.spend(len(text) >> _LETTERS_SHIFT)
    made = []
    before = " "
    for character in text:
        made.append(_capital(character) if _ends_word(before) else _small(character))
        before = character
    return "".join(made)


def clean(_evaluation: Evaluation, text: str) -> Value:
    r"""The text without characters that cannot be seen, such as those that break a line.

    @(clean("dry\n well")) → dry well
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join([sign for sign in text if unicodedata.category(sign) not in _UNSEEN])


def text_slice(_evaluation: Evaluation, text: str, start: int, end: int | None = None) -> Value:
    """The characters from one position up to another; positions below 0 count from the end.

    @(text_slice("Chipata", 4)) → ata
    @(text_slice("Chipata", 0, 4)) → Chip
    @(text_slice("Chipata", -3, -1)) → at
    """
    return text[start:end]


def text_compare(_evaluation: Evaluation, text1: str, text2: str) -> Value:
    """-1 when the first text comes before the second, 1 when it comes after, and 0 else.

    @(text_compare("maize", "rice")) → -1
    @(text_compare("rice", "rice")) → 0
    """
    return Decimal((text1 > text2) - (text1 < text2))


def text_length(_evaluation: Evaluation, text: str) -> Value:
    """How many characters the text has.

    @(text_length("Chipata")) → 7
    """
    return Decimal(len(text))


def repeat(evaluation: Evaluation, text: str, count: int) -> Value:
    """The text so many times.

    @(repeat("-", 8)) → --------
    @(repeat("-", -1)) → ERROR
    """
    if count < 0:
        return Error("must be called with a positive integer")
    if len(text) * count > MOST_CHARACTERS:
        return Error(f"a repeated text may have {MOST_CHARACTERS} characters")
    pay_for_text(evaluation, len(text) * count)
    return text * count


def replace(evaluation: Evaluation, text: str, needle: str, new: str, count: int = -1) -> Value:
    """The text with one text in the place of another, everywhere or the first `count` times.

    @(replace("dry dry well", "dry", "wet")) → wet wet well
    @(replace("dry dry well", "dry", "wet", 1)) → wet dry well
    """
    times = text.count(needle)
    if 0 <= count < times:
        times = count
    pay_for_text(evaluation, len(text) + times * max(len(new) - len(needle), 0))
    return text.replace(needle, new, count)


def url_encode(evaluation: Evaluation, text: str) -> Value:
    """The text as it can stand in a web address.

    @(url_encode("maize & rice")) → maize%20%26%20rice
    """
    pay_for_text(evaluation, len(text) * _ENCODED)
    return "".join(
        sign if sign in _UNRESERVED else "".join([f"%{byte:02X}" for byte in sign.encode()])
        for sign in writable(text)
    )


def html_decode(_evaluation: Evaluation, text: str) -> Value:
    """The text with the characters for which HTML has names or numbers.

    @(html_decode("maize &amp; rice")) → maize & rice
    """
    return html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")


def regex_match(evaluation: Evaluation, text: str, pattern: str, group: int = 0) -> Value:
    r"""The first place where a regular expression matches, or one of its groups; null if none does.

    Capital and small letters are alike.

    @(regex_match("ward 12, school 7", "\\d+")) → 12
    @(regex_match("ward 12, school 7", "school (\\d+)", 1)) → 7
    @(regex_match("ward 12", "(")) → ERROR
    """
    compiled = compile_pattern(evaluation, pattern, len(text))
    if compiled is None:
        return Error("invalid regular expression")
    found = compiled.search(writable(text))
    if found is None:
        return None
    if not 0 <= group <= compiled.groups:
        return Error("invalid regular expression group")
    matched: str | None = found.group(group)
    return matched or ""


def read_chars(evaluation: Evaluation, text: str) -> Value:
    """The characters one by one, in groups that a voice can read.

    @(read_chars("123456")) → 1 2 3 , 4 5 6
    @(read_chars("12345678")) → 1 2 3 4 , 5 6 7 8
    """
    text = text.lstrip("+")
    pay_for_text(evaluation, len(text) * 4)
    return " , ".join([" ".join(group) for group in _groups(text)])


def _groups(text: str) -> Sequence[str]:
    if len(text) == 9:
        return text[:3], text[3:5], text[5:]
    size = next((size for size in (3, 4) if len(text) % size == 0), 1)
    return [text[start : start + size] for start in range(0, len(text), size)]


def _capital(character: str) -> str:
    """The capital that is one letter, as Unicode's simple mapping has it: none for a sharp s."""
    for made in (character.upper(), character.title()):
        if len(made) == 1:
            return made
    return character


def _small(character: str) -> str:
    return character.lower()[:1]


def _ends_word(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return character.isspace()
