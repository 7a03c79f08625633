"""Codes that people read aloud and type on a keypad. Chance is an argument."""

import re
import unicodedata
from collections.abc import Callable

# No vowels, so that no code is a word; nothing that is read or heard as something else.
ALPHABET = "23456789CFHJKMPRTWX"
CASE_CODE_LENGTH = 7
_HEAD = 3

_ADDRESSED = re.compile(
    rf"\W*(?:(?:REPLY|REPORT|CASE)\W+)?([{ALPHABET}]{{3}})[- ]?([{ALPHABET}]{{4}})(?!\w)\W*(.*)",
    re.IGNORECASE | re.DOTALL,
)


def case_code(chance: Callable[[int], int]) -> str:
    """Return a random case code. `chance(n)` gives a whole number below n.

    19^7 is 890 million; the database refuses a code that is taken and the case draws another.
    """
    return "".join(ALPHABET[chance(len(ALPHABET))] for _ in range(CASE_CODE_LENGTH))


def read(text: str) -> str | None:
    """Return the case code that somebody typed, with or without its hyphen; None if it is none."""
    code = "".join(char for char in text.upper() if char not in " -#")
    if len(code) != CASE_CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code


def addressed(text: str) -> tuple[str, str] | None:
    """Return the case code that a message begins with, and the words behind it, if it does.

    ``7K4-2C9X the pump``, ``7k42c9x: the pump`` and ``REPLY 7K42C9X the pump`` do.
    """
    found = _ADDRESSED.fullmatch(unicodedata.normalize("NFKC", text))
    return None if found is None else ((found[1] + found[2]).upper(), found[3].strip())


def written(code: str) -> str:
    """Return a code as it is shown, in two parts: ``7K4-2C9X``."""
    return f"{code[:_HEAD]}-{code[_HEAD:]}"
