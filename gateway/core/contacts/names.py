"""The words of people's names, as queries look for them."""

from collections.abc import Sequence
from typing import Final

import re2

# A word sought must have at least so many letters, or one that is not of the Latin alphabet's plain
# ones, as a whole name may be. Of a long word only so many count: a name is found by how it begins,
# though its end is spelt in several ways.
FEWEST_LETTERS: Final = 2
MOST_LETTERS: Final = 8

_WORDS: Final = re2.compile(r"[\pL\pN\pM]+(?:['’][\pL\pN\pM]+)*").findall


def sought(value: str) -> Sequence[str]:
    """Return the beginnings of names that a value asks for; none when all its words are short."""
    return [word[:MOST_LETTERS] for word in _words(value) if len(word.encode()) >= FEWEST_LETTERS]


def has_all(name: str, beginnings: Sequence[str]) -> bool:
    """Whether each of the beginnings begins a word of the name, or a part after an apostrophe."""
    words = _words(name)
    parts = {part for word in words for part in (word, *word.replace("’", "'").split("'"))}
    return all(any(part.startswith(beginning) for part in parts) for beginning in beginnings)


def _words(text: str) -> Sequence[str]:
    whole = text.casefold().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _WORDS(whole)  # type: ignore[no-any-return] # re2 ships no types
