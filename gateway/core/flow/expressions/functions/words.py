"""Functions that take a text apart: into words, at delimiters, into fields."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from gateway.core.flow.expressions.patterns import after_first_word, find_words, split_at
from gateway.core.flow.expressions.signature import MOST_ITEMS
from gateway.core.flow.expressions.values import Error, Evaluation, Value

# Words cost a step for so many characters that they are looked for in, as a power of two.
_SEARCH_SHIFT: Final = 2


def split(evaluation: Evaluation, text: str, delimiters: str = "") -> Value:
    """The words of the text as an array, or what stands between any of the delimiters.

    @(split("maize beans rice")) → [maize, beans, rice]
    @(split("maize, beans | rice", ",| ")) → [maize, beans, rice]
    """
    words = _words(evaluation, text, delimiters)
    if len(words) > MOST_ITEMS:
        return Error(f"an array may have {MOST_ITEMS} items, not {len(words)}")
    evaluation.spend(len(words))
    return words


def word(evaluation: Evaluation, text: str, index: int, delimiters: str = "") -> Value:
    """The word at a position; the first is 0, the last -1.

    @(word("Grace Banda Phiri", 1)) → Banda
    @(word("Grace Banda Phiri", -1)) → Phiri
    @(word("ward:12/school", 1, ":/")) → 12
    @(word("Grace", 1)) → ERROR
    """
    words = _words(evaluation, text, delimiters)
    if not -len(words) <= index < len(words):
        return Error(f"index {index} is out of range for the number of words {len(words)}")
    return words[index]


def remove_first_word(_evaluation: Evaluation, text: str) -> Value:
    """The text from its second word on.

    @(remove_first_word("JOIN Amina, Chipata")) → Amina, Chipata
    @(remove_first_word("JOIN")) →
    """
    return after_first_word(text)


def word_slice(
    evaluation: Evaluation, text: str, start: int, end: int = -1, delimiters: str = ""
) -> Value:
    """The words from one position up to another, with a space between; -1 is up to the end.

    @(word_slice("we meet at the well", 2, 4)) → at the
    @(word_slice("we meet at the well", 3)) → the well
    @(word_slice("a,b;c", 0, 2, ",;")) → a b
    """
    if start < 0:
        return Error("must start with a positive index")
    if 0 < end <= start:
        return Error("must have a end which is greater than the start")
    words = _words(evaluation, text, delimiters)
    return " ".join(words[start:end] if end > 0 else words[start:])


def word_count(evaluation: Evaluation, text: str, delimiters: str = "") -> Value:
    """How many words the text has.

    @(word_count("the well is dry")) → 4
    @(word_count("Chipata;Lundazi", ";")) → 2
    """
    return Decimal(len(_words(evaluation, text, delimiters)))


def field(evaluation: Evaluation, text: str, index: int, delimiter: str) -> Value:
    """What stands at a position between delimiters; the first is 0. Several spaces are one.

    Space at both ends of it is no part of it.

    @(field("Amina,Chipata,34", 1, ",")) → Chipata
    @(field("Amina   Chipata", 1, " ")) → Chipata
    @(field("Amina,Chipata", 5, ",")) →
    """
    if index < 0:
        return Error("cannot use a negative index to FIELD")
    evaluation.spend(len(text) >> _SEARCH_SHIFT)
    parts: Sequence[str] = text.split(delimiter) if delimiter else text
    if delimiter == " ":
        parts = [part for part in parts if part]
    return parts[index].strip() if index < len(parts) else ""


def _words(evaluation: Evaluation, text: str, delimiters: str) -> Sequence[str]:
    evaluation.spend(len(text) >> _SEARCH_SHIFT)
    return split_at(text, delimiters) if delimiters else find_words(text)
