"""Words that draw attention to an SMS: operators filter by them, and others read along. Warns only.

A word ends with ``*`` where whatever follows belongs to it: ``protest*`` finds "protesters".
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Words by language, folded. Those under an empty language count in every one."""

    words: Mapping[str, frozenset[str]]

    def found(self, language: str, text: str) -> tuple[str, ...]:
        """Return the sensitive words of a text as they stand in it, each once, in order."""
        listed = self.words.get("", frozenset()) | self.words.get(language, frozenset())
        exact = {word for word in listed if not word.endswith("*")}
        stems = tuple(word[:-1] for word in listed if word.endswith("*"))
        found = dict.fromkeys(
            match[0]
            for match in _WORD.finditer(unicodedata.normalize("NFC", text))
            if _is(folded(match[0]), exact, stems)
        )
        return tuple(found)


def folded(word: str) -> str:
    """Return a word as it is compared: without case, in one form."""
    return unicodedata.normalize("NFC", word).casefold()


def sensitive(words: Mapping[str, Iterable[str]]) -> Sensitive:
    """Return the words of a list, ready to be looked for."""
    return Sensitive(
        {language: frozenset(map(folded, listed)) for language, listed in words.items()}
    )


def _is(word: str, exact: Iterable[str], stems: tuple[str, ...]) -> bool:
    return word in exact or (bool(stems) and word.startswith(stems))
