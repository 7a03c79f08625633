"""A text as it is sent, and exactly what was changed for that. Never changes what a text says.

One character outside GSM-7 cuts an SMS from 160 characters to 70. Signs that editors put in unasked
are replaced where that saves the text from it; letters of a language only where somebody asks for
it; and where a character remains that nothing stands for, nothing is changed, as nothing is gained.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.text import gsm7
from gateway.core.text.graphemes import clusters

COMPOSED: Final = "one letter in one character"
LETTER: Final = "letter"

# What an author may write instead, beyond look-alikes. It says the same, and is longer.
_SUGGESTIONS: Final = {"×": "x", "÷": "/", "₦": "NGN ", "₵": "GHS ", "₹": "Rs "}


@dataclass(frozen=True, slots=True)
class Change:
    """One character that was replaced: where it stood, counted in code points from 0, and why."""

    position: int
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as it is sent, and what was replaced in it, in order."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Culprit:
    """One character that makes a whole text UCS-2, by its Unicode name, and what could replace it.

    `position` is counted in code points from 0. `character` is what a reader takes for one: it may
    be several code points.
    """

    position: int
    character: str
    name: str
    suggestion: str | None


def normal(text: str, *, letters: bool = False) -> str:
    """Return the text with look-alikes for its signs, and for its letters where it is asked for.

    The text is returned as it is unless that makes the whole of it GSM-7.
    """
    if gsm7.is_gsm7(text):
        return text
    if letters:
        plain = gsm7.substitute(text)
    else:
        plain = unicodedata.normalize("NFC", text).translate(_SIGNS)
    return plain if gsm7.is_gsm7(plain) else text


def normalise(text: str, *, letters: bool = False) -> Normalised:
    """Return what `normal` makes of a text together with every character that it replaced."""
    plain = normal(text, letters=letters)
    if plain == text:
        return Normalised(text, ())
    changes = [
        Change(position, cluster, _plain(cluster, letters=letters), _why(cluster))
        for position, cluster in _outside(text)
    ]
    return Normalised(plain, tuple(changes))


def ucs2_culprits(text: str) -> list[Culprit]:
    """Return every character of a text that is not in GSM-7; a text without any is GSM-7."""
    return [
        Culprit(position, cluster, _name(cluster), _suggestion(cluster))
        for position, cluster in _outside(text)
    ]


def marked(text: str, changes: Iterable[Change]) -> str:
    """Return a text with its changes shown where they are made: "It[’ > ']s here"."""
    shown, at = [], 0
    for change in changes:
        before = _numbers(change.before) if change.why == COMPOSED else visible(change.before)
        shown += [text[at : change.position], f"[{before} > {visible(change.after)}]"]
        at = change.position + len(change.before)
    return "".join([*shown, text[at:]])


def visible(characters: str) -> str:
    """Return characters as they can be seen in print: those that cannot by their number."""
    if not characters:
        return "nothing"
    if characters == " ":
        return "space"
    seen = characters.isprintable() and not unicodedata.category(characters[0]).startswith("M")
    return characters if seen else _numbers(characters)


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """Yield the characters outside GSM-7, as people see them, and where they begin."""
    position = 0
    for cluster in clusters(text):
        if not gsm7.is_gsm7(cluster):
            yield position, cluster
        position += len(cluster)


def _plain(cluster: str, *, letters: bool) -> str:
    if letters:
        return gsm7.substitute(cluster)
    return unicodedata.normalize("NFC", cluster).translate(_SIGNS)


def _why(cluster: str) -> str:
    composed = unicodedata.normalize("NFC", cluster)
    if gsm7.is_gsm7(composed):
        return COMPOSED
    return next((gsm7.SIGN_KINDS[char] for char in composed if char in gsm7.SIGN_KINDS), LETTER)


def _suggestion(cluster: str) -> str | None:
    """Return what GSM-7 has for a character: a look-alike, else what Unicode calls compatible."""
    for plain in (
        _SUGGESTIONS.get(cluster, cluster),
        gsm7.substitute(cluster),
        gsm7.substitute(unicodedata.normalize("NFKC", cluster)),
    ):
        if gsm7.is_gsm7(plain):
            return plain
    return None


def _numbers(characters: str) -> str:
    return " ".join([f"U+{ord(char):04X}" for char in characters])


def _name(cluster: str) -> str:
    return ", ".join([unicodedata.name(char, _numbers(char)) for char in cluster])


_SIGNS: Final = str.maketrans(gsm7.SIGNS)
