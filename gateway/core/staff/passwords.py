"""What may be a password: long, not one that everybody takes, not a name. Nothing about its signs.

Length is what counts, and what is on the first lists of whoever tries (NIST SP 800-63B §5.1.1.2).
Rules that ask for capitals and digits only lead to `Password1!`.
"""

from collections.abc import Collection, Iterable
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 128
FEWEST_SIGNS: Final = 5  # different ones

# Written out whole, so that they can be translated.
TOO_SHORT: Final = "This is too short. Take at least 12 characters: four words will do."
TOO_LONG: Final = "This is too long. Take at most 128 characters."
TOO_EVEN: Final = "This repeats the same few characters. Take several words that nobody expects."
TOO_COMMON: Final = "Many people use this password, so it is tried first. Take another one."
A_NAME: Final = "This is a name with a few signs around it. Take words that do not name you or us."


def weakness(password: str, names: Iterable[str], common: Collection[str]) -> str | None:
    """Return what is wrong with a password in one sentence, or None.

    `names` are those of the account and of the movement; `common` holds passwords in lower case.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    lower = password.casefold()
    if len(set(lower)) < FEWEST_SIGNS:
        return TOO_EVEN
    core = _core(lower)
    if lower in common or core in common or _halved(lower) in common:
        return TOO_COMMON
    if core in {_core(name.casefold()) for name in names} - {""}:
        return A_NAME
    return None


def _core(text: str) -> str:
    """Return a text without the digits and signs around it: those of 'sunshine2026!' too."""
    start, end = 0, len(text)
    while start < end and not text[start].isalpha():
        start += 1
    while end > start and not text[end - 1].isalpha():
        end -= 1
    return text[start:end]


def _halved(text: str) -> str:
    """Return what is written twice in a text, else nothing."""
    half = len(text) // 2
    return text[:half] if text == text[:half] * 2 else ""
